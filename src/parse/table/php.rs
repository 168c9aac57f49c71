//! PHP packages.

use super::PLAIN;
use crate::parse::dialect::*;

pub(super) const PHPDOTENV: Dialect = Dialect {
    name: "phpdotenv",
    aliases: &[],
    title: "vlucas/phpdotenv, createImmutable",
    versions: "5",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Replaced("?"),
        nul: Unfit::Kept,
        lines: LineEnds::Any,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Php,
        key: Key::Php,
        value: Value::Words(Words::Php),
        ..PLAIN
    },
    expander: Expander::Php,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

pub(super) const LARAVEL: Dialect = Dialect {
    name: "laravel",
    title: "Laravel, env()",
    versions: "7 and later",
    expander: Expander::Laravel,
    ..PHPDOTENV
};

pub(super) const SYMFONY: Dialect = Dialect {
    name: "symfony",
    aliases: &["symfony@7", "symfony@6.4"],
    title: "symfony/dotenv, load",
    versions: "7.4, and the last of 6.4",
    reader: Reader {
        bom: Bom::Rejected,
        invalid_utf8: Unfit::Kept,
        nul: Unfit::Rejected,
        lines: LineEnds::Any,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Ascii,
        export: Export::OnLine,
        key: Key::Symfony { underscores: true },
        value: Value::Words(Words::Symfony),
        ..PLAIN
    },
    expander: Expander::Symfony,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

pub(super) const SYMFONY_5: Dialect = Dialect {
    name: "symfony@5",
    aliases: &["symfony@7.3"],
    versions: "5.4 to 7.3, but the last of 6.4",
    reader: Reader {
        bom: Bom::Text,
        nul: Unfit::Kept,
        ..SYMFONY.reader
    },
    grammar: Grammar {
        key: Key::Symfony { underscores: false },
        value: Value::Words(Words::Symfony5),
        ..SYMFONY.grammar
    },
    expander: Expander::Symfony5,
    ..SYMFONY
};
