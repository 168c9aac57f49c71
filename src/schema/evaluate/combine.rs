//! Evaluates keywords that combine other schemas.

use super::{Run, Sink, Subject, Verdict};
use crate::schema::instance::{Constant, Value};
use crate::schema::plan::{CheckKind, SiteId, SubId};
use crate::schema::violation::{Combinator, ViolationKind};

impl<'v> Run<'v> {
    /// Returns the violation of a `not`, with the refused values or keys if it names them: of several alternatives, all the keys of those that
    /// match, or the values of the first.
    #[inline(never)]
    pub(super) fn refused(&self, sub: SubId, value: Value<'v>, subject: Subject) -> ViolationKind {
        let none = || ViolationKind::Combinator {
            keyword: Combinator::Not,
            branches: Vec::new(),
            matched: Vec::new(),
        };
        let show = |constants: &[Constant]| constants.iter().map(Constant::show).collect::<Vec<_>>();
        let values = match self.plan.subs[sub as usize].checks.as_slice() {
            [one] => match &one.kind {
                CheckKind::Const(constant) => vec![constant.show()],
                CheckKind::Enum(constants) => show(constants),
                CheckKind::Required(keys) => {
                    let keys = keys.iter().map(|&key| self.name(key)).collect();
                    return ViolationKind::Forbidden { keys, each: false };
                }
                CheckKind::AnyOf(subs) => {
                    let matching = subs
                        .iter()
                        .filter(|&&sub| self.test(sub, value, subject) == Verdict::Met);
                    let mut all = matching.map(|&sub| self.refused(sub, value, subject));
                    let first = all.next();
                    return first.map_or_else(none, |first| all.fold(first, both));
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        if values.is_empty() {
            return none();
        }
        ViolationKind::Refused { values }
    }

    pub(super) fn all(&self, subs: impl Iterator<Item = (SubId, Value<'v>, Subject)>, sink: &mut Sink) -> Verdict {
        let mut verdict = Verdict::Met;
        for (sub, value, subject) in subs {
            verdict = verdict.and(self.sub(sub, value, subject, sink));
            if verdict == Verdict::Broken && sink.quiet {
                break;
            }
        }
        verdict
    }

    /// `anyOf` is met by the first branch that is, `oneOf` by a branch that alone is.
    #[inline(never)]
    pub(super) fn any_or_one(
        &self,
        keyword: Combinator,
        subs: &[SubId],
        value: Value<'v>,
        site: SiteId,
        subject: Subject,
        sink: &mut Sink,
    ) -> Verdict {
        let (mut met, mut unknown) = (0, 0);
        for &sub in subs {
            match self.test(sub, value, subject) {
                Verdict::Met if keyword == Combinator::AnyOf => return Verdict::Met,
                Verdict::Met => met += 1,
                Verdict::Unknown => unknown += 1,
                Verdict::Broken => {}
            }
        }
        match (met, unknown) {
            (0, 0) => self.judge(false, site, subject, sink, || {
                self.none_matched(keyword, subs, value, subject)
            }),
            (1, 0) => Verdict::Met,
            (0 | 1, _) => Verdict::Unknown,
            _ => self.judge(false, site, subject, sink, || ViolationKind::Combinator {
                keyword,
                branches: Vec::new(),
                matched: (0..)
                    .zip(subs)
                    .filter(|&(_, &sub)| self.test(sub, value, subject) == Verdict::Met)
                    .map(|(at, _)| at)
                    .collect(),
            }),
        }
    }

    /// Collects the violations of each branch.
    fn none_matched(&self, keyword: Combinator, subs: &[SubId], value: Value<'v>, subject: Subject) -> ViolationKind {
        let branch = |&sub: &SubId| {
            let mut sink = Sink {
                quiet: false,
                violations: Vec::new(),
            };
            self.sub(sub, value, subject, &mut sink);
            sink.violations
        };
        ViolationKind::Combinator {
            keyword,
            branches: subs.iter().map(branch).collect(),
            matched: Vec::new(),
        }
    }
}

/// Joins the keys that two alternatives of a `not` exclude. What is excluded together by one of them stands for itself, and of excluded
/// values the first alternative has the one that matters.
fn both(mut first: ViolationKind, second: ViolationKind) -> ViolationKind {
    if let ViolationKind::Forbidden { keys, each } = &mut first
        && let ViolationKind::Forbidden {
            keys: more,
            each: other,
        } = second
        && (*each || keys.len() == 1)
        && (other || more.len() == 1)
    {
        keys.extend(more);
        *each = true;
    }
    first
}
