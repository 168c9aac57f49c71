//! Maps violations to the rules that report them. What happened is data from the schema stage; the wording is in the file of each rule.

use crate::check::rule::{Draft, Rule, Scope, Sink, in_schema, key_location, value_location};
use crate::check::rules::{
    empty_required, exclusive_keys, incomplete_group, missing_required, not_allowed_here, reference_cycle,
    schema_combinator, schema_const, schema_enum, schema_format, schema_items, schema_keyword, schema_length,
    schema_pattern, schema_range, schema_type, unknown_key,
};
use crate::check::wording::{self, Limits};
use crate::diagnostic::Severity;
use crate::model::{ReferenceOutcome, Value, Variable};
use crate::schema::{EnvironmentId, Property, Schema, Violation, ViolationKind};
use crate::source::Location;

/// Reports everything that evaluating the schema found.
pub(in crate::check) fn check(scope: &Scope<'_>, sink: &mut Sink) {
    for violation in &scope.environment.violations {
        if refers_to_itself(scope, violation) {
            continue;
        }
        word(&mut Breach {
            scope,
            violation,
            sink,
            rule: rule_of(&violation.kind),
            location: None,
        });
    }
}

/// Whether a violation would be an error, for values without references and without suppressions.
pub(in crate::check) fn is_error(schema: &Schema, environment: EnvironmentId, violation: &Violation) -> bool {
    let rule = rule_of(&violation.kind);
    let said = schema.severity(environment, rule.code).unwrap_or(Some(rule.severity));
    said == Some(Severity::Error)
}

/// Whether the value refers to itself and is refused for that: then it is pointless to judge what a loader makes of it.
fn refers_to_itself(scope: &Scope<'_>, violation: &Violation) -> bool {
    let variable = property_of(scope, violation)
        .and_then(|property| scope.environment.environment.get(property.name.as_bytes()))
        .filter(|variable| {
            variable
                .references
                .iter()
                .any(|one| one.outcome == ReferenceOutcome::Cycle)
        });
    let severity = scope
        .context
        .schema
        .severity(scope.environment.id, reference_cycle::RULE.code);
    variable.is_some() && matches!(severity, None | Some(Some(Severity::Error)))
}

/// A violation that is about to be worded.
pub(super) struct Breach<'b, 's> {
    pub(super) scope: &'b Scope<'s>,
    violation: &'b Violation,
    sink: &'b mut Sink,
    rule: &'static Rule,
    location: Option<Location>,
}

impl<'s> Breach<'_, 's> {
    /// Returns the variable, if it is set.
    pub(super) fn variable(&self) -> Option<&'s Variable<'s>> {
        let variables = self.scope.variables();
        match (self.violation.variable, self.property()) {
            (Some(index), _) => variables.get(index as usize),
            (None, Some(property)) => self.scope.environment.environment.get(property.name.as_bytes()),
            (None, None) => None,
        }
    }

    /// Returns the property of the key, if it is declared.
    pub(super) fn property(&self) -> Option<&'s Property> {
        property_of(self.scope, self.violation)
    }

    /// Returns the subject of the message: `PORT`, `item 2 of HOSTS`, or the set as a whole.
    pub(super) fn subject(&self) -> String {
        subject_of(self.scope, self.violation).unwrap_or_else(|| "the set of variables".to_owned())
    }

    /// Whether to leave out the values that the schema names for this key.
    pub(super) fn hides_words(&self) -> bool {
        self.property().is_some_and(Property::holds_secret)
    }

    /// Points the report at another place than the value.
    pub(super) fn locate(&mut self, location: Option<Location>) {
        self.location = location;
    }

    /// Points the report at the key.
    pub(super) fn locate_at_key(&mut self) {
        self.location = self.variable().and_then(|variable| key_location(&variable.origin));
    }

    /// Adds the report, located at the value if there is one, else at the property or keyword in the schema.
    pub(super) fn report(&mut self, message: String, help: Option<String>) -> Draft<'_> {
        let (violation, property, variable) = (self.violation, self.property(), self.variable());
        let asking = (violation.file == 0).then(|| in_schema(violation.span));
        let location = self.location.or_else(|| match variable {
            Some(variable) => value_location(&variable.origin),
            None => property.map(|property| in_schema(property.span)).or(asking),
        });
        let key = property
            .map(|property| property.name.as_str())
            .or_else(|| self.scope.context.shown(variable?.key));
        let mut draft = self
            .sink
            .of(self.rule, Some(self.scope.environment.id))
            .report(location, message)
            .key(key);
        draft = draft.pointer(&violation.pointer);
        if let Some(asking) = asking.filter(|asking| Some(*asking) != location) {
            draft = draft.related(asking, "asked for here");
        }
        // An empty value is reported as empty, not as, say, an invalid number.
        let is_empty =
            variable.is_some_and(|variable| matches!(&variable.value, Value::Known(value) if value.is_empty()));
        if is_empty && violation.item.is_none() && asks_for_another_value(&violation.kind) {
            return draft.help(
                "it is set and empty, which is not the same as not set: remove it, or put `#` in front of the line",
            );
        }
        match help {
            Some(help) => draft.help(help),
            None => draft,
        }
    }
}

