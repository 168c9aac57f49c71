//! Records a rotation: the value in use, an instant and a reason become a new line of the ledger.
//!
//! Reads and writes no files; the result is the text of the new ledger. Anything that would be a finding at once is refused: a date in the
//! future or before the last record, and a value that the last record already has.

use jiff::Timestamp;

use super::ages::ledger_keys;
use super::{Documents, EnvironmentInput, EvidenceError, Options};
use crate::find;
use crate::instant::Shown;
use crate::model::{Environment, Value};
use crate::rotation::evidence::SKEW_SECONDS;
use crate::rotation::ledger::{self, Entry, Ledger, LedgerKey, Reason};
use crate::rotation::time::shift;
use crate::schema::Schema;
use crate::source::{Source, SourceId, Span};

/// A rotation to record.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The key.
    pub key: String,
    /// When the value was changed; `None` for now, or for `rekey` the instant of the last record.
    pub at: Option<Timestamp>,
    /// Why it was changed.
    pub reason: Reason,
    /// Who recorded it.
    pub by: Option<String>,
    /// The version in the store that the value comes from.
    pub origin: Option<String>,
    /// The ledger key to sign with, if the environment has several.
    pub kid: Option<String>,
}

/// A recorded rotation.
#[derive(Debug)]
pub struct Recorded {
    /// The text of the ledger with the new line in it.
    pub text: String,
    /// The new entry.
    pub entry: Entry,
}

/// Records the rotation of a value of `environment` in a ledger; `None` for a ledger that doesn't exist yet.
///
/// # Errors
/// Returns why it can't be recorded, with the place of each reason that is in a file.
pub fn record(
    schema: &Schema,
    sources: &[Source],
    environment: &EnvironmentInput,
    ledger: Option<SourceId>,
    rotation: &Rotation,
    now: Timestamp,
) -> Result<Recorded, Vec<EvidenceError>> {
    let place = ledger.unwrap_or_default();
    let refuse = |Refusal(message, help)| {
        vec![EvidenceError {
            source: place,
            span: None,
            message,
            help: help.to_owned(),
        }]
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
    let text = text_of(sources, ledger).map_err(refuse)?;
    let before = Ledger::parse(text.as_bytes()).map_err(in_ledger)?;
    let name = &schema.environments()[usize::from(environment.id.0)].name;

    let options = Options {
        now,
        ..Options::default()
    };
    let inputs = std::slice::from_ref(environment);
    let documents = Documents::parse(schema, sources, inputs, None);
    let checked = documents.evaluate(schema, sources, inputs, &options);
    let recording = Recording {
        environment: name,
        rotation,
        last: before.of(name, &rotation.key).1.last(),
        now,
    };
    let entry = recording.entry(&checked[0].environment).map_err(refuse)?;
    let text = ledger::insert(text, &entry).map_err(in_ledger)?;
    Ok(Recorded { text, entry })
}

/// The minimum length of a value that is searched for in the texts, in bytes: shorter ones occur by chance.
const MIN_TOLD: usize = 6;

/// Why a rotation is refused, and what to do.
struct Refusal(String, &'static str);

fn text_of(sources: &[Source], ledger: Option<SourceId>) -> Result<&str, Refusal> {
    let Some(id) = ledger else {
        return Ok(ledger::EMPTY);
    };
    str::from_utf8(sources[id.0 as usize].bytes()).map_err(|_| {
        Refusal(
            "the ledger is not UTF-8".to_owned(),
            "restore the last committed ledger",
        )
    })
}

/// A rotation, with the last record of the key.
struct Recording<'r> {
    environment: &'r str,
    rotation: &'r Rotation,
    last: Option<&'r Entry>,
    now: Timestamp,
}

impl Recording<'_> {
    /// Returns the new entry, signed if there is a ledger key.
    fn entry(&self, environment: &Environment<'_>) -> Result<Entry, Refusal> {
        let (key, name, rotation) = (&self.rotation.key, self.environment, self.rotation);
        let value = value_of(environment, key).ok_or_else(|| {
            Refusal(
                format!("{key} has no known value in {name}"),
                "put the new value into the file first",
            )
        })?;
        let mut entry = Entry {
            environment: name.to_owned(),
            key: key.clone(),
            rotated_at: self.instant()?,
            recorded_at: Some(self.now),
            reason: rotation.reason,
            by: one_line("by", rotation.by.as_ref(), value)?,
            origin: one_line("origin", rotation.origin.as_ref(), value)?,
            kid: None,
            fingerprint: None,
            seal: None,
            span: Span::default(),
        };
        let keys = ledger_keys(&environment.variables);
        if let Some(signing) = choose(&keys, rotation.kid.as_deref())? {
            signing.sign(&mut entry, value);
            self.refuse_same_value(&entry)?;
        }
        self.refuse_earlier(&entry)?;
        Ok(entry)
    }

    /// Returns when the value was changed; signing it again keeps the previous instant.
    fn instant(&self) -> Result<Timestamp, Refusal> {
        let at = match (self.rotation.reason, self.last) {
            (Reason::Rekey, Some(last)) => last.rotated_at,
            (Reason::Rekey, None) => {
                let (key, name) = (&self.rotation.key, self.environment);
                return Err(Refusal(
                    format!("{key} has no record in {name} yet, so there is nothing to sign again"),
                    "leave the reason out",
                ));
            }
            _ => self.rotation.at.unwrap_or(self.now),
        };
        if at > shift(self.now, SKEW_SECONDS) {
            return Err(Refusal(
                format!("{} is in the future", Shown(at)),
                "give the instant at which the value was changed",
            ));
        }
        Ok(at)
    }

    fn refuse_same_value(&self, entry: &Entry) -> Result<(), Refusal> {
        let is_same = |last: &&Entry| last.kid == entry.kid && last.fingerprint == entry.fingerprint;
        let Some(last) = self.last.filter(is_same) else {
            return Ok(());
        };
        let (key, name, at) = (&entry.key, &entry.environment, Shown(last.rotated_at));
        Err(Refusal(
            format!("{key} in {name} still has the value that was recorded for {at}: nothing was rotated"),
            "change the value first",
        ))
    }

    fn refuse_earlier(&self, entry: &Entry) -> Result<(), Refusal> {
        let is_later = |last: &&Entry| entry.reason != Reason::Rekey && entry.rotated_at <= last.rotated_at;
        let Some(last) = self.last.filter(is_later) else {
            return Ok(());
        };
        let (key, name) = (&entry.key, &entry.environment);
        let (before, at) = (Shown(last.rotated_at), Shown(entry.rotated_at));
        Err(Refusal(
            format!("the last record of {key} in {name} is of {before}, which is not before {at}"),
            "record rotations in order; correct a wrong record in the ledger by hand, in a commit",
        ))
    }
}

