//! `rotation` and inline policies of `secret`: how old a secret may be, as data. Judging the age is for `rotation/`.

use super::format::Format;
use super::json::{Node, quoted};
use super::suggest;
use super::{Errors, Vocabulary};
use crate::sort;
use crate::source::Span;

/// How old a secret may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The class's name; `None` for an inline policy.
    pub class: Option<String>,
    /// Where it is declared.
    pub span: Span,
    /// The oldest it may be, in seconds.
    pub max_age: Option<u64>,
    /// How long before that to warn, in seconds, longest first.
    pub warn_before: Vec<u64>,
    /// How long after that it is only a warning, in seconds.
    pub grace: Option<u64>,
    /// It must have changed since this date or instant (RFC 3339), for instance since a compromise.
    pub changed_since: Option<String>,
    /// What its own expiry must be.
    pub expiry: Option<Expiry>,
    /// The key that holds the value before the last change, for as long as both are accepted.
    pub previous: Option<Previous>,
    /// The weakest origin of evidence that is accepted.
    pub evidence: Option<EvidenceRank>,
    /// Who to ask.
    pub owner: Option<String>,
    /// What to do.
    pub runbook: Option<String>,
}

/// What the expiry inside a secret must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expiry {
    /// Whether it must have one.
    pub required: bool,
    /// The longest from issue to expiry, in seconds.
    pub max_lifetime: Option<u64>,
    /// The least that must be left, in seconds.
    pub min_remaining: Option<u64>,
}

/// Where the previous value is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// The key.
    pub key: String,
    /// How long both may be accepted, in seconds.
    pub overlap: Option<u64>,
}

/// Origins of evidence, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceRank {
    /// A comment in the file.
    Comment,
    /// The history of the repository.
    Git,
    /// Our ledger.
    Ledger,
    /// The store that holds it.
    Store,
    /// Who issued it.
    Issuer,
    /// The value itself.
    Value,
}

const RANKS: [(&str, EvidenceRank); 6] = [
    ("comment", EvidenceRank::Comment),
    ("git", EvidenceRank::Git),
    ("ledger", EvidenceRank::Ledger),
    ("store", EvidenceRank::Store),
    ("issuer", EvidenceRank::Issuer),
    ("value", EvidenceRank::Value),
];

/// Reads `rotation`: the policies by class, and the presets it names.
pub(crate) fn read(node: &Node<'_>, vocabulary: &Vocabulary<'_>, errors: &mut Errors) -> (Vec<Policy>, Vec<String>) {
    let (mut policies, mut presets) = (Vec::new(), Vec::new());
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, "rotation", "an object: classes of secrets to policies");
        return (policies, presets);
    };
    for member in &object.members {
        if member.key == "presets" {
            for (node, name) in errors.strings(&member.value, "presets") {
                if vocabulary.presets.iter().any(|preset| preset.0 == name) {
                    presets.push(name.to_owned());
                } else {
                    let known = vocabulary.presets.iter().map(|preset| preset.0);
                    errors.unknown(node.span, &format!("there is no preset {}", quoted(name)), name, known);
                }
            }
        } else if !member.key.starts_with("x-") {
            let policy = read_policy(&member.value, &member.key, errors);
            policies.push(Policy {
                class: Some(member.key.to_string()),
                span: member.key_span,
                ..policy
            });
        }
    }
    (policies, presets)
}

