//! Rust crates, and programs that read their files with dotenvy.

use super::PLAIN;
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const DOTENVY: Dialect = Dialect {
    name: "dotenvy",
    aliases: &[],
    title: "the Rust crate dotenvy",
    versions: "0.15",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Halts,
        nul: Unfit::RejectedInAssignments,
        lines: LineEnds::Crlf,
        max_line: None,
    },
    grammar: Grammar {
        export: Export::OnLineOrKey,
        key: Key::Dotenvy,
        value: Value::Words(Words::Dotenvy),
        on_error: Effect::Halted,
        ..PLAIN
    },
    expander: Expander::Dotenvy,
    commands: Commands::Text,
    duplicates: Duplicates::First,
    precedence: Precedence::Process,
    order: Order::File,
};

pub(super) const DOTENVY_OVERRIDE: Dialect = Dialect {
    name: "dotenvy-override",
    title: "the Rust crate dotenvy, dotenv_override",
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    ..DOTENVY
};

pub(super) const DOTENV_RS: Dialect = Dialect {
    name: "dotenv-rs",
    title: "the Rust crate dotenv",
    reader: Reader {
        bom: Bom::Text,
        ..DOTENVY.reader
    },
    grammar: Grammar {
        value: Value::Words(Words::DotenvRs),
        ..DOTENVY.grammar
    },
    ..DOTENVY
};

pub(super) const JUST: Dialect = Dialect {
    name: "just",
    title: "just, set dotenv-load",
    versions: "1",
    reader: Reader {
        bom: Bom::Text,
        ..DOTENVY.reader
    },
    grammar: Grammar {
        on_error: Effect::Rejected,
        ..DOTENVY.grammar
    },
    duplicates: Duplicates::Last,
    order: Order::None,
    ..DOTENVY
};

pub(super) const UV: Dialect = Dialect {
    name: "uv",
    title: "uv run --env-file",
    versions: "0.4 and later",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::Rejected,
        ..DOTENVY.reader
    },
    grammar: Grammar {
        on_error: Effect::Stopped,
        ..DOTENVY.grammar
    },
    expander: Expander::Uv,
    order: Order::None,
    ..DOTENVY
};
