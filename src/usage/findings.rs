//! Collects what was found in all texts, and lists the variables that they read.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostics::{Gathering, is_shown};
use super::{Finder, Found, Need, ambient, defined, folders_above, image, sourced, tested};
use crate::check::rule::Reach;
use crate::check::rules::{undeclared_variable, unused_variable};
use crate::check::{Options, Searching};
use crate::diagnostic::RuleCode;
use crate::name;
use crate::report::Report;
use crate::schema::{EnvironmentId, Schema};
use crate::source::{LineColumn, Source};

/// The rules that a search for uses applies.
static RULES: [RuleCode; 2] = [undeclared_variable::RULE.code, unused_variable::RULE.code];

/// Collects what was found in several texts and turns it into a [`Report`].
#[derive(Debug)]
pub struct Findings<'f> {
    pub(super) finder: &'f Finder,
    pub(super) texts: Vec<Text>,
    /// Folders that have a schema of their own.
    left: BTreeSet<String>,
    /// The declared keys that values of env files refer to.
    referred: Vec<u32>,
    files: usize,
    bytes: u64,
}

/// A text in which something was found.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    /// The name as it may be shown: two names may look the same.
    pub(super) shown: String,
    /// Whether it is a test, which nobody deploys.
    pub(super) is_test: bool,
    /// Whether another schema declares what it reads.
    pub(super) is_left: bool,
    pub(super) found: Found,
}

/// A variable and the places where it is read.
#[derive(Debug)]
pub struct Uses {
    /// Its name.
    pub name: String,
    /// Whether the schema declares it.
    pub declared: bool,
    /// Where it is read, ordered by file and position.
    pub places: Vec<Place>,
}

/// A place in a file.
#[derive(Debug)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Line and column of the name.
    pub at: LineColumn,
}

impl<'f> Findings<'f> {
    /// Creates a collection without findings.
    #[must_use]
    pub fn new(finder: &'f Finder) -> Findings<'f> {
        Findings {
            finder,
            texts: Vec::new(),
            left: BTreeSet::new(),
            referred: Vec::new(),
            files: 0,
            bytes: 0,
        }
    }

    /// Adds what was found in a text; `shown` returns its name in the report.
    pub fn add(&mut self, name: &str, shown: impl FnOnce(&str) -> String, bytes: usize, found: Found) {
        self.files += 1;
        self.bytes += bytes as u64;
        let is_silent = found.silence.all.is_empty()
            && found.silence.mistakes.is_empty()
            && found.script.is_empty()
            && found.defined.is_empty()
            && found.image.is_empty();
        if !(found.uses.is_empty() && found.mentions.is_empty() && found.untold == 0 && is_silent) {
            self.texts.push(Text {
                name: name.to_owned(),
                shown: shown(name),
                is_test: tested::is_test(name),
                is_left: false,
                found,
            });
        }
    }

    /// Leaves what the source in a folder reads to the schema that is there.
    pub fn leave(&mut self, folder: &str) {
        self.left.insert(folder.to_owned());
    }

    /// Returns the folders that have a schema of their own, and source that reads variables, in the order of their names.
    #[must_use]
    pub fn left(&mut self) -> Vec<String> {
        self.settle();
        let reading = self
            .texts
            .iter()
            .filter(|text| text.is_left && !text.found.uses.is_empty());
        let folders: BTreeSet<&str> = reading.filter_map(|text| self.nearest_left(&text.name)).collect();
        folders.into_iter().map(str::to_owned).collect()
    }

    fn nearest_left(&self, name: &str) -> Option<&str> {
        let mut above = folders_above(name).filter(|folder| !folder.is_empty());
        above.find_map(|folder| self.left.get(folder).map(String::as_str))
    }

    /// Adds an env file, which is not searched for uses: a key that another value refers to, as in `URL=https://$DOMAIN`, is in use.
    pub fn add_env_file(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n') {
            let value = memchr::memchr(b'=', line).filter(|_| !line.trim_ascii_start().starts_with(b"#"));
            let Some(value) = value.map(|equals| &line[equals + 1..]) else {
                continue;
            };
            for dollar in memchr::memchr_iter(b'$', value) {
                let rest = &value[dollar + 1..];
                let rest = rest.strip_prefix(b"{").unwrap_or(rest);
                self.referred.extend(self.finder.key(&rest[..name::word_len(rest)]));
            }
        }
    }

