//! The table of loaders: a row each.

use super::dialect::*;
use super::document::Effect;

/// Every dialect, in the order in which help lists them.
pub static DIALECTS: &[&Dialect] = &[
    &DOTENV,
    &DOTENV_15,
    &DOTENV_14,
    &DOTENV_10,
    &DOTENV_EXPAND,
    &DOTENV_EXPAND_1000,
    &DOTENV_EXPAND_11,
    &DOTENV_EXPAND_10,
    &DOTENVX,
    &COMPOSE,
    &COMPOSE_RAW,
    &DOCKER,
    &KUBECTL,
    &NODE,
    &NODE_20,
    &NODE_PARSE_ENV,
    &VITE,
    &VITE_7,
    &VITE_5,
    &NEXT,
    &BUN,
    &DENO,
    &PYTHON_DOTENV,
    &PYTHON_DOTENV_1_1,
    &DJANGO_ENVIRON,
    &PYTHON_DECOUPLE,
    &RUBY_DOTENV,
    &GODOTENV,
    &PHPDOTENV,
    &SYMFONY,
    &DOTENVY,
    &DOTENVY_OVERRIDE,
    &DOTENV_RS,
    &JUST,
    &UV,
    &SYSTEMD,
    &DIRENV,
    &ENV_CMD,
    &BASH,
    &ZSH,
    &DASH,
];

/// What reads the files of a schema that names no loader: the one that shows most of what can go wrong with a `$`.
pub static DEFAULT: &Dialect = &DOTENV_EXPAND;

/// The columns of a loader that reads JavaScript strings, from which others differ.
const JAVASCRIPT: Reader = Reader {
    bom: Bom::Text,
    invalid_utf8: Unfit::Replaced("\u{FFFD}"),
    nul: Unfit::Kept,
    lines: LineEnds::Any,
    max_line: None,
};

