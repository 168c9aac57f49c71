//! Lowers one occurrence of a keyword to its check in the plan.

use super::evaluated::Evaluated;
use super::{About, Lowering, Target};
use crate::schema::format::Format;
use crate::schema::instance::Constant;
use crate::schema::json::{Json, Member, Node};
use crate::schema::keyword::Keyword;
use crate::schema::lint;
use crate::schema::number::Decimal;
use crate::schema::plan::{CheckKind, KeyId, Limits, SiteId, Step, SubId};
use crate::schema::violation::Bound;
use crate::sort;
use crate::source::Span;

/// A keyword in a schema.
#[derive(Clone, Copy)]
pub(super) struct Occurrence<'l, 's> {
    pub(super) keyword: Keyword,
    /// The schema that contains it, and its site.
    pub(super) at: Target<'l, 's>,
    pub(super) site: SiteId,
    /// Its value, and its own site.
    pub(super) value: Target<'l, 's>,
    pub(super) own: SiteId,
    /// What the schema is about.
    pub(super) about: About,
}

impl<'l, 's> Lowering<'l, 's> {
    /// Returns whether the plan has no check for a keyword here.
    pub(super) fn is_beyond(&self, keyword: Keyword, at: Target<'l, 's>, about: About) -> bool {
        use Keyword as K;
        let set = about == About::Set;
        match keyword {
            K::UnevaluatedItems | K::DynamicRef => true,
            K::UnevaluatedProperties if set => {
                let is_engines = |pattern: &&str| self.is_engines(pattern);
                self.evaluated(at)
                    .is_none_or(|evaluated| evaluated.patterns.iter().any(is_engines))
            }
            K::Enum | K::Const => set,
            K::Pattern => at
                .node
                .get("pattern")
                .and_then(Node::as_str)
                .is_some_and(|pattern| self.is_engines(pattern)),
            K::PatternProperties | K::AdditionalProperties if set => {
                let patterns = at.node.get("patternProperties").and_then(Node::as_object);
                patterns.is_some_and(|object| object.members.iter().any(|member| self.is_engines(&member.key)))
            }
            K::Properties
            | K::PatternProperties
            | K::AdditionalProperties
            | K::UnevaluatedProperties
            | K::PropertyNames
            | K::Required
            | K::DependentRequired
            | K::DependentSchemas
            | K::MinProperties
            | K::MaxProperties => !set,
            _ => false,
        }
    }

    /// Returns the check of a keyword; `None` if there is nothing to check, or if another keyword covers it.
    pub(super) fn check(
        &mut self,
        one: Occurrence<'l, 's>,
        beyond: &mut Vec<(Keyword, SiteId, Span)>,
    ) -> Option<CheckKind> {
        use Keyword as K;
        let Occurrence { value, own, .. } = one;
        let (node, same) = (value.node, one.about.same());
        let kind = match one.keyword {
            K::Type => CheckKind::Type(lint::declares(node)),
            K::Enum => CheckKind::Enum(node.as_array()?.iter().map(Constant::of).collect()),
            K::Const => CheckKind::Const(Box::new(Constant::of(node))),
            K::Pattern => CheckKind::Pattern(self.pattern(node.as_str()?)),
            K::Format => CheckKind::Format(Format::find(node.as_str()?)?),
            K::MinLength | K::MaxLength => CheckKind::Length(self.limits(one)?),
            K::MinItems | K::MaxItems => CheckKind::ItemCount(self.limits(one)?),
            K::MinProperties | K::MaxProperties => CheckKind::KeyCount(self.limits(one)?),
            K::Minimum => CheckKind::Range(Bound::AtLeast, boxed(node)?),
            K::Maximum => CheckKind::Range(Bound::AtMost, boxed(node)?),
            K::ExclusiveMinimum => CheckKind::Range(Bound::Above, boxed(node)?),
            K::ExclusiveMaximum => CheckKind::Range(Bound::Below, boxed(node)?),
            K::MultipleOf => CheckKind::MultipleOf(boxed(node)?),
            K::UniqueItems if matches!(node.json, Json::Bool(true)) => CheckKind::Unique,
            K::Ref => match self.reference(value, same) {
                Some(sub) => CheckKind::Ref(sub),
                None => {
                    beyond.push((one.keyword, own, node.span));
                    return None;
                }
            },
            K::AllOf => CheckKind::AllOf(self.list(value, own, same)),
            K::AnyOf => CheckKind::AnyOf(self.list(value, own, same)),
            K::OneOf => CheckKind::OneOf(self.list(value, own, same)),
            K::Not => CheckKind::Not(self.schema(value, own, same)),
            K::If => {
                let condition = self.schema(value, own, same);
                let (then, otherwise) = (self.branch(one, K::Then), self.branch(one, K::Else));
                if then.is_none() && otherwise.is_none() {
                    return None;
                }
                CheckKind::If(condition, then, otherwise)
            }
            K::PrefixItems | K::Items | K::Contains => return self.of_list(one),
            _ => return self.of_object(one),
        };
        Some(kind)
    }

