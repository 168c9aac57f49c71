//! What a schema lacks of what the source reads.

use std::collections::BTreeMap;

use super::diagnostics::{Near, judge};
use super::{Findings, Need};
use crate::check::draft::Missing;
use crate::check::rules::undeclared_variable;
use crate::report::Report;
use crate::schema::Schema;
use crate::suggest::Budget;

impl Findings<'_> {
    /// Returns the undeclared variables that are worth declaring here, by name: not those that only tests read, nor those that may be misspelt.
    #[must_use]
    pub fn missing(&mut self, schema: &Schema) -> Vec<Missing> {
        self.settle();
        let budget = Budget::default();
        let mut all: BTreeMap<&str, Option<Missing>> = BTreeMap::new();
        for text in self.texts.iter().filter(|text| !text.is_test && !text.is_left) {
            for one in text.found.uses.iter().filter(|one| one.need != Need::Unsure) {
                if self.finder.key(one.name.as_bytes()).is_some() {
                    continue;
                }
                let is_needed = one.need == Need::Sure;
                let entry = all.entry(&one.name).or_insert_with(|| {
                    let is_missing = matches!(judge(&one.name, schema, &budget), Some(Near::None));
                    is_missing.then(|| Missing {
                        name: one.name.clone(),
                        file: text.shown.clone(),
                        is_needed,
                    })
                });
                if let Some(known) = entry.as_mut().filter(|known| is_needed && !known.is_needed) {
                    known.file.clone_from(&text.shown);
                    known.is_needed = true;
                }
            }
        }
        all.into_values().flatten().collect()
    }
}

/// Keeps the variables that a report tells of: the others are silenced, or their names may not be shown.
pub fn retain_told(missing: &mut Vec<Missing>, report: &Report) {
    let told = report
        .diagnostics
        .iter()
        .filter(|one| one.code == undeclared_variable::RULE.code);
    let told: std::collections::BTreeSet<&str> = told.filter_map(|one| one.key.as_deref()).collect();
    missing.retain(|one| told.contains(&*one.name));
}
