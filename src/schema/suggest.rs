//! "Did you mean": the one known word that is plainly meant.

/// Words longer than this are not compared: nobody mistypes them, and the comparison is quadratic in their length.
const MAX_COMPARED: usize = 64;

/// The known word closest to `word`, if it is close: the same but for case, or at most one edit in four letters.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > MAX_COMPARED {
        return None;
    }
    let allowed = (word.chars().count() / 4).clamp(1, 3);
    let lower = word.to_ascii_lowercase();
    known
        .into_iter()
        .filter(|candidate| {
            candidate.len().abs_diff(word.len()) <= 8 && candidate.len() <= MAX_COMPARED && *candidate != word
        })
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && distance < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The words as a list for people: `a, b and c`.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>, joint: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} {joint} {last}", before.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
