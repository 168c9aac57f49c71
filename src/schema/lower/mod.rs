//! Lowers a linted schema to the plan.

mod conditions;
mod evaluated;
mod general;
mod occurrence;
mod whole;

use general::Waiting;
use occurrence::Occurrence;

use super::EnvironmentSpec;
use super::documents::{Documents, Target};
use super::errors::{Errors, SchemaError};
use super::json::{Json, Node, quoted};
use super::keyword::Keyword;
use super::lint::{Found, Patterns};
use super::parts::Declared;
use super::plan::{Check, CheckKind, KeyId, Overlay, PatternId, Plan, Site, SiteId, SourcedPattern, Step, Sub, SubId};
use super::property::Words;
use crate::map::Map;
use crate::source::Span;

/// How deep schemas may refer to schemas.
const MAX_HEIGHT: usize = 200;

/// How many checks one evaluation may need, with every reference expanded.
const MAX_COST: u64 = 1_000_000;

/// Lowers a schema. Mistakes that only become visible here are added to `errors`. `words` are the keywords of
/// each declared key, in the same order.
pub(crate) fn lower<'l, 's>(
    documents: &'l Documents<'s>,
    specs: &[EnvironmentSpec],
    declared: &[Declared<'l, 's>],
    words: &[Words],
    patterns: Patterns<'l>,
    errors: &'l mut Errors,
) -> Plan {
    let root = documents.root(0);
    let mut lowering = Lowering {
        documents,
        errors,
        plan: Plan::default(),
        names: whole::names(documents),
        patterns,
        declared: Vec::new(),
        lowered: Map::default(),
        open: Vec::new(),
        sizes: Vec::new(),
        roots: Vec::new(),
        engines: Vec::new(),
    };
    for file in 0..documents.count() {
        #[expect(clippy::cast_possible_truncation, reason = "the caller bounds the files")]
        let (parent, file) = (lowering.plan.sites.len() as SiteId, file as u16);
        let span = documents.root(file).span;
        lowering.plan.sites.push(Site {
            parent,
            step: Step::Root,
            span,
            file,
        });
        lowering.roots.push(parent);
    }
    let at = Target { file: 0, node: root };
    lowering.plan.root = lowering.schema(at, 0, About::Set);
    lowering.groups(root);
    lowering.keys(root, declared, words);
    lowering.others(root);
    lowering.plan.environments = specs.iter().map(|_| Overlay::default()).collect();
    lowering.overlays(declared, specs, words);
    lowering.conditions();
    if lowering.errors.is_empty() {
        lowering.engines();
    }
    lowering.plan
}

/// What a schema is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// The set of variables.
    Set,
    /// The same value as the surrounding schema.
    Value,
    /// A part of what the surrounding schema is about: a variable, an item, a member.
    Part,
}

impl About {
    /// Returns what a schema inside this one is about if it applies to the same instance.
    fn same(self) -> About {
        match self {
            About::Set => About::Set,
            About::Value | About::Part => About::Value,
        }
    }
}

struct Lowering<'l, 's> {
    documents: &'l Documents<'s>,
    errors: &'l mut Errors,
    plan: Plan,
    names: Vec<&'l str>,
    patterns: Patterns<'l>,
    /// Whether the type of each key is known.
    declared: Vec<bool>,
    /// Results of earlier `$ref`s: by node, and by whether it is about the set of variables.
    lowered: Map<(*const u8, bool), SubId>,
    /// The schemas that surround the current one, with what each is about.
    open: Vec<(*const u8, About)>,
    /// Height and cost of each sub.
    sizes: Vec<(usize, u64)>,
    /// The site of each document's root.
    roots: Vec<SiteId>,
    /// Schemas for the engine, with their keywords and the check that needs the result.
    engines: Vec<Waiting>,
}

