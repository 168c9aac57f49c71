//! Variables that exist without anybody declaring them: set by the system, shells, runtimes and hosting platforms.

use std::cmp::Ordering;

/// Names of ambient variables, sorted.
const NAMES: &[&str] = &[
    "APACHE_CONFDIR",
    "APPDATA",
    "BROWSER",
    "BUNDLER_VERSION",
    "BUNDLE_GEMFILE",
    "CC",
    "CD",
    "CFLAGS",
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "COMSPEC",
    "CXX",
    "CXXFLAGS",
    "DEBIAN_FRONTEND",
    "DISPLAY",
    "DJANGO_SETTINGS_MODULE",
    "EDITOR",
    "EUID",
    "EXPO_OS",
    "FORCE_COLOR",
    "FUNCNAME",
    "GEM_HOME",
    "GID",
    "GOARCH",
    "GOOS",
    "GOPATH",
    "GOROOT",
    "GROUPS",
    "HISTFILE",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOST",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "INIT_CWD",
    "INSIDE_EMACS",
    "INVOCATION_ID",
    "JAVA_HOME",
    "JAVA_OPTS",
    "JOURNAL_STREAM",
    "LANG",
    "LANGUAGE",
    "LDFLAGS",
    "LD_LIBRARY_PATH",
    "LINENO",
    "LINES",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LOCALAPPDATA",
    "LOGNAME",
    "MACHTYPE",
    "MAIL",
    "MANPATH",
    "MIX_ENV",
    "NODE",
    "NODE_DEBUG",
    "NODE_ENV",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NOTIFY_SOCKET",
    "NO_COLOR",
    "NUMBER_OF_PROCESSORS",
    "OLDPWD",
    "OPTARG",
    "OPTERR",
    "OPTIND",
    "OS",
    "OSTYPE",
    "OUT_DIR",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PHPIZE_DEPS",
    "PHP_CLI_SERVER_WORKERS",
    "PHP_INI_DIR",
    "PIPESTATUS",
    "POSIXLY_CORRECT",
    "PPID",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PS1",
    "PS2",
    "PS4",
    "PWD",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHASHSEED",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "RACK_ENV",
    "RAILS_ENV",
    "RANDOM",
    "REPLY",
    "RUSTFLAGS",
    "RUST_BACKTRACE",
    "RUST_LIB_BACKTRACE",
    "RUST_LOG",
    "SECONDS",
    "SHELL",
    "SHELLOPTS",
    "SHLVL",
    "SOURCE_DATE_EPOCH",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TERM_PROGRAM",
    "TMP",
    "TMPDIR",
    "TZ",
    "UID",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "VERCEL",
    "VIRTUAL_ENV",
    "VISUAL",
    "VITEST",
    "WINDIR",
    "WSL_DISTRO_NAME",
];

/// Prefixes of names that platforms and tools set.
const PREFIXES: &[&str] = &[
    "APPVEYOR_",
    "AWS_LAMBDA_",
    "BASH_",
    "BITBUCKET_",
    "BUILDKITE_",
    "CARGO_",
    "CIRCLE_",
    "CI_",
    "CODEBUILD_",
    "COMP_",
    "DEP_",
    "DYNO",
    "FLY_",
    "GITHUB_",
    "GITLAB_",
    "HEROKU_",
    "JENKINS_",
    "JEST_",
    "KUBERNETES_",
    "K_",
    "LC_",
    "NETLIFY_",
    "NEXT_PHASE",
    "NEXT_RUNTIME",
    "NX_",
    "PLAYWRIGHT_",
    "PROCESSOR_",
    "PYTEST_",
    "RAILWAY_",
    "RENDER_",
    "RUNNER_",
    "RUSTUP_",
    "SSH_",
    "SUDO_",
    "SYSTEMD_",
    "TF_BUILD",
    "TRAVIS_",
    "TURBO_",
    "VERCEL_",
    "VITEST_",
    "VSCODE_",
    "XDG_",
    "ZSH_",
    "npm_",
];

