//! Guesses which loaders read the env files of a project, and in which version, from its dependencies, scripts and Compose files.

use crate::parse::{Dialect, tools};

/// Files that list dependencies, in the order in which they are consulted.
pub const MANIFESTS: &[&str] = &[
    "package.json",
    "composer.json",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "Gemfile",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "src/main/resources/application.properties",
    "src/main/resources/application.yml",
    "src/main/resources/application.yaml",
    "deno.json",
    "deno.jsonc",
    "bun.lock",
    "bun.lockb",
    "GNUmakefile",
    "makefile",
    "Makefile",
];

/// Words in a manifest and the loaders that they imply. Frameworks that read env files by themselves precede libraries that are called.
const LOADERS: &[(&str, &[(&str, &str)])] = &[
    (
        "package.json",
        &[
            ("\"@dotenvx/dotenvx\"", "dotenvx"),
            ("\"next\"", "next"),
            ("\"nuxt\"", "nuxt"),
            ("\"expo\"", "expo"),
            // Medusa also depends on Vite, but only for its admin panel, which reads none of this.
            ("\"@medusajs/medusa\"", "dotenv-expand@11"),
            ("\"astro\"", "vite"),
            ("\"vite\"", "vite"),
            ("\"react-scripts\"", "dotenv-expand@5"),
            ("\"@vue/cli-service\"", "dotenv-expand@5"),
            ("\"wrangler\"", "dotenv-expand"),
            ("\"@nestjs/config\"", "dotenv"),
            ("\"dotenv-expand\"", "dotenv-expand"),
            ("\"env-cmd\"", "env-cmd"),
            ("\"foreman\"", "node-foreman"),
            ("nf start", "node-foreman"),
            ("nf run", "node-foreman"),
            ("\"dotenv-flow\"", "dotenv"),
            ("\"dotenv\"", "dotenv"),
            ("node --env-file", "node"),
            ("node --env-file-if-exists", "node"),
            ("tsx --env-file", "node"),
            ("tsx --env-file-if-exists", "node"),
            // The lock file, which is consulted later, has no version of Bun.
            ("\"packageManager\": \"bun", "bun"),
        ],
    ),
    (
        "composer.json",
        &[
            ("\"symfony/dotenv\"", "symfony"),
            ("\"symfony/framework-bundle\"", "symfony"),
            ("\"laravel/framework\"", "laravel"),
            ("\"vlucas/phpdotenv\"", "phpdotenv"),
        ],
    ),
    ("pyproject.toml", PYTHON),
    ("requirements.txt", PYTHON),
    ("Pipfile", PYTHON),
    (
        "Gemfile",
        &[
            ("dotenv-rails", "ruby-dotenv"),
            ("dotenv", "ruby-dotenv"),
            ("foreman", "foreman"),
        ],
    ),
    ("go.mod", &[("github.com/joho/godotenv", "godotenv")]),
    // The macros of sqlx look for `DATABASE_URL` in `.env`.
    (
        "Cargo.toml",
        &[("dotenvy", "dotenvy"), ("dotenv", "dotenv-rs"), ("sqlx", "dotenvy")],
    ),
    ("pom.xml", JAVA),
    ("build.gradle", JAVA),
    ("build.gradle.kts", JAVA),
    ("src/main/resources/application.properties", SPRING),
    ("src/main/resources/application.yml", SPRING),
    ("src/main/resources/application.yaml", SPRING),
    ("deno.json", DENO),
    ("deno.jsonc", DENO),
    ("GNUmakefile", MAKE),
    ("makefile", MAKE),
    ("Makefile", MAKE),
];

const PYTHON: &[(&str, &str)] = &[
    ("django-environ", "django-environ"),
    ("python-decouple", "python-decouple"),
    ("pydantic-settings", "python-dotenv"),
    ("python-dotenv", "python-dotenv"),
];

