//! Lowers what concerns the set as a whole: its names, how they are read, groups, and what each environment adds.

use std::iter;

use super::{About, Lowering, MAX_HEIGHT};
use crate::map::Map;
use crate::schema::documents::{Documents, Target};
use crate::schema::instance::TEXT;
use crate::schema::json::{Json, Node};
use crate::schema::keyword::Keyword;
use crate::schema::parts::Declared;
use crate::schema::plan::{Check, CheckKind, Key, Plan, Step};
use crate::schema::property::Words;
use crate::schema::{EnvironmentSpec, environments, reading};
use crate::sort;

/// Returns every name that occurs in the place of a key, in ascending order.
pub(super) fn names<'d>(documents: &'d Documents<'_>) -> Vec<&'d str> {
    fn collect<'d>(node: &'d Node<'_>, names: &mut Vec<&'d str>) {
        let objects = |node: &'d Node<'_>| node.as_object().into_iter().flat_map(|object| &object.members);
        for member in objects(node) {
            let keys = matches!(&*member.key, "properties" | "dependentSchemas" | "dependentRequired");
            if keys {
                names.extend(objects(&member.value).map(|member| &*member.key));
            }
            match &member.value.json {
                Json::Array(items) => match &*member.key {
                    "required" => names.extend(items.iter().filter_map(Node::as_str)),
                    "together" | "exclusive" => {
                        names.extend(
                            items
                                .iter()
                                .filter_map(Node::as_array)
                                .flatten()
                                .filter_map(Node::as_str),
                        );
                    }
                    _ => items.iter().for_each(|item| collect(item, names)),
                },
                Json::Object(object) if keys => {
                    for member in &object.members {
                        match &member.value.json {
                            Json::Array(items) => names.extend(items.iter().filter_map(Node::as_str)),
                            _ => collect(&member.value, names),
                        }
                    }
                }
                Json::Object(_) => collect(&member.value, names),
                _ => {}
            }
        }
    }
    // Memory that is outgrown is wiped, so that to begin small costs more than room.
    let mut names = Vec::with_capacity(64);
    for file in 0..documents.count() {
        #[expect(clippy::cast_possible_truncation, reason = "the caller bounds the files")]
        collect(documents.root(file as u16), &mut names);
    }
    sort::set(names)
}

impl<'l, 's> Lowering<'l, 's> {
    /// Lowers `together` and `exclusive`, which are checks of the root.
    pub(super) fn groups(&mut self, root: &'l Node<'s>) {
        for keyword in [Keyword::Together, Keyword::Exclusive] {
            let Some(member) = root.as_object().and_then(|object| object.get(keyword.name())) else {
                continue;
            };
            let parent = self.site(0, Step::Word(keyword.name()), member.key_span, 0);
            for (index, group) in (0..).zip(member.value.as_array().unwrap_or_default()) {
                let site = self.site(parent, Step::Index(index), group.span, 0);
                let keys = self.key_list(group);
                let kind = if keyword == Keyword::Together {
                    CheckKind::Together(keys)
                } else {
                    CheckKind::Exclusive(keys)
                };
                let root = self.plan.root as usize;
                self.plan.subs[root].checks.push(Check { site, kind });
            }
        }
    }

    /// Builds the table of keys, with how each is read.
    pub(super) fn keys(&mut self, root: &'l Node<'s>, declared: &[Declared<'l, 's>], words: &[Words]) {
        self.plan.keys = self
            .names
            .iter()
            .map(|&name| Key {
                name: name.into(),
                property: None,
                reading: None,
                site: 0,
                empty: false,
                phases: u8::MAX,
            })
            .collect();
        self.plan.ids.reserve(declared.len());
        for ((index, one), words) in (0u16..).zip(declared).zip(words) {
            let id = self.key(one.name);
            let key = id as usize;
            self.plan.keys[key].property = Some(index);
            self.plan.ids.push(id);
            if let Some(phases) = &words.phases {
                self.plan.keys[key].phases = phases.iter().fold(0, |bits, &phase| bits | 1 << phase as u8);
            }
        }
        self.declared = vec![false; self.plan.keys.len()];
        self.readings(Target { file: 0, node: root }, 0, &mut Map::default());
    }