impl<'l, 's> Lowering<'l, 's> {
    fn schema(&mut self, at: Target<'l, 's>, site: SiteId, about: About) -> SubId {
        if self.open.len() >= MAX_HEIGHT {
            self.too_deep(at);
            return self.sub(Vec::new(), at);
        }
        let object = match &at.node.json {
            Json::Object(object) => object,
            Json::Bool(true) => return self.sub(Vec::new(), at),
            _ => {
                return self.sub(
                    vec![Check {
                        site,
                        kind: CheckKind::Never,
                    }],
                    at,
                );
            }
        };
        self.open.push((std::ptr::from_ref(at.node).cast(), about));
        let mut checks = Vec::with_capacity(object.members.len());
        let mut beyond = Vec::new();
        for member in &object.members {
            let Some(keyword) = Keyword::find(&member.key) else {
                continue;
            };
            if !occurrence::is_checked(keyword) {
                continue;
            }
            let own = self.site(site, Step::Word(keyword.name()), member.key_span, at.file);
            let one = Occurrence {
                keyword,
                at,
                site,
                value: at.with(&member.value),
                own,
                about,
            };
            if self.is_beyond(keyword, at, about) {
                beyond.push((keyword, own, member.key_span));
            } else if let Some(kind) = self.check(one, &mut beyond) {
                checks.push(Check { site: own, kind });
            }
        }
        self.open.pop();
        let sub = self.sub(checks, at);
        if !beyond.is_empty() {
            self.engines.push(Waiting {
                file: at.file,
                #[cfg(feature = "full")]
                site,
                keywords: beyond,
                sub,
            });
        }
        sub
    }

    /// Lowers the target of a `$ref`; `None` if only the engine can follow it because it leads back through the
    /// instance.
    fn reference(&mut self, at: Target<'l, 's>, about: About) -> Option<SubId> {
        let documents: &'l Documents<'s> = self.documents;
        let target = documents.resolve(at.file, at.node.as_str()?).ok()?;
        let known = (std::ptr::from_ref(target.node).cast(), about == About::Set);
        let is_known = |open: &(*const u8, About)| (open.0, open.1 == About::Set) == known;
        if let Some(open) = self.open.iter().position(is_known) {
            if self.open[open + 1..].iter().all(|open| open.1 != About::Part) {
                let message = format!("{} leads back to itself", quoted(at.node.as_str()?));
                self.errors.add_in(at.file, SchemaError::new(at.node.span, message));
            }
            return None;
        }
        if let Some(&sub) = self.lowered.get(&known) {
            return Some(sub);
        }
        let site = self.site_of(target);
        let sub = self.schema(target, site, about);
        self.lowered.insert(known, sub);
        Some(sub)
    }

