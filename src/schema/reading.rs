//! Determines from the schema how to read the text of each key; see [`super::instance`] for the rules.

use std::borrow::Cow;

use super::documents::{Documents, Target};
use super::instance::{Constant, Reading, TEXT};
use super::json::Node;
use super::keyword::Keyword;
use super::lint;
use super::violation::{TypeName, Types};

/// How many schemas are visited for one key: more than any real key has, fewer than a chain of `$ref` could reach.
const FUEL: u32 = 2000;

/// How deep they may refer to each other.
const MAX_DEPTH: u32 = 64;

/// Returns how to read the text of a key with this schema; `None` if it declares nothing.
pub(crate) fn of(documents: &Documents<'_>, at: Target<'_, '_>) -> Option<Reading> {
    Finder {
        documents,
        fuel: FUEL,
        depth: 0,
    }
    .reading(at)
}

/// Like [`of`], for a schema that declares a key: if it has no type, its other keywords may imply that it is not text.
/// Otherwise a `minimum` would never apply, and be a check that is not made.
pub(crate) fn of_key(documents: &Documents<'_>, at: Target<'_, '_>) -> Option<Reading> {
    let mut finder = Finder {
        documents,
        fuel: FUEL,
        depth: 0,
    };
    finder.reading(at).or_else(|| {
        let asked = finder.asked(at);
        // Every integer is a number. If several types are implied, none is preferred.
        let name = match *asked.names().as_slice() {
            [TypeName::Integer, TypeName::Number] | [TypeName::Number, TypeName::Integer] => TypeName::Number,
            [only] if only != TypeName::String => only,
            _ => return None,
        };
        Some(finder.reading_as(at, Types::one(name)))
    })
}

/// Returns whether the schema allows the key to be empty: `minLength: 0`, `minItems: 0`, `null`, or an `enum` or
/// `const` with `""`.
pub(crate) fn may_be_empty(documents: &Documents<'_>, at: Target<'_, '_>) -> bool {
    Finder {
        documents,
        fuel: FUEL,
        depth: 0,
    }
    .may_be_empty(at)
}

/// Returns the keyword of a schema, or of what it refers to.
pub(crate) fn lookup<'d, 's>(
    documents: &'d Documents<'s>,
    at: Target<'d, 's>,
    keyword: &str,
) -> Option<Target<'d, 's>> {
    let mut at = at;
    for _ in 0..64 {
        if let Some(node) = at.node.get(keyword) {
            return Some(at.with(node));
        }
        at = documents.behind(at)?;
    }
    None
}

struct Finder<'d, 's> {
    documents: &'d Documents<'s>,
    fuel: u32,
    depth: u32,
}

impl<'d, 's> Finder<'d, 's> {
    /// Runs `step` one level deeper, if there is fuel for it.
    fn deeper<T: Default>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        if self.fuel == 0 || self.depth >= MAX_DEPTH {
            return T::default();
        }
        self.fuel -= 1;
        self.depth += 1;
        let found = step(self);
        self.depth -= 1;
        found
    }

    fn reading(&mut self, at: Target<'d, 's>) -> Option<Reading> {
        self.deeper(|this| this.reading_of(at))
    }

    fn reading_of(&mut self, at: Target<'d, 's>) -> Option<Reading> {
        let types = self.types(at);
        (!types.is_empty()).then(|| self.reading_as(at, types))
    }

    fn reading_as(&mut self, at: Target<'d, 's>, types: Types) -> Reading {
        let mut reading = Reading { types, ..TEXT.clone() };
        if types.has(TypeName::Array) {
            if let Some(separator) = self.find(at, "separator").and_then(|found| found.node.as_str()) {
                reading.separator = Cow::Owned(separator.to_owned());
            }
            if let Some(Target { file, node }) = self.find(at, "prefixItems") {
                let items = node.as_array().unwrap_or_default();
                reading.prefix = items
                    .iter()
                    .map(|node| self.reading(Target { file, node }).unwrap_or_else(|| TEXT.clone()))
                    .collect();
            }
            if let Some(items) = self.find(at, "items") {
                reading.rest = self.reading(items).filter(|items| *items != TEXT).map(Box::new);
            } else if let Some(some) = self.find(at, "contains") {
                // Only some of the items must have that type; the others are text.
                reading.rest = self.reading(some).filter(|some| *some != TEXT).map(|mut some| {
                    some.types = some.types.with(TEXT.types);
                    Box::new(some)
                });
            }
        }
        reading
    }

    fn types(&mut self, at: Target<'d, 's>) -> Types {
        self.deeper(|this| this.types_of(at))
    }

    fn types_of(&mut self, at: Target<'d, 's>) -> Types {
        if let Some(node) = at.node.get("type") {
            return lint::declares(node);
        }
        if let Some(node) = at.node.get("const") {
            return Constant::of(node).types();
        }
        if let Some(items) = at.node.get("enum").and_then(Node::as_array) {
            return items
                .iter()
                .map(|item| Constant::of(item).types())
                .fold(Types::NONE, Types::with);
        }
        if let Some(target) = self.documents.behind(at) {
            let types = self.types(target);
            if !types.is_empty() {
                return types;
            }
        }
        for branch in at.items("allOf") {
            let types = self.types(branch);
            if !types.is_empty() {
                return types;
            }
        }
        let text = Types::one(TypeName::String);
        for keyword in ["anyOf", "oneOf"] {
            let branches: Vec<Types> = at.items(keyword).map(|branch| self.types(branch)).collect();
            if branches.iter().any(|types| !types.is_empty()) {
                // A branch that declares nothing accepts the text as it is.
                return branches
                    .into_iter()
                    .map(|types| if types.is_empty() { text } else { types })
                    .fold(Types::NONE, Types::with);
            }
        }
        ["then", "else"]
            .into_iter()
            .filter_map(|keyword| at.node.get(keyword))
            .map(|node| self.types(at.with(node)))
            .fold(Types::NONE, Types::with)
    }

    /// Returns the types that keywords constrain in any case.
    fn asked(&mut self, at: Target<'d, 's>) -> Types {
        self.deeper(|this| {
            let members = at.node.own_members();
            let own = members.iter().filter_map(|member| Keyword::find(&member.key));
            let own = own.map(Keyword::concerns).fold(Types::NONE, Types::with);
            let others = at.items("allOf").chain(this.documents.behind(at));
            others.fold(own, |all, other| all.with(this.asked(other)))
        })
    }

    fn may_be_empty(&mut self, at: Target<'d, 's>) -> bool {
        self.deeper(|this| this.permits_empty(at))
    }

    fn permits_empty(&mut self, at: Target<'d, 's>) -> bool {
        let zero = |keyword: &str| at.node.get(keyword).and_then(lint::count) == Some(0);
        let empty = |node: &Node<'_>| node.as_str() == Some("");
        if zero("minLength")
            || zero("minItems")
            || at.node.get("const").is_some_and(empty)
            || at
                .node
                .get("enum")
                .and_then(Node::as_array)
                .is_some_and(|items| items.iter().any(empty))
            || at
                .node
                .get("type")
                .is_some_and(|node| lint::declares(node).has(TypeName::Null))
        {
            return true;
        }
        let branches = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .flat_map(|keyword| at.items(keyword));
        let mut within = self.documents.behind(at).into_iter().chain(branches);
        within.any(|target| self.may_be_empty(target))
    }

    fn find(&self, at: Target<'d, 's>, keyword: &str) -> Option<Target<'d, 's>> {
        lookup(self.documents, at, keyword)
    }
}
