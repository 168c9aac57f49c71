//! Keys that Expo refuses to set from a file, because they influence which programs are run or what code is loaded.

/// In capitals. Names that begin with `LD_` are refused as well.
const REFUSED: &str = "BASHOPTS BASH_ENV BUNDLE_GEMFILE BUNDLE_PATH BUN_INSTALL BUN_INSTALL_BIN BUN_RUNTIME_TRANSPILER_CACHE_PATH CDPATH CLASSPATH \
     CMAKE_HOME COCOAPODS_HOME DIRENV_DIFF DIRENV_DIR DIRENV_FILE DIRENV_WATCHES DYLD_FALLBACK_FRAMEWORK_PATH \
     DYLD_FALLBACK_LIBRARY_PATH DYLD_FRAMEWORK_PATH DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH EDITOR ENV EXPO_NO_DOTENV \
     EXPO_UNSAFE_DOTENV_KEYS GEM_HOME GEM_PATH GIT_ASKPASS GIT_EXEC_PATH GIT_SSH GIT_SSH_COMMAND GPG_TTY HOME HOMEDRIVE HOMEPATH IFS \
     JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS LANG MANPAGER NODE_COMPILE_CACHE NODE_EXTRA_CA_CERTS NODE_OPTIONS NODE_PATH \
     NODE_REPL_EXTERNAL_MODULE NODE_TLS_REJECT_UNAUTHORIZED NPM_CONFIG_CACHE NPM_CONFIG_GLOBALCONFIG NPM_CONFIG_NODE_OPTIONS \
     NPM_CONFIG_PREFIX NPM_CONFIG_REGISTRY NPM_CONFIG_USERCONFIG OLDPWD PAGER PATH PATHEXT PERL5LIB PERL5OPT PERLLIB PNPM_HOME \
     PROMPT_COMMAND PWD PYTHONEXECUTABLE PYTHONHOME PYTHONINSPECT PYTHONNOUSERSITE PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP \
     PYTHONUSERBASE RUBYLIB RUBYOPT RUBYPATH RUBYSHELL SHELL SHELLOPTS SSH_ASKPASS SSLKEYLOGFILE SYSTEMROOT TEMP TERMINFO TMP TMPDIR \
     USER USERPROFILE VISUAL XDG_BIN_HOME XDG_CACHE_HOME XDG_CONFIG_DIRS XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR XDG_STATE_HOME \
     YARN_CACHE_FOLDER YARN_GLOBAL_FOLDER YARN_REGISTRY ZDOTDIR _JAVA_OPTIONS __EXPO_CONFIG_MODE __EXPO_ENV_LOADED";

/// For each first letter (its low five bits), the lengths of the names that begin with it, as a bit set. Few keys match
/// both, so the list itself is rarely searched.
const LENGTHS: [u64; 32] = {
    let names = REFUSED.as_bytes();
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

/// Returns whether Expo refuses to load a file because of this key.
pub(super) fn is_refused(key: &[u8]) -> bool {
    let Some(first) = key.first() else { return false };
    let of_linker = key
        .first_chunk::<3>()
        .is_some_and(|first| first.eq_ignore_ascii_case(b"LD_"));
    let may_be = key.len() < 64 && LENGTHS[usize::from(first & 31)] & (1 << key.len()) != 0;
    of_linker || may_be && REFUSED.split(' ').any(|name| name.as_bytes().eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::{REFUSED, is_refused};

    #[test]
    fn each_name_is_refused_in_either_case_and_no_part_of_it() {
        for name in REFUSED.split(' ') {
            assert!(is_refused(name.as_bytes()), "{name}");
            assert!(is_refused(name.to_ascii_lowercase().as_bytes()), "{name}");
            assert!(!is_refused(format!("{name}X").as_bytes()), "{name}X");
        }
        assert!(is_refused(b"LD_PRELOAD"));
        for key in [
            "",
            "L",
            "LD",
            "PORT",
            "PATHS",
            "NODE_OPTIONS_AND_MORE_THAN_THE_LONGEST_OF_THESE_NAMES",
        ] {
            assert!(!is_refused(key.as_bytes()), "{key}");
        }
    }
}
