//! "Did you mean": finds the known word that was probably meant.
//!
//! For a word that is known to be wrong (a keyword, a rule, an option) the [nearest] known word will do. A key may well
//! be right, and to call it a slip for another ([`Budget::nearest`]) takes more: only typical typing mistakes count,
//! word by word.

use std::cell::Cell;

use crate::join::join;

/// Longer words are not compared, because the comparison is quadratic in their length.
const MAX_COMPARED: usize = 64;

/// Returns the known word closest to `word`, if it is close: equal but for case, or with at most one edit in four letters.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    nearest_of(word, &mut known.into_iter())
}

/// [`nearest`], compiled once.
pub(crate) fn nearest_of<'w>(word: &str, known: &mut dyn Iterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > MAX_COMPARED {
        return None;
    }
    let allowed = (word.chars().count() / 4).clamp(1, 3);
    let lower = word.to_ascii_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.len().abs_diff(word.len()) > 8 || candidate.len() > MAX_COMPARED || candidate == word {
            continue;
        }
        let distance = strsim::osa_distance(&lower, &candidate.to_ascii_lowercase());
        if distance <= allowed && distance < candidate.chars().count() && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Joins words as people do: `a, b and c`.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>, joint: &str) -> String {
    let mut all = Vec::new();
    words.into_iter().for_each(|word| all.push(word));
    listed(&all, joint)
}

/// [`list`], compiled once.
fn listed(words: &[&str], joint: &str) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {joint} {last}", join(before, ", ")),
        None => String::new(),
    }
}

/// The most pairs of names that are compared for one environment. Thousands of undeclared keys are not slips, and
/// comparing all with all would be quadratic.
const MAX_PAIRS: usize = 100_000;

/// How many comparisons may still be made.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Cell::new(MAX_PAIRS))
    }
}

impl Budget {
    /// Returns the candidate that is a slip away from `name` and nearest to it; of several, the first. `None` once the
    /// budget is used up.
    pub(crate) fn nearest<'n>(&self, name: &str, candidates: &mut dyn Iterator<Item = &'n str>) -> Option<&'n str> {
        self.least(name, candidates, slip)
    }

    /// Like [`Budget::nearest`], where one of the names is known to be missing and the other to be one too many: some words may be left out.
    pub(crate) fn counterpart<'n>(&self, name: &str, candidates: &mut dyn Iterator<Item = &'n str>) -> Option<&'n str> {
        // A slip is nearer than any word.
        self.least(name, candidates, |a, b| {
            slip(a, b).or_else(|| Some(8 + left_out(a, b)?))
        })
    }

    fn least<'n>(
        &self,
        name: &str,
        candidates: &mut dyn Iterator<Item = &'n str>,
        distance: fn(&str, &str) -> Option<usize>,
    ) -> Option<&'n str> {
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            self.0.set(self.0.get().checked_sub(1)?);
            if let Some(distance) = distance(name, candidate)
                && best.is_none_or(|(least, _)| distance < least)
            {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

/// Returns how far apart two names are, if one is a plausible slip for the other: equal but for case and separators, or
/// equal word by word but for typing mistakes. `DB_HOST` is no slip for `DB_PORT`, nor `KEY_1` for `KEY_2`.
fn slip(a: &str, b: &str) -> Option<usize> {
    if a.len().abs_diff(b.len()) > 3 || a.len() < 3 {
        return None;
    }
    if letters(a).eq(letters(b)) {
        return Some(0);
    }
    let mut distance = 0;
    let (mut left, mut right) = (words(a), words(b));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return (distance <= 2).then_some(distance),
            (Some(x), Some(y)) if x.eq_ignore_ascii_case(y) => {}
            (Some(x), Some(y)) => distance += typo(x, y)?,
            _ => return None,
        }
    }
}

/// Returns how many words two names differ in, if one is the other with one or two words more: `STRIPE_KEY` and `STRIPE_SECRET_KEY`. A word
/// alone says too little, and a number makes another key.
fn left_out(a: &str, b: &str) -> Option<usize> {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let (mut rest, mut same, mut more) = (words(short).peekable(), 0, 0);
    for word in words(long) {
        if rest.next_if(|next| next.eq_ignore_ascii_case(word)).is_some() {
            same += 1;
        } else if digits(word).next().is_some() {
            return None;
        } else {
            more += 1;
        }
    }
    (rest.next().is_none() && same >= 2 && more <= 2).then_some(more)
}

