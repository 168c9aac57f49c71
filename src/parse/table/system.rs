//! systemd, shells that source a file, make, words that `xargs` passes to `export`, and `$GITHUB_ENV`.

use super::{JAVASCRIPT, PLAIN};
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const SYSTEMD: Dialect = Dialect {
    name: "systemd",
    aliases: &[],
    title: "systemd, EnvironmentFile=",
    versions: "254 and later",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::RejectedInAssignments,
        nul: Unfit::Rejected,
        lines: LineEnds::AnyKept,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Blank,
        comments: b"#;",
        key: Key::Systemd,
        value: Value::Words(Words::Systemd),
        on_error: Effect::Dropped,
        ..PLAIN
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
    order: Order::File,
};

pub(super) const BASH: Dialect = Dialect {
    name: "bash",
    aliases: &["sh", "shell"],
    title: "bash, set -a; . file",
    versions: "4 and 5",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::Kept,
        nul: Unfit::Kept,
        lines: LineEnds::Lf,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Posix,
        key: Key::Shell(Shell::Bash),
        value: Value::Words(Words::Shell(Shell::Bash)),
        on_error: Effect::Dropped,
        ..PLAIN
    },
    expander: Expander::Shell,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    order: Order::None,
};

pub(super) const ZSH: Dialect = Dialect {
    name: "zsh",
    aliases: &[],
    title: "zsh, set -a; . file",
    versions: "5",
    grammar: Grammar {
        key: Key::Shell(Shell::Zsh),
        value: Value::Words(Words::Shell(Shell::Zsh)),
        ..BASH.grammar
    },
    ..BASH
};

pub(super) const DASH: Dialect = Dialect {
    name: "dash",
    aliases: &["posix"],
    title: "dash, set -a; . file",
    versions: "0.5",
    grammar: Grammar {
        key: Key::Shell(Shell::Dash),
        value: Value::Words(Words::Shell(Shell::Dash)),
        ..BASH.grammar
    },
    ..BASH
};

pub(super) const MAKE: Dialect = Dialect {
    name: "make",
    aliases: &["gnu-make", "gmake", "makefile", "make-include"],
    title: "GNU make, include .env and export",
    versions: "4.3 and 4.4",
    reader: Reader {
        bom: Bom::Stripped,
        lines: LineEnds::Crlf,
        ..BASH.reader
    },
    grammar: Grammar {
        key: Key::Make,
        value: Value::Words(Words::Make),
        on_error: Effect::Rejected,
        ..PLAIN
    },
    expander: Expander::Make,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    order: Order::None,
};

pub(super) const XARGS: Dialect = Dialect {
    name: "xargs",
    aliases: &["export-xargs", "grep-xargs"],
    title: "xargs, export $(grep -v '^#' file | xargs)",
    versions: "GNU findutils 4",
    reader: Reader {
        nul: Unfit::Ignored,
        // Of an argument, less what the command itself takes.
        max_line: Some((131_000, Effect::Rejected)),
        ..BASH.reader
    },
    grammar: Grammar {
        key: Key::Xargs,
        value: Value::Words(Words::Xargs),
        on_error: Effect::Dropped,
        ..PLAIN
    },
    expander: Expander::None,
    commands: Commands::Text,
    ..BASH
};

pub(super) const XARGS_CAT: Dialect = Dialect {
    name: "xargs-cat",
    aliases: &["cat-xargs"],
    title: "xargs, export $(cat file | xargs)",
    grammar: Grammar {
        comments: b"",
        ..XARGS.grammar
    },
    reader: Reader {
        nul: Unfit::Kept,
        ..XARGS.reader
    },
    ..XARGS
};

pub(super) const GITHUB_ENV: Dialect = Dialect {
    name: "github-env",
    aliases: &[],
    title: "GitHub Actions, a file appended to $GITHUB_ENV",
    versions: "runner 2, on Linux and macOS",
    reader: Reader {
        bom: Bom::Stripped,
        nul: Unfit::Cuts,
        lines: LineEnds::Lf,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        comments: b"",
        key: Key::FileCommand,
        on_error: Effect::Halted,
        ..PLAIN
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    order: Order::File,
};
