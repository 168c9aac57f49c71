//! Identifiers, pointers, versions and JSON.

/// `8HEXDIG "-" 4HEXDIG "-" 4HEXDIG "-" 4HEXDIG "-" 12HEXDIG`
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, b)| match index {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// `*( "/" *( unescaped / "~0" / "~1" ) )`
pub(super) fn is_json_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// `non-negative-integer ( "#" / json-pointer )`
pub(super) fn is_relative_json_pointer(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    digits > 0 && (digits == 1 || !text.starts_with('0')) && (rest == "#" || is_json_pointer(rest))
}

/// `number "." number "." number [ "-" identifiers ] [ "+" identifiers ]`. A numeric identifier has no leading zero,
/// except in the build part.
pub(super) fn is_semver(text: &str) -> bool {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, pre_release) = match text.split_once('-') {
        Some((core, pre_release)) => (core, Some(pre_release)),
        None => (text, None),
    };
    let are_identifiers = |text: &str| {
        text.split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    };
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_padded = |text: &str| text.len() > 1 && text.starts_with('0') && is_number(text);
    core.split('.').count() == 3
        && core
            .split('.')
            .all(|part| !part.is_empty() && is_number(part) && !is_padded(part))
        && pre_release.is_none_or(|text| are_identifiers(text) && !text.split('.').any(is_padded))
        && build.is_none_or(are_identifiers)
}

/// Any JSON value, at any depth.
pub(super) fn is_json(text: &str) -> bool {
    crate::json::read::is_value(text)
}