    /// Lowers a list of schemas.
    fn list(&mut self, at: Target<'l, 's>, site: SiteId, about: About) -> Box<[SubId]> {
        let mut subs = Vec::new();
        for (index, node) in (0..).zip(at.node.as_array().unwrap_or_default()) {
            let own = self.site(site, Step::Index(index), node.span, at.file);
            subs.push(self.schema(at.with(node), own, about));
        }
        subs.into()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a document has fewer nodes than u32 counts"
    )]
    fn site(&mut self, parent: SiteId, step: Step, span: Span, file: u16) -> SiteId {
        self.plan.sites.push(Site {
            parent,
            step,
            span,
            file,
        });
        self.plan.sites.len() as SiteId - 1
    }

    /// Returns the site of a node, which is found by its span.
    fn site_of(&mut self, target: Target<'_, '_>) -> SiteId {
        let documents = self.documents;
        let (mut node, mut site) = (documents.root(target.file), self.roots[target.file as usize]);
        let inside = target.node.span;
        while !std::ptr::eq(
            std::ptr::from_ref(node).cast::<u8>(),
            std::ptr::from_ref(target.node).cast::<u8>(),
        ) {
            match &node.json {
                Json::Object(object) => {
                    let index = object
                        .members
                        .partition_point(|member| member.value.span.end < inside.end);
                    let Some(member) = object.members.get(index) else { break };
                    let step = match Keyword::find(&member.key) {
                        Some(keyword) => Step::Word(keyword.name()),
                        None => Step::Name(member.key.as_ref().into()),
                    };
                    site = self.site(site, step, member.key_span, target.file);
                    node = &member.value;
                }
                Json::Array(items) => {
                    let index = items.partition_point(|item| item.span.end < inside.end);
                    let Some(item) = items.get(index) else { break };
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "a document has fewer nodes than u32 counts"
                    )]
                    let step = Step::Index(index as u32);
                    site = self.site(site, step, item.span, target.file);
                    node = item;
                }
                _ => break,
            }
        }
        site
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a document has fewer names than u32 counts"
    )]
    fn key(&self, name: &str) -> KeyId {
        self.names.binary_search(&name).unwrap_or_default() as KeyId
    }

    fn key_list(&self, node: &Node<'_>) -> Box<[KeyId]> {
        node.as_array()
            .unwrap_or_default()
            .iter()
            .filter_map(|item| Some(self.key(item.as_str()?)))
            .collect()
    }

    /// Returns whether a pattern is beyond the plan's matcher.
    fn is_engines(&self, pattern: &str) -> bool {
        self.patterns
            .get(pattern)
            .is_none_or(|found| matches!(found, Found::Engines))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a document has fewer patterns than u32 counts"
    )]
    fn pattern(&mut self, source: &'l str) -> PatternId {
        let Some(found) = self.patterns.get_mut(source) else {
            return 0;
        };
        let id = match found {
            Found::Used(id) => return *id,
            // The pattern is left to the engine, and so is every check that uses it.
            Found::Engines => return 0,
            Found::Compiled(_) => self.plan.patterns.len() as PatternId,
        };
        if let Found::Compiled(pattern) = std::mem::replace(found, Found::Used(id)) {
            self.plan.patterns.push(SourcedPattern {
                source: source.into(),
                pattern,
            });
        }
        id
    }

    /// Adds a sub, and checks the limits of height and cost.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a document has fewer schemas than u32 counts"
    )]
    fn sub(&mut self, checks: Vec<Check>, at: Target<'_, '_>) -> SubId {
        let (mut height, mut cost) = (0, 1);
        for check in &checks {
            let mut child = |sub: SubId| {
                let size = self.sizes[sub as usize];
                height = height.max(size.0);
                cost += size.1;
            };
            match &check.kind {
                CheckKind::Ref(sub)
                | CheckKind::Not(sub)
                | CheckKind::Contains(sub, ..)
                | CheckKind::Additional(sub, ..)
                | CheckKind::PropertyNames(sub) => {
                    child(*sub);
                }
                CheckKind::AllOf(subs) | CheckKind::AnyOf(subs) | CheckKind::OneOf(subs) => {
                    subs.iter().for_each(|&sub| child(sub))
                }
                CheckKind::If(condition, then, otherwise) => [Some(*condition), *then, *otherwise]
                    .into_iter()
                    .flatten()
                    .for_each(child),
                CheckKind::Items(subs, rest) => subs.iter().copied().chain(*rest).for_each(child),
                CheckKind::Properties(subs) | CheckKind::DependentSchemas(subs) => {
                    subs.iter().for_each(|&(_, sub)| child(sub))
                }
                CheckKind::PatternProperties(subs) => subs.iter().for_each(|&(_, sub)| child(sub)),
                _ => cost += 1,
            }
        }
        if height >= MAX_HEIGHT || cost > MAX_COST {
            self.too_deep(at);
            (height, cost) = (0, 1);
        }
        self.sizes.push((height + 1, cost));
        self.plan.subs.push(Sub { checks });
        self.plan.subs.len() as SubId - 1
    }

    fn too_deep(&mut self, at: Target<'_, '_>) {
        let message = "the schemas here refer to schemas too often or too deep to be checked in bounded time";
        self.errors.add_in(at.file, SchemaError::new(at.node.span, message));
    }
}