/// The first three use dotenv-java. Quarkus reads `.env` without being told.
const JAVA: &[(&str, &str)] = &[
    ("dotenv-java", "dotenv-java"),
    ("dotenv-kotlin", "dotenv-java"),
    ("spring-dotenv", "dotenv-java"),
    ("io.quarkus", "quarkus"),
    ("io.quarkus.platform", "quarkus"),
    ("io.smallrye.config", "quarkus"),
];

/// Spring Boot only reads an env file that its configuration names, and that must also say that the file has properties.
const SPRING: &[(&str, &str)] = &[(".env[.properties]", "spring-boot")];

/// Deno only reads a file that an option names.
const DENO: &[(&str, &str)] = &[("--env-file", "deno"), ("--env", "deno")];

/// A makefile only reads an env file that it includes.
const MAKE: &[(&str, &str)] = &[
    ("include .env", "make"),
    ("-include .env", "make"),
    ("sinclude .env", "make"),
];

/// Frameworks that contain a loader: the version of the loader for each major version of the framework.
const INSIDE: &[(&str, &[(&str, &str)])] = &[
    (
        "\"astro\"",
        &[("3", "vite@5"), ("4", "vite@5"), ("5", "vite@7"), ("6", "vite@7")],
    ),
    ("\"dotenv-flow\"", &[("3", "dotenv@10"), ("4", "dotenv")]),
];

/// Bundlers, which read env files for what runs in the browser. The loader on the server depends on what that is written in.
const BUNDLERS: &[&str] = &["\"vite\"", "\"react-scripts\"", "\"@vue/cli-service\""];

/// Dialects whose loaders choose their files by mode, and how. The dialects of a loader's older versions (`vite@7`) are found by its name.
const MODES: &[(&str, Modes)] = &[
    ("vite", VITE),
    ("next", NEXT),
    ("expo", NEXT),
    ("bun", NEXT),
    ("symfony", SYMFONY),
];

/// Dependencies that choose files by mode and have them read by a loader that does not.
const MODES_OF_DEPENDENCIES: &[(&str, Modes)] = &[
    ("\"react-scripts\"", NEXT),
    ("\"dotenv-flow\"", SYMFONY),
    ("dotenv-rails", NEXT),
];

const VITE: Modes = Modes {
    local_wins: false,
    local_in_test: true,
};

const SYMFONY: Modes = Modes {
    local_wins: false,
    local_in_test: false,
};

const NEXT: Modes = Modes {
    local_wins: true,
    local_in_test: false,
};

/// What a loader that chooses its files by mode does with `.env.local`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Whether it wins over the file of the mode.
    pub local_wins: bool,
    /// Whether it is read in tests.
    pub local_in_test: bool,
}

/// Returns the name of the loader that a dialect describes, and how it chooses its files, if it does so by mode.
#[must_use]
pub fn modes(dialect: &Dialect) -> Option<(&'static str, Modes)> {
    let name = dialect.name.split('@').next().unwrap_or_default();
    MODES.iter().copied().find(|(loader, _)| *loader == name)
}

/// A loader that a project uses, and what says so.
#[derive(Debug, Clone)]
pub struct Loader {
    /// The dialect of the loader.
    pub dialect: &'static Dialect,
    /// The name of the manifest or of the Compose file.
    pub manifest: String,
    /// The version that the manifest asks for, if it is older than all that are known.
    pub older: Option<String>,
    /// Whether it is only known to read the files for what runs in the browser.
    pub is_bundler: bool,
    /// How it chooses files, if it does so by mode.
    pub modes: Option<Modes>,
}