/// Reads one policy.
pub(crate) fn read_policy(node: &Node<'_>, name: &str, errors: &mut Errors) -> Policy {
    let mut policy = Policy {
        span: node.span,
        ..Policy::default()
    };
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, name, "a policy: an object with \"maxAge\", \"warnBefore\", …");
        return policy;
    };
    for member in &object.members {
        let value = &member.value;
        match &*member.key {
            "maxAge" => policy.max_age = read_duration(value, "maxAge", errors),
            "warnBefore" => policy.warn_before = read_durations(value, errors),
            "grace" => policy.grace = read_duration(value, "grace", errors),
            "changedSince" => {
                policy.changed_since = errors.string(value, "changedSince").map(str::to_owned);
                let text = policy.changed_since.as_deref().unwrap_or("2026-01-01");
                if !Format::Date.is_match(text) && !Format::DateTime.is_match(text) {
                    errors.push_help(
                        value.span,
                        "\"changedSince\" is a date or an instant",
                        "write it as 2026-01-31 or 2026-01-31T12:00:00Z",
                    );
                }
            }
            "expiry" => policy.expiry = read_expiry(value, errors),
            "previous" => policy.previous = read_previous(value, errors),
            "evidence" => {
                let Some(name) = errors.string(value, "evidence") else {
                    continue;
                };
                policy.evidence = RANKS.iter().find(|rank| rank.0 == name).map(|rank| rank.1);
                if policy.evidence.is_none() {
                    let known = || RANKS.iter().map(|rank| rank.0);
                    let message = format!(
                        "{} is no origin of evidence; there are {}",
                        quoted(name),
                        suggest::list(known(), "and")
                    );
                    errors.unknown(value.span, &message, name, known());
                }
            }
            "owner" => policy.owner = errors.string(value, "owner").map(str::to_owned),
            "runbook" => policy.runbook = errors.string(value, "runbook").map(str::to_owned),
            "title" | "description" | "$comment" => drop(errors.string(value, &member.key)),
            other if other.starts_with("x-") => {}
            other => errors.unknown(
                member.key_span,
                &format!("{} is no setting of a policy", quoted(other)),
                other,
                [
                    "maxAge",
                    "warnBefore",
                    "grace",
                    "changedSince",
                    "expiry",
                    "previous",
                    "evidence",
                    "owner",
                    "runbook",
                    "title",
                    "description",
                    "$comment",
                ],
            ),
        }
    }
    if let (Some(age), Some(&before), Some(node)) = (policy.max_age, policy.warn_before.first(), node.get("warnBefore"))
        && before >= age
    {
        errors.push_help(
            node.span,
            "\"warnBefore\" is not shorter than \"maxAge\": it would always warn",
            "make it shorter than \"maxAge\"",
        );
    }
    if let (None, Some(node)) = (policy.max_age, node.get("warnBefore"))
        && policy.expiry.is_none()
    {
        errors.push(
            node.span,
            "\"warnBefore\" needs a \"maxAge\" or an \"expiry\" to warn before",
        );
    }
    policy
}

fn read_expiry(node: &Node<'_>, errors: &mut Errors) -> Option<Expiry> {
    let mut expiry = Expiry::default();
    let Some(object) = node.as_object() else {
        errors.wrong_kind(
            node,
            "expiry",
            "an object with \"required\", \"maxLifetime\", \"minRemaining\"",
        );
        return None;
    };
    for member in &object.members {
        match &*member.key {
            "required" => expiry.required = errors.flag(&member.value, "required").unwrap_or_default(),
            "maxLifetime" => expiry.max_lifetime = read_duration(&member.value, "maxLifetime", errors),
            "minRemaining" => expiry.min_remaining = read_duration(&member.value, "minRemaining", errors),
            other => {
                let known = ["required", "maxLifetime", "minRemaining"];
                errors.unknown(
                    member.key_span,
                    &format!("{} is no setting of \"expiry\"", quoted(other)),
                    other,
                    known,
                );
            }
        }
    }
    if let (Some(life), Some(left)) = (expiry.max_lifetime, expiry.min_remaining)
        && left >= life
    {
        errors.push(
            node.span,
            "\"minRemaining\" is not shorter than \"maxLifetime\": no secret can meet both",
        );
    }
    Some(expiry)
}

