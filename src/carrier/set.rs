//! What the readers share: walking a tree, recording errors, and collecting sets of variables.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::map::Map;
use crate::parse::carried::{Binding, Held, Stores};
use crate::parse::{Document, Effect, EntryError, External, SyntaxError, SyntaxErrorKind};
use crate::sort;
use crate::source::Span;

use super::tree::{Data, NodeId, Plain, Tree};
use super::{Base, Carrier, Cut, Included, Reading, Reference, Whole, number};

/// The maximum number of members and variables visited, since aliases let a short text describe a very long one.
const MAX_VISITED: usize = 1 << 20;

/// The maximum number of errors recorded for a file: a million would be of no more use.
const MAX_ERRORS: usize = 10_000;

/// The maximum depth of merges, and the maximum length of a chain of services that extend each other.
pub(super) const MAX_DEPTH: usize = 64;

/// The variables of one part: a service, a container, or anything else with an environment of its own.
#[derive(Default)]
pub(super) struct Set {
    /// The names by which it can be selected; the first is listed as the name of the part.
    pub(super) names: Vec<String>,
    /// In order of increasing precedence.
    pub(super) bindings: Vec<Binding>,
    pub(super) files: Vec<Reference>,
    /// The service of another file that it extends, and the place of the reference.
    pub(super) base: Option<(Base, Span)>,
    /// What it takes away from files below.
    pub(super) cuts: Vec<Whole>,
}

impl Set {
    /// Leaves out what files above take away.
    fn cut(&mut self, cuts: &[Cut]) {
        let name = self.names.first().map_or("", String::as_str);
        let mut keys = Map::default();
        for cut in cuts.iter().filter(|cut| cut.part.is_empty() || cut.part == name) {
            match &cut.what {
                Whole::Environment => self.bindings.clear(),
                Whole::Files => self.files.clear(),
                Whole::Key(key) => {
                    keys.insert(&**key, ());
                }
            }
        }
        self.bindings.retain(|binding| !keys.contains(&*binding.key));
    }

