//! Docker, Docker Compose and Kubernetes.

use super::{JAVASCRIPT, PLAIN};
use crate::parse::dialect::*;
use crate::parse::document::Effect;

pub(super) const COMPOSE: Dialect = Dialect {
    name: "docker-compose",
    aliases: &["compose"],
    title: "Docker Compose, env_file and .env",
    versions: "2 to 5.0.1",
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

pub(super) const COMPOSE_5: Dialect = Dialect {
    name: "docker-compose@5",
    aliases: &["compose@5"],
    versions: "5.0.2 and later",
    expander: Expander::Compose5,
    ..COMPOSE
};

pub(super) const COMPOSE_RAW: Dialect = Dialect {
    name: "docker-compose-raw",
    aliases: &["compose-raw"],
    title: "Docker Compose, env_file with format: raw",
    versions: "2.30 and later",
    order: Order::None,
    ..DOCKER
};

pub(crate) const DOCKER: Dialect = Dialect {
    name: "docker",
    aliases: &["docker-run"],
    title: "docker run --env-file",
    versions: "20 to 29",
    reader: Reader {
        bom: Bom::Stripped,
        invalid_utf8: Unfit::Rejected,
        nul: Unfit::Kept,
        lines: LineEnds::Crlf,
        max_line: Some((64 << 10, Effect::Rejected)),
    },
    grammar: PLAIN,
    expander: Expander::None,
    commands: Commands::Text,
    duplicates: Duplicates::Last,
    precedence: Precedence::FileAlone,
    order: Order::File,
};

pub(super) const PODMAN: Dialect = Dialect {
    name: "podman",
    aliases: &["podman-run"],
    title: "podman run --env-file",
    versions: "5",
    reader: Reader {
        bom: Bom::Text,
        invalid_utf8: Unfit::Kept,
        ..DOCKER.reader
    },
    grammar: Grammar {
        space: Space::Posix,
        key: Key::Verbatim(Names::Any),
        ..DOCKER.grammar
    },
    order: Order::None,
    ..DOCKER
};

pub(super) const KUBECTL: Dialect = Dialect {
    name: "kubectl",
    aliases: &[],
    title: "kubectl create configmap or secret --from-env-file",
    versions: "1",
    reader: Reader {
        max_line: Some((64 << 10, Effect::Stopped)),
        ..DOCKER.reader
    },
    grammar: Grammar {
        key: Key::Verbatim(Names::Strict),
        ..DOCKER.grammar
    },
    duplicates: Duplicates::Rejected,
    order: Order::None,
    ..DOCKER
};
