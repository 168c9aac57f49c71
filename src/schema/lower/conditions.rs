//! Reports conditions on values that can never occur, and keywords in a condition that apply to no value of the key.
//! Such a rule would silently be enforced never, or always.
//!
//! A variable is read as the type that its key declares, so the boolean `TLS` is never the text `"true"`, and a text is
//! never below a `minimum`.

use super::Lowering;
use crate::join::join;
use crate::map::Map;
use crate::schema::errors::SchemaError;
use crate::schema::instance::Constant;
use crate::schema::json::quoted;
use crate::schema::plan::{Check, CheckKind, KeyId, Step, SubId};
use crate::schema::violation::{TypeName, Types};

impl Lowering<'_, '_> {
    /// Checks everything required of keys elsewhere than in their declarations.
    pub(super) fn conditions(&mut self) {
        let mut seen = Map::default();
        let mut suspects = Vec::new();
        let branches = (0..).zip(&self.plan.subs).filter(|(sub, _)| *sub != self.plan.root);
        for check in branches.flat_map(|(_, sub)| &sub.checks) {
            if let CheckKind::Properties(properties) = &check.kind {
                for &(key, sub) in properties.iter().filter(|(key, _)| self.declared[*key as usize]) {
                    self.asks_of(key, sub, &mut seen, &mut suspects);
                }
            }
        }
        let listed = self.listed();
        suspects.retain(|&(id, index, sub): &(KeyId, usize, SubId)| {
            let check = &self.plan.subs[sub as usize].checks[index];
            let takes_listed = listed[id as usize].is_none_or(|values| takes(check, values));
            !takes_listed || !may_be_met(check, self.types_of(id))
        });
        for (id, index, sub) in suspects {
            let key = &self.plan.keys[id as usize];
            let types = self.types_of(id);
            let check = &self.plan.subs[sub as usize].checks[index];
            let names: Vec<&str> = types.names().into_iter().map(TypeName::name).collect();
            let site = &self.plan.sites[check.site as usize];
            let read = format!("{} is read as {}", quoted(&key.name), join(&names, " or "));
            let error = match (&check.kind, &site.step) {
                _ if may_be_met(check, types) => SchemaError::new(
                    site.span,
                    format!(
                        "the \"enum\" of {} has no such value, so it is never this",
                        quoted(&key.name)
                    ),
                )
                .help("write one of its values, or add this one to them"),
                (CheckKind::Const(_) | CheckKind::Enum(_), _) => SchemaError::new(
                    site.span,
                    format!("{read}, so it is never this"),
                )
                .help("write numbers, true and false without quotes where \"type\" asks for them, and texts in quotes"),
                (CheckKind::Type(_), _) => SchemaError::new(site.span, format!("{read}, so it is never of this type"))
                    .help("the type of a key is declared where the key is, or for one environment in \"in\""),
                (_, step) => {
                    let word = if let Step::Word(word) = step { word } else { "it" };
                    let message = format!("{read}, so {} does nothing here", quoted(word));
                    SchemaError::new(site.span, message).help("declare the type where the key is, or remove this")
                }
            };
            self.errors.add_in(site.file, error);
        }
    }

    /// Collects the checks on a key's value that no value of its type meets, or that apply to none, and those that list values.
    fn asks_of(
        &self,
        key: KeyId,
        sub: SubId,
        seen: &mut Map<(KeyId, SubId), ()>,
        suspects: &mut Vec<(KeyId, usize, SubId)>,
    ) {
        if !seen.insert((key, sub), ()) {
            return;
        }
        let types = self.types_of(key);
        for (index, check) in self.plan.subs[sub as usize].checks.iter().enumerate() {
            if !may_be_met(check, types) || matches!(check.kind, CheckKind::Const(_) | CheckKind::Enum(_)) {
                suspects.push((key, index, sub));
            }
            let mut below = |sub: SubId| self.asks_of(key, sub, seen, suspects);
            match &check.kind {
                CheckKind::Ref(sub) | CheckKind::Not(sub) => below(*sub),
                CheckKind::AllOf(subs) | CheckKind::AnyOf(subs) | CheckKind::OneOf(subs) => {
                    subs.iter().copied().for_each(below);
                }
                CheckKind::If(condition, then, otherwise) => {
                    [Some(*condition), *then, *otherwise]
                        .into_iter()
                        .flatten()
                        .for_each(below);
                }
                _ => {}
            }
        }
    }

    /// Returns the values that the declaration of each key lists, by key.
    fn listed(&self) -> Vec<Option<&[Constant]>> {
        let mut listed = vec![None; self.plan.keys.len()];
        for check in &self.plan.subs[self.plan.root as usize].checks {
            let CheckKind::Properties(properties) = &check.kind else {
                continue;
            };
            for (key, sub) in properties {
                let own = self.plan.subs[*sub as usize].checks.iter();
                listed[*key as usize] = own.map(|check| &check.kind).find_map(|kind| match kind {
                    CheckKind::Enum(values) => Some(&values[..]),
                    _ => None,
                });
            }
        }
        listed
    }

    /// Returns the types that a key may be read as, in any environment. Without a declaration that is text.
    fn types_of(&self, key: KeyId) -> Types {
        let text = Types::one(TypeName::String);
        let own = self.plan.keys[key as usize].reading.as_ref();
        let here = self
            .plan
            .environments
            .iter()
            .flat_map(|environment| &environment.readings);
        here.filter(|(other, ..)| *other == key)
            .fold(own.map_or(text, |reading| reading.types), |all, (_, reading, _)| {
                all.with(reading.types)
            })
    }
}

/// Returns whether a check allows any of these values.
fn takes(check: &Check, values: &[Constant]) -> bool {
    match &check.kind {
        CheckKind::Const(value) => values.contains(value),
        CheckKind::Enum(asked) => asked.iter().any(|value| values.contains(value)),
        _ => true,
    }
}

/// Returns whether a check applies to values of these types and one of them may meet it.
fn may_be_met(check: &Check, types: Types) -> bool {
    let numbers = Types::one(TypeName::Number).with(Types::one(TypeName::Integer));
    let is_number = |types: &Types| types.meets(numbers);
    let is_of = |value: &Constant| {
        let own = value.types();
        types.meets(own) || own.has(TypeName::Integer) && types.has(TypeName::Number)
    };
    match &check.kind {
        CheckKind::Const(value) => is_of(value),
        CheckKind::Enum(values) => values.iter().any(is_of),
        CheckKind::Type(asked) => types.meets(*asked) || is_number(&types) && is_number(asked),
        CheckKind::Range(..) | CheckKind::MultipleOf(_) => is_number(&types),
        CheckKind::Pattern(_) | CheckKind::Length(_) => types.has(TypeName::String),
        CheckKind::Items(..) | CheckKind::ItemCount(_) | CheckKind::Contains(..) | CheckKind::Unique => {
            types.has(TypeName::Array)
        }
        _ => true,
    }
}
