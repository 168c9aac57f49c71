//! `env.waivers.json`, kept next to the schema: findings that somebody accepts until a given day.

use jiff::Timestamp;

use super::{entries, environment, is_of_search, rule, text};
use crate::diagnostic::{Diagnostic, RuleCode};
use crate::instant;
use crate::schema::errors::Errors;
use crate::schema::json::{Node, quoted};
use crate::schema::{EnvironmentId, Schema, SchemaError};
use crate::source::{Location, Source, SourceId};

/// The name of the file.
pub const FILE_NAME: &str = "env.waivers.json";

/// How far in the future a waiver may end, in days. A longer exception is a decision, and belongs in the schema.
pub const MAX_DAYS: i64 = 366;

/// The maximum number of waivers in a project, since each is compared with each diagnostic.
const MAX_WAIVERS: usize = 1000;

const SECONDS_A_DAY: i64 = 86_400;

/// The waivers of a project.
#[derive(Debug, Clone, Default)]
pub struct Waivers {
    pub(crate) all: Vec<Waiver>,
}

/// One waiver.
#[derive(Debug, Clone)]
pub(crate) struct Waiver {
    pub(crate) location: Location,
    pub(crate) code: RuleCode,
    /// The environment; `None` for any, which includes none for the rules of a search.
    pub(crate) environment: Option<EnvironmentId>,
    pub(crate) key: Option<String>,
    file: Option<String>,
    /// The last day on which it applies, in days since 1970.
    until: i64,
    pub(crate) owner: String,
}

impl Waivers {
    /// Reads the file, which is source `id` of the check.
    ///
    /// # Errors
    /// Returns all errors in it. A waiver with an error doesn't apply, so a check must not go on without it.
    pub fn read(source: &Source, id: SourceId, schema: &Schema, now: Timestamp) -> Result<Waivers, Vec<SchemaError>> {
        let today = day(now);
        let members = ["rule", "environment", "key", "file", "until", "owner", "reason"];
        let all = entries(source, "waivers", &members, &mut |item, errors| {
            let code = rule(item, errors);
            let environment = environment(item, code, schema, errors);
            let key = code.and_then(|code| key(item, code, schema, errors));
            let until = until(item, today, errors);
            let owner = text(item, "owner", errors);
            text(item, "reason", errors)?;
            Some(Waiver {
                location: Location {
                    source: id,
                    span: item.span,
                },
                code: code?,
                environment: environment?,
                key: key?,
                file: match item.get("file") {
                    Some(_) => Some(text(item, "file", errors)?.to_owned()),
                    None => None,
                },
                until: until?,
                owner: owner?.to_owned(),
            })
        })?;
        if let Some(beyond) = all.get(MAX_WAIVERS) {
            let message = format!("there are more than {MAX_WAIVERS} waivers");
            let help = "that many are not exceptions: use `rules` in the schema, or a baseline";
            return Err(vec![SchemaError::new(beyond.location.span, message).help(help)]);
        }
        Ok(Waivers { all })
    }
}

impl Waiver {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.until < day(now)
    }

    /// Returns the last day on which it applies.
    pub(crate) fn last_day(&self) -> String {
        let (year, month, day) = instant::date(self.until);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Whether it applies to a diagnostic; `file` is the name of the diagnostic's file.
    pub(crate) fn is_about(
        &self,
        diagnostic: &Diagnostic,
        environment: Option<EnvironmentId>,
        file: Option<&str>,
    ) -> bool {
        self.code == diagnostic.code
            && self.environment.is_none_or(|id| environment == Some(id))
            && self
                .key
                .as_deref()
                .is_none_or(|key| diagnostic.key.as_deref() == Some(key))
            && self.file.as_deref().is_none_or(|name| file == Some(name))
    }
}

/// Reads the key, which must be declared unless the rule also reports undeclared keys. The inner `None` means that the waiver names a file
/// instead.
fn key(item: &Node<'_>, code: RuleCode, schema: &Schema, errors: &mut Errors) -> Option<Option<String>> {
    if item.get("key").is_none() && item.get("file").is_some() {
        return Some(None);
    }
    let key = text(item, "key", errors)?;
    let may_be_any = code == super::super::rules::unknown_key::RULE.code || is_of_search(code);
    if schema.property(key.as_bytes()).is_none() && !may_be_any {
        let message = format!("the schema declares no key {}", quoted(key));
        let names = schema.properties().iter().map(|property| property.name.as_str());
        errors.unknown(item.get("key")?.span, &message, key, names);
        return None;
    }
    Some(Some(key.to_owned()))
}

fn until(item: &Node<'_>, today: i64, errors: &mut Errors) -> Option<i64> {
    let written = text(item, "until", errors)?;
    let span = item.get("until")?.span;
    let Some(day) = date(written) else {
        errors.push(span, "`until` is a day such as `2026-12-31`");
        return None;
    };
    if day > today + MAX_DAYS {
        let message = format!("a waiver lasts at most {MAX_DAYS} days");
        errors.push_help(
            span,
            &message,
            "what is meant to stay belongs in the schema: in `rules`, or as a different requirement",
        );
        return None;
    }
    Some(day)
}

fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(SECONDS_A_DAY)
}

/// Converts `2026-12-31` to days since 1970.
fn date(text: &str) -> Option<i64> {
    let number = |digits: &str| {
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    };
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let days = instant::days(year, month, day);
    // A day that the calendar doesn't have is converted back to another one.
    (instant::date(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-20", 20_777),
            ("0001-01-01", -719_162),
        ] {
            assert_eq!(date(text), Some(days), "{text}");
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "2026-01-01T00:00:00Z",
            "",
            "2026-01",
            "+026-01-01",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_day_counts_to_its_end() {
        let waiver = Waiver {
            location: Location {
                source: SourceId(1),
                span: crate::source::Span::new(0, 0),
            },
            code: RuleCode("weak-key"),
            environment: Some(EnvironmentId(0)),
            key: None,
            file: None,
            until: date("2026-11-20").unwrap(),
            owner: String::new(),
        };
        assert!(!waiver.is_expired("2026-11-20T23:59:59Z".parse().unwrap()));
        assert!(waiver.is_expired("2026-11-21T00:00:00Z".parse().unwrap()));
        assert_eq!(waiver.last_day(), "2026-11-20");
    }
}