    /// Lowers `then` or `else` beside an `if`.
    fn branch(&mut self, condition: Occurrence<'l, 's>, keyword: Keyword) -> Option<SubId> {
        let at = condition.at;
        let member = at.node.as_object()?.get(keyword.name())?;
        let own = self.site(condition.site, Step::Word(keyword.name()), member.key_span, at.file);
        Some(self.schema(at.with(&member.value), own, condition.about.same()))
    }

    /// Returns the check of a keyword whose schemas are about items of a list.
    fn of_list(&mut self, one: Occurrence<'l, 's>) -> Option<CheckKind> {
        use Keyword as K;
        let Occurrence { at, value, own, .. } = one;
        let kind = match one.keyword {
            K::PrefixItems => {
                let prefix = self.list(value, own, About::Part);
                let rest = at.node.as_object()?.get("items").map(|member| {
                    let own = self.site(one.site, Step::Word("items"), member.key_span, at.file);
                    self.schema(at.with(&member.value), own, About::Part)
                });
                CheckKind::Items(prefix, rest)
            }
            K::Items if at.node.get("prefixItems").is_none() => {
                CheckKind::Items(Box::new([]), Some(self.schema(value, own, About::Part)))
            }
            K::Contains => {
                let count = |keyword: Keyword| at.node.get(keyword.name()).and_then(lint::count);
                CheckKind::Contains(
                    self.schema(value, own, About::Part),
                    count(K::MinContains).unwrap_or(1),
                    count(K::MaxContains),
                )
            }
            _ => return None,
        };
        Some(kind)
    }

    /// Returns the check of a keyword about the keys of an object, which may be the set of variables.
    fn of_object(&mut self, one: Occurrence<'l, 's>) -> Option<CheckKind> {
        use Keyword as K;
        let Occurrence { value, own, .. } = one;
        let node = value.node;
        let kind = match one.keyword {
            K::Properties => {
                let keys = self.each(one, &mut |this, member, own| {
                    (
                        this.key(&member.key),
                        this.schema(value.with(&member.value), own, About::Part),
                    )
                })?;
                CheckKind::Properties(keys)
            }
            K::PatternProperties => {
                let patterns = self.each(one, &mut |this, member, own| {
                    let sub = this.schema(value.with(&member.value), own, About::Part);
                    (this.pattern(&member.key), sub)
                })?;
                CheckKind::PatternProperties(patterns)
            }
            K::AdditionalProperties | K::UnevaluatedProperties if !matches!(node.json, Json::Bool(true)) => {
                let Evaluated { keys, patterns, all } = if one.keyword == K::AdditionalProperties {
                    Evaluated::beside(one.at.node)
                } else {
                    self.evaluated(one.at)?
                };
                if all {
                    return None;
                }
                let mut keys: Vec<KeyId> = keys.into_iter().map(|key| self.key(key)).collect();
                sort::by(&mut keys, &Ord::cmp);
                let patterns = patterns.into_iter().map(|pattern| self.pattern(pattern)).collect();
                CheckKind::Additional(self.schema(value, own, About::Part), keys.into(), patterns)
            }
            K::PropertyNames => CheckKind::PropertyNames(self.schema(value, own, About::Part)),
            K::Required => CheckKind::Required(self.key_list(node)),
            K::DependentRequired => {
                let dependencies = self.each(one, &mut |this, member, own| {
                    (this.key(&member.key), this.key_list(&member.value), own)
                })?;
                CheckKind::DependentRequired(dependencies)
            }
            K::DependentSchemas => {
                let dependencies = self.each(one, &mut |this, member, own| {
                    (
                        this.key(&member.key),
                        this.schema(value.with(&member.value), own, one.about.same()),
                    )
                })?;
                CheckKind::DependentSchemas(dependencies)
            }
            _ => return None,
        };
        Some(kind)
    }