fn read_previous(node: &Node<'_>, errors: &mut Errors) -> Option<Previous> {
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, "previous", "an object with \"key\" and \"overlap\"");
        return None;
    };
    let (mut key, mut overlap) = (None, None);
    for member in &object.members {
        match &*member.key {
            "key" => key = errors.string(&member.value, "key").map(str::to_owned),
            "overlap" => overlap = read_duration(&member.value, "overlap", errors),
            other => errors.unknown(
                member.key_span,
                &format!("{} is no setting of \"previous\"", quoted(other)),
                other,
                ["key", "overlap"],
            ),
        }
    }
    if object.get("key").is_none() {
        errors.push(node.span, "\"previous\" needs the \"key\" that holds the value before");
    }
    key.map(|key| Previous { key, overlap })
}

/// One duration or several, longest first.
fn read_durations(node: &Node<'_>, errors: &mut Errors) -> Vec<u64> {
    let mut all: Vec<u64> = match node.as_array() {
        Some(items) => items
            .iter()
            .filter_map(|item| read_duration(item, "warnBefore", errors))
            .collect(),
        None => read_duration(node, "warnBefore", errors).into_iter().collect(),
    };
    sort::by(&mut all, &|a, b| b.cmp(a));
    all.dedup();
    all
}

fn read_duration(node: &Node<'_>, keyword: &str, errors: &mut Errors) -> Option<u64> {
    let text = errors.string(node, keyword)?;
    match duration(text) {
        Ok(seconds) => Some(seconds),
        Err(why) => {
            errors.push_help(node.span, &format!("{} is no duration", quoted(text)), why);
            None
        }
    }
}

/// `P [n W | n D] [T [n H] [n M] [n S]]`, or `n` and one of `s m h d w`. In seconds, above nought, up to a thousand years.
fn duration(text: &str) -> Result<u64, &'static str> {
    const FORM: &str = "write it as P90D, P12W or PT48H; 90d is accepted";
    const CALENDAR: &str = "months and years differ in length; write days or weeks, as in P90D or P12W";
    const MAX: u64 = 1000 * 366 * 86400;
    let (rest, iso) = match text.strip_prefix('P') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (mut total, mut digits, mut clock, mut parts, mut last) = (0u64, None::<u64>, !iso, 0, 0);
    for character in rest.chars() {
        if let Some(digit) = character.to_digit(10) {
            digits = Some(digits.unwrap_or(0).saturating_mul(10).saturating_add(u64::from(digit)));
            continue;
        }
        // Units go from large to small, each once.
        let (order, seconds) = match (character, iso, clock) {
            ('T', true, false) if digits.is_none() => {
                clock = true;
                continue;
            }
            ('Y', true, false) | ('M', true, false) => return Err(CALENDAR),
            ('y' | 'M', false, _) => return Err(CALENDAR),
            ('W', true, false) | ('w', false, _) => (1, 7 * 86400),
            ('D', true, false) | ('d', false, _) => (2, 86400),
            ('H', true, true) | ('h', false, _) => (3, 3600),
            ('M', true, true) | ('m', false, _) => (4, 60),
            ('S', true, true) | ('s', false, _) => (5, 1),
            _ => return Err(FORM),
        };
        let count = digits.take().ok_or(FORM)?;
        if order <= last {
            return Err(FORM);
        }
        last = order;
        parts += 1;
        total = total.saturating_add(count.saturating_mul(seconds));
    }
    if digits.is_some() || parts == 0 || rest.ends_with('T') || (!iso && parts > 1) {
        return Err(FORM);
    }
    match total {
        0 => Err("a duration is above nought"),
        1..=MAX => Ok(total),
        _ => Err("that is more than a thousand years"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("P90D", 90 * 86400),
            ("P12W", 84 * 86400),
            ("PT48H", 172_800),
            ("90d", 90 * 86400),
            ("P1DT12H", 129_600),
            ("2w", 14 * 86400),
            ("PT90M", 5400),
        ] {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for text in ["P3M", "P1Y", "1y", "3M"] {
            assert!(duration(text).unwrap_err().starts_with("months"), "{text}");
        }
        for text in [
            "",
            "P",
            "PT",
            "90",
            "d",
            "P90",
            "P1DT",
            "P0D",
            "-P1D",
            "P1.5D",
            "P99999999999D",
            "1d2d",
            "P1D1W",
            "1w2d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
