//! Reads keys the way Node, Vite, Expo and Deno do: everything before the first `=`, whatever characters it is made of.

use crate::parse::dialect::{Expander, Export, Owner, Space, Unfit};
use crate::parse::document::{AssignmentKind, Effect, SyntaxErrorKind};
use crate::parse::expo::{Treatment, treatment};
use crate::parse::inherited::{PROTOTYPE, is_inherited};
use crate::parse::lexer::{skip, skip_back};
use crate::parse::parser::Parser;
use crate::source::Span;

use super::{Head, Result};

impl Parser<'_> {
    /// Reads the key, reporting those that the loader refuses, and dropping those that it ignores.
    pub(super) fn up_to_equals(
        &mut self,
        start: usize,
        lone_equals: Effect,
        glues: bool,
        trims: Option<Owner>,
    ) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let stop = if glues { text.len() } else { self.line_end(start) };
        let Some(equals) = memchr::memchr(b'=', &text[start..stop]).map(|len| start + len) else {
            self.stumbled = stop.max(start);
            return Err(SyntaxErrorKind::NoSeparator);
        };
        let mut key_start = start;
        let key_end = space.skip_back(text, start, equals);
        if key_start == key_end {
            return Ok(self.nothing_before_equals(start, equals, lone_equals, glues));
        }
        let behind = start + b"export ".len();
        let is_empty = self.ends_here(equals + 1);
        let exports =
            self.grammar.export == Export::OneSpace && key_end > behind && text[start..].starts_with(b"export ");
        // Node stores a key without a value before it looks for `export`.
        if exports && (glues || !is_empty) {
            key_start = if glues { behind } else { space.skip(text, behind) };
        }
        let mut key = Span::new(key_start, key_end);
        if self.dialect.reader.nul == Unfit::Cuts {
            let cut = memchr::memchr(0, key.of(text)).unwrap_or(key.len());
            if cut == 0 {
                return Ok(Head::Dropped { key, value: equals + 1 });
            }
            key = Span::new(key_start, key_start + cut);
        }
        if let Some(owner) = trims {
            let is_blank = |c: char| Space::JavaScript.is_space(c);
            let start = skip(&text[..key.end as usize], key.start as usize, is_blank);
            key = Span::new(start, skip_back(text, start, key.end as usize, is_blank));
            // Expo finds properties that every object inherits in the process environment, and so does not set them.
            let treatment = treatment(key.of(text));
            let is_ignored = key.is_empty() || treatment == Treatment::Ignored;
            if is_ignored || key.of(text) == PROTOTYPE || is_inherited(key.of(text)) {
                return Ok(Head::Dropped { key, value: equals + 1 });
            }
            if treatment == Treatment::Refused {
                self.error(SyntaxErrorKind::RefusedKey, Effect::Rejected, key);
            }
            if treatment == Treatment::Personal && owner == Owner::Everyone {
                self.error(SyntaxErrorKind::PersonalKey, Effect::Rejected, key);
            }
        }
        if key.of(text) == PROTOTYPE && self.dialect.expander == Expander::Vite {
            // Vite fails because it takes `__proto__`, an object, for a string.
            self.error(SyntaxErrorKind::BadKey, Effect::Rejected, key);
        }
        self.report_inherited_key(key);
        Ok(Head::Key { key, value: equals + 1 })
    }

    /// What Node does with an `=` that has no key before it.
    fn nothing_before_equals(&mut self, start: usize, equals: usize, lone_equals: Effect, glues: bool) -> Head {
        let text = self.text;
        let blanks = self.grammar.space.skip_back(text, 0, start);
        if glues && blanks < start && text[..blanks].ends_with(b"\n") {
            // Node 20 miscounts the white space, and takes the line end before it for the key.
            return Head::Key {
                key: Span::new(blanks - 1, blanks),
                value: equals + 1,
            };
        }
        let nothing = |next| Head::Alone {
            key: Span::new(start, start),
            kind: AssignmentKind::Value,
            next,
        };
        if glues {
            self.error(SyntaxErrorKind::NoKey, Effect::Stopped, Span::new(start, text.len()));
            return nothing(text.len());
        }
        let lone = self.ends_here(equals + 1);
        let effect = if lone { lone_equals } else { Effect::Dropped };
        self.error(SyntaxErrorKind::NoKey, effect, Span::new(equals, equals + 1));
        if lone && effect == Effect::Literal {
            return Head::Key {
                key: Span::new(equals, equals),
                value: equals + 1,
            };
        }
        self.trimmed = true;
        nothing(equals + 1)
    }
}
