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
