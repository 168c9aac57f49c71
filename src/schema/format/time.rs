//! RFC 3339: dates, times and durations.

/// `full-date "T" full-time`, in either case.
pub(super) fn is_date_time(text: &str) -> bool {
    text.split_once(['T', 't'])
        .is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// `4DIGIT "-" 2DIGIT "-" 2DIGIT`, with a day that exists in the month.
pub(super) fn is_date(text: &str) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return false;
    };
    let (Some(century), Some(year), Some(month), Some(day)) = (
        two_digits(y1, y2),
        two_digits(y3, y4),
        two_digits(m1, m2),
        two_digits(d1, d2),
    ) else {
        return false;
    };
    let is_leap = if year == 0 {
        century.is_multiple_of(4)
    } else {
        year.is_multiple_of(4)
    };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `2DIGIT ":" 2DIGIT ":" 2DIGIT [ "." 1*DIGIT ] ( "Z" / ( "+" / "-" ) 2DIGIT ":" 2DIGIT )`. A leap second is only
/// valid at the end of a UTC day.
pub(super) fn is_time(text: &str) -> bool {
    let &[h1, h2, b':', m1, m2, b':', s1, s2, ref rest @ ..] = text.as_bytes() else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (two_digits(h1, h2), two_digits(m1, m2), two_digits(s1, s2)) else {
        return false;
    };
    let offset = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    // Minutes to add to reach UTC.
    let to_utc = match *offset {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => match (two_digits(h1, h2), two_digits(m1, m2)) {
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => {
                let minutes = i32::from(hours) * 60 + i32::from(minutes);
                if sign == b'+' { -minutes } else { minutes }
            }
            _ => return false,
        },
        _ => return false,
    };
    let utc = (i32::from(hour) * 60 + i32::from(minute) + to_utc).rem_euclid(24 * 60);
    hour < 24 && minute < 60 && (second < 60 || second == 60 && utc == 24 * 60 - 1)
}

/// `"P" ( weeks / date-parts [ "T" time-parts ] / "T" time-parts )`.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else {
        return false;
    };
    match text.split_once('T') {
        Some((date, time)) => (date.is_empty() || are_parts(date, "YMD")) && are_parts(time, "HMS"),
        None => are_parts(text, "YMD") || are_parts(text, "W"),
    }
}

/// One or more parts, each `1*DIGIT unit`; a unit may only be followed by the next smaller one.
fn are_parts(text: &str, mut units: &str) -> bool {
    let mut rest = text;
    let mut first = true;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(unit) = number.chars().next().filter(|_| number.len() < rest.len()) else {
            return false;
        };
        match units.find(unit) {
            Some(at) if first || at == 0 => {
                units = &units[at + 1..];
                rest = &number[1..];
                first = false;
            }
            _ => return false,
        }
    }
    !first
}

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}
