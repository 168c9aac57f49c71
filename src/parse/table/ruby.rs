//! Ruby.

use super::JAVASCRIPT;
use super::npm::DOTENV_GRAMMAR;
use crate::parse::dialect::*;

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
