//! Wording for the age of a secret. Dates are absolute, never "in 12 days": a finding must not change from day to day.

use jiff::Timestamp;

use crate::check::ages::Assessed;
use crate::check::rule::{Draft, Findings, in_schema, key_location};
use crate::check::wording;
use crate::instant::Shown;
use crate::rotation::Interval;
use crate::rotation::verdict::{Demand, DemandKind};

/// Reports something about a secret, along with whom to ask, the evidence for its age, and the place of the policy.
pub(super) fn report<'f>(
    found: &'f mut Findings<'_>,
    secret: &Assessed<'_>,
    message: String,
    help: Option<&str>,
) -> Draft<'f> {
    let policy = secret.policy.map(|policy| &policy.policy);
    let contacts = wording::help(&[
        policy
            .and_then(|policy| policy.owner.as_ref())
            .map(|owner| format!("ask {owner}")),
        policy
            .and_then(|policy| policy.runbook.as_ref())
            .map(|runbook| format!("see {runbook}")),
    ]);
    let contacts = contacts.or_else(|| wording::contacts(secret.property));
    let location = key_location(&secret.variable.origin);
    let mut draft = found
        .at(location, message)
        .key(Some(&secret.property.name))
        .pointer(&secret.property.pointer);
    if let Some(help) = wording::help(&[help.map(str::to_owned), contacts]) {
        draft = draft.help(help);
    }
    if let Some(index) = secret.deciding() {
        let place = secret.places[index].filter(|place| Some(*place) != location);
        draft = draft.related(place, format!("evidence: {}", secret.pieces[index].source));
    }
    match secret.policy {
        Some(policy) if policy.span.end > 0 => draft.related(in_schema(policy.span), "the policy"),
        _ => draft.related(in_schema(secret.property.span), "declared here"),
    }
}

/// Formats a date, with the time unless it is midnight.
pub(super) fn date(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    let text = Shown(whole).to_string();
    text.strip_suffix("T00:00:00Z").map_or(text.clone(), str::to_owned)
}

/// Says when the value was changed, to follow "it was changed".
pub(super) fn changed(written: Interval) -> String {
    match (written.earliest, written.latest) {
        (Some(from), Some(to)) if from == to => format!("on {}", date(to)),
        (Some(from), Some(to)) => format!("between {} and {}", date(from), date(to)),
        (Some(from), None) => format!("on {} or later", date(from)),
        (None, Some(to)) => format!("on {} or earlier", date(to)),
        (None, None) => "nobody knows when".to_owned(),
    }
}

/// Names a demand, to end a sentence: `maxAge P90D of the class api-key`.
pub(super) fn demand(secret: &Assessed<'_>, demand: Demand) -> String {
    let policy = secret.policy.map(|policy| &policy.policy);
    let expiry = policy.and_then(|policy| policy.expiry).unwrap_or_default();
    let shown = |name: &str, value: Option<crate::rotation::Duration>| match value {
        Some(value) => format!("{name} {value}"),
        None => name.to_owned(),
    };
    let what = match demand.kind {
        DemandKind::Expiry => "its own end".to_owned(),
        DemandKind::ExpiryRequired => "expiry.required".to_owned(),
        DemandKind::MaxLifetime => shown("expiry.maxLifetime", expiry.max_lifetime),
        DemandKind::MinRemaining => shown("expiry.minRemaining", expiry.min_remaining),
        DemandKind::ChangedSince => match policy.and_then(|policy| policy.changed_since) {
            Some(cut) => format!("changedSince {}", date(cut)),
            None => "changedSince".to_owned(),
        },
        DemandKind::MaxAge => shown("maxAge", policy.and_then(|policy| policy.max_age)),
    };
    match policy.and_then(|policy| policy.class.as_ref()) {
        Some(class) if demand.kind != DemandKind::Expiry => format!("{what} of the class {class}"),
        _ => what,
    }
}