    /// Maps each member of an object, with the site of the member.
    fn each<T>(
        &mut self,
        one: Occurrence<'l, 's>,
        make: &mut dyn FnMut(&mut Self, &'l Member<'s>, SiteId) -> T,
    ) -> Option<Box<[T]>> {
        let members = &one.value.node.as_object()?.members;
        let mut all = Vec::with_capacity(members.len());
        for member in members {
            let step = Step::Name(member.key.as_ref().into());
            let own = self.site(one.own, step, member.key_span, one.value.file);
            all.push(make(self, member, own));
        }
        Some(all.into())
    }

    /// Returns both limits of a pair, at the first of the two keywords.
    fn limits(&mut self, one: Occurrence<'_, '_>) -> Option<Limits> {
        let (low, high, is_low) = match one.keyword {
            Keyword::MinLength => (Keyword::MinLength, Keyword::MaxLength, true),
            Keyword::MaxLength => (Keyword::MinLength, Keyword::MaxLength, false),
            Keyword::MinItems => (Keyword::MinItems, Keyword::MaxItems, true),
            Keyword::MaxItems => (Keyword::MinItems, Keyword::MaxItems, false),
            Keyword::MinProperties => (Keyword::MinProperties, Keyword::MaxProperties, true),
            _ => (Keyword::MinProperties, Keyword::MaxProperties, false),
        };
        let Occurrence { at, own, site, .. } = one;
        let object = at.node.as_object()?;
        let (min, max) = (object.get(low.name()), object.get(high.name()));
        if !is_low && min.is_some() {
            return None;
        }
        let max_site = match max {
            Some(member) if is_low => self.site(site, Step::Word(high.name()), member.key_span, at.file),
            _ => own,
        };
        let count = |member: &Member<'_>| lint::count(&member.value);
        Some(Limits {
            min: min.and_then(count),
            max: max.and_then(count),
            max_site,
        })
    }
}

/// Returns whether a keyword by itself requires anything of the variables.
pub(super) fn is_checked(keyword: Keyword) -> bool {
    use Keyword as K;
    !matches!(
        keyword,
        K::Title
            | K::Description
            | K::Comment
            | K::Default
            | K::Examples
            | K::Deprecated
            | K::Secret
            | K::RequiredIn
            | K::AllowedIn
            | K::In
            | K::Phases
            | K::MinBits
            | K::Encoding
            | K::Separator
            | K::DistinctAcross
            | K::ReplacedBy
            | K::Owner
            | K::Runbook
            | K::Category
            | K::Then
            | K::Else
            | K::MinContains
            | K::MaxContains
            | K::Defs
            | K::Together
            | K::Exclusive
            | K::Environments
            | K::EnvironmentKey
            | K::Dialects
            | K::Dialect
            | K::Rotation
            | K::Rules
            | K::Anchor
            | K::DynamicAnchor
            | K::Id
            | K::ReadOnly
            | K::WriteOnly
            | K::ContentEncoding
            | K::ContentMediaType
            | K::ContentSchema
    )
}

fn boxed(node: &Node<'_>) -> Option<Box<Decimal>> {
    lint::number(node).map(Box::new)
}
