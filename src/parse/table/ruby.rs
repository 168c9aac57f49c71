//! Ruby.

use super::npm::DOTENV_GRAMMAR;
use super::{JAVASCRIPT, PLAIN};
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const RUBY_DOTENV: Dialect = Dialect {
    name: "ruby-dotenv",
    aliases: &["dotenv-rails"],
    title: "Ruby dotenv, Dotenv.load",
    versions: "3",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::RejectedInAssignments,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        space: Space::Ascii,
        key: Key::Word {
            dash: false,
            across: true,
            colon: Colon::Glued,
            stands_alone: true,
        },
        value: Value::Pattern { marks: b"'\"" },
        bare: Escapes::Ruby,
        double: Escapes::RubyDouble,
        ..DOTENV_GRAMMAR
    },
    expander: Expander::Ruby,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

pub(super) const RUBY_DOTENV_OVERRIDE: Dialect = Dialect {
    name: "ruby-dotenv-override",
    aliases: &["ruby-dotenv-overload"],
    title: "Ruby dotenv, Dotenv.overload",
    precedence: Precedence::File,
    ..RUBY_DOTENV
};

pub(super) const FOREMAN: Dialect = Dialect {
    name: "foreman",
    aliases: &[],
    title: "foreman, start and run",
    versions: "0.90",
    reader: Reader {
        bom: Bom::Text,
        lines: LineEnds::Crlf,
        ..RUBY_DOTENV.reader
    },
    grammar: Grammar {
        space: Space::Ascii,
        key: Key::Glued { exports: false },
        value: Value::Line { both: false },
        double: Escapes::Foreman,
        on_error: Effect::Dropped,
        ..PLAIN
    },
    expander: Expander::None,
    commands: Commands::Text,
    precedence: Precedence::File,
    ..RUBY_DOTENV
};
