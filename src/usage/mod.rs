//! Compares the variables that source code reads with the schema, to find those used but not declared, or declared but
//! never used.
//!
//! ```text
//! text ──▶ lexer (comments, strings, templates: a row of `language`) ──▶ tokens ──▶ access (what reads a variable: a table) ──▶ uses ──▶ Findings ──▶ Report
//! ```
//!
//! There is no grammar: a lexer that reliably recognises comments and strings is enough to see `process.env.PORT`, is
//! small, and doesn't break on newer versions of a language. Reads whose name is only known at run time are counted and
//! reported, so that no key is declared unused with false certainty. Files that contain neither the name of a declared
//! key nor a word by which variables are read are not lexed at all.

mod access;
mod aliases;
mod ambient;
mod comments;
mod compose;
mod condition;
mod config;
mod constant;
mod defined;
mod diagnostics;
mod dockerfile;
mod fallback;
mod findings;
mod guard;
mod helpers;
mod image;
mod language;
mod lexer;
mod make;
mod missing;
mod particular;
mod presence;
mod reader;
mod result;
mod settings;
mod shell;
mod sourced;
mod tested;
mod tidied;

pub use findings::{Findings, Place, Uses};
pub use language::Language;
pub use missing::retain_told;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::name;
use crate::schema::Schema;
use crate::source::{LineColumn, LineIndex, PositionEncoding};
use comments::Silence;
use defined::Defined;
use image::Image;
use sourced::Script;

/// The largest text that is lexed, in bytes. Anything larger was not written by people.
pub const MAX_TEXT: usize = 8 << 20;

/// How much of a key the automaton looks for. It only says which texts are worth a look, and takes the square of a word's length to build.
const MAX_WORD: usize = 64;

/// Searches texts for variables. One can be shared by all threads.
#[derive(Debug)]
pub struct Finder {
    /// The declared keys, sorted.
    keys: Vec<String>,
    /// Finds those, and the words by which variables are read.
    automaton: Option<AhoCorasick>,
}

/// What was found in one text.
#[derive(Debug, Default)]
pub struct Found {
    uses: Vec<Use>,
    /// Declared keys that occur in another way: as a string of their own or as a member of an object. Sorted, unique
    /// indices into the keys.
    mentions: Vec<u32>,
    /// How many reads have a name that can't be determined, or read all variables.
    untold: u32,
    silence: Silence,
    script: Script,
    defined: Defined,
    image: Image,
}

/// A read of a variable.
#[derive(Debug)]
struct Use {
    name: String,
    extent: Extent,
    need: Need,
}

/// Whether a program needs a variable that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// It is unclear whether this is a variable at all, so an undeclared name is not worth reporting.
    Unsure,
    /// It has a default or may be missing, so an undeclared name can't break a deploy.
    Optional,
    /// A program needs it, but the image in which it runs sets it, so only a misspelt name can break a deploy.
    Given,
    /// It is an argument of a build, which is empty if the build does not pass it. Whether it is needed depends on the image or the source.
    Passed,
    /// A program needs it, as far as can be told.
    Sure,
}

impl Need {
    /// Returns the need of a variable, unless the program does without it.
    fn unless(is_optional: bool) -> Need {
        if is_optional { Need::Optional } else { Need::Sure }
    }
}

/// A place in a text that stays valid once the text is gone.
#[derive(Debug, Clone, Copy)]
struct Extent {
    start: u32,
    end: u32,
    from: LineColumn,
    to: LineColumn,
}

impl Extent {
    fn of(text: &[u8], index: &LineIndex, start: usize, end: usize) -> Extent {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let place = |at| index.line_column(text, offset(at), PositionEncoding::Scalar);
        Extent {
            start: offset(start),
            end: offset(end),
            from: place(start),
            to: place(end),
        }
    }
}

/// What was found in a text, before lines are counted.
#[derive(Debug, Default)]
struct Raw {
    /// Places of the names.
    names: Vec<Name>,
    /// Names derived from the text at a place.
    made: Vec<(Name, String)>,
    mentions: Vec<u32>,
    untold: u32,
    script: Script,
    defined: Defined,
    image: Image,
}

