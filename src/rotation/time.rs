//! The only date reader: every date in an export, a value, a ledger or a policy is parsed here.
//!
//! Reads RFC 3339 with the deviations that tools produce (a space instead of `T`, no seconds, `+0200`, `UTC`, a bare date), the compact
//! forms of X.509 and of presigned URLs, and JSON numbers in seconds or milliseconds. A time without an offset is refused, since guessing
//! the offset can be a day wrong.

use std::fmt;
use std::ops::Range;

use crate::join::join;
use jiff::Timestamp;

pub use crate::instant::Shown;

/// The meaning of a date field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant.
    At(Timestamp),
    /// No end: X.509 and Google write it as the last second of the year 9999.
    Never,
    /// No date: Go and .NET write an unset one with the year 1.
    Unset,
}

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    /// Date and time without an offset, so the instant isn't known.
    NoOffset,
    /// Not a date, or a date that the calendar doesn't have.
    NotADate,
    /// Outside the years 0 to 9999.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::NoOffset => {
                "has no offset from UTC, so it may mean any of 26 hours; write it with `Z` or `+02:00`"
            }
            TimeError::NotADate => "is not a date of RFC 3339; write it as 2026-01-31T09:00:00Z or 2026-01-31",
            TimeError::OutOfRange => "lies outside the years 0 to 9999",
        })
    }
}

impl std::error::Error for TimeError {}

/// Parses a date in text. A bare date means 00:00:00Z. With `assume_utc`, a time without an offset is taken for UTC.
///
/// `date [ ( "T" / " " ) hour ":" minute [ ":" second [ "." 1*DIGIT ] ] [ " " ] ( "Z" / "UTC" / "GMT" / sign hour [ [ ":" ] minute ] [ " " zone ] ) ]`
///
/// # Errors
/// If the text is not a date, or has no offset and `assume_utc` is false.
pub fn parse(text: &str, assume_utc: bool) -> Result<Moment, TimeError> {
    let mut reader = Reader {
        rest: text.trim_ascii().as_bytes(),
    };
    let year = reader.number(4)?;
    reader.need(b'-')?;
    let month = reader.number(2)?;
    reader.need(b'-')?;
    let day = reader.number(2)?;
    if reader.rest.is_empty() {
        return moment(Fields {
            year,
            month,
            day,
            ..Fields::default()
        });
    }
    if !(reader.eat(b'T') || reader.eat(b't') || reader.eat(b' ')) {
        return Err(TimeError::NotADate);
    }
    let hour = reader.number(2)?;
    reader.need(b':')?;
    let minute = reader.number(2)?;
    let second = if reader.eat(b':') { reader.number(2)? } else { 0 };
    let nanosecond = if reader.eat(b'.') || reader.eat(b',') {
        reader.fraction()?
    } else {
        0
    };
    let offset = reader.offset(assume_utc)?;
    moment(Fields {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
        offset,
    })
}

/// Parses a date without separators: `20260131T090000Z` as in presigned URLs, `20260131090000Z` and `260131090000Z` as in X.509. Of years
/// with two digits, those below 50 are 20xx, the others 19xx.
///
/// # Errors
/// If the text is not a date.
pub fn parse_compact(text: &[u8]) -> Result<Moment, TimeError> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut reader = Reader { rest: text };
    let year = match digits {
        12 => {
            let year = reader.number(2)?;
            year + if year < 50 { 2000 } else { 1900 }
        }
        _ => reader.number(4)?,
    };
    let (month, day) = (reader.number(2)?, reader.number(2)?);
    if digits == 8 {
        reader.need(b'T')?;
    }
    let (hour, minute, second) = (reader.number(2)?, reader.number(2)?, reader.number(2)?);
    reader.need(b'Z')?;
    if !reader.rest.is_empty() {
        return Err(TimeError::NotADate);
    }
    moment(Fields {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..Fields::default()
    })
}

