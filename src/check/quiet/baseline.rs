//! `env.baseline.json`, kept next to the schema: the findings that existed when a team began, so that only new ones are reported.
//!
//! An entry names rule, environment and key, never a line or a value. To avoid hiding what is wrong with the *next* value, it
//! holds a fingerprint of the present one if the environment has a ledger key: keyed and of twenty bits, like that in the ledger of
//! rotations, so it is of no use for guessing values ([`fingerprint`](crate::rotation::ledger::fingerprint)). There is no unkeyed
//! fingerprint, since a plain hash would confirm a guess. Without a ledger key, an entry applies to any value of its key.
//!
//! Findings without a key are identified by their file and counted. Those of a search are identified by both, since their place is the
//! point: a value that is leaked in one file must still be reported in another. Those in the history have a commit, too, since what it
//! brought stays in it, and what the next one brings is new. Findings that only a waiver may hide ([`is_only_waived`])
//! are left out.

use std::fmt::Write as _;

use super::{entries, environment, is_never_hidden, is_of_search, is_only_waived, rule, text};
use crate::check::Checked;
use crate::check::rule::{Context, Finding};
use crate::diagnostic::{Diagnostic, RuleCode};
use crate::model::{Environment, Value};
use crate::rotation::ledger::{Fingerprint, LedgerKey};
use crate::schema::errors::Errors;
use crate::schema::json::{Json, Node, quoted};
use crate::schema::{EnvironmentId, Schema, SchemaError};
use crate::sort;
use crate::source::{Location, Source, SourceId};

/// The name of the file.
pub const FILE_NAME: &str = "env.baseline.json";

/// The findings that a project began with.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    pub(crate) all: Vec<Entry>,
}

/// Known diagnostics of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) location: Location,
    pub(crate) known: Known,
    /// How many there were.
    pub(crate) count: u32,
}

/// What identifies a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The environment; `None` for a finding of a search that belongs to none.
    pub(crate) environment: Option<EnvironmentId>,
    /// The key. A diagnostic is identified by its key, its file, or both.
    pub(crate) key: Option<String>,
    file: Option<String>,
    pub(crate) code: RuleCode,
    /// The commit that brought it; `None` for what is about the files as they are.
    pub(crate) commit: Option<String>,
    fingerprint: Option<Fingerprint>,
}

/// How many digits of a commit are compared: those that people are told.
const COMMIT_DIGITS: usize = 12;

impl Baseline {
    /// Reads the file, which is source `id` of the check.
    ///
    /// # Errors
    /// Returns all errors in it.
    pub fn read(source: &Source, id: SourceId, schema: &Schema) -> Result<Baseline, Vec<SchemaError>> {
        let members = ["rule", "environment", "key", "file", "commit", "fingerprint", "count"];
        let mut all = entries(source, "entries", &members, &mut |item, errors| {
            let code = rule(item, errors);
            if let Some(code) = code.filter(|code| is_only_waived(*code)) {
                let message = format!("{} can't be in a baseline, which has no end", quoted(code.0));
                let help = "write a waiver in env.waivers.json, which has an end date";
                errors.push_help(item.get("rule")?.span, &message, help);
                return None;
            }
            let environment = environment(item, code, schema, errors)?;
            let mut optional = |name| match item.get(name) {
                Some(_) => text(item, name, errors).map(|text| Some(text.to_owned())),
                None => Some(None),
            };
            let (key, file, fingerprint) = (optional("key")?, optional("file")?, optional("fingerprint")?);
            let may_be_both = code.is_some_and(is_of_search);
            let mut commit = optional("commit")?;
            if let Some(id) = &mut commit {
                let is_id = |id: &str| id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
                if !(COMMIT_DIGITS..=64).contains(&id.len()) || !is_id(id) || !may_be_both {
                    errors.push(
                        item.get("commit")?.span,
                        "this is not the commit of what a search found, at least twelve digits of its id",
                    );
                    return None;
                }
                id.truncate(COMMIT_DIGITS);
            }
            if key.is_none() && file.is_none() || key.is_some() && file.is_some() && !may_be_both {
                errors.push(item.span, "an entry names either a key or a file");
                return None;
            }
            let fingerprint = match fingerprint.as_deref().map(Fingerprint::parse) {
                Some(None) => {
                    errors.push(
                        item.get("fingerprint")?.span,
                        "this is not a fingerprint, four letters of base32",
                    );
                    return None;
                }
                found => found.flatten(),
            };
            Some(Entry {
                location: Location {
                    source: id,
                    span: item.span,
                },
                known: Known {
                    environment,
                    key,
                    file,
                    code: code?,
                    commit,
                    fingerprint,
                },
                count: count(item, errors)?,
            })
        })?;
        sort::by(&mut all, &|a, b| a.known.place().cmp(&b.known.place()));
        Ok(Baseline { all })
    }

    /// Returns the indices of the entries that match a diagnostic.
    pub(crate) fn of<'b>(&'b self, known: &'b Known) -> impl Iterator<Item = usize> + 'b {
        let first = self.all.partition_point(|entry| entry.known.place() < known.place());
        let there = (first..self.all.len()).take_while(|&index| self.all[index].known.place() == known.place());
        there.filter(|&index| {
            let fingerprint = self.all[index].known.fingerprint;
            fingerprint.is_none() || fingerprint == known.fingerprint
        })
    }

