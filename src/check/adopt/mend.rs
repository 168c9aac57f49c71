//! A converted schema has to compile: a keyword that envgate would refuse is removed and reported, so that one of
//! them does not cost the whole schema.

use super::{Lost, Refused, word};
use crate::check::rules;
use crate::name::shown;
use crate::schema::json::{self, Member, Node};
use crate::schema::{Schema, SchemaError, Vocabulary};
use crate::sort;
use crate::source::{Source, Span};

/// The maximum number of rounds. Each removes at most one member of an object, and errors may hide others.
const ROUNDS: usize = 16;

/// The names of the members that lead to a place in the written schema.
pub(super) type Path = [String];

/// Returns the text without the keywords that the compiler refuses. `place` finds in the other tool's schema what is at a path.
pub(super) fn mend(
    mut text: String,
    lost: &mut Vec<Lost>,
    place: impl Fn(&Path) -> Option<Span>,
) -> Result<String, Refused> {
    for _ in 0..ROUNDS {
        let errors = match compile(&text) {
            Ok(()) => return Ok(text),
            Err(errors) => errors,
        };
        let Ok(root) = json::parse(&text, &mut Vec::new()) else {
            return Err(refused(&errors, None));
        };
        let mut cuts: Vec<Cut> = Vec::new();
        for error in &errors {
            let Some(found) = find(&root, error.span) else { continue };
            // A member of the root that holds the schema together can't be removed.
            if found.path.len() < 2 {
                return Err(refused(&errors, place(&found.path)));
            }
            let is_beside = |cut: &Cut| cut.object == found.object || overlap(cut.span, found.span);
            if !cuts.iter().any(is_beside) {
                lost.push(Lost {
                    span: place(&found.path).unwrap_or_default(),
                    message: loss_message(&found.path, error),
                });
                cuts.push(found);
            }
        }
        if cuts.is_empty() {
            return Err(refused(&errors, None));
        }
        // Back to front, so that earlier offsets remain valid.
        sort::by(&mut cuts, &|one, other| other.span.start.cmp(&one.span.start));
        for cut in &cuts {
            text.replace_range(cut.span.range(), "");
        }
    }
    Err(refused(&compile(&text).err().unwrap_or_default(), None))
}

pub(super) fn compiles(text: &str) -> bool {
    compile(text).is_ok()
}

fn compile(text: &str) -> Result<(), Vec<SchemaError>> {
    let codes = rules::codes();
    let vocabulary = Vocabulary {
        rules: &codes,
        ..Vocabulary::default()
    };
    let source = Source::new("env.schema.json", text)
        .map_err(|error| vec![SchemaError::new(Span::default(), error.to_string())])?;
    Schema::compile(&source, &vocabulary).map(drop)
}

fn refused(errors: &[SchemaError], span: Option<Span>) -> Refused {
    let first = errors.first();
    Refused {
        span,
        message: format!(
            "what it declares is not a valid schema: {}",
            first.map_or("", |error| &error.message)
        ),
        help: (first.and_then(|error| error.help.clone())).unwrap_or_else(|| "correct it there".to_owned()),
    }
}

/// Formats a loss: `NAME: "default" is left out: …`
fn loss_message(path: &Path, error: &SchemaError) -> String {
    let keyword = path.last().map(String::as_str).unwrap_or_default();
    let left_out = format!("{} is left out: {}", word(keyword), error.message);
    match path {
        [first, name, _, ..] if first == "properties" => format!("{}: {left_out}", shown(name)),
        _ => left_out,
    }
}

/// A member to remove.
struct Cut {
    path: Vec<String>,
    /// The member, with the comma that separates it.
    span: Span,
    /// Where the object that contains it begins.
    object: u32,
}

/// Returns the innermost member that contains a place.
fn find(root: &Node<'_>, place: Span) -> Option<Cut> {
    let mut found: Option<Cut> = None;
    let mut path = Vec::new();
    let mut node = root;
    loop {
        let members = node.own_members();
        let inside = members.iter().position(|one| holds(span_of(one), place));
        if let Some(at) = inside {
            path.push(members[at].key.clone().into_owned());
            found = Some(Cut {
                path: path.clone(),
                span: with_comma(members, at),
                object: node.span.start,
            });
            node = &members[at].value;
        } else {
            let items = node.as_array().unwrap_or_default();
            match items.iter().position(|item| holds(item.span, place)) {
                Some(at) => {
                    path.push(at.to_string());
                    node = &items[at];
                }
                None => return found,
            }
        }
    }
}

fn span_of(member: &Member<'_>) -> Span {
    Span::new(member.key_span.start as usize, member.value.span.end as usize)
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

/// Returns the span of a member with a comma: from the end of the member before it, or, for the first, up to the next.
fn with_comma(members: &[Member<'_>], at: usize) -> Span {
    let own = span_of(&members[at]);
    match (at.checked_sub(1).map(|before| &members[before]), members.get(at + 1)) {
        (Some(before), _) => Span::new(before.value.span.end as usize, own.end as usize),
        (None, Some(next)) => Span::new(own.start as usize, next.key_span.start as usize),
        (None, None) => own,
    }
}