    /// Returns the number of texts added.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files
    }

    /// Orders the texts, and compares those that depend on each other.
    pub(super) fn settle(&mut self) {
        self.texts.sort_by(|a, b| a.name.cmp(&b.name));
        // A file that was reached by two paths is reported once.
        self.texts.dedup_by(|a, b| a.name == b.name);
        if !self.left.is_empty() {
            let is_left: Vec<bool> = (self.texts.iter())
                .map(|text| self.nearest_left(&text.name).is_some())
                .collect();
            for (text, is_left) in self.texts.iter_mut().zip(is_left) {
                text.is_left = is_left;
            }
        }
        sourced::settle(self.finder, &mut self.texts);
        defined::settle(self.finder, &mut self.texts);
        image::settle(&mut self.texts);
    }

    /// Returns every variable that is read, by name: the declared ones, and those others whose names may be shown.
    #[must_use]
    pub fn list(mut self) -> Vec<Uses> {
        self.settle();
        let mut all: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        for text in &self.texts {
            for one in &text.found.uses {
                all.entry(&one.name).or_default().push(Place {
                    file: text.shown.clone(),
                    at: one.extent.from,
                });
            }
        }
        let uses = all.into_iter().map(|(name, places)| Uses {
            name: name.to_owned(),
            declared: self.finder.key(name.as_bytes()).is_some(),
            places,
        });
        uses.filter(|one| one.declared || is_shown(&one.name)).collect()
    }

    /// Returns the variables that are read and that somebody has to set, by name, and whether any place has no default for it.
    #[must_use]
    pub fn asked(mut self) -> Vec<(String, bool)> {
        self.settle();
        let mut all: BTreeMap<&str, bool> = BTreeMap::new();
        for one in self
            .texts
            .iter()
            .filter(|text| !text.is_left)
            .flat_map(|text| &text.found.uses)
        {
            let is_asked = one.need != Need::Unsure && !ambient::is_ambient(&one.name);
            if is_asked && name::is_plainly_a_name(one.name.as_bytes()) {
                *all.entry(&one.name).or_default() |= one.need == Need::Sure;
            }
        }
        all.into_iter()
            .map(|(name, needed)| (name.to_owned(), needed))
            .collect()
    }

    /// Builds the report. `sources` holds the schema and the files with exceptions; the texts in which something was
    /// found are appended to it. `all` says whether everything was searched that could use a key; only then can unused
    /// keys and unneeded exceptions be reported.
    #[must_use]
    pub fn report(self, schema: &Schema, sources: &mut Vec<Source>, options: &Options, all: bool) -> Report {
        let (searching, suppressed) = self.searching(schema, sources, all);
        let mut report = searching.report(schema, sources, options);
        report.hidden.suppressed = report.hidden.suppressed.saturating_add(suppressed);
        report
    }

    /// Returns the text of a baseline that covers all findings, and keeps the present one's entries about anything
    /// else.
    #[must_use]
    pub fn baseline(self, schema: &Schema, sources: &mut Vec<Source>, options: &Options) -> String {
        self.searching(schema, sources, true)
            .0
            .baseline(schema, sources, options)
    }

    /// Collects the diagnostics, and counts the reads that comments silence.
    fn searching(mut self, schema: &Schema, sources: &mut Vec<Source>, all: bool) -> (Searching, u32) {
        self.settle();
        let mut gathering = Gathering::new(self.finder, schema);
        for text in &self.texts {
            gathering.text(text, sources);
        }
        for &index in &self.referred {
            gathering.used[index as usize] = true;
        }
        if all {
            gathering.unused();
        }
        let searching = Searching {
            searched: gathering.summary(self.files, self.bytes),
            found: gathering.sink,
            reach: Reach {
                rules: &RULES,
                // The findings belong to no environment, so an exception for a single environment hides none of them.
                environments: (0..).map(EnvironmentId).take(schema.environments().len()).collect(),
                is_whole: all,
                is_history: false,
            },
            ..Searching::default()
        };
        (searching, gathering.suppressed)
    }
}
