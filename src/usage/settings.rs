//! Variables named after the fields of a structure: pydantic's `BaseSettings`, and clap's `env`.

use std::ops::Range;

use super::access::Code;
use super::fallback::{self, OUTSIDE_ATTRIBUTE};
use super::lexer::Kind;
use super::{Finder, Name, Need, Raw, is_a_name};

/// Types of fields that are set by a single variable. A field of any other type may be a group of fields.
const PLAIN: &[&str] = &[
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "SecretStr",
    "SecretBytes",
    "AnyUrl",
    "AnyHttpUrl",
    "HttpUrl",
    "PostgresDsn",
    "RedisDsn",
    "EmailStr",
    "Path",
    "Decimal",
    "Literal",
];

/// More tokens than the body of any real class has.
const MAX_TOKENS: usize = 20_000;

/// Records the fields of the class that has the word at `index` among its bases.
pub(super) fn pydantic(finder: &Finder, code: Code<'_>, index: usize, raw: &mut Raw) {
    let Some(body) = Body::of(code, index) else { return };
    let (mut prefix, mut is_nested): (&[u8], bool) = (b"", false);
    for at in body.start..body.end {
        if code.is_assignment(at + 1) && code.kind(at + 2) == Some(Kind::Text) {
            match code.text(at) {
                b"env_prefix" => prefix = code.text(at + 2),
                b"env_nested_delimiter" => is_nested = true,
                _ => {}
            }
        }
    }
    let mut at = body.start;
    while at < body.end {
        let end = (at + 1..body.end).find(|&next| body.begins(next)).unwrap_or(body.end);
        let field = at..end;
        if body.begins(at) && is_field(code, at) && !takes_aliases(code, field.clone(), raw) {
            let is_plain = code.is_any_word(at + 2, PLAIN);
            let need = if is_plain && !is_nested {
                Need::unless(has_default(code, field))
            } else {
                Need::Unsure
            };
            made(code, at, spelled(finder, [prefix, code.text(at)].concat()), need, raw);
        }
        at = end;
    }
}

/// Returns whether `name: type` at a place is a field that a variable sets.
fn is_field(code: Code<'_>, at: usize) -> bool {
    let own = code.text(at);
    let is_annotated = code.kind(at) == Some(Kind::Word) && code.is(at + 1, b':');
    is_annotated && !own.starts_with(b"_") && own != b"model_config" && !code.is_word(at + 2, "ClassVar")
}

/// Returns whether a field has a default: `name: type = …`.
fn has_default(code: Code<'_>, field: Range<usize>) -> bool {
    (field.start + 2..field.end).any(|at| code.is_assignment(at))
}

/// Records the names in `Field(alias="NAME")`. Returns whether the field has any, in which case they replace its own
/// name.
fn takes_aliases(code: Code<'_>, field: Range<usize>, raw: &mut Raw) -> bool {
    let mut has_any = false;
    for index in field.start + 2..field.end {
        let names_it = code.is_any_word(index, &["alias", "validation_alias", "env"]);
        if !names_it || !code.is_assignment(index + 1) {
            continue;
        }
        has_any = true;
        // One name; or, with `AliasChoices("A", "B")` and lists, several alternatives.
        let one = code.kind(index + 2) == Some(Kind::Text);
        let last = if one { index + 2 } else { field.end.min(index + 12) };
        for name in (index + 2..=last).filter(|&at| code.kind(at) == Some(Kind::Text) && is_a_name(code.text(at))) {
            let token = code.tokens[name];
            raw.names.push(Name {
                start: token.start,
                end: token.end,
                need: if one {
                    Need::unless(has_default(code, field.clone()))
                } else {
                    Need::Unsure
                },
            });
        }
    }
    has_any
}

/// Returns a name as it is declared, or in capitals by convention: pydantic ignores case.
fn spelled(finder: &Finder, name: Vec<u8>) -> Vec<u8> {
    let mut keys = finder.keys.iter();
    let declared = keys.find(|key| key.as_bytes().eq_ignore_ascii_case(&name));
    declared.map_or_else(|| name.to_ascii_uppercase(), |key| key.clone().into_bytes())
}

/// Records `#[arg(env)]` at `index`: the name of the following field, in capitals.
pub(super) fn clap(code: Code<'_>, index: usize, raw: &mut Raw) {
    let Some(open) = code.opening(index).filter(|&open| code.is(open, b'(')) else {
        return;
    };
    let is_argument =
        open >= 3 && code.is_any_word(open - 1, &["arg", "clap"]) && code.is(open - 2, b'[') && code.is(open - 3, b'#');
    if !is_argument {
        return;
    }
    let need = fallback::need_of_option(code, index);
    // The first word outside brackets that a colon follows: `pub name: Type`.
    let is_field = |at| code.kind(at) == Some(Kind::Word) && code.is(at + 1, b':') && !code.is(at + 2, b':');
    let mut near = code.depths(index..index + 400);
    let field = near.find(|&(at, depth)| depth < OUTSIDE_ATTRIBUTE || depth == OUTSIDE_ATTRIBUTE && is_field(at));
    if let Some((at, OUTSIDE_ATTRIBUTE)) = field {
        let name = code.text(at).strip_prefix(b"r#").unwrap_or(code.text(at));
        made(code, at, name.to_ascii_uppercase(), need, raw);
    }
}

/// Records a derived name, which does not occur in the text, at the field it is derived from.
fn made(code: Code<'_>, at: usize, name: Vec<u8>, need: Need, raw: &mut Raw) {
    let token = code.tokens[at];
    if let Ok(text) = String::from_utf8(name)
        && is_a_name(text.as_bytes())
    {
        let place = Name {
            start: token.start,
            end: token.end,
            need,
        };
        raw.made.push((place, text));
    }
}

/// The body of a class, in tokens.
struct Body<'c> {
    code: Code<'c>,
    start: usize,
    end: usize,
    indent: usize,
}

impl<'c> Body<'c> {
    fn of(code: Code<'c>, index: usize) -> Option<Body<'c>> {
        let class = (index.saturating_sub(12)..index)
            .rev()
            .find(|&at| code.is_word(at, "class"))?;
        let start = 2 + (index..index + 12).find(|&at| code.spells(at, b"):"))?;
        let outer = code.indent(class)?;
        let indent = code
            .indent(start)
            .filter(|&inner| inner > outer && code.begins_line(start))?;
        let is_outside = |&at: &usize| {
            code.begins_line(at) && code.nesting(at) >= 0 && code.indent(at).is_some_and(|inner| inner <= outer)
        };
        let last = code.tokens.len().min(start + MAX_TOKENS);
        let end = (start..last).find(is_outside).unwrap_or(last);
        Some(Body {
            code,
            start,
            end,
            indent,
        })
    }

    /// Returns whether a statement of the body begins at `at`, rather than a bracket is closed that was opened on another line.
    fn begins(&self, at: usize) -> bool {
        self.code.begins_line(at) && self.code.nesting(at) >= 0 && self.code.indent(at) == Some(self.indent)
    }
}