/// Returns the loader that a manifest implies.
#[must_use]
pub fn loader(manifest: &str, text: &[u8]) -> Option<Loader> {
    if manifest.starts_with("bun.lock") {
        // Bun reads `.env` without being told.
        return Dialect::find("bun").map(|bun| implied(bun, manifest));
    }
    let (_, names) = LOADERS.iter().find(|(name, _)| *name == manifest)?;
    let is_listed = |(word, _): &&(&str, &str)| texts_after(text, word).next().is_some();
    let Some((word, name)) = names.iter().find(is_listed) else {
        return script(manifest, text);
    };
    // Rails loads the gem `dotenv` as it loads `dotenv-rails`.
    let is_of_rails = *word == "dotenv" && manifest == "Gemfile" && texts_after(text, "rails").next().is_some();
    let dependency = if is_of_rails { "dotenv-rails" } else { word };
    let guessed = |dialect, older| {
        let loader = implied(dialect, manifest);
        let of_dependency = MODES_OF_DEPENDENCIES.iter().find(|(one, _)| *one == dependency);
        Loader {
            older,
            is_bundler: BUNDLERS.contains(word),
            modes: loader.modes.or(of_dependency.map(|(_, modes)| *modes)),
            ..loader
        }
    };
    let version = texts_after(text, word).map(version).find(|version| !version.is_empty());
    let version = version.unwrap_or_default();
    // The version of a framework is not that of the loader inside it.
    let inside = INSIDE.iter().find(|(framework, _)| framework == word);
    let row = match inside.and_then(|(_, versions)| versions.iter().find(|(major, _)| version.first() == Some(major))) {
        Some((_, name)) => return Dialect::find(name).map(|row| guessed(row, None)),
        None if word.contains(name) => in_version(name, &version),
        None => Dialect::find(name),
    };
    let is_itself = word.contains(name) || name.contains(word);
    let older = (is_itself && is_older(name, &version)).then(|| version.join("."));
    row.map(|row| guessed(row, older))
}

/// Returns the row of a script that exports the words of an env file, `export $(grep -v '^#' .env | xargs)`, or hands it to the steps of a job
/// that follow: `cat .env >> $GITHUB_ENV`.
#[must_use]
pub fn script(name: &str, text: &[u8]) -> Option<Loader> {
    let lines = text.split(|byte| *byte == b'\n');
    let row = lines
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
        .find_map(|line| {
            let line = String::from_utf8_lossy(line);
            words_of(&line).or_else(|| is_appended(&line).then_some("github-env"))
        })?;
    Some(implied(Dialect::find(row)?, name))
}

fn implied(dialect: &'static Dialect, manifest: &str) -> Loader {
    Loader {
        dialect,
        manifest: manifest.to_owned(),
        older: None,
        is_bundler: false,
        modes: modes(dialect).map(|(_, modes)| modes),
    }
}

/// Returns the row for the words of a file that are substituted in a line. With an option of `xargs`, or another program before it, it is
/// unknown what is read.
fn words_of(line: &str) -> Option<&'static str> {
    let mut before = "";
    for part in line.split("$(") {
        let command = part.split(')').next().unwrap_or_default();
        let outer = before.trim_end_matches('$').trim_end();
        before = part;
        if !["export", "env"].iter().any(|word| outer.ends_with(word)) {
            continue;
        }
        let command = command.replace(['\'', '"', '\\'], "");
        let words: Vec<&str> = command.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        let reads = command.trim_end().strip_suffix("xargs").map(str::trim_end);
        let reads = reads.and_then(|reads| reads.strip_suffix('|'));
        let is_one = reads.is_some_and(|reads| reads.contains("env") && !reads.contains('|'));
        match first {
            "cat" if is_one => return Some("xargs-cat"),
            "grep" | "egrep" if is_one && words.contains(&"^#") => return Some("xargs"),
            "xargs" if words.get(1).is_some_and(|word| word.starts_with('<')) => return Some("xargs-cat"),
            _ => {}
        }
    }
    None
}

/// Returns whether a line appends an env file, as it is, to the file that `$GITHUB_ENV` names.
fn is_appended(line: &str) -> bool {
    let line = line.replace(['\'', '"', '{', '}'], "");
    let Some((before, file)) = line.split_once(">>") else {
        return false;
    };
    let command = before.rsplit([';', '&', '|', ':']).next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    matches!(words[..], ["cat", file] if file.contains("env")) && file.trim_start().starts_with("$GITHUB_ENV")
}

