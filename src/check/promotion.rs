//! Which environment is the real one.

use crate::schema::{EnvironmentId, EnvironmentSpec};

/// Words that name it.
const WORDS: &[&str] = &["production", "prod", "prd", "live"];

/// Words before those that say the opposite.
const NOT: &[&str] = &["pre", "non", "not", "no", "like", "pseudo"];

/// Whether an environment is production: the one that is called so, else the last in the order of promotion. `None` where there is no telling: a
/// schema of one environment may be about any.
pub(super) fn is_production(all: &[EnvironmentSpec], id: EnvironmentId) -> Option<bool> {
    let called = |spec: &EnvironmentSpec| {
        let names = std::iter::once(&spec.name).chain(&spec.aliases);
        names.into_iter().any(|name| names_production(name))
    };
    if all.iter().any(called) {
        return Some(called(&all[usize::from(id.0)]));
    }
    (all.len() > 1).then(|| usize::from(id.0) + 1 == all.len())
}

fn names_production(name: &str) -> bool {
    let mut before = "";
    name.split(['-', '_', '.', '/', ' ']).any(|word| {
        let is = |words: &[&str], word: &str| words.iter().any(|other| word.eq_ignore_ascii_case(other));
        let found = is(WORDS, word) && !is(NOT, before);
        before = word;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::names_production;

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