/// The place of a name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    start: usize,
    end: usize,
    need: Need,
}

impl Finder {
    /// Creates a finder for the keys of a schema.
    #[must_use]
    pub fn new(schema: &Schema) -> Finder {
        let mut keys: Vec<String> = schema.properties().iter().map(|one| one.name.clone()).collect();
        keys.sort_unstable();
        let words = keys.iter().map(String::as_bytes);
        let words = words.chain(access::WORDS.iter().map(|word| word.as_bytes()));
        let words = words.map(|word| &word[..word.len().min(MAX_WORD)]);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words).ok();
        Finder { keys, automaton }
    }

    /// Searches one text. Returns `None` if it is not text.
    #[must_use]
    pub fn look(&self, text: &[u8], language: Language) -> Option<Found> {
        if memchr::memchr(0, &text[..text.len().min(8000)]).is_some() {
            return None;
        }
        let is_worth_a_look = language.is_always_read() || self.automaton.as_ref().is_none_or(|one| one.is_match(text));
        if !is_worth_a_look {
            return Some(Found::default());
        }
        let mut comments = Vec::new();
        let mut raw = language.read(self, text, &mut comments);
        comments.sort_unstable();
        raw.names.sort_unstable();
        raw.names.dedup_by_key(|name| name.start);
        raw.mentions.sort_unstable();
        raw.mentions.dedup();
        let silence = Silence::read(text, &comments);
        let as_it_stands = raw.names.iter().filter_map(|name| {
            let said = str::from_utf8(&text[name.start..name.end]).ok()?;
            Some((*name, said.to_owned()))
        });
        let mut all: Vec<(Name, String)> = as_it_stands.chain(raw.made).collect();
        all.sort_unstable();
        let index = (!all.is_empty()).then(|| LineIndex::new(text));
        let uses = all.into_iter().filter_map(|(place, name)| {
            Some(Use {
                name,
                extent: Extent::of(text, index.as_ref()?, place.start, place.end),
                need: if is_on_a_long_line(text, place.start) {
                    Need::Unsure
                } else {
                    place.need
                },
            })
        });
        Some(Found {
            uses: uses.collect(),
            mentions: raw.mentions,
            untold: raw.untold,
            silence,
            script: raw.script,
            defined: raw.defined,
            image: raw.image,
        })
    }

    /// Returns the index of the declared key that equals `word`.
    fn key(&self, word: &[u8]) -> Option<u32> {
        let found = self.keys.binary_search_by(|key| key.as_bytes().cmp(word)).ok()?;
        u32::try_from(found).ok()
    }
}

/// The longest line a person would write, in bytes. Longer ones are generated from source that is elsewhere, or not
/// part of this project.
const MAX_LINE: usize = 5000;

/// Returns whether a place is on a generated line. Uses on it count, but an undeclared variable is reported at its
/// source instead.
fn is_on_a_long_line(text: &[u8], at: usize) -> bool {
    let (before, after) = (
        &text[at.saturating_sub(MAX_LINE)..at],
        &text[at..text.len().min(at + MAX_LINE)],
    );
    let behind = memchr::memrchr(b'\n', before).map_or(before.len(), |end| before.len() - end);
    behind + memchr::memchr(b'\n', after).unwrap_or(after.len()) >= MAX_LINE
}

/// The longest line in which a test whether a variable is there is looked for, in bytes.
const MAX_TESTED_LINE: usize = 400;

/// Returns where the line of a place begins, unless that is further away than people write.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(MAX_TESTED_LINE);
    match memchr::memrchr(b'\n', &text[from..at]) {
        Some(end) => Some(from + end + 1),
        None => (from == 0).then_some(0),
    }
}

/// Returns how far a line is indented, in bytes.
fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Returns the folders that a file is in, from the nearest to the uppermost, which has no name.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    let above = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).len();
    let first = Some(&path[..above(path)]);
    std::iter::successors(first, move |folder| {
        (!folder.is_empty()).then(|| &folder[..above(folder)])
    })
}

/// Returns whether a text can be the name of a variable. Reading any other name is not a mistake in the schema.
fn is_a_name(text: &[u8]) -> bool {
    text.len() <= 128 && name::is_name(text)
}
