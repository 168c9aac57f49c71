//! Evaluates keywords about arrays.

use super::{Run, Sink, Subject, Verdict};
use crate::schema::instance::{List, Value};
use crate::schema::plan::{Check, CheckKind};
use crate::schema::violation::ViolationKind;
use crate::sort;

impl<'v> Run<'v> {
    /// Evaluates a keyword about arrays.
    #[expect(clippy::cast_possible_truncation, reason = "a value has fewer bytes than u32 counts")]
    #[inline(never)]
    pub(super) fn list(&self, check: &'v Check, list: List<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let site = check.site;
        match &check.kind {
            CheckKind::Items(prefix, rest) => {
                let item = |(index, value)| {
                    let sub = prefix.get(index).copied().or(*rest)?;
                    Some((
                        sub,
                        value,
                        Subject {
                            item: Some(index as u32),
                            ..subject
                        },
                    ))
                };
                let items = list.items().enumerate();
                match rest {
                    Some(_) => self.all(items.filter_map(item), sink),
                    None => self.all(items.take(prefix.len()).filter_map(item), sink),
                }
            }
            CheckKind::ItemCount(limits) => {
                let actual = list.items().count();
                let broken = limits.broken(actual, site);
                self.judge(broken.is_none(), broken.unwrap_or(site), subject, sink, || {
                    ViolationKind::ItemCount {
                        actual,
                        min: limits.min,
                        max: limits.max,
                    }
                })
            }
            CheckKind::Contains(sub, min, max) => {
                let found = list
                    .items()
                    .filter(|&item| self.test(*sub, item, subject) == Verdict::Met)
                    .count();
                let is = found >= *min as usize && max.is_none_or(|max| found <= max as usize);
                self.judge(is, site, subject, sink, || ViolationKind::Contains {
                    actual: found,
                    min: *min,
                    max: *max,
                })
            }
            CheckKind::Unique => {
                let twice = twice(list);
                self.judge(twice.is_none(), site, subject, sink, || ViolationKind::Unique {
                    items: twice.unwrap_or_default(),
                })
            }
            _ => Verdict::Met,
        }
    }
}

/// Lists up to this length are compared item by item.
const FEW: usize = 16;

/// Returns the indices of two equal items of a list.
#[expect(clippy::cast_possible_truncation, reason = "a value has fewer bytes than u32 counts")]
fn twice(list: List<'_>) -> Option<(u32, u32)> {
    let mut few = [Value::Null; FEW];
    for (count, item) in list.items().enumerate() {
        if count == FEW {
            let mut sorted: Vec<(usize, Value<'_>)> = list.items().enumerate().collect();
            sort::by(&mut sorted, &|a, b| a.1.order(b.1));
            let equal = sorted.windows(2).filter(|pair| pair[0].1.order(pair[1].1).is_eq());
            return equal
                .map(|pair| (pair[0].0 as u32, pair[1].0 as u32))
                .min_by_key(|pair| pair.1);
        }
        if let Some(before) = few[..count].iter().position(|before| before.order(item).is_eq()) {
            return Some((before as u32, count as u32));
        }
        few[count] = item;
    }
    None
}
