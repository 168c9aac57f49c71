//! The table of loaders: a row each.

use super::dialect::*;
use super::document::Effect;

/// Every dialect, in the order in which help lists them.
pub static DIALECTS: &[&Dialect] = &[&DOTENV, &DOTENV_EXPAND, &COMPOSE];

/// What reads the files of a schema that names no loader: the one that shows most of what can go wrong with a `$`.
pub static DEFAULT: &Dialect = &DOTENV_EXPAND;

static DOTENV: Dialect = Dialect {
    name: "dotenv",
    aliases: &[],
    title: "npm dotenv",
    versions: "16 to 18",
    reader: Reader {
        strips_bom: false,
        invalid_utf8: InvalidUtf8::Replaced,
        lines: LineEnds::Any,
    },
    grammar: DOTENV_GRAMMAR,
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
};

const DOTENV_GRAMMAR: Grammar = Grammar {
    space: Space::JavaScript,
    key: Key::Word,
    separator: Separator {
        colon: Colon::BeforeSpace,
        crosses_lines: true,
    },
    quotes: Quotes {
        marks: b"'\"`",
        close: Close::Pattern,
    },
    comment: Comment::Glued,
    double: Escapes::LineEnds,
    single: Escapes::None,
    on_error: Effect::Dropped,
};

static DOTENV_EXPAND: Dialect = Dialect {
    name: "dotenv-expand",
    aliases: &["dotenv-expand@13"],
    title: "npm dotenv with dotenv-expand",
    versions: "11 to 13",
    reader: Reader {
        strips_bom: false,
        invalid_utf8: InvalidUtf8::Replaced,
        lines: LineEnds::Any,
    },
    grammar: DOTENV_GRAMMAR,
    expander: Expander::DotenvExpand13,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::ProcessUnlessEmpty,
};

static COMPOSE: Dialect = Dialect {
    name: "docker-compose",
    aliases: &["compose"],
    title: "Docker Compose, env_file and .env",
    versions: "2",
    reader: Reader {
        strips_bom: true,
        invalid_utf8: InvalidUtf8::Replaced,
        lines: LineEnds::Lf,
    },
    grammar: Grammar {
        space: Space::Go,
        key: Key::Compose,
        separator: Separator {
            colon: Colon::Always,
            crosses_lines: false,
        },
        quotes: Quotes {
            marks: b"'\"",
            close: Close::NextStatement,
        },
        comment: Comment::BehindSpace,
        double: Escapes::Compose,
        single: Escapes::Quote,
        on_error: Effect::Rejected,
    },
    expander: Expander::Compose,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
};
