//! JSON numbers kept exactly, as a decimal mantissa and an exponent.
//!
//! Floating point would round the numbers in a schema (`multipleOf: 0.01`) and in a file (a 17-digit id), and parsing
//! it is among the largest functions of the standard library. Decimals avoid both.

use std::cmp::Ordering;
use std::fmt;

/// How many significant digits are kept; further ones are dropped. One less than fits, which leaves room for a step of
/// a long division.
const MAX_DIGITS: u32 = 37;

/// A mantissa of at least this takes no further digit.
const FULL: u128 = 10u128.pow(MAX_DIGITS - 1);

/// Exponents are clamped to this; no number that a schema compares comes near it.
const MAX_EXPONENT: i64 = 1_000_000_000;

/// `±mantissa × 10^exponent`, without trailing zeros in the mantissa, so that equal numbers have equal representations.
/// Packed because it is the largest kind of value and so determines the size of every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, packed(8))]
pub(crate) struct Decimal {
    mantissa: u128,
    exponent: i32,
    negative: bool,
}

impl Decimal {
    /// Zero.
    pub(crate) const ZERO: Decimal = Decimal {
        negative: false,
        mantissa: 0,
        exponent: 0,
    };

    /// Parses all of `text`: `-? (0
    /// [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`. The second part of the result says whether it is a plain integer
    /// literal, without fraction and exponent.
    pub(crate) fn parse(text: &[u8]) -> Option<(Decimal, bool)> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let (whole, rest) = digits(rest);
        if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') {
            return None;
        }
        let mut number = Builder::default();
        number.push(whole);
        if rest.is_empty() {
            return Some((number.finish(negative, 0), true));
        }
        let mut rest = rest;
        let mut shift = 0;
        if let [b'.', tail @ ..] = rest {
            let (fraction, tail) = digits(tail);
            if fraction.is_empty() {
                return None;
            }
            number.push(fraction);
            shift = -i64::try_from(fraction.len()).unwrap_or(MAX_EXPONENT);
            rest = tail;
        }
        if let [b'e' | b'E', tail @ ..] = rest {
            let (down, tail) = match tail {
                [b'-', tail @ ..] => (true, tail),
                [b'+', tail @ ..] => (false, tail),
                tail => (false, tail),
            };
            let (exponent, tail) = digits(tail);
            if exponent.is_empty() {
                return None;
            }
            let size = exponent.iter().fold(0i64, |sum, digit| {
                (sum * 10 + i64::from(digit - b'0')).min(2 * MAX_EXPONENT)
            });
            shift += if down { -size } else { size };
            rest = tail;
        }
        rest.is_empty().then(|| (number.finish(negative, shift), false))
    }

    /// Returns whether it has no fractional part, however it is written.
    pub(crate) fn is_integer(self) -> bool {
        self.exponent >= 0
    }

    /// Returns whether it is above zero.
    pub(crate) fn is_positive(self) -> bool {
        !self.negative && self.mantissa != 0
    }

    /// Returns it as a count; `None` if it is negative, has a fractional part, or is above `u32::MAX`.
    pub(crate) fn as_count(self) -> Option<u32> {
        if self.negative || self.exponent < 0 || self.exponent > 9 {
            return None;
        }
        self.mantissa
            .checked_mul(10u128.pow(self.exponent.unsigned_abs()))
            .and_then(|count| u32::try_from(count).ok())
    }

    /// Returns whether it is an integer multiple of `divisor`, which must not be zero.
    pub(crate) fn is_multiple_of(self, divisor: Decimal) -> bool {
        let shift = i64::from(self.exponent) - i64::from(divisor.exponent);
        if shift >= 0 {
            // Long division. After 128 steps, a further factor of ten can't change whether the remainder becomes zero.
            let mut remainder = self.mantissa % divisor.mantissa;
            for _ in 0..shift.min(128) {
                if remainder == 0 {
                    break;
                }
                remainder = remainder * 10 % divisor.mantissa;
            }
            remainder == 0
        } else {
            let mut unit = divisor.mantissa;
            for _ in 0..-shift {
                match unit.checked_mul(10) {
                    Some(next) if next <= self.mantissa => unit = next,
                    _ => return self.mantissa == 0,
                }
            }
            self.mantissa.is_multiple_of(unit)
        }
    }

    /// Returns the smallest power of ten above its absolute value.
    fn magnitude(self) -> i64 {
        i64::from(self.exponent) + i64::from(self.mantissa.checked_ilog10().map_or(0, |log| log + 1))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let sign = |number: &Decimal| match (number.mantissa, number.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let signs = sign(self).cmp(&sign(other));
        if signs != Ordering::Equal || self.mantissa == 0 {
            return signs;
        }
        let sizes = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // At equal magnitude the mantissas differ in length by the difference of the exponents, so the longer
            // length fits both.
            let low = self.exponent.min(other.exponent);
            let scaled = |number: &Decimal| number.mantissa * 10u128.pow((number.exponent - low).unsigned_abs());
            scaled(self).cmp(&scaled(other))
        });
        if self.negative { sizes.reverse() } else { sizes }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u32> for Decimal {
    fn from(count: u32) -> Decimal {
        Builder {
            mantissa: u128::from(count),
            dropped: 0,
        }
        .finish(false, 0)
    }
}

