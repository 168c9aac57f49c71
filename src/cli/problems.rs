//! The files that a search could not read: collected from several threads, and reported by name at the end.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::terminal::{Problem, complain};

/// The maximum number of unreadable files that are listed.
const MOST: usize = 50;

/// Why something was not searched, by its name.
#[derive(Default)]
pub(crate) struct Problems(Mutex<BTreeMap<String, Problem>>);

impl Problems {
    pub(crate) fn add(&self, name: String, problem: Problem) {
        if let Ok(mut problems) = self.0.lock() {
            problems.insert(name, problem);
        }
    }

    /// Prints them, and returns whether there were any.
    pub(crate) fn print(self) -> bool {
        let problems = self.0.into_inner().unwrap_or_default();
        for problem in problems.values().take(MOST) {
            complain(problem);
        }
        let more = problems.len().saturating_sub(MOST);
        if more > 0 {
            complain(&Problem::new(format!("{more} more can't be read")));
        }
        !problems.is_empty()
    }
}