    /// Writes a baseline of these findings, keeping the entries of `before` for whatever was not checked.
    pub(crate) fn write(context: &Context<'_>, findings: &[Finding], before: &Baseline) -> String {
        let keys = LedgerKeys::of(context);
        let mut all: Vec<(Known, u32)> = before
            .all
            .iter()
            .filter(|entry| {
                let is_history = context.reach.is_some_and(|reach| reach.is_history);
                entry.known.commit.is_some() != is_history
                    || !context.is_judged(entry.known.code, entry.known.environment)
            })
            .map(|entry| (entry.known.clone(), entry.count))
            .collect();
        all.extend(
            findings
                .iter()
                .filter_map(|finding| Some((keys.known(context, finding)?, 1))),
        );
        sort::by(&mut all, &|(a, _), (b, _)| a.place().cmp(&b.place()));
        let mut text = String::from("{\n  \"version\": 1,\n  \"entries\": [");
        let mut is_first = true;
        for alike in all.chunk_by(|(a, _), (b, _)| a == b) {
            let (known, _) = &alike[0];
            let count = alike.iter().fold(0_u32, |sum, (_, count)| sum.saturating_add(*count));
            let environment = known.environment.map(|id| context.spec(id).name.as_str());
            text.push_str(if is_first { "\n    { " } else { ",\n    { " });
            is_first = false;
            // Writing to a string can't fail. Names are escaped as in JSON.
            let (key, file, commit) = (known.key.as_deref(), known.file.as_deref(), known.commit.as_deref());
            let members = [
                ("environment", environment),
                ("key", key),
                ("file", file),
                ("commit", commit),
            ];
            for (member, value) in members {
                if let Some(value) = value {
                    let _ = write!(text, "\"{member}\": {}, ", crate::json::quoted(value));
                }
            }
            let _ = write!(text, "\"rule\": \"{}\"", known.code);
            if let Some(fingerprint) = &known.fingerprint {
                let _ = write!(text, ", \"fingerprint\": \"{fingerprint}\"");
            }
            if count > 1 {
                let _ = write!(text, ", \"count\": {count}");
            }
            text.push_str(" }");
        }
        text.push_str(if is_first { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }
}

impl Known {
    /// Everything but the fingerprint, by which entries are sorted.
    fn place(&self) -> (Option<u16>, Option<&str>, Option<&str>, RuleCode, Option<&str>) {
        let environment = self.environment.map(|id| id.0);
        let (key, file, commit) = (self.key.as_deref(), self.file.as_deref(), self.commit.as_deref());
        (environment, key, file, self.code, commit)
    }
}

/// The ledger key of each environment that has one among its values.
pub(crate) struct LedgerKeys(Vec<(EnvironmentId, LedgerKey)>);

impl LedgerKeys {
    pub(crate) fn of(context: &Context<'_>) -> LedgerKeys {
        let environments = context.environments.iter();
        let keys = environments.filter_map(|one| Some((one.id, ledger_key(&one.environment)?)));
        LedgerKeys(keys.collect())
    }

    /// Returns what identifies a finding; `None` if it has no key or file, or may not be hidden by a baseline.
    pub(crate) fn known(
        &self,
        context: &Context<'_>,
        Finding {
            environment,
            diagnostic,
            fingerprint,
            commit,
        }: &Finding,
    ) -> Option<Known> {
        let is_of_search = is_of_search(diagnostic.code);
        if is_never_hidden(diagnostic.code) || is_only_waived(diagnostic.code) || environment.is_none() && !is_of_search
        {
            return None;
        }
        let file = || {
            diagnostic
                .location
                .map(|at| context.sources[at.source.0 as usize].name().to_owned())
        };
        let known = Known {
            environment: *environment,
            key: diagnostic.key.clone(),
            file: if diagnostic.key.is_none() || is_of_search {
                file()
            } else {
                None
            },
            code: diagnostic.code,
            commit: commit.clone(),
            fingerprint: fingerprint.or_else(|| self.fingerprint(context, (*environment)?, diagnostic)),
        };
        (known.key.is_some() || known.file.is_some()).then_some(known)
    }

    fn fingerprint(&self, context: &Context<'_>, id: EnvironmentId, diagnostic: &Diagnostic) -> Option<Fingerprint> {
        let key = diagnostic.key.as_deref()?;
        let (_, ledger_key) = self.0.iter().find(|(environment, _)| *environment == id)?;
        let Checked { environment, .. } = context.environments.iter().find(|one| one.id == id)?;
        match &environment.get(key.as_bytes())?.value {
            Value::Known(secret) => ledger_key.fingerprint(&context.spec(id).name, key, secret.expose()),
            Value::Unknown(_) => None,
        }
    }
}

/// Returns the ledger key among the values of an environment.
pub(crate) fn ledger_key(environment: &Environment<'_>) -> Option<LedgerKey> {
    let mut values = environment
        .variables
        .iter()
        .filter_map(|variable| match &variable.value {
            Value::Known(secret) => Some(secret.expose()),
            Value::Unknown(_) => None,
        });
    LedgerKey::parse(values.find(|value| LedgerKey::is_meant(value))?).ok()
}

fn count(item: &Node<'_>, errors: &mut Errors) -> Option<u32> {
    let Some(node) = item.get("count") else { return Some(1) };
    let count = match &node.json {
        Json::Number(number) => number.as_count(),
        _ => None,
    };
    if count.is_none() {
        errors.push(node.span, "`count` is a whole number");
    }
    count
}