/// Parses the digits of a JSON number as seconds since 1970, or as milliseconds from 10¹¹ up (which as seconds would be the year 5138).
/// Exact: the digits never pass through a float. What is finer than a nanosecond is cut off.
///
/// # Errors
/// If the instant is outside the calendar.
pub fn parse_number(digits: &str) -> Result<Moment, TimeError> {
    instant(digits).map(Moment::At).ok_or(TimeError::OutOfRange)
}

fn instant(digits: &str) -> Option<Timestamp> {
    let (sign, digits) = digits.strip_prefix('-').map_or((1, digits), |rest| (-1, rest));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = join(&[whole, fraction], "").into_bytes();
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let exponent = exponent.parse::<i64>().ok()?;
    let Some(first) = digits.iter().position(|digit| *digit != b'0') else {
        return Some(Timestamp::UNIX_EPOCH);
    };
    let (first, end) = (i64::try_from(first).ok()?, i64::try_from(whole.len()).ok()?);
    // Where the digits of whole seconds end. They must fit into the number that they make.
    let mut point = end.checked_add(exponent).filter(|point| *point <= first + 18)?;
    let number = |places: Range<i64>| {
        places.fold(0, |number, place| {
            let digit = usize::try_from(place).ok().and_then(|place| digits.get(place));
            number * 10 + i64::from(digit.unwrap_or(&b'0') - b'0')
        })
    };
    if number(first..point) >= 100_000_000_000 {
        point -= 3;
    }
    let (seconds, nanoseconds) = (number(first..point), number(point..point.saturating_add(9)));
    Timestamp::new(sign * seconds, i32::try_from(sign * nanoseconds).ok()?).ok()
}

/// Moves an instant by seconds, saturating at the ends of the calendar.
#[must_use]
pub fn shift(at: Timestamp, seconds: i64) -> Timestamp {
    let end = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.as_second()
        .checked_add(seconds)
        .and_then(|second| Timestamp::new(second, at.subsec_nanosecond()).ok())
        .unwrap_or(end)
}

#[derive(Default)]
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i32,
    offset: i64,
}

