//! Formats an instant, the same way everywhere.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

/// Displays an instant as RFC 3339 in UTC, with the fraction it has. The output equals that of `jiff`, whose own
/// `Display` would add 50 kB of error types to the WebAssembly module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown(pub Timestamp);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds = self.0.as_second();
        let mut fraction = i64::from(self.0.subsec_nanosecond());
        // Before 1970 both are negative.
        if fraction < 0 {
            (seconds, fraction) = (seconds - 1, fraction + 1_000_000_000);
        }
        let (year, month, day) = date(seconds.div_euclid(86_400));
        let second = seconds.rem_euclid(86_400);
        let (sign, width) = if year < 0 { ("-", 6) } else { ("", 4) };
        f.write_str(sign)?;
        digits(f, year.abs(), width)?;
        for (mark, number) in [
            ('-', month),
            ('-', day),
            ('T', second / 3600),
            (':', second / 60 % 60),
            (':', second % 60),
        ] {
            f.write_char(mark)?;
            digits(f, number, 2)?;
        }
        if fraction > 0 {
            let mut width = 9;
            while fraction % 10 == 0 {
                (fraction, width) = (fraction / 10, width - 1);
            }
            f.write_char('.')?;
            digits(f, fraction, width)?;
        }
        f.write_char('Z')
    }
}

/// Writes the last `width` digits of a number, padded with zeros.
fn digits(f: &mut fmt::Formatter<'_>, number: i64, width: u32) -> fmt::Result {
    for place in (0..width).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        f.write_char(char::from(b'0' + digit.unsigned_abs() as u8))?;
    }
    Ok(())
}

/// Returns the days since 1970-01-01 of a date in the proleptic Gregorian calendar. Years are counted from March, so
/// that a leap day is the last day of its year.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day
        - 1
        - 719_468
}

/// Returns year, month and day of a number of days since 1970-01-01; the inverse of [`days`].
pub(crate) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (
        day - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    (era * 400 + year + i64::from(month <= 2), month, day)
}
