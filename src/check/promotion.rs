//! Which environment is the real one.

use crate::schema::{EnvironmentId, EnvironmentSpec};

/// Words that name it.
const WORDS: &[&str] = &["production", "prod", "prd", "live"];

/// Words before those that say the opposite.
const NOT: &[&str] = &["pre", "non", "not", "no", "like", "pseudo"];

/// Words that say the opposite by themselves.
const OTHERS: &[&str] = &[
    "ci",
    "dev",
    "development",
    "local",
    "preview",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "test",
    "testing",
    "uat",
];

/// Whether an environment is production: the one that is called so, else the last in the order of promotion, unless it is called something else.
/// `None` where there is no telling: a schema of one environment may be about any.
pub(super) fn is_production(all: &[EnvironmentSpec], id: EnvironmentId) -> Option<bool> {
    let called = |spec: &EnvironmentSpec| {
        let names = std::iter::once(&spec.name).chain(&spec.aliases);
        names.into_iter().any(|name| names_production(name))
    };
    if all.iter().any(called) {
        return Some(called(&all[usize::from(id.0)]));
    }
    let is_last = usize::from(id.0) + 1 == all.len();
    (all.len() > 1).then(|| is_last && !names_another(&all[usize::from(id.0)].name))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', '/', ' '])
}

fn is_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

fn names_another(name: &str) -> bool {
    words(name).any(|word| is_of(OTHERS, word))
}

fn names_production(name: &str) -> bool {
    let mut before = "";
    words(name).any(|word| {
        let found = is_of(WORDS, word) && !is_of(NOT, before);
        before = word;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{names_another, names_production};

    #[test]
    fn the_last_is_production_unless_it_is_called_something_else() {
        for name in ["live-eu", "cloud", "docker", "contest"] {
            assert!(!names_another(name), "{name}");
        }
        for name in ["test", "Staging", "ci", "eu-staging", "dev_2"] {
            assert!(names_another(name), "{name}");
        }
    }

    #[test]
    fn names_of_production() {
        for name in ["production", "prod", "prod-eu", "eu.production", "LIVE"] {
            assert!(names_production(name), "{name}");
        }
        for name in [
            "staging",
            "preprod",
            "pre-prod",
            "non-production",
            "product-test",
            "",
            "no_prod",
        ] {
            assert!(!names_production(name), "{name}");
        }
    }
}
