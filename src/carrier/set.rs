//! What the readers share: walking a tree, recording errors, and collecting sets of variables.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::map::Map;
#[cfg(feature = "yaml")]
use crate::parse::carried::Asked;
use crate::parse::carried::{Binding, Held, Stores, Unset, Wanted};
use crate::parse::{Effect, EntryError, External, SyntaxError, SyntaxErrorKind};
use crate::sort;
use crate::source::Span;

#[cfg(feature = "yaml")]
use super::container::{Claim, Step};
use super::tree::{Data, NodeId, Plain, Tree};
use super::{Base, Carrier, Included, Reference, Removed, Unread, number};

pub(super) mod part;

/// The maximum number of members and variables visited, since aliases let a short text describe a very long one.
const MAX_VISITED: usize = 1 << 20;

/// The maximum number of errors recorded for a file: a million would be of no more use. Of those behind it, the first of each kind is, since some are only
/// warnings.
const MAX_ERRORS: usize = 10_000;

/// The maximum depth of merges, and the maximum length of a chain of services that extend each other.
pub(super) const MAX_DEPTH: usize = 64;

/// The variables of one part: a service, a container, or anything else with an environment of its own.
#[derive(Default, Clone)]
pub(super) struct Set {
    /// The names by which it can be selected; the first is listed as the name of the part.
    pub(super) names: Vec<String>,
    /// In order of increasing precedence.
    pub(super) bindings: Vec<Binding>,
    pub(super) files: Vec<Reference>,
    /// The service of another file that it extends, and the place of the reference.
    pub(super) base: Option<(Base, Span)>,
    /// What it takes away from files below.
    pub(super) cuts: Vec<Removed>,
    /// The namespace of a container, a Secret or a ConfigMap, if its object says it.
    #[cfg(feature = "yaml")]
    pub(super) namespace: Option<Box<str>>,
    /// What is known of it if it is a Secret or ConfigMap.
    pub(super) store: Option<Store>,
    /// The Secrets and ConfigMaps of other files from which it takes all variables.
    pub(super) wanted: Vec<Wanted>,
    /// The single keys that it takes from those of other files.
    #[cfg(feature = "yaml")]
    pub(super) asked: Vec<Asked>,
    /// What sets the variables of a container that takes any of them from other files.
    #[cfg(feature = "yaml")]
    pub(super) steps: Option<Rc<Vec<Step>>>,
    /// What other files set in that container, as far as they are known.
    #[cfg(feature = "yaml")]
    pub(super) claims: Vec<Claim>,
}

/// A Secret or ConfigMap as a part.
#[derive(Clone)]
pub(super) struct Store {
    /// All its keys, also those that are no variables; `None` if there may be others.
    pub(super) keys: Option<Vec<String>>,
    /// Whether it is in a file with containers, which are what is read unless it is asked for by name.
    pub(super) is_aside: bool,
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Set({} variables)", self.bindings.len())
    }
}

/// How the loader treats an unquoted value that is not a string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Loose {
    /// It accepts strings only.
    Never,
    /// It accepts numbers and booleans, but a boolean should be quoted.
    Numbers,
    /// It accepts them as written.
    All,
}

/// The state shared by all readers: the tree, and what has been collected from it.
pub(super) struct Reader {
    pub(super) text: Rc<[u8]>,
    pub(super) tree: Tree,
    pub(super) carrier: Carrier,
    pub(super) sets: Vec<Set>,
    pub(super) errors: Vec<SyntaxError>,
    /// Keys of the file's structure, which may be shown.
    pub(super) structure: Vec<Span>,
    pub(super) stores: Stores,
    /// What systemd removes from all files.
    pub(super) unset: Vec<Unset>,
    /// Whether the file contains nothing but stores.
    pub(super) stores_alone: bool,
    /// Whether it has containers of Kubernetes.
    pub(super) starts: bool,
    /// Files whose parts count as this file's.
    pub(super) included: Vec<Included>,
    /// What a kustomization names, and is not followed.
    pub(super) unread: Vec<Unread>,
    visited: usize,
}

