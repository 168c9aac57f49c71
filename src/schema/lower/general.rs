//! Hands over to the engine what the plan can't express, or refuses it in builds without the engine.

use super::Lowering;
use crate::schema::errors::SchemaError;
#[cfg(not(feature = "full"))]
use crate::schema::json::quoted;
use crate::schema::keyword::Keyword;
#[cfg(feature = "full")]
use crate::schema::plan::{Check, CheckKind};
use crate::schema::plan::{SiteId, SubId};
use crate::source::Span;

/// A schema that the engine must evaluate.
pub(super) struct Waiting {
    pub(super) file: u16,
    #[cfg(feature = "full")]
    pub(super) site: SiteId,
    pub(super) keywords: Vec<(Keyword, SiteId, Span)>,
    pub(super) sub: SubId,
}

impl<'l, 's> Lowering<'l, 's> {
    /// Builds an engine for each schema that the plan left over, or refuses it.
    #[cfg(feature = "full")]
    pub(super) fn engines(&mut self) {
        let waiting = std::mem::take(&mut self.engines);
        if waiting.is_empty() {
            return;
        }
        let library = crate::schema::engine::Library::new(self.documents);
        for Waiting {
            file,
            site,
            keywords,
            sub,
        } in waiting
        {
            let pointer = self.plan.pointer(site);
            let names: Vec<(&'static str, SiteId)> = keywords
                .iter()
                .map(|&(keyword, site, _)| (keyword.name(), site))
                .collect();
            match library.engine(file, &pointer, names) {
                Ok(engine) => {
                    #[expect(clippy::cast_possible_truncation, reason = "numbered with u32")]
                    let index = self.plan.engines.len() as u32;
                    self.plan.engines.push(engine);
                    self.plan.subs[sub as usize].checks.push(Check {
                        site: keywords[0].1,
                        kind: CheckKind::Engine(index),
                    });
                }
                Err(message) => self.errors.add_in(file, SchemaError::new(keywords[0].2, message)),
            }
        }
    }

    /// Refuses what the plan left over: this build has no engine.
    #[cfg(not(feature = "full"))]
    pub(super) fn engines(&mut self) {
        for Waiting { file, keywords, .. } in std::mem::take(&mut self.engines) {
            for (keyword, _, span) in keywords {
                let message = format!(
                    "{} needs the full build of envgate here; this is the compact one",
                    quoted(keyword.name())
                );
                let help = "use the full build, or say it with the keywords of plain values";
                self.errors.add_in(file, SchemaError::new(span, message).help(help));
            }
        }
    }
}