/// Returns Docker Compose if a Compose file makes it read all of these files: it reads `.env` without being told, others only if the file
/// names them.
#[must_use]
pub fn compose(name: &str, text: &[u8], files: &[&str]) -> Option<Loader> {
    let is_read = |file: &&str| *file == ".env" || memchr::memmem::find(text, file.as_bytes()).is_some();
    let dialect = Dialect::find("docker-compose").filter(|_| files.iter().all(is_read))?;
    Some(implied(dialect, name))
}

/// Returns the rest of the line after each occurrence of a word that is not part of a longer one, outside of comments.
fn texts_after<'t>(text: &'t [u8], word: &'t str) -> impl Iterator<Item = &'t [u8]> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
        .flat_map(move |line| {
            memchr::memmem::find_iter(line, word).filter_map(move |at| {
                let before = at.checked_sub(1).and_then(|before| line.get(before));
                let rest = &line[at + word.len()..];
                (!is_part(before) && !is_part(rest.first())).then_some(rest)
            })
        })
}

/// Returns the dialect of a loader in a version. The rows for older versions are named after them (`vite@7`), so no list of versions is
/// needed here.
fn in_version(name: &str, version: &[&str]) -> Option<&'static Dialect> {
    let named = |length: usize| Dialect::find(&format!("{name}@{}", version.get(..length)?.join(".")));
    named(2).or_else(|| named(1)).or_else(|| Dialect::find(name))
}

/// Returns the version that a dependency asks for, as far as it is certain: `5` for `^5.4.0`, `1.0.1` for `==1.0.1`. A range without an
/// upper bound means the newest version, for which nothing is returned; of several alternatives, the last counts.
fn version(rest: &[u8]) -> Vec<&str> {
    // In a Gemfile the version is an argument of its own.
    let rest = rest.strip_prefix(b"',").or(rest.strip_prefix(b"\",")).unwrap_or(rest);
    let end = rest.iter().position(|byte| b",;#}".contains(byte));
    let range = str::from_utf8(&rest[..end.unwrap_or(rest.len())]).unwrap_or_default();
    let range = range.rsplit("||").next().unwrap_or_default();
    let (operator, number) = range.split_at(range.find(|c: char| c.is_ascii_digit()).unwrap_or(range.len()));
    let operator = operator.trim_end().replace("~>", "~=");
    // `.` and `/` occur in paths of scripts, which are not versions.
    if operator.contains(['>', '<', '.', '/']) {
        return Vec::new();
    }
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts: Vec<&str> = number[..end.unwrap_or(number.len())].split('.').collect();
    parts.retain(|part| !part.is_empty());
    // `^` allows everything up to the next major version; so do `~=1.0` in Python and `~> 1.0` in Ruby.
    let is_wide = operator.ends_with('^') || (operator.ends_with("~=") && parts.len() == 2);
    if is_wide && parts.first().is_some_and(|major| *major != "0") {
        parts.truncate(1);
    }
    parts
}

