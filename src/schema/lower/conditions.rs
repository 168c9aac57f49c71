//! Values that a condition waits for and that can never be: a rule behind it would never be enforced, and nobody would notice.
//!
//! A variable is read as the type that its key declares, so that `TLS`, a boolean, is never the text `"true"`.

use super::Lowering;
use crate::map::Map;
use crate::schema::errors::SchemaError;
use crate::schema::instance::Constant;
use crate::schema::json::quoted;
use crate::schema::plan::{Check, CheckKind, KeyId, SubId};
use crate::schema::violation::{TypeName, Types};

impl Lowering<'_, '_> {
    /// Looks through all that is asked of keys elsewhere than where they are declared.
    pub(super) fn conditions(&mut self) {
        let mut seen = Map::default();
        let mut impossible = Vec::new();
        let branches = (0..).zip(&self.plan.subs).filter(|(sub, _)| *sub != self.plan.root);
        for check in branches.flat_map(|(_, sub)| &sub.checks) {
            if let CheckKind::Properties(properties) = &check.kind {
                for &(key, sub) in properties.iter().filter(|(key, _)| self.declared[*key as usize]) {
                    self.asks_of(key, sub, &mut seen, &mut impossible);
                }
            }
        }
        for (key, index, sub) in impossible {
            let key = &self.plan.keys[key as usize];
            let types = types_of(key.reading.as_ref().map(|reading| reading.types));
            let names: Vec<&str> = types.names().into_iter().map(TypeName::name).collect();
            let site = &self.plan.sites[self.plan.subs[sub as usize].checks[index].site as usize];
            let message = format!(
                "{} is read as {}, so it is never this",
                quoted(&key.name),
                names.join(" or ")
            );
            let error = SchemaError::new(site.span, message)
                .help("write numbers, true and false without quotes where \"type\" asks for them, and texts in quotes");
            self.errors.add_in(site.file, error);
        }
    }

    /// The checks of a key's value that no value of its type meets.
    fn asks_of(
        &self,
        key: KeyId,
        sub: SubId,
        seen: &mut Map<(KeyId, SubId), ()>,
        impossible: &mut Vec<(KeyId, usize, SubId)>,
    ) {
        if !seen.insert((key, sub), ()) {
            return;
        }
        let types = types_of(
            self.plan.keys[key as usize]
                .reading
                .as_ref()
                .map(|reading| reading.types),
        );
        for (index, check) in self.plan.subs[sub as usize].checks.iter().enumerate() {
            if !may_be_met(check, types) {
                impossible.push((key, index, sub));
            }
            let mut below = |sub: SubId| self.asks_of(key, sub, seen, impossible);
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
}

/// What is not said to be anything else is text.
fn types_of(declared: Option<Types>) -> Types {
    declared.unwrap_or(Types::one(TypeName::String))
}

/// Whether a value of one of these types may be one that is named.
fn may_be_met(check: &Check, types: Types) -> bool {
    let is_of = |value: &Constant| {
        let own = value.types();
        types.meets(own) || own.has(TypeName::Integer) && types.has(TypeName::Number)
    };
    match &check.kind {
        CheckKind::Const(value) => is_of(value),
        CheckKind::Enum(values) => values.iter().any(is_of),
        _ => true,
    }
}