fn moment(fields: Fields) -> Result<Moment, TimeError> {
    let Fields {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
        offset,
    } = fields;
    let leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap_year),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return Err(TimeError::NotADate);
    }
    let at = crate::instant::days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    // A leap second ends a day of UTC. Unix time has no number for it, so it is read as the second that follows.
    if second == 60 && at % 86_400 != 0 {
        return Err(TimeError::NotADate);
    }
    match year {
        9999 => Ok(Moment::Never),
        1 => Ok(Moment::Unset),
        _ => Timestamp::new(at, nanosecond)
            .map(Moment::At)
            .map_err(|_| TimeError::OutOfRange),
    }
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    fn number(&mut self, digits: usize) -> Result<i64, TimeError> {
        let (number, rest) = self.rest.split_at_checked(digits).ok_or(TimeError::NotADate)?;
        self.rest = rest;
        number.iter().try_fold(0, |sum, byte| match byte {
            b'0'..=b'9' => Ok(sum * 10 + i64::from(byte - b'0')),
            _ => Err(TimeError::NotADate),
        })
    }

    /// Reads the digits after the decimal point as nanoseconds, truncating finer ones.
    fn fraction(&mut self) -> Result<i32, TimeError> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if fraction.is_empty() {
            return Err(TimeError::NotADate);
        }
        Ok((0..9).fold(0, |sum, at| {
            sum * 10 + i32::from(fraction.get(at).unwrap_or(&b'0') - b'0')
        }))
    }

    fn offset(&mut self, assume_utc: bool) -> Result<i64, TimeError> {
        if self.rest.is_empty() {
            return if assume_utc { Ok(0) } else { Err(TimeError::NoOffset) };
        }
        self.eat(b' ');
        if [&b"Z"[..], b"z", b"UTC", b"GMT"].contains(&self.rest) {
            return Ok(0);
        }
        let sign = if self.eat(b'-') {
            -1
        } else if self.eat(b'+') {
            1
        } else {
            return Err(TimeError::NotADate);
        };
        let hours = self.number(2)?;
        self.eat(b':');
        let minutes = if self.rest.is_empty() || self.rest[0] == b' ' {
            0
        } else {
            self.number(2)?
        };
        // Go appends the name of the zone to the offset.
        if let [b' ', zone @ ..] = self.rest
            && (2..=5).contains(&zone.len())
            && zone.iter().all(u8::is_ascii_uppercase)
        {
            self.rest = &[];
        }
        if !self.rest.is_empty() || hours > 23 || minutes > 59 {
            return Err(TimeError::NotADate);
        }
        Ok(sign * (hours * 3600 + minutes * 60))
    }

    fn need(&mut self, byte: u8) -> Result<(), TimeError> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(TimeError::NotADate)
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.rest.first() == Some(&byte);
        if there {
            self.rest = &self.rest[1..];
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        shown(parse(text, false))
    }

    fn shown(moment: Result<Moment, TimeError>) -> String {
        match moment {
            Ok(Moment::At(at)) => at.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn rfc_3339_and_its_common_variants_are_read() {
        for (text, instant) in [
            ("2025-10-02T08:14:22Z", "2025-10-02T08:14:22Z"),
            ("2025-10-02t08:14:22z", "2025-10-02T08:14:22Z"),
            ("2025-10-02 08:14:22 UTC", "2025-10-02T08:14:22Z"),
            ("2025-11-13T05:41:11.900000-08:00", "2025-11-13T13:41:11.9Z"),
            ("2025-08-20T09:30:11.205000+0200", "2025-08-20T07:30:11.205Z"),
            ("2025-08-20T09:30:11+02", "2025-08-20T07:30:11Z"),
            ("2025-08-20 09:30:11.2 +0200 CEST", "2025-08-20T07:30:11.2Z"),
            ("2025-08-20 07:30:11 +0000 UTC", "2025-08-20T07:30:11Z"),
            ("2024-01-01T10:00:00.000000001Z", "2024-01-01T10:00:00.000000001Z"),
            ("2024-01-01T10:00:00.0000000019Z", "2024-01-01T10:00:00.000000001Z"),
            ("2026-01-31T09:00Z", "2026-01-31T09:00:00Z"),
            ("2026-02-01", "2026-02-01T00:00:00Z"),
            ("1969-07-20T20:17:40.5Z", "1969-07-20T20:17:40.5Z"),
            ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z"),
            ("2400-02-29T23:59:59Z", "2400-02-29T23:59:59Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            // The leap second of 2016, in Greenwich and in Tokyo.
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "Ok(Never)"),
            ("0001-01-01T00:00:00Z", "Ok(Unset)"),
        ] {
            assert_eq!(read(text), instant, "{text}");
        }
    }

    #[test]
    fn invalid_instants_are_refused() {
        for text in [
            "",
            "2026",
            "2026-02-30",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "26-01-01",
            "2026-1-1",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:30:60Z",
            "2026-01-31T09:00:00.Z",
            "2026-01-31T09:00:00+2",
            "2026-01-31T09:00:00 CET",
            "2026-01-31T09:00:00+01:00 Berlin",
            "2026-01-31T09:00:00Z and more",
            "31.01.2026",
            "01/31/2026",
            "2026-01-31T09:00:00+24:00",
            "+02026-01-31",
            "２０２６-01-31",
        ] {
            assert_eq!(read(text), "Err(NotADate)", "{text}");
        }
        assert_eq!(read("2026-01-31T09:00:00"), "Err(NoOffset)");
        assert_eq!(shown(parse("2026-01-31T09:00:00", true)), "2026-01-31T09:00:00Z");
    }

    #[test]
    fn every_day_of_eight_centuries_agrees_with_the_calendar() {
        let mut date = jiff::civil::date(1600, 1, 1);
        let mut days = crate::instant::days(1600, 1, 1);
        assert_eq!(days, -135_140);
        while date.year() < 2401 {
            assert_eq!(
                crate::instant::days(date.year().into(), date.month().into(), date.day().into()),
                days
            );
            assert_eq!(
                crate::instant::date(days),
                (date.year().into(), date.month().into(), date.day().into())
            );
            (date, days) = (date.tomorrow().unwrap(), days + 1);
        }
    }

    proptest::proptest! {
        #[test]
        fn instants_are_shown_as_jiff_shows_them(seconds in -377_705_023_201_i64..=253_402_207_200, nanoseconds in 0_i32..1_000_000_000, digits in 0_u32..10) {
            let nanoseconds = nanoseconds / 10_i32.pow(digits) * 10_i32.pow(digits);
            let at = Timestamp::new(seconds, if seconds < 0 { -nanoseconds } else { nanoseconds }).unwrap_or(Timestamp::MIN);
            proptest::prop_assert_eq!(Shown(at).to_string(), at.to_string());
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_read_as_they_are_written(seconds in -99_999_999_999_i64..100_000_000_000, nanoseconds in 0..1_000_000_000, shift in 0_i32..12) {
            let text = format!("{seconds}.{nanoseconds:09}");
            let sign = if text.starts_with('-') { -1 } else { 1 };
            let at = Timestamp::new(seconds, sign * nanoseconds).unwrap();
            proptest::prop_assert_eq!(parse_number(&text), Ok(Moment::At(at)));
            // The same with the point at another place.
            let moved = format!("{seconds}{nanoseconds:09}{:0>1$}e-{2}", "", shift as usize, 9 + shift);
            proptest::prop_assert_eq!(parse_number(&moved), Ok(Moment::At(at)));
        }
    }

    #[test]
    fn numbers_are_exact_seconds_or_milliseconds() {
        for (digits, instant) in [
            ("1759392862.123", "2025-10-02T08:14:22.123Z"),
            ("1759392862", "2025-10-02T08:14:22Z"),
            ("1759392862123", "2025-10-02T08:14:22.123Z"),
            ("1.51197446236E9", "2017-11-29T16:54:22.36Z"),
            ("-14182940", "1969-07-20T20:17:40Z"),
            ("0", "1970-01-01T00:00:00Z"),
            ("0e999999999", "1970-01-01T00:00:00Z"),
            ("1e-999999999", "1970-01-01T00:00:00Z"),
            ("4102444800", "2100-01-01T00:00:00Z"),
            ("1e999999999", "Err(OutOfRange)"),
            ("99999999999999999999999999999999999999999999", "Err(OutOfRange)"),
            ("1759392862123456", "Err(OutOfRange)"),
        ] {
            assert_eq!(shown(parse_number(digits)), instant, "{digits}");
        }
    }

    #[test]
    fn compact_forms() {
        for (text, instant) in [
            ("20251002T081422Z", "2025-10-02T08:14:22Z"),
            ("20251002081422Z", "2025-10-02T08:14:22Z"),
            ("251002081422Z", "2025-10-02T08:14:22Z"),
            ("500101000000Z", "1950-01-01T00:00:00Z"),
            ("491231235959Z", "2049-12-31T23:59:59Z"),
            ("99991231235959Z", "Ok(Never)"),
            ("20251002081422", "Err(NotADate)"),
            ("2025100208Z", "Err(NotADate)"),
        ] {
            assert_eq!(shown(parse_compact(text.as_bytes())), instant, "{text}");
        }
    }

    #[test]
    fn shifting_saturates() {
        let at: Timestamp = "2025-01-01T00:00:00.5Z".parse().unwrap();
        assert_eq!(shift(at, 86_400).to_string(), "2025-01-02T00:00:00.5Z");
        assert_eq!(shift(at, i64::MAX), Timestamp::MAX);
        assert_eq!(shift(at, i64::MIN), Timestamp::MIN);
    }
}