const DOTENV: Dialect = Dialect {
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

const DOTENV_GRAMMAR: Grammar = Grammar {
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

const DOTENV_15: Dialect = Dialect {
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

const DOTENV_14: Dialect = Dialect {
    name: "dotenv@14",
    versions: "14",
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

const DOTENV_10: Dialect = Dialect {
    name: "dotenv@10",
    aliases: &["dotenv@8", "dotenv@9"],
    versions: "8 to 10",
    grammar: Grammar {
        comment: Comment::None,
        ..DOTENV_14.grammar
    },
    ..DOTENV_15
};

const DOTENV_EXPAND: Dialect = Dialect {
    name: "dotenv-expand",
    aliases: &["dotenv-expand@12", "dotenv-expand@13"],
    title: "npm dotenv with dotenv-expand",
    versions: "12 and 13",
    expander: Expander::DotenvExpand13,
    precedence: Precedence::ProcessUnlessEmpty,
    ..DOTENV
};

const DOTENV_EXPAND_1000: Dialect = Dialect {
    name: "dotenv-expand@1000",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "1000",
    expander: Expander::DotenvExpand1000,
    commands: Commands::RunAnywhere,
    precedence: Precedence::ProcessUnlessEmpty,
    ..DOTENV
};

const DOTENV_EXPAND_11: Dialect = Dialect {
    name: "dotenv-expand@11",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "11",
    expander: Expander::DotenvExpand11,
    ..DOTENV
};

const DOTENV_EXPAND_10: Dialect = Dialect {
    name: "dotenv-expand@10",
    aliases: &[],
    title: "npm dotenv with dotenv-expand",
    versions: "10",
    expander: Expander::DotenvExpand10,
    ..NEXT
};

const DOTENVX: Dialect = Dialect {
    name: "dotenvx",
    aliases: &[],
    title: "dotenvx run",
    versions: "1 and 2",
    grammar: Grammar {
        single: Escapes::QuoteAnywhere,
        double: Escapes::LineEndsAndTab,
        ..DOTENV_GRAMMAR
    },
    expander: Expander::Dotenvx,
    commands: Commands::Run,
    ..DOTENV
};

const NEXT: Dialect = Dialect {
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

const COMPOSE: Dialect = Dialect {
    name: "docker-compose",
    aliases: &["compose"],
    title: "Docker Compose, env_file and .env",
    versions: "2",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Kept,
        lines: LineEnds::Lf,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        space: Space::Go,
        comments: b"#",
        export: Export::OnLine,
        key: Key::Compose,
        value: Value::QuotesThenStatement { pairs: true },
        comment: Comment::BehindSpace,
        bare: Escapes::None,
        single: Escapes::Quote,
        double: Escapes::Compose,
        on_error: Effect::Rejected,
    },
    expander: Expander::Compose,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
    order: Order::None,
};

const GODOTENV: Dialect = Dialect {
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

pub(crate) const DOCKER: Dialect = Dialect {
    name: "docker",
    aliases: &["docker-run"],
    title: "docker run --env-file",
    versions: "20 to 28",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::Kept,
        lines: LineEnds::Crlf,
        max_line: Some(64 << 10),
    },
    grammar: Grammar {
        space: Space::Unicode,
        comments: b"#",
        export: Export::None,
        key: Key::Verbatim { strict: false },
        value: Value::Verbatim,
        comment: Comment::None,
        bare: Escapes::None,
        single: Escapes::None,
        double: Escapes::None,
        on_error: Effect::Rejected,
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
    order: Order::File,
};

const COMPOSE_RAW: Dialect = Dialect {
    name: "docker-compose-raw",
    aliases: &["compose-raw"],
    title: "Docker Compose, env_file with format: raw",
    versions: "2.30 and later",
    order: Order::None,
    ..DOCKER
};

const KUBECTL: Dialect = Dialect {
    name: "kubectl",
    aliases: &[],
    title: "kubectl create configmap or secret --from-env-file",
    versions: "1",
    grammar: Grammar {
        key: Key::Verbatim { strict: true },
        ..DOCKER.grammar
    },
    duplicates: Duplicates::Rejected,
    order: Order::None,
    ..DOCKER
};

const NODE: Dialect = Dialect {
    name: "node",
    aliases: &["node@22", "node@24", "node@26"],
    title: "node --env-file, process.loadEnvFile",
    versions: "22 and later",
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

const NODE_20: Dialect = Dialect {
    name: "node@20",
    aliases: &["node@21"],
    versions: "20 and 21",
    grammar: Grammar {
        space: Space::Spaces,
        key: Key::UpToEquals {
            lone_equals: Effect::Dropped,
            glues: true,
        },
        ..NODE.grammar
    },
    ..NODE
};

const NODE_PARSE_ENV: Dialect = Dialect {
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

const VITE_7: Dialect = Dialect {
    name: "vite@7",
    aliases: &["vite@6"],
    title: "Vite, loadEnv",
    versions: "6 and 7",
    expander: Expander::Vite,
    ..DOTENV
};

const VITE_5: Dialect = Dialect {
    name: "vite@5",
    aliases: &[],
    versions: "5",
    expander: Expander::Vite5,
    ..VITE_7
};

const VITE: Dialect = Dialect {
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
        },
        ..NODE.grammar
    },
    expander: Expander::Vite,
    ..NODE
};

const DENO: Dialect = Dialect {
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

const BUN: Dialect = Dialect {
    name: "bun",
    aliases: &["bun@1"],
    title: "bun --env-file and .env",
    versions: "1",
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

const PYTHON_DOTENV: Dialect = Dialect {
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

const PYTHON_DOTENV_1_1: Dialect = Dialect {
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

const RUBY_DOTENV: Dialect = Dialect {
    name: "ruby-dotenv",
    aliases: &["dotenv-rails"],
    title: "Ruby dotenv, Dotenv.load",
    versions: "3",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::RejectedInAssignments,
        ..JAVASCRIPT
    },
    grammar: Grammar {
        space: Space::Ascii,
        key: Key::Word {
            dash: false,
            across: true,
            colon: Colon::Glued,
            stands_alone: true,
        },
        value: Value::Pattern { marks: b"'\"" },
        bare: Escapes::Ruby,
        double: Escapes::RubyDouble,
        ..DOTENV_GRAMMAR
    },
    expander: Expander::Ruby,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

const SYSTEMD: Dialect = Dialect {
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
        ..DOCKER.grammar
    },
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
    order: Order::File,
};

const DOTENVY: Dialect = Dialect {
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
        ..DOCKER.grammar
    },
    expander: Expander::Dotenvy,
    commands: Commands::Text,
    duplicates: Duplicates::First,
    precedence: Precedence::Process,
    order: Order::File,
};

const DOTENVY_OVERRIDE: Dialect = Dialect {
    name: "dotenvy-override",
    title: "the Rust crate dotenvy, dotenv_override",
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    ..DOTENVY
};

const DOTENV_RS: Dialect = Dialect {
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

const JUST: Dialect = Dialect {
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

const UV: Dialect = Dialect {
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

const PHPDOTENV: Dialect = Dialect {
    name: "phpdotenv",
    aliases: &["laravel"],
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
        ..DOCKER.grammar
    },
    expander: Expander::Php,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

const SYMFONY: Dialect = Dialect {
    name: "symfony",
    aliases: &["symfony@7"],
    title: "symfony/dotenv, load",
    versions: "7.4",
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
        key: Key::Symfony,
        value: Value::Words(Words::Symfony),
        ..DOCKER.grammar
    },
    expander: Expander::Symfony,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::Process,
    order: Order::File,
};

const BASH: Dialect = Dialect {
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
        ..DOCKER.grammar
    },
    expander: Expander::Shell,
    commands: Commands::Run,
    duplicates: Duplicates::Last,
    precedence: Precedence::File,
    order: Order::None,
};

const ZSH: Dialect = Dialect {
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

const DASH: Dialect = Dialect {
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

const DJANGO_ENVIRON: Dialect = Dialect {
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
        key: Key::Django,
        value: Value::Line,
        comment: Comment::None,
        single: Escapes::None,
        double: Escapes::Django,
        ..PYTHON_DOTENV.grammar
    },
    expander: Expander::None,
    ..PYTHON_DOTENV
};

const PYTHON_DECOUPLE: Dialect = Dialect {
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

const DIRENV: Dialect = Dialect {
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

const ENV_CMD: Dialect = Dialect {
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