impl Reader {
    pub(super) fn new(text: &str, tree: Tree, carrier: Carrier) -> Reader {
        let mut reader = Reader {
            text: text.as_bytes().into(),
            tree,
            carrier,
            sets: Vec::new(),
            errors: Vec::new(),
            structure: Vec::new(),
            stores: Stores::default(),
            unset: Vec::new(),
            stores_alone: false,
            starts: false,
            included: Vec::new(),
            unread: Vec::new(),
            visited: 0,
        };
        let own = std::mem::take(&mut reader.tree.own_tags).into_iter();
        let own = own.filter(|_| carrier != Carrier::Compose);
        let errors = std::mem::take(&mut reader.tree.errors).into_iter();
        for (span, error) in errors.chain(own.map(|span| (span, EntryError::Tag))) {
            reader.error(span, error, Effect::Rejected);
        }
        reader
    }

    /// Returns a reader that has collected the same, but for the sets, and for the tree, which is of no use then.
    #[cfg(feature = "yaml")]
    pub(super) fn again(&self) -> Reader {
        Reader {
            text: Rc::clone(&self.text),
            tree: Tree {
                is_yaml: self.tree.is_yaml,
                ..Tree::default()
            },
            carrier: self.carrier,
            sets: Vec::new(),
            errors: self.errors.clone(),
            structure: self.structure.clone(),
            stores: Stores {
                held: self.stores.held.clone(),
                ..Stores::default()
            },
            unset: self.unset.clone(),
            stores_alone: self.stores_alone,
            starts: self.starts,
            included: self.included.clone(),
            unread: self.unread.clone(),
            visited: self.visited,
        }
    }

    pub(super) fn error(&mut self, span: Span, error: EntryError, effect: Effect) {
        // To YAML, `{{ … }}` is a mapping within a mapping.
        let is_template = self.tree.is_yaml() && span.of(&self.text).starts_with(b"{{");
        let error = if is_template { EntryError::Template } else { error };
        let kind = SyntaxErrorKind::Entry(error);
        let mut behind = self.errors.iter().skip(MAX_ERRORS);
        if self.errors.len() < MAX_ERRORS || behind.all(|one| one.kind != kind) {
            self.errors.push(SyntaxError { kind, effect, span });
        }
    }

    pub(super) fn error_at(&mut self, id: NodeId, error: EntryError, effect: Effect) {
        self.error(self.tree.nodes[id].span, error, effect);
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.tree.nodes[id].span
    }

    /// Counts work towards the limit. Returns whether the limit still allows it, and records an error the first time it does not.
    pub(super) fn visit(&mut self, id: NodeId, count: usize) -> bool {
        let before = self.visited;
        self.visited = before.saturating_add(count);
        if self.visited > MAX_VISITED && before <= MAX_VISITED {
            self.error_at(id, EntryError::TooLarge, Effect::Rejected);
        }
        self.visited <= MAX_VISITED
    }

    /// Returns the members of a mapping, those it merges first. In YAML, only the last member of each key is returned.
    /// Anything else than a mapping has no members, and is an error unless it is null.
    pub(super) fn members(&mut self, id: NodeId) -> Vec<(NodeId, NodeId)> {
        let mut members = Vec::new();
        self.collect(id, 0, &mut members);
        if self.tree.is_yaml() {
            self.last_of_each(&mut members);
        }
        members
    }

    /// Keeps only the last member of each key, in the order of the text.
    fn last_of_each(&self, members: &mut Vec<(NodeId, NodeId)>) {
        let mut last: Map<&str, usize> = Map::default();
        for (index, member) in members.iter().enumerate() {
            if let Some(key) = self.tree.text(member.0) {
                last.insert(key, index);
            }
        }
        let mut index = 0;
        members.retain(|member| {
            let kept = self.tree.text(member.0).is_none_or(|key| last.get(key) == Some(&index));
            index += 1;
            kept
        });
    }

    fn collect(&mut self, id: NodeId, depth: usize, into: &mut Vec<(NodeId, NodeId)>) {
        let own = match &self.tree.nodes[id].data {
            Data::Mapping(members) => members.clone(),
            Data::Broken => return,
            Data::Scalar { text, plain: true } if Plain::of(text) == Plain::Null => return,
            Data::Scalar { .. } | Data::Sequence(_) => {
                return self.error_at(id, EntryError::NotStructure, Effect::Rejected);
            }
        };
        if !self.visit(id, own.len() + 1) {
            return;
        }
        self.report_duplicates(&own);
        let is_merge = |reader: &Reader, key: NodeId| {
            reader.tree.is_yaml()
                && matches!(&reader.tree.nodes[key].data, Data::Scalar { text, plain: true } if text.as_str() == "<<")
        };
        let (merges, plain): (Vec<_>, Vec<_>) = own.into_iter().partition(|member| is_merge(self, member.0));
        for (key, value) in merges {
            self.structure.push(self.tree.nodes[key].span);
            if self.carrier == Carrier::GithubActions || depth >= MAX_DEPTH {
                self.error_at(key, EntryError::BadMerge, Effect::Rejected);
                continue;
            }
            match &self.tree.nodes[value].data {
                Data::Mapping(_) => self.collect(value, depth + 1, into),
                // The first of several has precedence, so it is collected last.
                Data::Sequence(items) => {
                    for item in items.clone().into_iter().rev() {
                        if !self.visit(item, 1) {
                            return;
                        }
                        match self.tree.nodes[item].data {
                            Data::Mapping(_) => self.collect(item, depth + 1, into),
                            _ => self.error_at(item, EntryError::BadMerge, Effect::Rejected),
                        }
                    }
                }
                _ => self.error_at(value, EntryError::BadMerge, Effect::Rejected),
            }
        }
        into.extend(plain);
    }

