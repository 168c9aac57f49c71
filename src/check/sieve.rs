//! A sieve in front of the check, which recognises at a glance what is plainly right or plainly wrong, for callers that only need the
//! verdict.
//!
//! Most sets of variables are fine: each key is declared and set once, and its value is taken literally. That can be seen without sorting
//! them and without an [`Environment`](crate::model::Environment). The sieve is sound but not complete: if it says right,
//! [`check`](super::check()) has nothing to report, not even a hint; if it says wrong, `check` reports an error; anything else is checked.
//! Builds with debug assertions do both, and compare.

use super::promotion::is_production;
use super::rule::{Matter, Traits};
use super::rules::{environment_mismatch, malformed_token, placeholder_value, violation, weak_key};
use super::secrets::{self, Mode};
use super::traits::{Bytes, Noted};
use super::{Documents, EnvironmentInput, Options, dialect_of, left_over};
use crate::rotation::selfdated;
use crate::schema::{Assigned, EnvironmentId, Property, Schema};
use crate::source::Source;

/// Traits that are judged here; a variable with any other trait is left to the check.
const JUDGED: Traits = Traits::PLACEHOLDER
    .or(Traits::MATERIAL)
    .or(Traits::FAMOUS)
    .or(Traits::TOKEN);

/// What the sieve needs of one environment.
struct Sieve<'c> {
    schema: &'c Schema,
    environment: EnvironmentId,
}

/// Whether the variables are plainly right or plainly wrong; `None` if only the check can tell.
pub(super) fn verdict(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    documents: &Documents<'_>,
    options: &Options,
) -> Option<bool> {
    let [input] = environments else { return None };
    // Whether the process environment overrides files depends on the loader.
    let has_one_kind = input.files.is_empty() || input.process.is_empty();
    if !has_one_kind
        || !Matter::ALL
            .iter()
            .all(|matter| is_absent(*matter, schema, documents, options))
    {
        return None;
    }
    let sieve = Sieve {
        schema,
        environment: input.id,
    };
    let mut assigned = Assigned::of(schema);
    let mut takes = |key: &[u8], value| sieve.takes(key, value, &mut assigned);
    let mut variables = input.process.texts();
    let are_right = variables.all(|variable| variable.is_some_and(|(key, value)| takes(key.as_bytes(), value)))
        && documents
            .layers(sources, &input.files, dialect_of(schema, input))
            .iter()
            .all(|layer| {
                let Ok(text) = str::from_utf8(layer.text) else {
                    return false;
                };
                // A missing final newline is the one thing that ordinary lines may lack.
                text.ends_with('\n')
                    && layer.document.assignments().iter().all(|assignment| {
                        let key = layer.text.get(assignment.key.range());
                        let value = text.get(assignment.value.span.range());
                        key.zip(value).is_some_and(|(key, value)| takes(key, value))
                    })
            });
    if !are_right {
        return None;
    }
    let violations = schema.violations(input.id, options.phase, &assigned)?;
    if violations.is_empty() {
        return Some(true);
    }
    let is_wrong = violations.iter().any(|one| violation::is_error(schema, input.id, one));
    is_wrong.then_some(false)
}

/// Whether a matter is absent, or is judged variable by variable anyway.
fn is_absent(matter: Matter, schema: &Schema, documents: &Documents<'_>, options: &Options) -> bool {
    match matter {
        // Every loader reads ordinary lines the same way, so it doesn't matter how many are declared.
        Matter::Lines | Matter::References | Matter::Comments => documents.are_ordinary(),
        Matter::Remarks => schema.remarks().is_empty(),
        Matter::Ages => options.ages.is_empty(),
        // A reference file or an exception may cause findings, too.
        Matter::Environments => options.example.is_none() && options.quiet.is_empty(),
        Matter::Name => true,
    }
}

