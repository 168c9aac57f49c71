//! npm packages: dotenv, and packages that wrap it.

use super::JAVASCRIPT;
use super::javascript::NEXT;
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const DOTENV: Dialect = Dialect {
    name: "dotenv",
    aliases: &["dotenv@16", "dotenv@17", "dotenv@18"],
    title: "npm dotenv",
    versions: "16 to 18",
    reader: JAVASCRIPT,
    grammar: DOTENV_GRAMMAR,
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::Object,
};

pub(super) const DOTENV_GRAMMAR: Grammar = Grammar {
    space: Space::JavaScript,
    comments: b"#",
    export: Export::AcrossLines,
    key: Key::Word {
        dash: true,
        across: true,
        colon: Colon::Glued,
        stands_alone: false,
    },
    value: Value::Pattern { marks: b"'\"`" },
    comment: Comment::Glued,
    bare: Escapes::None,
    single: Escapes::None,
    double: Escapes::LineEnds,
    on_error: Effect::Dropped,
};

pub(super) const DOTENV_OVERRIDE: Dialect = Dialect {
    name: "dotenv-override",
    aliases: &[],
    title: "npm dotenv, config with override",
    precedence: Precedence::File,
    ..DOTENV
};

pub(super) const DOTENV_15: Dialect = Dialect {
    name: "dotenv@15",
    aliases: &[],
    versions: "15",
    reader: Reader {
        nul: Unfit::Cuts,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        value: Value::Pattern { marks: b"'\"" },
        ..DOTENV_GRAMMAR
    },
    ..DOTENV
};

pub(super) const DOTENV_14: Dialect = Dialect {
    name: "dotenv@14",
    versions: "14.3.2",
    grammar: Grammar {
        export: Export::None,
        key: Key::Word {
            dash: true,
            across: false,
            colon: Colon::None,
            stands_alone: false,
        },
        value: Value::Old,
        comment: Comment::BehindWhite,
        double: Escapes::LineFeed,
        ..DOTENV_GRAMMAR
    },
    ..DOTENV_15
};

pub(super) const DOTENV_10: Dialect = Dialect {
    name: "dotenv@10",
    aliases: &["dotenv@8", "dotenv@9", "dotenv@11", "dotenv@12", "dotenv@13"],
    versions: "8 to 13",
    grammar: Grammar {
        comment: Comment::None,
        ..DOTENV_14.grammar
    },
    ..DOTENV_15
};

pub(super) const DOTENV_EXPAND: Dialect = Dialect {
    name: "dotenv-expand",
    aliases: &["dotenv-expand@12", "dotenv-expand@13"],
    title: "npm dotenv with dotenv-expand",
    versions: "12 and 13",
    expander: Expander::DotenvExpand13,
    precedence: Precedence::ProcessUnlessEmpty,
    ..DOTENV
};

pub(super) const DOTENV_EXPAND_1000: Dialect = Dialect {
    name: "dotenv-expand@1000",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "1000",
    expander: Expander::DotenvExpand1000,
    commands: Commands::RunAnywhere,
    precedence: Precedence::ProcessUnlessEmpty,
    ..DOTENV
};

pub(super) const DOTENV_EXPAND_11: Dialect = Dialect {
    name: "dotenv-expand@11",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "11.0.6 and later",
    expander: Expander::DotenvExpand11,
    ..DOTENV
};

pub(super) const DOTENV_EXPAND_10: Dialect = Dialect {
    name: "dotenv-expand@10",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "10",
    expander: Expander::DotenvExpand10,
    ..NEXT
};

pub(super) const DOTENV_EXPAND_5: Dialect = Dialect {
    name: "dotenv-expand@5",
    aliases: &["react-scripts", "create-react-app", "vue-cli"],
    title: "npm dotenv 8 to 10 with dotenv-expand, as in react-scripts and Vue CLI",
    versions: "5",
    expander: Expander::DotenvExpand5,
    ..DOTENV_10
};

pub(super) const DOTENVX: Dialect = Dialect {
    name: "dotenvx",
    aliases: &["dotenvx@2"],
    title: "dotenvx run",
    versions: "2.14 to 2.38",
    grammar: Grammar {
        single: Escapes::QuoteAnywhere,
        double: Escapes::LineEndsAndTab,
        ..DOTENV_GRAMMAR
    },
    expander: Expander::Dotenvx,
    commands: Commands::Run,
    ..DOTENV
};

pub(super) const DOTENVX_1: Dialect = Dialect {
    name: "dotenvx@1",
    aliases: &[],
    versions: "1.51 to 1.75",
    grammar: Grammar {
        single: Escapes::None,
        ..DOTENVX.grammar
    },
    expander: Expander::Dotenvx1,
    ..DOTENVX
};

pub(super) const ENV_CMD: Dialect = Dialect {
    name: "env-cmd",
    aliases: &[],
    title: "npm env-cmd",
    versions: "11",
    reader: Reader {
        nul: Unfit::RejectedInAssignments,
        lines: LineEnds::JavaScript,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        export: Export::None,
        key: Key::Stripped,
        value: Value::ToLastQuote,
        bare: Escapes::LineFeed,
        single: Escapes::LineFeed,
        double: Escapes::LineFeed,
        ..DOTENV_GRAMMAR
    },
    precedence: Precedence::File,
    ..DOTENV
};

pub(super) const NODE_FOREMAN: Dialect = Dialect {
    name: "node-foreman",
    aliases: &["nf"],
    title: "node-foreman, nf of the npm package foreman",
    versions: "3",
    reader: Reader {
        nul: Unfit::RejectedInAssignments,
        lines: LineEnds::Lf,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        export: Export::None,
        key: Key::Nf,
        value: Value::Verbatim,
        double: Escapes::None,
        ..DOTENV_GRAMMAR
    },
    precedence: Precedence::File,
    order: Order::Sorted,
    ..DOTENV
};