/// Formats it as a person would: plain digits if there are few, otherwise with an exponent.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let digits = shown(self.mantissa);
        let exponent = self.exponent.unsigned_abs() as usize;
        if (0..=18).contains(&self.exponent) {
            write!(f, "{digits}{}", "0".repeat(exponent))
        } else if self.exponent < 0 && exponent <= 18 {
            let padded = format!("{digits:0>width$}", width = exponent + 1);
            let (whole, fraction) = padded.split_at(padded.len() - exponent);
            write!(f, "{whole}.{fraction}")
        } else {
            write!(f, "{digits}e{}", self.exponent)
        }
    }
}

/// The digits read so far.
#[derive(Default)]
struct Builder {
    mantissa: u128,
    /// How many digits did not fit.
    dropped: i64,
}

impl Builder {
    fn push(&mut self, digits: &[u8]) {
        for digit in digits {
            if self.mantissa >= FULL {
                self.dropped += 1;
            } else {
                self.mantissa = self.mantissa * 10 + u128::from(digit - b'0');
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "clamped to MAX_EXPONENT")]
    fn finish(self, negative: bool, shift: i64) -> Decimal {
        let mut mantissa = self.mantissa;
        if mantissa == 0 {
            return Decimal::ZERO;
        }
        let mut exponent = shift + self.dropped;
        while mantissa.is_multiple_of(10) {
            mantissa /= 10;
            exponent += 1;
        }
        Decimal {
            negative,
            mantissa,
            exponent: exponent.clamp(-MAX_EXPONENT, MAX_EXPONENT) as i32,
        }
    }
}

/// Formats the digits of a number. The standard library's formatting of 128 bits takes a kilobyte.
fn shown(mut number: u128) -> String {
    let mut digits = [b'0'; MAX_DIGITS as usize];
    let mut from = digits.len() - 1;
    loop {
        digits[from] += (number % 10) as u8;
        number /= 10;
        if number == 0 || from == 0 {
            return digits[from..].iter().map(|&digit| char::from(digit)).collect();
        }
        from -= 1;
    }
}

/// Splits a text after its leading digits.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text.as_bytes()).expect(text).0
    }

    #[test]
    fn only_json_numbers_are_read() {
        for text in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1_000", " 1", "1 ", "NaN", "Infinity", "--1", "1.5.2",
        ] {
            assert!(Decimal::parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn equal_numbers_are_equal_values() {
        assert_eq!(number("1.0"), number("1"));
        assert_eq!(number("100e-2"), number("1"));
        assert_eq!(number("-0"), number("0"));
        assert_eq!(number("1E400"), number("10e399"));
    }

    #[test]
    fn order_is_exact() {
        let sorted = [
            "-1e400",
            "-2",
            "-1.5",
            "0",
            "1e-400",
            "0.1",
            "0.11",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        for pair in sorted.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (value, of, is) in [
            ("0.07", "0.01", true),
            ("0.075", "0.01", false),
            ("1e308", "0.5", true),
            ("1e1000", "3", false),
            ("9e1000", "3", true),
            ("7", "2", false),
            ("4.5", "1.5", true),
            ("35", "1.5", false),
            ("0.00751", "0.0001", false),
            ("0", "3", true),
            ("12391239123", "0.123456789", false),
            ("1", "1e40", false),
        ] {
            assert_eq!(number(value).is_multiple_of(number(of)), is, "{value} of {of}");
        }
    }

    #[test]
    fn numbers_are_shown_as_people_write_them() {
        for text in ["0", "-1.5", "0.001", "65535", "8000", "1e30"] {
            assert_eq!(number(text).to_string(), text);
        }
    }
}