/// Build arguments that a builder passes to every Dockerfile.
const OF_BUILDERS: &[&str] = &[
    "ALL_PROXY",
    "BUILDKIT_INLINE_CACHE",
    "BUILDARCH",
    "BUILDOS",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETSTAGE",
    "TARGETVARIANT",
];

/// Variables that Vite itself puts into `import.meta.env`.
const VITE: &[&str] = &["BASE_URL", "DEV", "LEGACY", "MODE", "PROD", "SITE", "SSR"];

/// Prefixes of variables that libraries read on their own, so that a project's source never mentions them.
const OF_LIBRARIES: &[&str] = &[
    "ANTHROPIC_",
    "AUTH_",
    "AWS_",
    "AZURE_",
    "BETTER_AUTH_",
    "BLOB_READ_WRITE_TOKEN",
    "CELERY_",
    "CLERK_",
    "CLOUDINARY_",
    "COMPOSE_",
    "DATABASE_URL",
    "DD_",
    "DJANGO_",
    "DOCKER_",
    "FLASK_",
    "GOOGLE_",
    "GUNICORN_",
    "HF_",
    "HUGGINGFACE",
    "INNGEST_",
    "JAVA_",
    "LANGCHAIN_",
    "LANGFUSE_",
    "LANGSMITH_",
    "MINIO_",
    "MYSQL_",
    "NEW_RELIC_",
    "NEXTAUTH_",
    "NEXT_PUBLIC_CLERK_",
    "NEXT_PUBLIC_SUPABASE_",
    "NODE_",
    "NPM_",
    "NUXT_",
    "OPENAI_",
    "OTEL_",
    "PG",
    "POSTGRES_",
    "PYTHON",
    "QSTASH_",
    "RAILS_",
    "REDIS_",
    "RESEND_",
    "RUST_",
    "SECRET_KEY_BASE",
    "SENTRY_",
    "SPRING_",
    "SSL_",
    "SUPABASE_",
    "TF_VAR_",
    "TRIGGER_",
    "UPSTASH_",
    "UVICORN_",
];

/// Returns whether a variable exists without being declared.
pub(super) fn is_ambient(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    NAMES.iter().chain(OF_BUILDERS).any(|one| *one == upper) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns whether a library is likely to read a variable.
pub(super) fn is_read_by_libraries(name: &str) -> bool {
    OF_LIBRARIES.iter().any(|prefix| name.starts_with(prefix))
}

pub(super) fn is_of_vite(name: &[u8]) -> bool {
    VITE.iter().any(|one| one.as_bytes().cmp(name) == Ordering::Equal)
}

/// Names that nobody reads on purpose in a program that is deployed, so that a similar one is no misspelling.
const RARE: &[&str] = &["APPDATA", "GROUPS", "HISTFILE", "LOCALAPPDATA", "RANDOM", "SECONDS"];

/// Returns the names that a misspelt one may have been meant as.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied().filter(|name| !RARE.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ESLint rule of the npm package has its own list for JavaScript. A packaged crate comes without that package.
    #[test]
    fn ambient_names_agree_with_the_linter() {
        let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg");
        if !package.exists() {
            return;
        }
        let text = std::fs::read_to_string(package.join("src/ambient.ts")).expect("the npm package has the file");
        let (processes, vite) = text.split_once("OF_VITE").expect("the file has a list OF_VITE");
        fn quoted(text: &str) -> impl Iterator<Item = &str> {
            text.split('"').skip(1).step_by(2)
        }
        let mut count = 0;
        for name in quoted(processes) {
            assert!(is_ambient(name), "{name}");
            count += 1;
        }
        assert!(count > 60, "{count} names");
        assert_eq!(quoted(vite).collect::<Vec<_>>(), VITE);
    }
}
