//! Python packages.

use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const PYTHON_DOTENV: Dialect = Dialect {
    name: "python-dotenv",
    aliases: &["python-dotenv@1.2"],
    title: "python-dotenv, load_dotenv",
    versions: "1.2",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::RejectedInAssignments,
        lines: LineEnds::Any,
        max_line: None,
    },
    grammar: Grammar {
        space: Space::Python,
        comments: b"#",
        export: Export::OnLine,
        key: Key::Python,
        value: Value::Statement { pairs: true },
        comment: Comment::BehindWhiteOrSeparator,
        bare: Escapes::None,
        single: Escapes::QuoteAndBackslash,
        double: Escapes::Python,
        on_error: Effect::Dropped,
    },
    expander: Expander::Python,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

pub(super) const PYTHON_DOTENV_1_1: Dialect = Dialect {
    name: "python-dotenv@1.1",
    aliases: &["python-dotenv@1.0", "python-dotenv@0.21"],
    versions: "0.21 to 1.1",
    reader: Reader {
        bom: Bom::Text,
        ..PYTHON_DOTENV.reader
    },
    grammar: Grammar {
        comment: Comment::BehindWhite,
        value: Value::Statement { pairs: false },
        ..PYTHON_DOTENV.grammar
    },
    ..PYTHON_DOTENV
};

pub(super) const PYTHON_DOTENV_OVERRIDE: Dialect = Dialect {
    name: "python-dotenv-override",
    aliases: &[],
    title: "python-dotenv, load_dotenv with override",
    precedence: Precedence::File,
    ..PYTHON_DOTENV
};

pub(super) const DJANGO_ENVIRON: Dialect = Dialect {
    name: "django-environ",
    aliases: &[],
    title: "django-environ, Env.read_env",
    versions: "0.9 to 0.14",
    reader: Reader {
        bom: Bom::Text,
        lines: LineEnds::Python,
        ..PYTHON_DOTENV.reader
    },
    grammar: Grammar {
        export: Export::None,
        key: Key::Glued { exports: true },
        value: Value::Line { both: true },
        comment: Comment::None,
        single: Escapes::None,
        double: Escapes::Django,
        ..PYTHON_DOTENV.grammar
    },
    expander: Expander::None,
    ..PYTHON_DOTENV
};

pub(super) const PYTHON_DECOUPLE: Dialect = Dialect {
    name: "python-decouple",
    aliases: &["decouple"],
    title: "python-decouple, RepositoryEnv",
    versions: "3",
    reader: Reader {
        bom: Bom::Text,
        nul: Unfit::Kept,
        ..PYTHON_DOTENV.reader
    },
    grammar: Grammar {
        export: Export::None,
        key: Key::Stripped,
        value: Value::Stripped,
        comment: Comment::None,
        single: Escapes::None,
        double: Escapes::None,
        ..PYTHON_DOTENV.grammar
    },
    expander: Expander::None,
    ..PYTHON_DOTENV
};

pub(super) const HONCHO: Dialect = Dialect {
    name: "honcho",
    aliases: &[],
    title: "honcho",
    versions: "1 and 2",
    reader: Reader {
        bom: Bom::Text,
        lines: LineEnds::Python,
        ..PYTHON_DOTENV.reader
    },
    grammar: Grammar {
        export: Export::None,
        key: Key::Shlex,
        value: Value::Words(Words::Shlex),
        comment: Comment::None,
        single: Escapes::None,
        double: Escapes::None,
        ..PYTHON_DOTENV.grammar
    },
    expander: Expander::None,
    precedence: Precedence::File,
    ..PYTHON_DOTENV
};
