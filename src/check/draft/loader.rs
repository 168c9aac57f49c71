//! Guesses which loader reads the env files of a project, from its dependencies.

use crate::parse::Dialect;

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
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
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
            ("\"astro\"", "vite"),
            ("\"vite\"", "vite"),
            ("\"react-scripts\"", "dotenv-expand@5"),
            ("\"@vue/cli-service\"", "dotenv-expand@5"),
            ("\"wrangler\"", "dotenv-expand"),
            ("\"@nestjs/config\"", "dotenv"),
            ("\"dotenv-expand\"", "dotenv-expand"),
            ("\"env-cmd\"", "env-cmd"),
            ("\"dotenv\"", "dotenv"),
        ],
    ),
    (
        "composer.json",
        &[
            ("\"symfony/dotenv\"", "symfony"),
            ("\"symfony/framework-bundle\"", "symfony"),
            ("\"laravel/framework\"", "phpdotenv"),
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
    ("Cargo.toml", &[("dotenvy", "dotenvy"), ("dotenv", "dotenv-rs")]),
];

const PYTHON: &[(&str, &str)] = &[
    ("django-environ", "django-environ"),
    ("python-decouple", "python-decouple"),
    ("pydantic-settings", "python-dotenv"),
    ("python-dotenv", "python-dotenv"),
];

/// A loader, and the manifest that implies it.
#[derive(Debug, Clone, Copy)]
pub struct Loader {
    /// The dialect of the loader.
    pub dialect: &'static Dialect,
    /// The name of the manifest.
    pub manifest: &'static str,
}

/// Returns the loader that a manifest implies.
#[must_use]
pub fn loader(manifest: &'static str, text: &[u8]) -> Option<Loader> {
    // Compose always reads `.env`.
    let name = if manifest.contains("compose") && manifest.contains(".y") {
        "docker-compose"
    } else {
        let (_, names) = LOADERS.iter().find(|(name, _)| *name == manifest)?;
        names
            .iter()
            .find(|(word, _)| has_line_with_word(text, word.as_bytes()))?
            .1
    };
    Dialect::find(name).map(|dialect| Loader { dialect, manifest })
}

/// Whether a text has a word by itself, in a line that isn't a comment.
fn has_line_with_word(text: &[u8], word: &[u8]) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii_start().starts_with(b"#"))
        .any(|line| {
            memchr::memmem::find_iter(line, word).any(|at| {
                let before = at.checked_sub(1).and_then(|before| line.get(before));
                !is_part(before) && !is_part(line.get(at + word.len()))
            })
        })
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
    fn a_beginning_alone_is_not_enough() {
        let name = |manifest, text: &str| loader(manifest, text.as_bytes()).map(|found| found.dialect.name);
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
        assert_eq!(name("compose.yaml", "services: {}\n"), Some("docker-compose"));
    }
}
