//! Turns what was found in texts into diagnostics: variables that are not declared, keys that nothing uses, and comments that silence nothing.

use std::collections::BTreeMap;

use super::comments::Silence;
use super::findings::Text;
use super::{Extent, Finder, Need, Use, ambient};
use crate::check::rule::{Findings, Sink, in_schema};
use crate::check::rules::{undeclared_variable, unknown_suppression, unused_suppression, unused_variable};
use crate::diagnostic::Severity;
use crate::name;
use crate::report::{counted, size};
use crate::schema::Schema;
use crate::source::{Location, Mark, Source, SourceId, Span};
use crate::suggest::Budget;

/// The findings so far.
pub(super) struct Gathering<'g> {
    finder: &'g Finder,
    schema: &'g Schema,
    pub(super) sink: Sink,
    /// For each declared key, whether it is read, or named where something may pass it on.
    pub(super) used: Vec<bool>,
    /// For each undeclared name, what was probably meant; `None` if the name is not worth reporting.
    meant: BTreeMap<&'g str, Option<Near>>,
    budget: Budget,
    reads: usize,
    /// How many reads have a name that can't be determined.
    untold: u64,
    /// How many reads are silenced by comments.
    pub(super) suppressed: u32,
}

impl<'g> Gathering<'g> {
    pub(super) fn new(finder: &'g Finder, schema: &'g Schema) -> Gathering<'g> {
        Gathering {
            finder,
            schema,
            sink: Sink::default(),
            used: vec![false; finder.keys.len()],
            meant: BTreeMap::new(),
            budget: Budget::default(),
            reads: 0,
            untold: 0,
            suppressed: 0,
        }
    }

    pub(super) fn text(&mut self, text: &'g Text, sources: &mut Vec<Source>) {
        let found = &text.found;
        self.untold += u64::from(found.untold);
        self.reads += found.uses.len();
        for index in &found.mentions {
            self.used[*index as usize] = true;
        }
        if text.is_left {
            let keys = found.uses.iter().filter_map(|one| self.finder.key(one.name.as_bytes()));
            keys.for_each(|key| self.used[key as usize] = true);
            return;
        }
        let mut marks = Marks {
            source: SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX)),
            marks: Vec::new(),
        };
        let mut silencing = vec![false; found.silence.all.len()];
        for one in &found.uses {
            self.read(one, text, &mut silencing, &mut marks);
        }
        self.comments(&found.silence, &silencing, &mut marks);
        if !marks.marks.is_empty() {
            sources.push(Source::marked(&*text.shown, marks.marks));
        }
    }

    /// Handles one read of a variable. It uses a declared key, or is reported unless a comment silences it.
    fn read(&mut self, one: &'g Use, text: &Text, silencing: &mut [bool], marks: &mut Marks) {
        if let Some(key) = self.finder.key(one.name.as_bytes()) {
            self.used[key as usize] = true;
            return;
        }
        let meant = self
            .meant
            .entry(&one.name)
            .or_insert_with(|| judge(&one.name, self.schema, &self.budget));
        let Some(near) = meant.as_ref().filter(|_| one.need != Need::Unsure) else {
            return;
        };
        if let Some(comment) = text.found.silence.of(one.extent.from.line) {
            silencing[comment] = true;
            self.suppressed += 1;
        } else {
            undeclared(one, text.is_test, near, marks.location(one.extent), &mut self.sink);
        }
    }

    /// Reports comments that silence nothing or have an error.
    fn comments(&mut self, silence: &Silence, silencing: &[bool], marks: &mut Marks) {
        for ((extent, _), _) in silence.all.iter().zip(silencing).filter(|(_, silences)| !**silences) {
            let code = undeclared_variable::RULE.code;
            let message = format!("{code} is suppressed here but finds nothing");
            let draft = self
                .sink
                .of(&unused_suppression::RULE, None)
                .report(marks.location(*extent), message);
            let _ = draft.help("remove the comment, or this code from its list");
        }
        for (extent, why) in &silence.mistakes {
            let message = format!("this comment suppresses nothing: {why}");
            let _ = self
                .sink
                .of(&unknown_suppression::RULE, None)
                .report(marks.location(*extent), message);
        }
    }

    /// Reports declared keys that nothing uses.
    pub(super) fn unused(&mut self) {
        for property in self.schema.properties() {
            let key = self.finder.key(property.name.as_bytes());
            let is_used = key.is_some_and(|key| self.used[key as usize]);
            let by_us = self.schema.environment_key() == Some(&property.name);
            if !is_used && !by_us && !ambient::is_ambient(&property.name) {
                unused(property, self.untold, self.sink.of(&unused_variable::RULE, None));
            }
        }
    }

    /// Returns a sentence that says what was searched.
    pub(super) fn summary(&self, files: usize, bytes: u64) -> String {
        let mut said = format!(
            "Searched {}, {}: {} of variables, {} of {} declared in use",
            counted(files, "file"),
            size(bytes),
            counted(self.reads, "use"),
            self.used.iter().filter(|used| **used).count(),
            counted(self.used.len(), "key"),
        );
        if self.untold > 0 {
            let places = counted(usize::try_from(self.untold).unwrap_or(usize::MAX), "more place");
            let names = if self.untold == 1 { "reads a name" } else { "read names" };
            said.push_str(&format!(" ({places} {names} that can't be resolved)"));
        }
        said
    }
}

/// Places in a text that is not kept.
struct Marks {
    source: SourceId,
    marks: Vec<Mark>,
}