    fn report_duplicates(&mut self, members: &[(NodeId, NodeId)]) {
        let mut keys: Vec<NodeId> = members.iter().map(|member| member.0).collect();
        let tree = &self.tree;
        sort::by(&mut keys, &|&a, &b| (tree.text(a), a).cmp(&(tree.text(b), b)));
        let again: Vec<NodeId> = keys
            .windows(2)
            .filter(|pair| tree.text(pair[0]).is_some() && tree.text(pair[0]) == tree.text(pair[1]))
            .map(|pair| pair[1])
            .collect();
        for id in again {
            self.error_at(id, EntryError::Duplicate, Effect::Rejected);
        }
    }

    /// Returns the value of a structural key.
    pub(super) fn get(&mut self, members: &[(NodeId, NodeId)], key: &str) -> Option<NodeId> {
        let &(name, value) = members.iter().find(|member| self.tree.text(member.0) == Some(key))?;
        self.structure.push(self.span(name));
        Some(value)
    }

    /// Returns the members of the mapping under a structural key, or none if there is no such key.
    pub(super) fn get_members(&mut self, members: &[(NodeId, NodeId)], key: &str) -> Vec<(NodeId, NodeId)> {
        match self.get(members, key) {
            Some(id) => self.members(id),
            None => Vec::new(),
        }
    }

    /// Returns the items of a list.
    pub(super) fn items(&mut self, id: NodeId) -> Vec<NodeId> {
        match &self.tree.nodes[id].data {
            Data::Sequence(items) => {
                let items = items.clone();
                if self.visit(id, items.len() + 1) {
                    items
                } else {
                    Vec::new()
                }
            }
            Data::Broken => Vec::new(),
            Data::Scalar { text, plain: true } if Plain::of(text) == Plain::Null => Vec::new(),
            _ => {
                self.error_at(id, EntryError::NotStructure, Effect::Rejected);
                Vec::new()
            }
        }
    }

    /// Returns the items of the list under a structural key, or none if there is no such key.
    pub(super) fn get_items(&mut self, members: &[(NodeId, NodeId)], key: &str) -> Vec<NodeId> {
        match self.get(members, key) {
            Some(id) => self.items(id),
            None => Vec::new(),
        }
    }

    /// Returns the text of the scalar under a structural key.
    pub(super) fn get_text(&mut self, members: &[(NodeId, NodeId)], key: &str) -> Option<String> {
        let id = self.get(members, key)?;
        Some(self.tree.text(id)?.to_owned())
    }

    pub(super) fn is_null(&self, id: NodeId) -> bool {
        matches!(&self.tree.nodes[id].data, Data::Scalar { text, plain: true } if Plain::of(text) == Plain::Null)
    }

    /// Returns whether a node is a string, quoted or not.
    pub(super) fn is_text(&self, id: NodeId) -> bool {
        match &self.tree.nodes[id].data {
            Data::Scalar { text, plain: true } => matches!(Plain::of(text), Plain::Text | Plain::OldBoolean),
            _ => true,
        }
    }

    /// Returns whether readers of YAML 1.1 take a node as a date or a time.
    pub(super) fn is_date(&self, id: NodeId) -> bool {
        match &self.tree.nodes[id].data {
            Data::Scalar { text, plain: true } => self.tree.is_yaml() && number::is_date(text),
            _ => false,
        }
    }

    /// Returns the name of a variable, or records that the node is not one.
    pub(super) fn key(&mut self, id: NodeId) -> Option<(Box<str>, Span)> {
        let span = self.span(id);
        match self.tree.text(id) {
            Some(text) if is_key(text) => Some((text.into(), span)),
            _ => {
                self.error(span, EntryError::Key, Effect::Rejected);
                None
            }
        }
    }

