//! Turns the findings of a search in other files (`leaks`, `scan`, what a repository tracks) into a report or a baseline, like a
//! check without environments.

use super::ages::Ages;
use super::quiet::suppression::Suppressions;
use super::rule::{Check, Context, Reach, Sink};
use super::{Options, rules, summary, triage};
use crate::report::Report;
use crate::schema::Schema;
use crate::source::Source;

/// What a search found, and how far it went.
#[derive(Debug, Default)]
pub(crate) struct Searching {
    pub(crate) found: Sink,
    /// How much was searched and for what, in words.
    pub(crate) searched: String,
    pub(crate) suppressions: Suppressions,
    pub(crate) reach: Reach,
}

impl Searching {
    /// Returns the report: that of [`check`](super::check()) without environments. `sources` are the schema and the sources that findings
    /// refer to.
    pub(crate) fn report(mut self, schema: &Schema, sources: &[Source], options: &Options) -> Report {
        let searched = std::mem::take(&mut self.searched);
        self.conclude(schema, sources, options, |context, found| {
            let (diagnostics, hidden) = triage::triage(context, found);
            Report {
                searched: Some(searched),
                ..summary::report(context, diagnostics, hidden)
            }
        })
    }

    /// Returns the text of a baseline with all findings, which keeps the present entries for everything else.
    pub(crate) fn baseline(self, schema: &Schema, sources: &[Source], options: &Options) -> String {
        self.conclude(schema, sources, options, triage::baseline)
    }

    fn conclude<T>(
        self,
        schema: &Schema,
        sources: &[Source],
        options: &Options,
        then: impl FnOnce(&Context<'_>, Sink) -> T,
    ) -> T {
        let Searching {
            mut found,
            suppressions,
            reach,
            ..
        } = self;
        let context = Context {
            schema,
            sources,
            environments: &[],
            options,
            example: None,
            suppressions,
            ages: Ages::default(),
            reach: Some(&reach),
        };
        let rule = &rules::unknown_suppression::RULE;
        if let Check::Across(_, check) = rule.check {
            check(&context, &mut found.of(rule, None));
        }
        then(&context, found)
    }
}