impl<'c> Sieve<'c> {
    /// Whether a variable by itself is plainly right to all rules about single variables.
    fn takes<'v>(&self, key: &[u8], value: &'v str, assigned: &mut Assigned<'v>) -> bool {
        let Some(property) = assigned.put(self.schema, key, value) else {
            return false;
        };
        let text = value.as_bytes();
        let (noted, bytes) = (Noted::of(property), Bytes::of(text));
        let mode = if noted.has(Noted::CALLED_SECRET) {
            secrets::said(text)
        } else {
            None
        };
        if !secrets::is_silent(key, text) || mode.is_some_and(|mode| mode != Mode::Live || !self.is_production()) {
            return false;
        }
        let traits = Traits::of_declared(noted, text, bytes);
        if traits != Traits::NONE {
            let is_silent = traits.without(JUDGED) == Traits::NONE
                && (!traits.meet(Traits::PLACEHOLDER) || placeholder_value::is_silent(property, noted, text, bytes))
                && (!traits.meet(Traits::MATERIAL) || self.is_silent_on(property, value))
                && (!traits.meet(Traits::FAMOUS) || !secrets::is_well_known(text));
            if !is_silent {
                return false;
            }
        }
        let names_another = self.schema.environment_key().is_some_and(|own| own.as_bytes() == key)
            && !environment_mismatch::is_silent(self.schema.environment(self.environment), text);
        let is_left_over = || left_over::may_be(key, noted, bytes) && left_over::find(key, text, bytes).is_some();
        !(names_another || is_left_over() && self.is_production())
    }

    fn is_production(&self) -> bool {
        is_production(self.schema.environments(), self.environment) == Some(true)
    }

    /// Whether a key is strong enough, with no policy and no evidence about its age.
    fn is_silent_on(&self, property: &Property, value: &str) -> bool {
        let secret = property.secret.as_ref();
        let policy = secret.and_then(|secret| secret.policy(self.environment));
        malformed_token::is_silent(property, value)
            && weak_key::is_silent(property, self.environment, value)
            && policy.is_none_or(|policy| !policy.policy.asks())
            && (secret.is_none() || selfdated::read(value.as_bytes()).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rule::Check;
    use crate::check::rules;
    use crate::schema::Vocabulary;
    use crate::source::SourceId;

    /// Also one with more names than have room on the stack, and also when what was noted of a key is known.
    #[test]
    fn schemas_of_any_size_are_judged_at_a_glance() {
        for count in [3, 300] {
            let keys: Vec<String> = (0..count).map(|number| format!("VALUE_{number}")).collect();
            let declared: Vec<String> = keys
                .iter()
                .map(|key| format!(r#""{key}":{{"pattern":"^[a-z]+$"}}"#))
                .collect();
            let text = format!(
                r#"{{"$schema":"urn:envgate:schema:1","properties":{{{}}}}}"#,
                declared.join(",")
            );
            let schema = Source::new("env.schema.json", text).unwrap();
            let compiled = Schema::compile(&schema, &Vocabulary::default()).unwrap();
            let mut sources = vec![schema];
            for (value, verdict) in [("abc", Some(true)), ("123", Some(false)), ("abc", Some(true))] {
                let lines: Vec<String> = keys.iter().map(|key| format!("{key}={value}\n")).collect();
                sources.truncate(1);
                sources.push(Source::new(".env", lines.concat()).unwrap());
                let inputs = [EnvironmentInput::new(EnvironmentId(0), [SourceId(1)])];
                let (options, documents) = (Options::default(), Documents::parse(&compiled, &sources, &inputs, None));
                let told = super::verdict(&compiled, &sources, &inputs, &documents, &options);
                assert_eq!(told, verdict, "{count} keys");
            }
        }
    }

    /// Every rule about a trait that is judged here must be asked here.
    #[test]
    fn every_rule_about_judged_variables_is_run() {
        let about: Vec<&str> = rules::RULES
            .iter()
            .filter(|rule| matches!(rule.check, Check::Variable(about, _) if about.meet(JUDGED)))
            .map(|rule| rule.code.0)
            .collect();
        let judged = [
            "live-key-outside-production",
            "malformed-token",
            "placeholder-value",
            "public-secret",
            "test-key-in-production",
            "weak-key",
            "wrong-provider",
        ];
        assert_eq!(about, judged);
    }

    #[test]
    fn the_matter_of_every_rule_is_looked_at() {
        for rule in rules::RULES {
            if let Check::Environment(matter, _) | Check::Across(matter, _) = rule.check {
                assert!(Matter::ALL.contains(&matter), "{}", rule.code.0);
            }
        }
    }
}