    /// Returns whether it sets, takes, extends and takes away nothing.
    fn is_empty(&self) -> bool {
        self.bindings.is_empty() && self.files.is_empty() && self.base.is_none() && self.cuts.is_empty()
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
    pub(super) text: Vec<u8>,
    pub(super) tree: Tree,
    pub(super) carrier: Carrier,
    pub(super) sets: Vec<Set>,
    pub(super) errors: Vec<SyntaxError>,
    /// Keys of the file's structure, which may be shown.
    pub(super) structure: Vec<Span>,
    pub(super) stores: Stores,
    /// Whether the file contains nothing but stores.
    pub(super) stores_alone: bool,
    /// Files whose parts count as this file's, and where it names each path.
    pub(super) included: Vec<(Included, Vec<Span>)>,
    visited: usize,
}

impl Reader {
    pub(super) fn new(text: &str, tree: Tree, carrier: Carrier) -> Reader {
        let mut reader = Reader {
            text: text.into(),
            tree,
            carrier,
            sets: Vec::new(),
            errors: Vec::new(),
            structure: Vec::new(),
            stores: Stores::default(),
            stores_alone: false,
            included: Vec::new(),
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

    pub(super) fn error(&mut self, span: Span, error: EntryError, effect: Effect) {
        if self.errors.len() < MAX_ERRORS {
            // To YAML, `{{ … }}` is a mapping within a mapping.
            let is_template = self.tree.is_yaml() && span.of(&self.text).starts_with(b"{{");
            let error = if is_template { EntryError::Template } else { error };
            let kind = SyntaxErrorKind::Entry(error);
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

    /// Creates the document of one part, or of all parts.
    pub(super) fn finish(mut self, carrier: Carrier, part: Option<&str>, cuts: &[Cut]) -> Reading {
        let mut sets = std::mem::take(&mut self.sets);
        if cfg!(feature = "yaml") && !cuts.is_empty() {
            sets.iter_mut().for_each(|set| set.cut(cuts));
        }
        let counts = |set: &&Set| carrier != Carrier::Compose || !set.is_empty();
        let full = sets.iter().filter(counts);
        let mut parts: Vec<String> = full.filter_map(|set| set.names.first().cloned()).collect();
        parts = sort::set(parts);
        // A service that sets nothing can still be selected as the one that another file's service extends.
        let is_asked = |set: &&Set| match part {
            Some(part) => set.names.iter().any(|name| name == part),
            None => counts(set),
        };
        let chosen: Vec<&Set> = sets.iter().filter(is_asked).collect();
        if chosen.is_empty() && part.is_some() && !parts.is_empty() {
            self.error(Span::new(0, 0), EntryError::NoSuchPart, Effect::Rejected);
        }
        // A build without YAML never has more than one set.
        let is_one = chosen.len() == 1 || !cfg!(feature = "yaml");
        if !is_one {
            self.report_conflicting_keys(&chosen);
        }
        let files = self.files(&chosen);
        let base = self.base(&chosen);
        let included = std::mem::take(&mut self.included);
        if cfg!(feature = "yaml") && part.is_none() {
            for span in included.iter().flat_map(|(_, spans)| spans) {
                self.error(*span, EntryError::Include, Effect::Dropped);
            }
        }
        let included: Vec<Included> = included.into_iter().map(|(included, _)| included).collect();
        let taken = sets.iter().flat_map(|set| &set.files).map(|file| file.path.clone());
        let extended = sets.iter().filter_map(|set| Some(set.base.as_ref()?.0.path.clone()));
        let named = taken.chain(extended);
        let named = named.chain(included.iter().flat_map(|included| included.paths.iter().cloned()));
        let named = sort::set(named.collect());
        let mut bindings: Vec<Binding> = Vec::new();
        let mut seen = Map::default();
        for binding in chosen.iter().flat_map(|set| &set.bindings) {
            // The steps of a job share the bindings of the job, so each is added only once.
            let is_new = is_one || seen.insert((binding.key_span, binding.value_span, &binding.key), ());
            if is_new {
                bindings.push(binding.clone());
            }
        }
        let structure = sort::set(std::mem::take(&mut self.structure));
        let errors = std::mem::take(&mut self.errors);
        let stores = std::mem::take(&mut self.stores);
        let lies_below = self.stores_alone && !stores.held.is_empty();
        let takes = !stores.wanted.is_empty();
        Reading {
            document: Document::carried(&bindings, errors, structure, stores),
            carrier,
            files,
            base,
            named,
            parts,
            included,
            has_part: part.is_none() || !chosen.is_empty(),
            cuts: if cfg!(feature = "yaml") {
                cut_by(&chosen)
            } else {
                Vec::new()
            },
            lies_below,
            takes,
        }
    }

    /// Records each key that two parts set to different values: the report could only judge one of them.
    fn report_conflicting_keys(&mut self, sets: &[&Set]) {
        let mut all: Map<&str, &Binding> = Map::default();
        let mut told = Vec::new();
        for set in sets {
            let mut winners: Map<&str, &Binding> = Map::default();
            for binding in &set.bindings {
                winners.insert(&binding.key, binding);
            }
            for &(key, winner) in winners.entries() {
                if !agree(all.or(key, winner), winner) {
                    told.push(winner.key_span);
                }
            }
        }
        for span in sort::set(told) {
            self.error(span, EntryError::Ambiguous, Effect::Rejected);
        }
    }

    /// Returns the service of another file that all parts extend. If they differ, none is read, which is recorded.
    fn base(&mut self, sets: &[&Set]) -> Option<Base> {
        let of = |set: &Set| set.base.as_ref().map(|(base, _)| base.clone());
        let base = of(sets.first()?);
        if sets.iter().all(|set| of(set) == base) {
            return base;
        }
        for (_, span) in sets.iter().filter_map(|set| set.base.as_ref()) {
            self.error(*span, EntryError::Extends, Effect::Dropped);
        }
        None
    }

    /// Returns the files that all parts take. If they differ, that is recorded, and those of the first part are returned.
    fn files(&mut self, sets: &[&Set]) -> Vec<Reference> {
        let Some(first) = sets.first() else { return Vec::new() };
        let paths = |set: &Set| -> Vec<String> { set.files.iter().map(|file| file.path.clone()).collect() };
        let other = sets.iter().find(|set| paths(set) != paths(first));
        if let Some(other) = other {
            let odd = other.files.first().or(first.files.first());
            let span = odd.map_or(Span::new(0, 0), |file| file.span);
            self.error(span, EntryError::AmbiguousFiles, Effect::Rejected);
        }
        first.files.clone()
    }
}

/// Returns what parts take away from files below.
fn cut_by(sets: &[&Set]) -> Vec<Cut> {
    let cut = |set: &Set, what: &Whole| Cut {
        part: set.names.first().cloned().unwrap_or_default(),
        what: what.clone(),
    };
    sets.iter()
        .flat_map(|set| set.cuts.iter().map(move |what| cut(set, what)))
        .collect()
}

/// Returns whether two bindings of one key have the same value.
fn agree(a: &Binding, b: &Binding) -> bool {
    match (&a.value, &b.value) {
        (Held::Known(a), Held::Known(b)) => a == b,
        (Held::External(a_why), Held::External(b_why)) => a_why == b_why,
        _ => false,
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