/// Returns how many typing mistakes turn one word into the other, if so many are plausible for their length.
fn typo(x: &str, y: &str) -> Option<usize> {
    let shorter = x.len().min(y.len());
    let allowed = match shorter {
        ..3 => return None,
        3..6 => 1,
        _ => 2,
    };
    // The first letter of a word is hardly ever the wrong one (`RESEND`, `UNSEND`), but may be lost, or typed second.
    let (first, second) = (x.as_bytes(), y.as_bytes());
    let is_same = |a: u8, b: u8| a.eq_ignore_ascii_case(&b);
    let allowed = if is_same(first[0], second[0]) {
        allowed
    } else if x.len() != y.len() || is_same(first[0], second[1]) {
        1
    } else {
        return None;
    };
    // Keys that differ in a number are different keys.
    if x.len().abs_diff(y.len()) > allowed || digits(x).ne(digits(y)) {
        return None;
    }
    let distance = strsim::osa_distance(&x.to_ascii_uppercase(), &y.to_ascii_uppercase());
    (distance <= allowed).then_some(distance)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', '.']).filter(|word| !word.is_empty())
}

fn letters(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes()
        .filter(|byte| !matches!(byte, b'_' | b'-' | b'.'))
        .map(|byte| byte.to_ascii_uppercase())
}

fn digits(word: &str) -> impl Iterator<Item = u8> + '_ {
    word.bytes().filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_found_and_other_names_are_not() {
        for (typed, meant) in [
            ("REDIS_URI", "REDIS_URL"),
            ("DATABSE_URL", "DATABASE_URL"),
            ("redis_url", "REDIS_URL"),
            ("REDISURL", "REDIS_URL"),
            ("SERCET_KEY", "SECRET_KEY"),
            ("LOG_LEVL", "LOG_LEVEL"),
            ("DB__HOST", "DB_HOST"),
            ("ATABASE_URL", "DATABASE_URL"),
            ("ERDIS_URL", "REDIS_URL"),
        ] {
            assert!(slip(typed, meant).is_some(), "{typed}");
        }
        for (typed, other) in [
            ("DB_HOST", "DB_PORT"),
            ("HOST", "PORT"),
            ("API_KEY_1", "API_KEY_2"),
            ("FEATURE_X", "FEATURE_Y"),
            ("S3_BUCKET", "S4_BUCKET"),
            ("SMTP_USER", "SMTP_URL"),
            ("APP_SECRET_KEY", "SECRET_KEY"),
            ("RESEND_API_KEY", "UNSEND_API_KEY"),
            ("IMPORT_BUCKET", "EXPORT_BUCKET"),
            ("INTERNAL_URL", "EXTERNAL_URL"),
            ("MONGO_URL", "BONGO_URL"),
        ] {
            assert!(slip(typed, other).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_missing_key_has_a_counterpart_with_fewer_or_more_words() {
        let of = |name: &str, candidates: &[&'static str]| {
            Budget::default().counterpart(name, &mut candidates.iter().copied())
        };
        for (missing, other) in [
            ("STRIPE_SECRET_KEY", "STRIPE_KEY"),
            ("STRIPE_KEY", "STRIPE_SECRET_KEY"),
            ("SECRET_KEY", "APP_SECRET_KEY"),
            ("DB_URL", "APP_DB_PRIMARY_URL"),
            ("REDIS_URL", "REDIS_URI"),
        ] {
            assert_eq!(of(missing, &[other]), Some(other), "{missing}");
        }
        for (missing, other) in [
            ("KEY", "STRIPE_KEY"),
            ("DB_URL_2", "DB_URL"),
            ("S3_AWS_KEY", "AWS_KEY"),
            ("KEY_STRIPE", "STRIPE_SECRET_KEY"),
            ("DB_URL", "DB_POOL_IDLE_TIMEOUT_URL"),
            ("DB_HOST", "DB_POOL_SIZE"),
            ("DB_URL", "DB_URL"),
        ] {
            assert_eq!(
                of(missing, &[other]),
                Some(other).filter(|_| missing == other),
                "{missing}"
            );
        }
        assert_eq!(
            of(
                "STRIPE_KEY",
                &["STRIPE_LIVE_SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_KEYS"]
            ),
            Some("STRIPE_KEYS")
        );
        assert_eq!(
            of("STRIPE_KEY", &["STRIPE_LIVE_SECRET_KEY", "STRIPE_SECRET_KEY"]),
            Some("STRIPE_SECRET_KEY")
        );
    }

    #[test]
    fn the_nearest_wins_and_the_budget_ends() {
        let names = ["REDIS_URN", "REDIS-URL", "REDIS_URL"];
        assert_eq!(
            Budget::default().nearest("REDIS_URL_", &mut names.into_iter()),
            Some("REDIS-URL")
        );
        assert_eq!(Budget(Cell::new(2)).nearest("REDIS_URL_", &mut names.into_iter()), None);
    }

    #[test]
    fn only_what_is_close_is_suggested() {
        let known = ["minLength", "maxLength", "pattern", "in", "if"];
        assert_eq!(nearest("minLenght", known), Some("minLength"));
        assert_eq!(nearest("minlength", known), Some("minLength"));
        assert_eq!(nearest("patern", known), Some("pattern"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn lists_read_as_people_write() {
        assert_eq!(list(["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(list(["a"], "or"), "a");
    }
}
