//! Keys that Expo does not set from a file, because they influence which programs are run or what code is loaded.

/// In capitals: what it ignores, then what is a developer's own, then what no file may set. Names that begin with `LD_` are refused as well.
const NAMES: &str = "BABEL_ENV ALL_PROXY ANDROID_AVD_HOME ANDROID_EMULATOR_HOME ANDROID_HOME ANDROID_NDK_HOME ANDROID_NDK_ROOT \
     ANDROID_SDK_ROOT BROWSER BROWSER_ARGS COCOAPODS_DISABLE_STATS DEVELOPER_DIR FASTLANE_APPLE_APPLICATION_SPECIFIC_PASSWORD \
     FASTLANE_PASSWORD FASTLANE_SESSION FASTLANE_USER FTP_PROXY GRADLE_HOME GRADLE_USER_HOME HTTPS_PROXY HTTP_PROXY JAVA_HOME \
     JDK_HOME JRE_HOME KOTLIN_HOME NDK_HOME NDK_ROOT NO_PROXY REACT_NATIVE_OVERRIDE_HERMES_DIR REACT_NATIVE_PACKAGER_HOSTNAME \
     SSL_CRT_FILE SSL_KEY_FILE XCODE_DEVELOPER_DIR_PATH BASHOPTS BASH_ENV BUNDLE_GEMFILE BUNDLE_PATH BUN_INSTALL \
     BUN_INSTALL_BIN BUN_RUNTIME_TRANSPILER_CACHE_PATH CDPATH CLASSPATH CMAKE_HOME COCOAPODS_HOME DIRENV_DIFF DIRENV_DIR \
     DIRENV_FILE DIRENV_WATCHES DYLD_FALLBACK_FRAMEWORK_PATH DYLD_FALLBACK_LIBRARY_PATH DYLD_FRAMEWORK_PATH \
     DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH EDITOR ENV EXPO_NO_DOTENV EXPO_UNSAFE_DOTENV_KEYS GEM_HOME GEM_PATH GIT_ASKPASS \
     GIT_EXEC_PATH GIT_SSH GIT_SSH_COMMAND GPG_TTY HOME HOMEDRIVE HOMEPATH IFS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS LANG \
     MANPAGER NODE_COMPILE_CACHE NODE_EXTRA_CA_CERTS NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE \
     NODE_TLS_REJECT_UNAUTHORIZED NPM_CONFIG_CACHE NPM_CONFIG_GLOBALCONFIG NPM_CONFIG_NODE_OPTIONS NPM_CONFIG_PREFIX \
     NPM_CONFIG_REGISTRY NPM_CONFIG_USERCONFIG OLDPWD PAGER PATH PATHEXT PERL5LIB PERL5OPT PERLLIB PNPM_HOME PROMPT_COMMAND \
     PWD PYTHONEXECUTABLE PYTHONHOME PYTHONINSPECT PYTHONNOUSERSITE PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP PYTHONUSERBASE \
     RUBYLIB RUBYOPT RUBYPATH RUBYSHELL SHELL SHELLOPTS SSH_ASKPASS SSLKEYLOGFILE SYSTEMROOT TEMP TERMINFO TMP TMPDIR USER \
     USERPROFILE VISUAL XDG_BIN_HOME XDG_CACHE_HOME XDG_CONFIG_DIRS XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR \
     XDG_STATE_HOME YARN_CACHE_FOLDER YARN_GLOBAL_FOLDER YARN_REGISTRY ZDOTDIR _JAVA_OPTIONS __EXPO_CONFIG_MODE \
     __EXPO_ENV_LOADED";

/// How many names it ignores, and up to where they are a developer's own.
const IGNORED: usize = 1;
const PERSONAL: usize = IGNORED + 32;

/// How Expo treats a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It sets the variable.
    Set,
    /// It sets none, without a word.
    Ignored,
    /// It refuses a file with this key unless that is one developer's own.
    Personal,
    /// It refuses any file with this key.
    Refused,
}

/// For each first letter (its low five bits), the lengths of the names that begin with it, as a bit set. Few keys match
/// both, so the list itself is rarely searched.
const LENGTHS: [u64; 32] = {
    let names = NAMES.as_bytes();
    let mut lengths = [0; 32];
    let (mut start, mut at) = (0, 0);
    while at <= names.len() {
        if at == names.len() || names[at] == b' ' {
            lengths[(names[start] & 31) as usize] |= 1 << (at - start);
            start = at + 1;
        }
        at += 1;
    }
    lengths
};

/// Returns what Expo does about a key, in whichever case it is written.
pub(super) fn treatment(key: &[u8]) -> Treatment {
    let Some(first) = key.first() else {
        return Treatment::Set;
    };
    let of_linker = key
        .first_chunk::<3>()
        .is_some_and(|first| first.eq_ignore_ascii_case(b"LD_"));
    if of_linker {
        return Treatment::Refused;
    }
    if key.len() >= 64 || LENGTHS[usize::from(first & 31)] & (1 << key.len()) == 0 {
        return Treatment::Set;
    }
    match NAMES
        .split(' ')
        .position(|name| name.as_bytes().eq_ignore_ascii_case(key))
    {
        None => Treatment::Set,
        Some(..IGNORED) => Treatment::Ignored,
        Some(..PERSONAL) => Treatment::Personal,
        Some(_) => Treatment::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Treatment, treatment};

    #[test]
    fn each_name_is_known_in_either_case_and_no_part_of_it() {
        for name in NAMES.split(' ') {
            let known = treatment(name.as_bytes());
            assert_ne!(known, Treatment::Set, "{name}");
            assert_eq!(treatment(name.to_ascii_lowercase().as_bytes()), known, "{name}");
            assert_eq!(treatment(format!("{name}X").as_bytes()), Treatment::Set, "{name}X");
        }
        for (key, known) in [
            ("LD_PRELOAD", Treatment::Refused),
            ("BABEL_ENV", Treatment::Ignored),
            ("ALL_PROXY", Treatment::Personal),
            ("XCODE_DEVELOPER_DIR_PATH", Treatment::Personal),
            ("BASHOPTS", Treatment::Refused),
            ("__EXPO_ENV_LOADED", Treatment::Refused),
        ] {
            assert_eq!(treatment(key.as_bytes()), known, "{key}");
        }
        for key in [
            "",
            "L",
            "LD",
            "PORT",
            "PATHS",
            "NODE_OPTIONS_AND_MORE_THAN_THE_LONGEST_OF_THESE_NAMES",
        ] {
            assert_eq!(treatment(key.as_bytes()), Treatment::Set, "{key}");
        }
    }
}
