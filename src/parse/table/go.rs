//! Go: godotenv, from which Docker Compose derives, gotenv, and direnv.

use super::JAVASCRIPT;
use super::containers::COMPOSE;
use super::npm::{DOTENV, DOTENV_GRAMMAR};
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const GODOTENV: Dialect = Dialect {
    name: "godotenv",
    aliases: &[],
    title: "github.com/joho/godotenv",
    versions: "1.5",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::Kept,
        nul: Unfit::NotSet,
        lines: LineEnds::LfOrCr,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        key: Key::Godotenv,
        value: Value::QuotesThenStatement { pairs: false },
        comment: Comment::LastBehindWhite,
        single: Escapes::None,
        double: Escapes::Godotenv,
        ..COMPOSE.grammar
    },
    expander: Expander::Godotenv,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::None,
};

pub(super) const GOTENV: Dialect = Dialect {
    name: "gotenv",
    title: "github.com/subosito/gotenv, also in Viper",
    versions: "1.5 and 1.6",
    reader: Reader {
        bom: Bom::Stripped,
        nul: Unfit::NotSet,
        max_line: Some((64 << 10, Effect::Rejected)),
        ..DIRENV.reader
    },
    grammar: Grammar {
        space: Space::Trimmed,
        value: Value::Anchored,
        ..DIRENV.grammar
    },
    expander: Expander::Gotenv,
    precedence: Precedence::Process,
    ..DIRENV
};

pub(super) const DIRENV: Dialect = Dialect {
    name: "direnv",
    aliases: &[],
    title: "direnv, dotenv in .envrc",
    versions: "2.32 to 2.37",
    reader: Reader {
        invalid_utf8: Unfit::Kept,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        space: Space::Re2,
        export: Export::OnLineOrKey,
        key: Key::Word {
            dash: false,
            across: false,
            colon: Colon::Glued,
            stands_alone: false,
        },
        value: Value::LastQuote,
        double: Escapes::Direnv,
        on_error: Effect::Rejected,
        ..DOTENV_GRAMMAR
    },
    expander: Expander::Direnv,
    precedence: Precedence::File,
    order: Order::None,
    ..DOTENV
};