/// Returns whether a version is older than all that a loader has rows for. `1` may be any of `1.75`.
fn is_older(loader: &str, version: &[&str]) -> bool {
    let numbers = |parts: &mut dyn Iterator<Item = &str>| parts.map_while(|part| part.parse().ok()).collect();
    let asked: Vec<u32> = numbers(&mut version.iter().copied());
    let first = |row: &Dialect| -> Vec<u32> {
        let version = row.versions.split(|c: char| c != '.' && !c.is_ascii_digit()).next();
        let mut parts: Vec<u32> = numbers(&mut version.unwrap_or_default().split('.'));
        parts.truncate(asked.len());
        parts
    };
    let oldest = tools::rows(loader).map(first).filter(|first| !first.is_empty()).min();
    oldest.is_some_and(|oldest| asked < oldest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loader_is_a_dialect() {
        for (manifest, names) in LOADERS {
            assert!(MANIFESTS.contains(manifest), "{manifest}");
            for (word, dialect) in *names {
                let found = loader(manifest, word.as_bytes()).map(|found| found.dialect.name);
                assert_eq!(found, Some(*dialect), "{word}");
            }
        }
    }

    #[test]
    fn what_reads_by_mode_is_known() {
        for (name, _) in MODES {
            assert!(Dialect::find(name).is_some(), "{name}");
        }
        for (of, _) in MODES_OF_DEPENDENCIES {
            let is_known = LOADERS
                .iter()
                .any(|(_, names)| names.iter().any(|(word, _)| word == of));
            assert!(is_known, "{of}");
        }
        for of in BUNDLERS {
            let found = loader("package.json", of.as_bytes()).unwrap();
            assert!(found.is_bundler, "{of}");
        }
        let modes = |manifest: &str, text: &str| loader(manifest, text.as_bytes()).unwrap().modes;
        assert_eq!(modes("package.json", "{\"next\": \"16\"}"), Some(NEXT));
        assert_eq!(modes("package.json", "{\"dotenv\": \"16\"}"), None);
        assert_eq!(modes("composer.json", "{\"laravel/framework\": \"^12.0\"}"), None);
        assert_eq!(modes("bun.lock", "{}"), Some(NEXT));
        assert_eq!(modes("Gemfile", "gem 'dotenv'\n"), None);
        assert_eq!(modes("Gemfile", "gem 'dotenv'\ngem 'rails'\n"), Some(NEXT));
    }

    #[test]
    fn a_beginning_alone_is_not_enough() {
        let name = |manifest: &str, text: &str| loader(manifest, text.as_bytes()).map(|found| found.dialect.name);
        assert_eq!(
            name("package.json", r#"{"dependencies":{"next-auth":"1","dotenv-cli":"1"}}"#),
            None
        );
        assert_eq!(
            name("package.json", r#"{"dependencies":{"dotenv":"1","next":"15"}}"#),
            Some("next")
        );
        assert_eq!(name("requirements.txt", "# python-dotenv\ndjango\n"), None);
        assert_eq!(name("Gemfile", "gem 'dotenv'\n"), Some("ruby-dotenv"));
        assert_eq!(name("bun.lock", "{}"), Some("bun"));
        assert_eq!(name("deno.json", r#"{"tasks":{"dev":"deno run main.ts"}}"#), None);
    }

    #[test]
    fn scripts_export_words() {
        for (text, row) in [
            ("export $(grep -v '^#' .env | xargs)\n", Some("xargs")),
            ("set -e\nexport $(egrep -v '^#' \"$DIR/.env\" | xargs)\n", Some("xargs")),
            ("export $(cat .env|xargs) && npm start", Some("xargs-cat")),
            ("env $(cat .env.production | xargs ) ./server", Some("xargs-cat")),
            ("export $(xargs <.env)", Some("xargs-cat")),
            ("run:\n\texport $$(cat .env | xargs) && go run .\n", Some("xargs-cat")),
            ("X=$(date) export $(cat .env | xargs)", Some("xargs-cat")),
            ("# export $(cat .env | xargs)\n", None),
            ("export $(cat .env | sed 's/#.*//g' | xargs)", None),
            ("export $(grep -v '#' .env | xargs)", None),
            ("export $(grep -v '^#' .env | xargs -d '\\n')", None),
            ("rm $(cat .env | xargs)", None),
            ("export $(cat list | xargs)", None),
            (
                "      - run: cat .env.production >> \"$GITHUB_ENV\"\n",
                Some("github-env"),
            ),
            ("cp a .env && cat .env >>${GITHUB_ENV}", Some("github-env")),
            ("sed 's/#.*//' .env >> $GITHUB_ENV", None),
            ("cat .env | tr -d '\"' >> $GITHUB_ENV", None),
            ("echo A=1 >> $GITHUB_ENV\ncat .env >> $GITHUB_OUTPUT\n", None),
            ("", None),
        ] {
            let found = script("start.sh", text.as_bytes()).map(|found| found.dialect.name);
            assert_eq!(found, row, "{text}");
        }
        let text = br#"{"scripts":{"start":"env $(grep -v '^#' .env | xargs) node ."}}"#;
        assert_eq!(
            loader("package.json", text).map(|found| found.dialect.name),
            Some("xargs")
        );
        let found = loader("Makefile", b"run:\n\texport $$(cat .env | xargs); ./run\n");
        assert_eq!(found.map(|found| found.dialect.name), Some("xargs-cat"));
    }

    #[test]
    fn the_version_is_that_of_the_dependency() {
        for (manifest, text, expected) in [
            (
                "package.json",
                r#"{"dependencies":{"vite":"^5.4.0","zod":"^3.0.0"}}"#,
                "vite@5",
            ),
            ("package.json", r#"{ "packageManager": "bun@1.2.21" }"#, "bun@1.3"),
            ("package.json", r#"{ "packageManager": "bun@1.4.5" }"#, "bun"),
            ("package.json", r#"{ "vite": "~6.2.0" }"#, "vite@7"),
            ("package.json", r#"{ "vite": "7" }"#, "vite@7"),
            ("package.json", r#"{ "vite": "^5.0.0 || ^6.0.0" }"#, "vite@7"),
            ("package.json", r#"{ "vite": "^8.0.0" }"#, "vite"),
            ("package.json", r#"{ "dotenv": "^12.0.4" }"#, "dotenv@10"),
            ("package.json", r#"{ "vite": ">=5" }"#, "vite"),
            ("package.json", r#"{ "vite": "catalog:" }"#, "vite"),
            ("package.json", r#"{ "vite": "npm:rolldown-vite@7.1.0" }"#, "vite@7"),
            (
                "package.json",
                r#"{"scripts":{"dev":"vite"},"devDependencies":{"vite":"^5.4.0"}}"#,
                "vite@5",
            ),
            ("package.json", r#"{ "astro": "^4.16.0" }"#, "vite@5"),
            ("package.json", r#"{ "astro": "^5.0.0" }"#, "vite@7"),
            ("package.json", r#"{ "astro": "~6.1.0" }"#, "vite@7"),
            ("package.json", r#"{ "astro": "^7.0.0" }"#, "vite"),
            ("package.json", r#"{ "astro": "latest" }"#, "vite"),
            ("package.json", r#"{ "dotenv": "^8.2.0" }"#, "dotenv@10"),
            ("package.json", r#"{ "dotenv": "16.4.5" }"#, "dotenv"),
            (
                "package.json",
                r#"{ "dotenv-expand": "^11.0.6", "dotenv": "^16.0.0" }"#,
                "dotenv-expand@11",
            ),
            ("package.json", r#"{ "dotenv-expand": "^12.0.0" }"#, "dotenv-expand"),
            (
                "package.json",
                r#"{ "dotenv-expand": "1000.0.0" }"#,
                "dotenv-expand@1000",
            ),
            (
                "package.json",
                r#"{"start": "node --env-file=.env.20 server.js"}"#,
                "node",
            ),
            (
                "package.json",
                r#"{"dev": "tsx --env-file-if-exists=.env a.ts"}"#,
                "node",
            ),
            (
                "requirements.txt",
                "django==5.0\npython-dotenv==1.0.1\n",
                "python-dotenv@1.1",
            ),
            (
                "requirements.txt",
                "python-dotenv==1.2.1 ; python_version > '3.8'\n",
                "python-dotenv",
            ),
            ("requirements.txt", "python-dotenv[cli]~=1.0\n", "python-dotenv"),
            ("requirements.txt", "python-dotenv~=1.0.0\n", "python-dotenv@1.1"),
            ("requirements.txt", "python-dotenv>=0.21\n", "python-dotenv"),
            ("requirements.txt", "python-dotenv\n", "python-dotenv"),
            (
                "pyproject.toml",
                "dependencies = [\"python-dotenv>=1.0,<2\"]\n",
                "python-dotenv",
            ),
            ("pyproject.toml", "python-dotenv = \"^0.21\"\n", "python-dotenv@1.1"),
            ("composer.json", r#"{ "symfony/dotenv": "5.4.*" }"#, "symfony@5"),
            ("composer.json", r#"{ "symfony/dotenv": "7.3.*" }"#, "symfony@5"),
            ("composer.json", r#"{ "symfony/dotenv": "^7.0" }"#, "symfony"),
        ] {
            let found = loader(manifest, text.as_bytes()).map(|found| found.dialect.name);
            assert_eq!(found, Some(expected), "{manifest}: {text}");
        }
    }

    #[test]
    fn a_loader_in_another_has_a_version_of_its_own() {
        for (text, expected) in [
            (r#"{ "dotenv-flow": "^3.2.0" }"#, "dotenv@10"),
            (r#"{ "dotenv-flow": "^4.1.0", "dotenv": "^17.0.0" }"#, "dotenv"),
            (
                r#"{ "@medusajs/medusa": "2.15.3", "vite": "^5.4.14" }"#,
                "dotenv-expand@11",
            ),
        ] {
            let found = loader("package.json", text.as_bytes()).unwrap();
            assert_eq!((found.dialect.name, found.older), (expected, None), "{text}");
        }
    }

    #[test]
    fn what_is_older_than_all_rows_is_told() {
        for (manifest, text, expected) in [
            ("package.json", r#"{ "dotenv": "^6.2.0" }"#, Some("6")),
            ("package.json", r#"{ "dotenv": "^12.0.0" }"#, None),
            ("package.json", r#"{ "next": "13.5.6" }"#, Some("13.5.6")),
            ("package.json", r#"{ "expo": "~51.0.0" }"#, None),
            ("Gemfile", "gem 'dotenv', '~> 2.8'\n", Some("2")),
            ("Gemfile", "gem 'dotenv'\n", None),
            ("go.mod", "\tgithub.com/joho/godotenv v1.3.0\n", Some("1.3.0")),
            ("requirements.txt", "python-dotenv==0.10.3\n", Some("0.10.3")),
            ("Cargo.toml", "dotenv = \"0.15.0\"\n", None),
            (
                "build.gradle.kts",
                "implementation(\"io.github.cdimascio:dotenv-java:3.0.0\")\n",
                Some("3.0.0"),
            ),
            (
                "build.gradle",
                "implementation 'io.github.cdimascio:dotenv-kotlin:6.5.1'\n",
                None,
            ),
            ("pom.xml", "<artifactId>spring-dotenv</artifactId>\n", None),
        ] {
            assert_eq!(
                loader(manifest, text.as_bytes()).unwrap().older.as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_version_is_older_than_all_rows_or_not() {
        for (loader, version, older) in [
            ("dotenv", "7", true),
            ("dotenv", "8.0.0", false),
            ("dotenv", "19", false),
            ("python-dotenv", "0", false),
            ("python-dotenv", "0.19.2", true),
            ("python-dotenv", "0.21.0", false),
            ("godotenv", "1.4.0", true),
            ("node", "20", false),
            ("nosuch", "1", false),
        ] {
            let parts: Vec<&str> = version.split('.').collect();
            assert_eq!(is_older(loader, &parts), older, "{loader} {version}");
        }
        assert!(!is_older("dotenv", &[]));
    }

    #[test]
    fn compose_reads_env_and_what_it_names() {
        let text = b"services:\n  web:\n    env_file: [web.env]\n";
        let found = |files: &[&str]| compose("compose.yaml", text, files).is_some();
        assert!(found(&[".env"]));
        assert!(found(&[".env", "web.env"]));
        assert!(!found(&[".env", ".env.local"]));
    }
}
