//! Writing a rotation down: the value in use, an instant and a reason to one more line of the ledger.
//!
//! Nothing is read or written here; the text of the new ledger is the answer. What would be a finding at once is refused: a date ahead of us or before the last
//! record, and the value of the last record once more.

use jiff::Timestamp;

use super::ages::ledger_keys;
use super::{Documents, EnvironmentInput, EvidenceError, Options};
use crate::instant::Shown;
use crate::model::{Environment, Value};
use crate::rotation::evidence::SKEW_SECONDS;
use crate::rotation::ledger::{self, Entry, Ledger, LedgerKey, Reason};
use crate::rotation::time::shift;
use crate::schema::Schema;
use crate::source::{Source, SourceId, Span};

/// A rotation to be written down.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The key.
    pub key: String,
    /// When the value was changed; `None` for now, and for `rekey` when it was before.
    pub at: Option<Timestamp>,
    /// Why.
    pub reason: Reason,
    /// Who says so.
    pub by: Option<String>,
    /// The version in the store that the value comes from.
    pub origin: Option<String>,
    /// Which ledger key signs, where the environment has several.
    pub kid: Option<String>,
}

/// What is to be written.
#[derive(Debug)]
pub struct Recorded {
    /// The text of the ledger with the new line in it.
    pub text: String,
    /// The new line.
    pub entry: Entry,
}

/// Writes the rotation of a value of `environment` into the text of a ledger; `None` for one that does not exist yet.
///
/// # Errors
/// Why it can't be written down: each with its place, if it is in a file.
pub fn record(
    schema: &Schema,
    sources: &[Source],
    environment: &EnvironmentInput,
    ledger: Option<SourceId>,
    rotation: &Rotation,
    now: Timestamp,
) -> Result<Recorded, Vec<EvidenceError>> {
    let place = ledger.unwrap_or_default();
    let refuse = |message: String, help: &str| {
        vec![EvidenceError {
            source: place,
            span: None,
            message,
            help: help.to_owned(),
        }]
    };
    let name = &schema.environments()[usize::from(environment.id.0)].name;
    let key = &rotation.key;
    let text = match ledger {
        Some(id) => str::from_utf8(sources[id.0 as usize].bytes()).map_err(|_| {
            refuse(
                "the ledger is not UTF-8".to_owned(),
                "restore the last committed ledger",
            )
        })?,
        None => ledger::EMPTY,
    };
    let in_ledger = |errors: Vec<ledger::LedgerError>| {
        let located = errors.into_iter().map(|error| EvidenceError {
            source: place,
            span: Some(error.span),
            message: error.message,
            help: error.help.to_owned(),
        });
        located.collect::<Vec<_>>()
    };
    let before = Ledger::parse(text.as_bytes()).map_err(in_ledger)?;
    let last = before.of(name, key).1.last();

    let options = Options {
        now,
        ..Options::default()
    };
    let inputs = std::slice::from_ref(environment);
    let documents = Documents::parse(schema, sources, inputs, None);
    let checked = documents.evaluate(schema, sources, inputs, &options);
    let environment = &checked[0].environment;
    let value = value_of(environment, key).ok_or_else(|| {
        refuse(
            format!("{key} has no value in {name} that is known here"),
            "put the new value into the file first",
        )
    })?;

    let at = match (rotation.reason, last) {
        (Reason::Rekey, Some(last)) => last.rotated_at,
        (Reason::Rekey, None) => {
            return Err(refuse(
                format!("{key} has no record in {name} yet, so there is nothing to sign again"),
                "leave the reason out",
            ));
        }
        _ => rotation.at.unwrap_or(now),
    };
    if at > shift(now, SKEW_SECONDS) {
        return Err(refuse(
            format!("{} has not come yet", Shown(at)),
            "give the instant at which the value was changed",
        ));
    }
    for (word, text) in [("by", &rotation.by), ("origin", &rotation.origin)] {
        if text
            .as_ref()
            .is_some_and(|text| text.is_empty() || text.len() > 1024 || text.contains(char::is_control))
        {
            return Err(refuse(
                format!("--{word} must be a single line of text"),
                "write a name",
            ));
        }
    }
    let mut entry = Entry {
        environment: name.clone(),
        key: key.clone(),
        rotated_at: at,
        recorded_at: Some(now),
        reason: rotation.reason,
        by: rotation.by.clone(),
        origin: rotation.origin.clone(),
        kid: None,
        fingerprint: None,
        seal: None,
        span: Span::default(),
    };
    let keys = ledger_keys(&environment.variables);
    if let Some(signing) = choose(&keys, rotation.kid.as_deref()).map_err(|(message, help)| refuse(message, help))? {
        signing.sign(&mut entry, value);
        let is_same = last.is_some_and(|last| last.kid == entry.kid && last.fingerprint == entry.fingerprint);
        if let Some(last) = last.filter(|_| is_same) {
            return Err(refuse(
                format!(
                    "{key} in {name} still has the value that was recorded for {}: nothing was rotated",
                    Shown(last.rotated_at)
                ),
                "change the value first",
            ));
        }
    }
    if let Some(last) = last.filter(|last| rotation.reason != Reason::Rekey && at <= last.rotated_at) {
        return Err(refuse(
            format!(
                "the last record of {key} in {name} is of {}, which is not before {}",
                Shown(last.rotated_at),
                Shown(at)
            ),
            "record rotations in order; correct a wrong record in the ledger by hand, in a commit",
        ));
    }
    let text = ledger::insert(text, &entry).map_err(in_ledger)?;
    Ok(Recorded { text, entry })
}

fn value_of<'e>(environment: &'e Environment<'_>, key: &str) -> Option<&'e [u8]> {
    match &environment.get(key.as_bytes())?.value {
        Value::Known(secret) => Some(secret.expose()).filter(|value| !value.is_empty()),
        Value::Unknown(_) => None,
    }
}

/// The key that signs; none where there is none.
fn choose<'k>(keys: &'k [LedgerKey], kid: Option<&str>) -> Result<Option<&'k LedgerKey>, (String, &'static str)> {
    match (keys, kid) {
        ([], None) => Ok(None),
        ([one], None) => Ok(Some(one)),
        (_, Some(kid)) => match keys.iter().find(|key| key.kid() == kid) {
            Some(key) => Ok(Some(key)),
            None => Err((
                format!("there is no ledger key {kid:?} among the values"),
                "`envgate rotation key new` makes one; put it among the values of the environment",
            )),
        },
        (many, None) => {
            let kids: Vec<&str> = many.iter().map(LedgerKey::kid).collect();
            Err((
                format!("there are several ledger keys among the values: {}", kids.join(", ")),
                "say which one signs with --kid",
            ))
        }
    }
}
