//! Java libraries.

use super::PLAIN;
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const DOTENV_JAVA: Dialect = Dialect {
    name: "dotenv-java",
    aliases: &["dotenv-kotlin", "spring-dotenv"],
    title: "dotenv-java, Dotenv.load, also in dotenv-kotlin and spring-dotenv",
    versions: "3.1 and 3.2",
    reader: Reader {
        bom: Bom::Rejected,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::Kept,
        lines: LineEnds::Any,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Ascii,
        // A line of nothing but control characters is blank.
        comments: b"#/\0\x01\x02\x03\x04\x05\x06\x07\x08\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F",
        key: Key::Word {
            dash: true,
            across: false,
            colon: Colon::None,
            stands_alone: false,
        },
        value: Value::Joined,
        on_error: Effect::Rejected,
        ..PLAIN
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::None,
};

pub(super) const QUARKUS: Dialect = Dialect {
    name: "quarkus",
    aliases: &["smallrye-config", "java-properties"],
    title: "Quarkus, SmallRye Config, and java.util.Properties of UTF-8",
    versions: "2 and later",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::Replaced("\u{FFFD}"),
        nul: Unfit::Kept,
        lines: LineEnds::Any,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Ascii,
        comments: b"#!",
        key: Key::Properties(Properties::Utf8),
        value: Value::Words(Words::Properties(Properties::Utf8)),
        on_error: Effect::Rejected,
        ..PLAIN
    },
    ..DOTENV_JAVA
};

pub(super) const SPRING: Dialect = Dialect {
    name: "spring-boot",
    aliases: &["spring", "spring-properties"],
    title: "Spring Boot, spring.config.import=file:.env[.properties]",
    versions: "2.4 and later",
    grammar: Grammar {
        key: Key::Properties(Properties::Spring),
        value: Value::Words(Words::Properties(Properties::Spring)),
        ..QUARKUS.grammar
    },
    order: Order::File,
    ..QUARKUS
};