    /// Returns a value as the loader takes it, or records why it can't be one.
    pub(super) fn value(&mut self, id: NodeId, loose: Loose) -> Option<Zeroizing<Vec<u8>>> {
        let (text, plain) = match &self.tree.nodes[id].data {
            Data::Scalar { text, plain } => (text.clone(), *plain),
            Data::Broken => return None,
            Data::Sequence(_) | Data::Mapping(_) => {
                self.error_at(id, EntryError::NotScalar, Effect::Rejected);
                return None;
            }
        };
        let mut text = Zeroizing::new(text.as_bytes().to_vec());
        if plain {
            let mut kind = str::from_utf8(&text).map_or(Plain::Text, Plain::of);
            // With more than six digits before the point, Go formats a float with an exponent.
            let is_long = |text: &[u8]| memchr::memchr(b'.', text).is_some_and(|whole| whole > 6);
            if kind == Plain::Number && loose == Loose::Numbers && is_long(&text) {
                kind = Plain::OtherNumber;
            }
            if cfg!(feature = "yaml")
                && self.carrier == Carrier::GithubActions
                && matches!(kind, Plain::Number | Plain::OtherNumber)
            {
                let written = str::from_utf8(&text).ok().and_then(number::in_workflow);
                kind = match &written {
                    None => Plain::Text,
                    Some(written) if written.as_bytes() == &**text => Plain::Number,
                    Some(_) => Plain::OtherNumber,
                };
                text = written.map_or(text, |written| Zeroizing::new(written.into_bytes()));
            }
            let old = self.carrier == Carrier::Kubernetes && self.tree.is_yaml();
            match (kind, loose) {
                (Plain::Text, _)
                | (Plain::OldBoolean, Loose::Numbers | Loose::All)
                | (Plain::Number, Loose::Numbers | Loose::All) => {}
                (Plain::OldBoolean, Loose::Never) if !old => {}
                (Plain::Null, _) => {
                    self.error_at(id, EntryError::Null, Effect::Literal);
                    text.clear();
                }
                (_, Loose::Never) => {
                    self.error_at(id, EntryError::NotString, Effect::Rejected);
                    return None;
                }
                (Plain::Boolean, _) => {
                    if loose == Loose::Numbers {
                        self.error_at(id, EntryError::Boolean, Effect::Literal);
                    }
                    text.make_ascii_lowercase();
                }
                (Plain::OtherNumber, _) => {
                    self.error_at(id, EntryError::Number, Effect::Literal);
                    if cfg!(feature = "yaml")
                        && loose == Loose::Numbers
                        && let Some(written) = str::from_utf8(&text).ok().and_then(number::written)
                    {
                        text = Zeroizing::new(written.into_bytes());
                    }
                }
            }
        }
        self.without_nul(id, text)
    }

    pub(super) fn without_nul(&mut self, id: NodeId, text: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
        if memchr::memchr(0, &text).is_some() {
            self.error_at(id, EntryError::Nul, Effect::Rejected);
            return None;
        }
        Some(text)
    }

    /// Returns the place of a part of a scalar, or that of the whole scalar if its text in the file is not the decoded one.
    pub(super) fn piece(&self, id: NodeId, range: Range<usize>) -> Span {
        let span = self.span(id);
        let typed = span.of(&self.text);
        if self.tree.text(id).is_some_and(|text| text.as_bytes() == typed) {
            let start = span.start as usize;
            Span::new(start + range.start, start + range.end)
        } else {
            span
        }
    }

    /// Reads the variables of a mapping of scalars.
    pub(super) fn flat(&mut self, members: &[(NodeId, NodeId)], loose: Loose) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for &(key, value) in members {
            let value_span = self.span(value);
            if let Some((key, key_span)) = self.key(key)
                && let Some(text) = self.value(value, loose)
            {
                bindings.push(Binding {
                    key,
                    value: Held::Known(text),
                    key_span,
                    value_span,
                });
            }
        }
        bindings
    }
}

/// Returns whether a process environment could hold a variable of that name.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|byte| byte == b'=' || byte < 0x20 || byte == 0x7F)
}

/// Creates a variable whose value is outside the file.
pub(super) fn external((key, key_span): (Box<str>, Span), value_span: Span, why: External) -> Binding {
    Binding {
        key,
        value: Held::External(why),
        key_span,
        value_span,
    }
}
