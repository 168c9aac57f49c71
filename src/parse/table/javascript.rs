//! JavaScript runtimes and frameworks: those with a parser of their own, and those that bundle npm dotenv.

use super::JAVASCRIPT;
use super::npm::{DOTENV, DOTENV_GRAMMAR};
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const NODE: Dialect = Dialect {
    name: "node",
    aliases: &["node@22", "node@24", "node@25", "node@26"],
    title: "node --env-file, process.loadEnvFile",
    versions: "22.16 and later",
    reader: Reader {
        nul: Unfit::Cuts,
        lines: LineEnds::LfWithoutCr,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        space: Space::Blank,
        comments: b"#",
        export: Export::OneSpace,
        key: Key::UpToEquals {
            lone_equals: Effect::Dropped,
            glues: false,
            trims: None,
        },
        value: Value::FirstQuote {
            escapes: false,
            prefers_line_end: false,
        },
        comment: Comment::Glued,
        bare: Escapes::None,
        single: Escapes::None,
        double: Escapes::LineFeed,
        on_error: Effect::Dropped,
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::Sorted,
};

pub(super) const NODE_20: Dialect = Dialect {
    name: "node@20",
    aliases: &["node@22.14"],
    versions: "20.18 and later, 22.6 to 22.14, 23.0 to 23.8",
    grammar: Grammar {
        space: Space::Spaces,
        key: Key::UpToEquals {
            lone_equals: Effect::Dropped,
            glues: true,
            trims: None,
        },
        ..NODE.grammar
    },
    ..NODE
};

pub(super) const NODE_PARSE_ENV: Dialect = Dialect {
    name: "node-parse-env",
    aliases: &["parse-env"],
    title: "util.parseEnv of Node",
    reader: Reader {
        nul: Unfit::Kept,
        ..NODE.reader
    },
    grammar: VITE.grammar,
    ..NODE
};

pub(super) const VITE: Dialect = Dialect {
    name: "vite",
    aliases: &["vite@8"],
    title: "Vite, loadEnv",
    versions: "8",
    reader: Reader {
        nul: Unfit::Kept,
        ..NODE.reader
    },
    grammar: Grammar {
        key: Key::UpToEquals {
            lone_equals: Effect::Literal,
            glues: false,
            trims: None,
        },
        ..NODE.grammar
    },
    expander: Expander::Vite,
    ..NODE
};

pub(super) const VITE_7: Dialect = Dialect {
    name: "vite@7",
    aliases: &["vite@6"],
    title: "Vite, loadEnv",
    versions: "6 and 7",
    expander: Expander::Vite,
    ..DOTENV
};

pub(super) const VITE_5: Dialect = Dialect {
    name: "vite@5",
    aliases: &[],
    versions: "5.4",
    expander: Expander::Vite5,
    ..VITE_7
};

pub(super) const NEXT: Dialect = Dialect {
    name: "next",
    aliases: &["nextjs"],
    title: "Next.js, @next/env",
    versions: "14 to 16",
    reader: Reader {
        nul: Unfit::Cuts,
        ..JAVASCRIPT
    },
    expander: Expander::Next,
    ..DOTENV
};

pub(super) const NUXT: Dialect = Dialect {
    name: "nuxt",
    aliases: &["c12"],
    title: "Nuxt, c12",
    versions: "3 and 4",
    expander: Expander::C12,
    ..NEXT
};

pub(super) const EXPO: Dialect = Dialect {
    name: "expo",
    aliases: &[],
    title: "Expo, @expo/env",
    versions: "2.1 and later",
    grammar: Grammar {
        key: Key::UpToEquals {
            lone_equals: Effect::Dropped,
            glues: false,
            trims: Some(Owner::Everyone),
        },
        ..NODE.grammar
    },
    expander: Expander::Expo,
    ..NODE
};

/// A developer's own file.
pub(super) const EXPO_LOCAL: Dialect = Dialect {
    grammar: Grammar {
        key: Key::UpToEquals {
            lone_equals: Effect::Dropped,
            glues: false,
            trims: Some(Owner::Developer),
        },
        ..NODE.grammar
    },
    ..EXPO
};

pub(super) const BUN: Dialect = Dialect {
    name: "bun",
    aliases: &["bun@1", "bun@1.4"],
    title: "bun --env-file and .env",
    versions: "1.4",
    grammar: Grammar {
        space: Space::Ascii,
        key: Key::Word {
            dash: true,
            across: true,
            colon: Colon::Spaced,
            stands_alone: false,
        },
        value: Value::FirstQuote {
            escapes: true,
            prefers_line_end: false,
        },
        double: Escapes::Bun,
        ..DOTENV_GRAMMAR
    },
    reader: Reader {
        bom: Bom::Stripped,
        nul: Unfit::Cuts,
        ..JAVASCRIPT
    },
    expander: Expander::Bun,
    ..DOTENV
};

pub(super) const BUN_1_3: Dialect = Dialect {
    name: "bun@1.3",
    aliases: &["bun@1.2", "bun@1.1", "bun@1.0"],
    versions: "1.0 to 1.3",
    reader: Reader {
        bom: Bom::Text,
        ..BUN.reader
    },
    grammar: Grammar {
        space: Space::Latin1,
        value: Value::QuoteAtLineEnd,
        ..BUN.grammar
    },
    expander: Expander::Bun13,
    ..BUN
};

pub(super) const DENO: Dialect = Dialect {
    name: "deno",
    aliases: &["deno@2"],
    title: "deno run --env-file",
    versions: "2",
    reader: Reader {
        invalid_utf8: Unfit::Ignored,
        nul: Unfit::Stops,
        ..NODE.reader
    },
    grammar: Grammar {
        key: Key::UpToEquals {
            lone_equals: Effect::Rejected,
            glues: false,
            trims: None,
        },
        value: Value::FirstQuote {
            escapes: false,
            prefers_line_end: true,
        },
        ..NODE.grammar
    },
    expander: Expander::Deno,
    duplicates: Duplicates::First,
    order: Order::None,
    ..NODE
};
