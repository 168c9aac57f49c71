//! What an environment is for, judging by its name: production, or tests.

use std::sync::atomic::Ordering;

use crate::name::is_among;
use crate::schema::{EnvironmentId, EnvironmentSpec};

/// Words that name production.
const WORDS: &str = "production prod prd live";

/// Words that negate those when they precede them.
const NOT: &str = "pre non not no like pseudo";

/// Words that name other environments: `qa` may also be a place for trying things out that runs for weeks, with secrets that open something.
const OTHERS: &str = "dev development local preview qa sandbox stage staging uat";

/// Words that name environments for tests, whose values are made up.
const TESTS: &str = "ci e2e test testing";

/// Whether an environment is production: the one with such a name, or else the last in the order of promotion unless its name says
/// otherwise. `None` if it can't be told: a schema with a single environment may be for any. Noted when it is first asked, since rules ask it
/// of many variables.
pub(super) fn is_production(all: &[EnvironmentSpec], id: EnvironmentId) -> Option<bool> {
    const ANSWERS: [Option<bool>; 3] = [None, Some(false), Some(true)];
    let noted = &all[usize::from(id.0)].noted;
    if let Some(answer) = usize::from(noted.load(Ordering::Relaxed)).checked_sub(1) {
        return ANSWERS[answer];
    }
    let answer = work_out(all, id);
    noted.store(answer.map_or(1, |answer| 2 + u8::from(answer)), Ordering::Relaxed);
    answer
}

fn work_out(all: &[EnvironmentSpec], id: EnvironmentId) -> Option<bool> {
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

/// Whether an environment is for running tests.
pub(super) fn is_for_tests(name: &str) -> bool {
    words(name).any(|word| is_among(word, TESTS)) && !names_production(name)
}

fn words(name: &str) -> impl Iterator<Item = &[u8]> {
    name.as_bytes()
        .split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b' '))
}

/// Whether a name is that of an environment other than production.
pub(super) fn names_another(name: &str) -> bool {
    words(name).any(|word| is_among(word, OTHERS) || is_among(word, TESTS))
}

fn names_production(name: &str) -> bool {
    let mut before: &[u8] = b"";
    words(name).any(|word| {
        let found = is_among(word, WORDS) && !is_among(before, NOT);
        before = word;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{is_for_tests, names_another, names_production};

    #[test]
    fn environments_for_tests_are_recognised() {
        for name in ["test", "ci", "e2e", "Testing", "e2e-eu", "ci_2"] {
            assert!(is_for_tests(name) && names_another(name), "{name}");
        }
        for name in ["qa", "staging", "contest", "production-test", "development"] {
            assert!(!is_for_tests(name), "{name}");
        }
    }

    #[test]
    fn the_last_environment_is_production_unless_named_otherwise() {
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