/// Whether the violation is about the contents of a value, so that leaving the key unset would do.
fn asks_for_another_value(kind: &ViolationKind) -> bool {
    matches!(
        kind,
        ViolationKind::Type { .. }
            | ViolationKind::Format { .. }
            | ViolationKind::Enum { .. }
            | ViolationKind::Const { .. }
            | ViolationKind::Pattern { .. }
            | ViolationKind::Length { .. }
    )
}

fn property_of<'s>(scope: &Scope<'s>, violation: &Violation) -> Option<&'s Property> {
    scope.context.schema.properties().get(usize::from(violation.property?))
}

fn subject_of(scope: &Scope<'_>, violation: &Violation) -> Option<String> {
    let context = scope.context;
    let name = match (property_of(scope, violation), violation.variable) {
        (Some(property), _) => property.name.as_str(),
        (None, Some(index)) => context.name(scope.variables().get(index as usize)?.key),
        (None, None) => return None,
    };
    Some(match violation.item {
        Some(item) => format!("item {} of {name}", item + 1),
        None => name.to_owned(),
    })
}

fn rule_of(kind: &ViolationKind) -> &'static Rule {
    match kind {
        ViolationKind::Required { .. } | ViolationKind::DependentRequired { .. } => &missing_required::RULE,
        ViolationKind::EmptyRequired { .. } => &empty_required::RULE,
        ViolationKind::Type { .. } => &schema_type::RULE,
        ViolationKind::Enum { .. } => &schema_enum::RULE,
        ViolationKind::Const { .. } => &schema_const::RULE,
        ViolationKind::Pattern { .. } => &schema_pattern::RULE,
        ViolationKind::Length { .. } => &schema_length::RULE,
        ViolationKind::Range { .. } | ViolationKind::MultipleOf { .. } => &schema_range::RULE,
        ViolationKind::Format { .. } => &schema_format::RULE,
        ViolationKind::Combinator { .. } | ViolationKind::Refused { .. } | ViolationKind::Forbidden { .. } => {
            &schema_combinator::RULE
        }
        ViolationKind::Additional | ViolationKind::PropertyName { .. } => &unknown_key::RULE,
        ViolationKind::Never => &not_allowed_here::RULE,
        ViolationKind::Together { .. } => &incomplete_group::RULE,
        ViolationKind::Exclusive { .. } => &exclusive_keys::RULE,
        ViolationKind::ItemCount { .. } | ViolationKind::Contains { .. } | ViolationKind::Unique { .. } => {
            &schema_items::RULE
        }
        ViolationKind::KeyCount { .. } | ViolationKind::Engine { .. } => &schema_keyword::RULE,
    }
}

fn word(breach: &mut Breach<'_, '_>) {
    match &breach.violation.kind {
        ViolationKind::Required { key } => missing_required::word(breach, key, None),
        ViolationKind::DependentRequired { missing, because } => {
            missing_required::word(breach, missing, Some(because));
        }
        ViolationKind::EmptyRequired { key } => empty_required::word(breach, key),
        ViolationKind::Type { expected, .. } => schema_type::word(breach, expected),
        ViolationKind::Enum { allowed } => schema_enum::word(breach, allowed),
        ViolationKind::Const { allowed } => schema_const::word(breach, allowed),
        ViolationKind::Pattern { pattern } => schema_pattern::word(breach, pattern),
        ViolationKind::Length { actual, min, max } => {
            schema_length::word(breach, *actual, Limits { min: *min, max: *max })
        }
        ViolationKind::Range { bound, limit } => schema_range::word(breach, &schema_range::demand(*bound, limit)),
        ViolationKind::MultipleOf { step } => schema_range::word(breach, &schema_range::demand_step(step)),
        ViolationKind::Format { name } => schema_format::word(breach, name),
        ViolationKind::Combinator {
            keyword,
            branches,
            matched,
        } => {
            schema_combinator::word(breach, *keyword, branches, matched);
        }
        ViolationKind::Refused { values } => schema_combinator::word_refused(breach, values),
        ViolationKind::Forbidden { keys, each } => schema_combinator::word_forbidden(breach, keys, *each),
        ViolationKind::Additional => unknown_key::word(breach),
        ViolationKind::PropertyName { why } => unknown_key::word_name(breach, &demands(why)),
        ViolationKind::Never => not_allowed_here::word(breach),
        ViolationKind::Together { present, missing } => incomplete_group::word(breach, present, missing),
        ViolationKind::Exclusive { present } => exclusive_keys::word(breach, present),
        ViolationKind::ItemCount { actual, min, max } => {
            schema_items::word_count(breach, *actual, Limits { min: *min, max: *max });
        }
        ViolationKind::Contains { actual, min, max } => {
            schema_items::word_contains(
                breach,
                *actual,
                Limits {
                    min: Some(*min),
                    max: *max,
                },
            );
        }
        ViolationKind::Unique { items } => schema_items::word_unique(breach, *items),
        ViolationKind::KeyCount { actual, min, max } => {
            schema_keyword::word_count(breach, *actual, Limits { min: *min, max: *max });
        }
        ViolationKind::Engine { keyword } => schema_keyword::word(breach, keyword),
    }
}

