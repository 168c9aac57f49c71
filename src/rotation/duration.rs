//! Time spans in policies: whole hours, days or weeks, each an exact number of seconds.
//!
//! Months and years are refused, since their length depends on the day on which they begin.

use std::fmt;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// The longest span that a policy may name, in seconds: a hundred years, more than any cryptoperiod.
const MAX: i64 = 36_525 * DAY;

/// A span of time: `P90D`, `P12W`, `PT48H`, or `90d`, `12w`, `48h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// Why a text is not a duration, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationError {
    /// What is wrong, worded as the end of a sentence that begins with the place.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Duration {
    /// Creates a duration of whole days.
    #[must_use]
    pub const fn days(days: u32) -> Duration {
        Duration(days as i64 * DAY)
    }

    /// Creates a duration of that many seconds; `None` if it is longer than a hundred years.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Option<Duration> {
        if seconds <= MAX as u64 {
            Some(Duration(seconds as i64))
        } else {
            None
        }
    }

    /// Returns the length in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Parses `P<n>D`, `P<n>W`, `PT<n>H` and the short forms `<n>d`, `<n>w`, `<n>h`.
    ///
    /// # Errors
    /// If the text is of another form or longer than a hundred years. The error says what to write.
    pub fn parse(text: &str) -> Result<Duration, DurationError> {
        let (number, unit) = split(text).ok_or_else(|| explain(text))?;
        let seconds = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
        match seconds {
            Some(seconds) if seconds <= MAX => Ok(Duration(seconds)),
            _ => Err(error("is longer than a hundred years", "write at most P36525D")),
        }
    }
}

impl fmt::Display for Duration {
    /// Writes the canonical form: days, or hours if it is not a whole number of days.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % DAY == 0 {
            write!(f, "P{}D", self.0 / DAY)
        } else {
            write!(f, "PT{}H", self.0 / HOUR)
        }
    }
}

/// `"P" n ( "D" / "W" ) / "PT" n "H" / n ( "d" / "w" / "h" )`: returns the digits and the seconds per unit.
fn split(text: &str) -> Option<(&str, i64)> {
    let (number, unit) = if let Some(rest) = text.strip_prefix("PT") {
        (rest.strip_suffix('H')?, HOUR)
    } else if let Some(rest) = text.strip_prefix('P') {
        match rest.strip_suffix('D') {
            Some(number) => (number, DAY),
            None => (rest.strip_suffix('W')?, WEEK),
        }
    } else {
        let at = text.find(|char: char| !char.is_ascii_digit())?;
        let unit = match &text[at..] {
            "d" => DAY,
            "w" => WEEK,
            "h" => HOUR,
            _ => return None,
        };
        (&text[..at], unit)
    };
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((number, unit))
}

/// Returns the hint for a text that people are likely to write.
fn explain(text: &str) -> DurationError {
    const FORMS: &str = "write one number and one unit: P90D, P12W or PT48H (90d, 12w and 48h are accepted)";
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    if trimmed != text && split(trimmed).is_some() {
        return error("has blanks around it", "take the blanks away");
    }
    if lower.is_empty() {
        return error("is empty", FORMS);
    }
    if lower.bytes().all(|byte| byte.is_ascii_digit()) {
        return error(
            "has no unit",
            &format!("write P{lower}D for days or PT{lower}H for hours"),
        );
    }
    let date = lower
        .strip_prefix('p')
        .map_or(&*lower, |rest| rest.split('t').next().unwrap_or(rest));
    let time = lower.split_once('t').map_or("", |(_, time)| time);
    let count = || leading_number(date);
    if date.ends_with('y') || date.ends_with("year") || date.ends_with("years") {
        let days = count().map_or(365, |years| years.saturating_mul(365));
        return error("counts years, which differ in length", &format!("write days: P{days}D"));
    }
    if date.ends_with("mo")
        || crate::find::find(date.as_bytes(), b"month").is_some()
        || (lower.starts_with('p') && date.ends_with('m'))
    {
        let days = count().map_or(90, |months| months.saturating_mul(30));
        return error(
            "counts months, which differ in length",
            &format!("write days: P{days}D"),
        );
    }
    if date.ends_with('m') && lower == date {
        return error("may mean minutes or months", "write hours or days: PT48H or P90D");
    }
    if date.ends_with('s') && leading_number(date).is_some_and(|seconds| seconds > 0 && seconds.is_multiple_of(3600)) {
        let hours = count().unwrap_or_default() / 3600;
        let written = if hours.is_multiple_of(24) {
            format!("P{}D", hours / 24)
        } else {
            format!("PT{hours}H")
        };
        return error("counts seconds", &format!("write {written}"));
    }
    if time.ends_with('m') || time.ends_with('s') {
        return error(
            "counts minutes or seconds, finer than any rotation",
            "write hours or days: PT48H or P90D",
        );
    }
    if split(&trimmed.to_ascii_uppercase()).is_some() {
        return error(
            "is a duration in the wrong case",
            &format!("write {}", trimmed.to_ascii_uppercase()),
        );
    }
    error("is not a duration", FORMS)
}

/// Returns the number at the beginning of a text.
fn leading_number(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

fn error(message: &str, help: &str) -> DurationError {
    DurationError {
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_and_short_forms() {
        for (text, canonical) in [
            ("P90D", "P90D"),
            ("P12W", "P84D"),
            ("PT48H", "P2D"),
            ("PT36H", "PT36H"),
            ("90d", "P90D"),
            ("12w", "P84D"),
            ("48h", "P2D"),
            ("P0D", "P0D"),
            ("P090D", "P90D"),
        ] {
            assert_eq!(Duration::parse(text).unwrap().to_string(), canonical, "{text}");
        }
        assert_eq!(Duration::parse("PT36H").unwrap().seconds(), 36 * 3600);
        assert_eq!(Duration::parse("P90D").unwrap(), Duration::days(90));
    }

    #[test]
    fn refusals_suggest_what_to_write() {
        for (text, message, help) in [
            ("P3M", "counts months, which differ in length", "write days: P90D"),
            ("3 months", "counts months, which differ in length", "write days: P90D"),
            ("P1Y", "counts years, which differ in length", "write days: P365D"),
            ("1y", "counts years, which differ in length", "write days: P365D"),
            (
                "90m",
                "may mean minutes or months",
                "write hours or days: PT48H or P90D",
            ),
            (
                "PT90M",
                "counts minutes or seconds, finer than any rotation",
                "write hours or days: PT48H or P90D",
            ),
            ("7776000s", "counts seconds", "write P90D"),
            ("90", "has no unit", "write P90D for days or PT90H for hours"),
            ("p90d", "is a duration in the wrong case", "write P90D"),
            (" P90D", "has blanks around it", "take the blanks away"),
            (
                "P99999999999D",
                "is longer than a hundred years",
                "write at most P36525D",
            ),
        ] {
            let error = Duration::parse(text).unwrap_err();
            assert_eq!((&*error.message, &*error.help), (message, help), "{text}");
        }
        for text in [
            "",
            "P",
            "PT",
            "PD",
            "P-1D",
            "P1.5D",
            "P1DT12H",
            "d",
            "ninety days",
            "P９D",
            "90D",
            "PT1D",
            "P1H",
            "é",
        ] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }
}
