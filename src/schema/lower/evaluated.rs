//! Determines which variables the keywords of a schema evaluate, for `unevaluatedProperties` beside them. If they are
//! the same for every set of variables, as in a schema composed of files, the keyword is an `additionalProperties` that
//! takes the other files into account.

use super::{Lowering, Target};
use crate::schema::json::Node;
use crate::sort;

/// How many schemas are visited before this is left to the engine. No real schema is composed of as many, and the limit
/// stops schemas that refer to each other twice on every level.
const MAX_SCHEMAS: usize = 1_000;

/// What is evaluated.
#[derive(Default)]
pub(super) struct Evaluated<'l> {
    /// Keys with these names; without duplicates.
    pub(super) keys: Vec<&'l str>,
    /// Keys whose names match one of these patterns.
    pub(super) patterns: Vec<&'l str>,
    /// All keys.
    pub(super) all: bool,
}

impl<'l> Evaluated<'l> {
    /// Returns what `properties` and `patternProperties` of a schema evaluate themselves.
    pub(super) fn beside(node: &'l Node<'_>) -> Evaluated<'l> {
        let names = |keyword| node.members(keyword).iter().map(|member| &*member.key).collect();
        Evaluated {
            keys: names("properties"),
            patterns: names("patternProperties"),
            all: false,
        }
    }

    fn add(&mut self, other: Evaluated<'l>) {
        self.keys.extend(other.keys);
        self.patterns.extend(other.patterns);
        self.all |= other.all;
    }
}

impl<'l, 's> Lowering<'l, 's> {
    /// Returns what the keywords beside an `unevaluatedProperties` evaluate of the set of variables; `None` if that
    /// depends on the variables.
    pub(super) fn evaluated(&self, at: Target<'l, 's>) -> Option<Evaluated<'l>> {
        let mut search = Search {
            lowering: self,
            always: Evaluated::default(),
            at_times: Evaluated::default(),
            schemas: 0,
        };
        search.keywords(at, true)?;
        let Search {
            mut always, at_times, ..
        } = search;
        always.keys = sort::set(always.keys);
        // A conditional branch that names only what is evaluated anyway changes nothing.
        let is_more = at_times.all
            || !at_times.patterns.is_empty()
            || at_times.keys.iter().any(|key| always.keys.binary_search(key).is_err());
        (always.all || !is_more).then_some(always)
    }
}

struct Search<'a, 'l, 's> {
    lowering: &'a Lowering<'l, 's>,
    /// What is evaluated by schemas that apply whenever the whole does.
    always: Evaluated<'l>,
    /// What is evaluated by schemas that may not apply.
    at_times: Evaluated<'l>,
    schemas: usize,
}

impl<'l, 's> Search<'_, 'l, 's> {
    /// Visits a schema about the same variables.
    fn schema(&mut self, at: Target<'l, 's>, holds: bool) -> Option<()> {
        self.found(holds).all |= at.node.get("unevaluatedProperties").is_some();
        self.keywords(at, holds)
    }

    /// Visits its keywords except `unevaluatedProperties`.
    fn keywords(&mut self, at: Target<'l, 's>, holds: bool) -> Option<()> {
        self.schemas += 1;
        if self.schemas > MAX_SCHEMAS || at.node.get("$dynamicRef").is_some() {
            return None;
        }
        self.found(holds).add(Evaluated::beside(at.node));
        self.found(holds).all |= at.node.get("additionalProperties").is_some();
        if at.node.get("$ref").is_some() {
            self.schema(self.lowering.documents.behind(at)?, holds)?;
        }
        for branch in at.items("allOf") {
            self.schema(branch, holds)?;
        }
        for branch in ["anyOf", "oneOf"].iter().flat_map(|keyword| at.items(keyword)) {
            self.schema(branch, false)?;
        }
        for node in ["if", "then", "else"].iter().filter_map(|keyword| at.node.get(keyword)) {
            self.schema(at.with(node), false)?;
        }
        for member in at.node.members("dependentSchemas") {
            self.schema(at.with(&member.value), false)?;
        }
        // A schema under `not` evaluates nothing.
        Some(())
    }

    fn found(&mut self, holds: bool) -> &mut Evaluated<'l> {
        if holds { &mut self.always } else { &mut self.at_times }
    }
}