/// Returns what a violation within an alternative requires, with its key if that is another one than the breach's.
pub(super) fn demand_of(breach: &Breach<'_, '_>, violation: &Violation) -> String {
    let hides = property_of(breach.scope, violation).is_some_and(Property::holds_secret);
    let demand = demand(&violation.kind, hides);
    let same = violation.property == breach.violation.property
        && violation.variable == breach.violation.variable
        && violation.item == breach.violation.item;
    let names_its_keys = matches!(
        violation.kind,
        ViolationKind::Required { .. }
            | ViolationKind::EmptyRequired { .. }
            | ViolationKind::DependentRequired { .. }
            | ViolationKind::Together { .. }
            | ViolationKind::Exclusive { .. }
            | ViolationKind::Forbidden { .. }
            | ViolationKind::KeyCount { .. }
    );
    match subject_of(breach.scope, violation) {
        Some(subject) if !same && !names_its_keys => format!("{subject} {demand}"),
        _ => demand,
    }
}

/// Joins several demands to one clause.
fn demands(kinds: &[ViolationKind]) -> String {
    let demands: Vec<String> = kinds.iter().map(|kind| demand(kind, false)).collect();
    wording::list(&demands, "and")
}

/// Returns what a kind of violation requires, as a clause. Alternatives within alternatives are counted, not listed.
fn demand(kind: &ViolationKind, hides: bool) -> String {
    match kind {
        ViolationKind::Required { key } | ViolationKind::DependentRequired { missing: key, .. } => {
            missing_required::demand(key)
        }
        ViolationKind::EmptyRequired { key } => empty_required::demand(key),
        ViolationKind::Type { expected, .. } => schema_type::demand(expected),
        ViolationKind::Enum { allowed } => schema_enum::demand(allowed, hides),
        ViolationKind::Const { allowed } => schema_const::demand(allowed, hides),
        ViolationKind::Pattern { pattern } => schema_pattern::demand(pattern, hides),
        ViolationKind::Length { min, max, .. } => schema_length::demand(Limits { min: *min, max: *max }),
        ViolationKind::Range { bound, limit } => schema_range::demand(*bound, limit),
        ViolationKind::MultipleOf { step } => schema_range::demand_step(step),
        ViolationKind::Format { name } => schema_format::demand(name),
        ViolationKind::Combinator {
            keyword,
            branches,
            matched,
        } => schema_combinator::demand(*keyword, branches, matched),
        ViolationKind::Refused { values } => schema_combinator::demand_refused(values, hides),
        ViolationKind::Forbidden { keys, each } => schema_combinator::demand_forbidden(keys, *each),
        ViolationKind::Additional | ViolationKind::Never => "must not be set".to_owned(),
        ViolationKind::PropertyName { .. } => "must have another name".to_owned(),
        ViolationKind::Together { missing, .. } => incomplete_group::demand(missing),
        ViolationKind::Exclusive { present } => exclusive_keys::demand(present),
        ViolationKind::ItemCount { min, max, .. } => schema_items::demand_count(Limits { min: *min, max: *max }),
        ViolationKind::Contains { min, max, .. } => schema_items::demand_contains(Limits {
            min: Some(*min),
            max: *max,
        }),
        ViolationKind::Unique { .. } => schema_items::demand_unique(),
        ViolationKind::KeyCount { min, max, .. } => schema_keyword::demand_count(Limits { min: *min, max: *max }),
        ViolationKind::Engine { keyword } => schema_keyword::demand(keyword),
    }
}