/// Checks a text that is to be recorded. The ledger is committed, so the text must not contain the value.
fn one_line(option: &str, text: Option<&String>, value: &[u8]) -> Result<Option<String>, Refusal> {
    let is_fit = |text: &&String| !text.is_empty() && text.len() <= 1024 && !text.contains(char::is_control);
    if text.is_some_and(|text| !is_fit(&text)) {
        return Err(Refusal(
            format!("--{option} must be a single line of text"),
            "write a name",
        ));
    }
    let holds_value = |text: &&String| value.len() >= MIN_TOLD && find::find(text.as_bytes(), value).is_some();
    if text.is_some_and(|text| holds_value(&text)) {
        return Err(Refusal(
            format!("--{option} holds the value itself, and the ledger is committed"),
            "give the name of who did it, and of the version in the store",
        ));
    }
    Ok(text.cloned())
}

fn value_of<'e>(environment: &'e Environment<'_>, key: &str) -> Option<&'e [u8]> {
    match &environment.get(key.as_bytes())?.value {
        Value::Known(secret) => Some(secret.expose()).filter(|value| !value.is_empty()),
        Value::Unknown(_) => None,
    }
}

/// Chooses the ledger key to sign with; `None` if the environment has none.
fn choose<'k>(keys: &'k [LedgerKey], kid: Option<&str>) -> Result<Option<&'k LedgerKey>, Refusal> {
    match (keys, kid) {
        ([], None) => Ok(None),
        ([one], None) => Ok(Some(one)),
        (_, Some(kid)) => match keys.iter().find(|key| key.kid() == kid) {
            Some(key) => Ok(Some(key)),
            None => Err(Refusal(
                format!("there is no ledger key {kid:?} among the values"),
                "`envgate rotation key new` makes one; put it among the values of the environment",
            )),
        },
        (many, None) => {
            let kids: Vec<&str> = many.iter().map(LedgerKey::kid).collect();
            Err(Refusal(
                format!("there are several ledger keys among the values: {}", kids.join(", ")),
                "say which one signs with --kid",
            ))
        }
    }
}