impl Marks {
    fn location(&mut self, extent: Extent) -> Location {
        let at = self.marks.len();
        let ends = [(extent.start, extent.from), (extent.end, extent.to)];
        self.marks.extend(ends.map(|(offset, at)| Mark { offset, at }));
        Location {
            source: self.source,
            span: Span::new(at, at + 1),
        }
    }
}

/// What the author of a misspelt name probably meant.
#[derive(Debug)]
pub(super) enum Near {
    Declared(String),
    /// A variable that exists without being declared.
    Ambient(&'static str),
    None,
}

/// Returns what an undeclared name was probably meant as; `None` if the name is not worth reporting.
pub(super) fn judge(name: &str, schema: &Schema, budget: &Budget) -> Option<Near> {
    if schema.declares_by_pattern(name) {
        return None;
    }
    let near = budget.nearest(name, &mut schema.properties().iter().map(|one| one.name.as_str()));
    if let Some(near) = near {
        return Some(Near::Declared(near.to_owned()));
    }
    if ambient::is_ambient(name) {
        return None;
    }
    // Short names are similar to too many others.
    let near = budget.nearest(name, &mut ambient::names().filter(|one| one.len() >= 5));
    Some(near.map_or(Near::None, Near::Ambient))
}

/// Returns whether a name may be shown. Names in source are not values, but some only look like names: after a `$` in a
/// Compose file there may be the rest of a password.
pub(super) fn is_shown(name: &str) -> bool {
    let is_plain = |part: &str| name::is_plainly_a_name(part.as_bytes());
    is_plain(name) || name.len() <= 40 && name.split('_').all(|part| is_plain(part) || is_camel_case(part))
}

/// Returns whether `part` looks like `userAgent` or `apiURL`: words with a vowel, all but the first capitalised,
/// perhaps followed by an abbreviation. Random text rarely looks like that.
fn is_camel_case(part: &str) -> bool {
    let words = part.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
    let is_vowel = |letter: char| matches!(letter.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let starts = words.match_indices(|letter: char| letter.is_ascii_uppercase());
    let mut bounds = vec![0];
    bounds.extend(starts.map(|(at, _)| at).filter(|at| *at > 0));
    bounds.push(words.len());
    let words_of = || bounds.windows(2).map(|bounds| &words[bounds[0]..bounds[1]]);
    part.len() - words.len() <= 5
        && words.bytes().all(|byte| byte.is_ascii_alphabetic())
        && words_of().all(|word| word.len() != 1 && (word.len() <= 2 || word.contains(is_vowel)))
        && words_of().filter(|word| word.len() == 2).count() <= 1
}

fn undeclared(one: &Use, is_test: bool, near: &Near, location: Location, sink: &mut Sink) {
    let name = one.name.as_str();
    let shown = if is_shown(name) { name } else { "this variable" };
    let mut message = format!("{shown} is used here but not declared in the schema");
    let help = match near {
        Near::Declared(meant) => {
            message.push_str(&format!("; did you mean {meant}?"));
            format!("rename it to {meant}, or declare it under `properties`")
        }
        Near::Ambient(meant) => {
            message.push_str(&format!("; did you mean {meant}?"));
            format!("{meant} is always there; otherwise declare it under `properties`")
        }
        Near::None => "declare it under `properties`".to_owned(),
    };
    // A misspelt name with a default is the worst case: what is declared is never read, and nothing fails.
    let harmless = match one.need {
        Need::Optional => Some("; the program does without it"),
        Need::Given => Some("; the Dockerfile sets it"),
        Need::Passed => Some("; it is an argument of the build"),
        Need::Unsure | Need::Sure => is_test.then_some("; this is a test, which is not deployed"),
    };
    let harmless = harmless.filter(|_| !matches!(near, Near::Declared(_)));
    message.push_str(harmless.unwrap_or_default());
    let draft = sink.of(&undeclared_variable::RULE, None).report(location, message);
    let draft = draft.key(is_shown(name).then_some(name)).help(help);
    if harmless.is_some() {
        let _ = draft.severity(Severity::Info);
    }
}

fn unused(property: &crate::schema::Property, untold: u64, findings: Findings<'_>) {
    let name = &property.name;
    let mut message = format!("{name} is declared but not used anywhere in what was searched");
    let by_library = ambient::is_read_by_libraries(name);
    if untold > 0 {
        message.push_str(", as far as can be told");
    }
    let help = if by_library {
        "remove it, unless a library reads it by itself"
    } else if untold > 0 {
        "remove it, unless it is read by a name that is only known at run time"
    } else {
        "remove it from the schema and from the env files"
    };
    let draft = findings
        .report(in_schema(property.span), message)
        .key(Some(name))
        .pointer(&property.pointer)
        .help(help);
    if by_library || untold > 0 {
        let _ = draft.severity(Severity::Info);
    }
}

#[cfg(test)]
mod tests {
    use super::is_shown;

    #[test]
    fn names_are_shown_and_what_is_random_is_not() {
        for name in [
            "PORT",
            "npm_config_userAgent",
            "apiURL",
            "userID",
            "appName",
            "Path",
            "fooBarBaz",
        ] {
            assert!(is_shown(name), "{name}");
        }
        for name in [
            "KzwHpsKxdLbkSrhCgf",
            "SwOrDqXyz",
            "AKIAiosFODnn",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO",
        ] {
            assert!(!is_shown(name), "{name}");
        }
    }
}
