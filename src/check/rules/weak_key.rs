//! A secret has fewer bits than the schema requires, or is plainly not random.

use crate::check::material::{self, Pattern};
use crate::check::private_key;
use crate::check::rule::{Check, Findings, Rule, Subject, Traits, in_schema};
use crate::check::rules::placeholder_value;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::schema::{Encoding, EnvironmentId, Property};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("weak-key"),
    severity: Severity::Error,
    summary: "a secret has too few bits, or is not random",
    docs: docs!("weak_key.md"),
    check: Check::Variable(Traits::MATERIAL, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(property) = subject.property else { return };
    let asked = asked(property, subject.scope.environment.id);
    if asked.is_none() && property.secret.is_none() {
        return;
    }
    // An empty value is reported by `empty-required`.
    let Some(value) = subject
        .known()
        .map(|secret| secret.expose())
        .filter(|value| !value.is_empty())
    else {
        return;
    };
    // A known placeholder is not reported as a weak key, too.
    if property.secret.is_some() && placeholder_value::refuses_here(subject) {
        return;
    }
    if let Some((message, severity)) = too_short(property, value, asked) {
        return report(subject, property, found, message, severity);
    }
    let Some((pattern, is_decoded)) = material::weakness(value, property.encoding) else {
        return;
    };
    if subject.placeholder().is_some() {
        return;
    }
    let message = not_random(&property.name, pattern, is_decoded);
    let severity = placeholder_value::usual_severity(subject.scope.context, subject.scope.environment.id);
    report(subject, property, found, message, severity);
}

/// Words what is wrong with the length of a value, if anything is.
fn too_short(property: &Property, value: &[u8], asked: Option<u32>) -> Option<(String, Severity)> {
    let needed = u64::from(asked.unwrap_or_default());
    if needed == 0 && property.encoding.is_none() {
        return None;
    }
    let name = &property.name;
    match material::bits(value, property.encoding) {
        None => Some((not_encoded(property), Severity::Error)),
        Some(bits) if bits >= needed => None,
        // It may be as long as it should be.
        Some(0) if private_key::bits(value).is_some() => Some((
            format!("the size of {name} can't be read, because it is encrypted or broken; {needed} bits are required"),
            Severity::Warning,
        )),
        Some(bits) => Some((
            format!(
                "{name} has {} of key material; {needed} are required",
                wording::count(bits, "bit")
            ),
            Severity::Error,
        )),
    }
}

/// Words in which way a value is not random.
fn not_random(name: &str, pattern: Pattern, is_decoded: bool) -> String {
    match pattern {
        Pattern::Words => format!("{name}, decoded, is a placeholder or easy to guess; a secret must be random"),
        _ if is_decoded => format!("{name}, decoded, is a pattern of bytes; a secret must be random"),
        Pattern::FewCharacters(1) => format!("{name} is one character repeated; a secret must be random"),
        Pattern::FewCharacters(count) => {
            format!("{name} has only {count} different characters; a secret must be random")
        }
        Pattern::Repeated => format!("{name} is a short piece repeated; a secret must be random"),
        Pattern::Sequential => {
            format!("{name} is a run of the alphabet, the digits or the keyboard; a secret must be random")
        }
    }
}

/// Returns how many bits an environment requires of a key.
fn asked(property: &Property, environment: EnvironmentId) -> Option<u32> {
    property.min_bits.get(usize::from(environment.0)).copied().flatten()
}

/// Whether a value has the required bits and no obvious pattern.
pub(in crate::check) fn is_silent(property: &Property, environment: EnvironmentId, value: &str) -> bool {
    let value = value.as_bytes();
    let needed = u64::from(asked(property, environment).unwrap_or_default());
    let is_free = needed == 0 && property.encoding.is_none();
    let has = || material::bits(value, property.encoding).is_some_and(|bits| bits >= needed);
    (is_free || has()) && material::weakness(value, property.encoding).is_none()
}

fn report(subject: &Subject<'_>, property: &Property, found: &mut Findings<'_>, message: String, severity: Severity) {
    let asked = asked(property, subject.scope.environment.id);
    let is_private_key = subject
        .known()
        .is_some_and(|secret| private_key::bits(secret.expose()).is_some());
    let recipe = match asked {
        Some(bits) if is_private_key => format!("`openssl genrsa {bits}` makes one"),
        _ => recipe(property.encoding, asked),
    };
    let help = wording::help(&[Some(recipe), wording::contacts(property)]).unwrap_or_default();
    let draft = found
        .at(subject.value_location(), message)
        .severity(severity)
        .key(Some(&property.name))
        .help(help);
    let pointer = if asked.is_some() {
        let environment = usize::from(subject.scope.environment.id.0);
        let own = property.bits_in.get(environment).and_then(Option::as_ref);
        format!("{}/minBits", own.unwrap_or(&property.pointer))
    } else {
        format!("{}/secret", property.pointer)
    };
    let _ = draft
        .pointer(&pointer)
        .related(in_schema(property.span), "declared here");
}

fn not_encoded(property: &Property) -> String {
    let (name, reading) = match property.encoding {
        Some(Encoding::Hex) => (&property.name, "an even number of hexadecimal digits"),
        Some(Encoding::Base64) => (&property.name, "base64 (`A-Za-z0-9+/`)"),
        Some(Encoding::Base64Url) => (&property.name, "base64url (`A-Za-z0-9-_`)"),
        Some(Encoding::Utf8) | None => (&property.name, "text"),
    };
    format!("{name} must be {reading}, as its `encoding` says")
}

/// Returns the command that generates a suitable value.
fn recipe(encoding: Option<Encoding>, asked: Option<u32>) -> String {
    let bytes = asked.unwrap_or(256).div_ceil(8).max(16);
    match encoding {
        Some(Encoding::Hex) => format!("`openssl rand -hex {bytes}` makes one"),
        Some(Encoding::Base64Url) => format!("`openssl rand -base64 {bytes} | tr '+/' '-_'` makes one"),
        Some(Encoding::Base64 | Encoding::Utf8) | None => format!("`openssl rand -base64 {bytes}` makes one"),
    }
}
