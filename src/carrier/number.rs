//! Formats YAML numbers the way a program does that has parsed them as numbers, and recognises YAML dates.

/// Returns how Go formats a number. `None` if Go would use an exponent, or if the number is too long to predict the result.
pub(super) fn written(text: &str) -> Option<String> {
    let text = text.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let of_base = |digits: &str, base| i64::from_str_radix(digits, base).ok().map(|number| number.to_string());
    let written = match digits.as_bytes() {
        [b'0', b'x', ..] => of_base(&digits[2..], 16)?,
        [b'0', b'o', ..] => of_base(&digits[2..], 8)?,
        [b'0', b'b', ..] => of_base(&digits[2..], 2)?,
        [b'0', b'0'..=b'7', ..] if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            of_base(digits, 8).or_else(|| decimal(digits))?
        }
        _ => decimal(digits)?,
    };
    Some(if written == "0" {
        written
    } else {
        format!("{sign}{written}")
    })
}

/// Formats a decimal number without redundant zeros. `None` if it has more than six digits before the point, or more
/// than fifteen in all.
fn decimal(digits: &str) -> Option<String> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let is_short =
        whole.len() <= 6 && whole.len() + fraction.len() <= 15 && !(whole.is_empty() && fraction.starts_with("0000"));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_short || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}

/// Returns how GitHub formats a number: with fifteen digits, as .NET does. `None` if it takes the text for a string.
pub(super) fn in_workflow(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_signed = digits.len() < text.len();
    let of_base = |digits: &str, base| i32::from_str_radix(digits, base).ok().map(|number| number.to_string());
    match digits.as_bytes() {
        [b'0', b'x', ..] if !is_signed => return of_base(&digits[2..], 16),
        [b'0', b'o', ..] if !is_signed => return of_base(&digits[2..], 8),
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => {}
        _ => return None,
    }
    // What Rust reads as a number, and begins with a digit or a point, is what the core schema of YAML does.
    let written = format!("{:.14e}", digits.parse::<f64>().ok()?);
    let (mantissa, exponent) = written.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let mantissa = mantissa.replace('.', "");
    let mantissa = mantissa.trim_end_matches('0');
    let with_point = |at: usize| match mantissa.get(at..).filter(|fraction| !fraction.is_empty()) {
        Some(fraction) => format!("{}.{fraction}", &mantissa[..at]),
        None => format!("{mantissa:0<at$}"),
    };
    Some(match (mantissa, usize::try_from(exponent)) {
        ("", _) => format!("{sign}0"),
        (_, Ok(whole)) if whole < 15 => sign.to_owned() + &with_point(whole + 1),
        (_, Err(_)) if exponent > -5 => {
            let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
            format!("{sign}0.{zeros}{mantissa}")
        }
        _ => {
            let minus = if exponent < 0 { '-' } else { '+' };
            format!("{sign}{}E{minus}{:02}", with_point(1), exponent.unsigned_abs())
        }
    })
}

/// Returns whether a text is a date, or a date and a time: `2024-1-31`, `2024-01-31T12:00:00Z`.
pub(super) fn is_date(text: &str) -> bool {
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let mut part = |len: std::ops::RangeInclusive<usize>, most: u32| {
        let part = parts.next().unwrap_or_default();
        let number = part
            .parse::<u32>()
            .ok()
            .filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
        len.contains(&part.len()) && number.is_some_and(|number| number <= most && (number > 0 || most > 31))
    };
    let is_day = part(4..=4, 9999) && part(1..=2, 12) && part(1..=2, 31);
    is_day
        && parts.next().is_none()
        && time.is_none_or(|time| time.starts_with(|first: char| first.is_ascii_digit()) && time.contains(':'))
}