    /// Determines how keys are read: the declarations of the root first, then those of its branches.
    pub(super) fn readings(&mut self, at: Target<'l, 's>, depth: usize, seen: &mut Map<*const u8, ()>) {
        // Anything deeper was refused when it was lowered.
        if depth > MAX_HEIGHT || seen.contains(&std::ptr::from_ref(at.node).cast()) {
            return;
        }
        let documents: &'l Documents<'s> = self.documents;
        for member in at.node.members("properties") {
            let schema = at.with(&member.value);
            let key = self.key(&member.key) as usize;
            if !self.declared[key]
                && let Some(reading) = if depth == 0 {
                    reading::of_key(documents, schema)
                } else {
                    reading::of(documents, schema)
                }
            {
                self.declared[key] = true;
                if reading != TEXT {
                    self.plan.keys[key].reading = Some(Box::new(reading));
                    self.plan.keys[key].site =
                        self.site_of(reading::lookup(documents, schema, "type").unwrap_or(schema));
                }
            }
            self.plan.keys[key].empty |= reading::may_be_empty(documents, schema);
        }
        // Only through references can a schema be reached again.
        if let Some(target) = documents.behind(at) {
            seen.insert(std::ptr::from_ref(at.node).cast(), ());
            self.readings(target, depth + 1, seen);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in at.items(keyword) {
                self.readings(branch, depth + 1, seen);
            }
        }
        for keyword in ["if", "then", "else", "not"] {
            if let Some(node) = at.node.get(keyword) {
                self.readings(at.with(node), depth + 1, seen);
            }
        }
        for member in at.node.members("dependentSchemas") {
            self.readings(at.with(&member.value), depth + 1, seen);
        }
    }

    /// Determines how other keys are read: those the document does not name, or names without a type, as `required`
    /// does.
    pub(super) fn others(&mut self, root: &'l Node<'s>) {
        let documents: &'l Documents<'s> = self.documents;
        let mut sites = Vec::new();
        for member in root.members("patternProperties") {
            let at = Target {
                file: 0,
                node: &member.value,
            };
            if let Some(reading) = reading::of_key(documents, at) {
                let pattern = self.pattern(&member.key);
                self.plan.other.push((pattern, reading));
                sites.push(self.site_of(reading::lookup(documents, at, "type").unwrap_or(at)));
            }
        }
        let own = root.members("properties").len();
        let rest = root
            .get("additionalProperties")
            .or(root.get("unevaluatedProperties"))
            .map(|node| Target { file: 0, node });
        self.plan.rest = rest.and_then(|at| reading::of_key(documents, at));
        let rest_site = rest.map_or(0, |at| {
            self.site_of(reading::lookup(documents, at, "type").unwrap_or(at))
        });
        if sites.is_empty() && self.plan.rest.is_none() {
            return;
        }
        let Plan {
            keys,
            other,
            rest,
            patterns,
            ..
        } = &mut self.plan;
        let unsaid = keys.iter_mut().zip(&self.declared).filter(|(_, declared)| !**declared);
        for (key, _) in unsaid {
            let matching = other.iter().zip(&sites);
            let found = matching
                .map(|((pattern, reading), site)| (pattern, reading, *site))
                .find(|(pattern, ..)| patterns[**pattern as usize].is_match(&key.name))
                .map(|(_, reading, site)| (reading, site));
            // A key that the root itself declares is not additional.
            let is_own = key.property.is_some_and(|index| usize::from(index) < own);
            let rest = rest.as_ref().filter(|_| !is_own);
            if let Some((reading, site)) = found.or(rest.map(|reading| (reading, rest_site)))
                && *reading != TEXT
            {
                key.reading = Some(Box::new(reading.clone()));
                key.site = site;
            }
        }
    }

    /// Lowers what `in` and `requiredIn` add for each environment.
    pub(super) fn overlays(&mut self, declared: &[Declared<'l, 's>], specs: &[EnvironmentSpec], words: &[Words]) {
        let documents: &'l Documents<'s> = self.documents;
        for (one, words) in declared.iter().zip(words) {
            let (key, schema) = (self.key(one.name), one.schema);
            let nearest = |keyword| {
                let mut all = iter::once(&schema).chain(&one.further);
                all.find_map(|&at| reading::lookup(documents, at, keyword))
            };
            if let Some(required) = words.required_in.as_ref().filter(|required| !required.is_empty()) {
                let site = self.site_of(nearest("requiredIn").unwrap_or(schema));
                for id in required {
                    self.plan.environments[usize::from(id.0)].required.push((key, site));
                }
            }
            let Some(branches) = nearest("in") else {
                continue;
            };
            for branch in branches.node.own_members() {
                let Some(id) = environments::find(specs, &branch.key) else {
                    continue;
                };
                let at = Target {
                    node: &branch.value,
                    ..branches
                };
                let site = self.site_of(at);
                let sub = self.schema(at, site, About::Part);
                let overlay = usize::from(id.0);
                if !self.plan.subs[sub as usize].checks.is_empty()
                    || self.engines.iter().any(|waiting| waiting.sub == sub)
                {
                    self.plan.environments[overlay].subs.push((key, sub));
                }
                if !self.declared[key as usize]
                    && let Some(reading) = reading::of_key(documents, at)
                {
                    let site = self.site_of(reading::lookup(documents, at, "type").unwrap_or(at));
                    self.plan.environments[overlay].readings.push((key, reading, site));
                }
                if reading::may_be_empty(documents, at) {
                    self.plan.environments[overlay].empty.push(key);
                }
            }
        }
    }
}
