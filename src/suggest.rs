//! "Did you mean": finds the known word that was probably meant.
//!
//! For a word that is known to be wrong (a keyword, a rule, an option) the [nearest] known word will do. A key may well
//! be right, and to call it a slip for another ([`Budget::nearest`]) takes more: only typical typing mistakes count,
//! word by word.

use std::cell::Cell;

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
    join(&all, joint)
}

/// [`list`], compiled once.
pub(crate) fn join(words: &[&str], joint: &str) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {joint} {last}", before.join(", ")),
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
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            self.0.set(self.0.get().checked_sub(1)?);
            if let Some(distance) = slip(name, candidate)
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

/// Returns how many typing mistakes turn one word into the other, if so many are plausible for their length.
fn typo(x: &str, y: &str) -> Option<usize> {
    let shorter = x.len().min(y.len());
    let allowed = match shorter {
        ..3 => return None,
        3..6 => 1,
        _ => 2,
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
        ] {
            assert!(slip(typed, other).is_none(), "{typed}");
        }
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
