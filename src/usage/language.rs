//! Determines the language of a file from its name or first line, and defines the syntax of each language.

use crate::carrier;

use super::lexer::{Habit, Quote, Syntax, lex};
use super::{Finder, Raw, access, compose, config, dockerfile, make, shell};

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript and TypeScript, including JSX.
    JavaScript,
    /// Vue, Svelte and Astro: pages with scripts.
    Page,
    /// Python.
    Python,
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Ruby.
    Ruby,
    /// An ERB template: a page with Ruby in it.
    Erb,
    /// PHP.
    Php,
    /// A Blade template.
    Blade,
    /// Java, Kotlin, Scala and Groovy.
    Java,
    /// C#.
    CSharp,
    /// C and C++.
    C,
    /// Elixir.
    Elixir,
    /// Prisma schemas.
    Prisma,
    /// Shell scripts.
    Shell,
    /// Makefiles.
    Make,
    /// Justfiles.
    Just,
    /// Docker Compose.
    Compose,
    /// Dockerfiles.
    Dockerfile,
    /// The configuration of a Spring application.
    Spring,
    /// Other configuration, in which only names of declared keys are looked for.
    Config,
}

const EXTENSIONS: &[(Language, &[&str])] = &[
    (
        Language::JavaScript,
        &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"],
    ),
    (Language::Page, &["vue", "svelte", "astro"]),
    (Language::Python, &["py", "pyi", "pyw"]),
    (Language::Rust, &["rs"]),
    (Language::Go, &["go"]),
    (Language::Ruby, &["rb", "rake", "ru", "gemspec", "podspec", "jbuilder"]),
    (Language::Erb, &["erb"]),
    (Language::Php, &["php", "phtml", "inc"]),
    (
        Language::Java,
        &["java", "kt", "kts", "scala", "sc", "groovy", "gradle"],
    ),
    (Language::CSharp, &["cs", "csx", "razor", "cshtml"]),
    (Language::C, &["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "m", "mm"]),
    (Language::Elixir, &["ex", "exs", "eex", "heex"]),
    (Language::Prisma, &["prisma"]),
    (Language::Shell, &["sh", "bash", "zsh", "ksh", "bats"]),
    (Language::Make, &["mk", "mak"]),
    (Language::Just, &["just"]),
    (Language::Dockerfile, &["dockerfile"]),
    (
        Language::Config,
        &[
            "yml",
            "yaml",
            "toml",
            "json",
            "json5",
            "jsonc",
            "ini",
            "cfg",
            "conf",
            "properties",
            "xml",
            "tf",
            "tfvars",
            "hcl",
            "nix",
            "tmpl",
            "tpl",
            "j2",
            "template",
            "service",
            "html",
        ],
    ),
];

const NAMES: &[(Language, &[&str])] = &[
    (
        Language::Ruby,
        &[
            "Gemfile",
            "Rakefile",
            "Guardfile",
            "Capfile",
            "Vagrantfile",
            "Fastfile",
            "Procfile.rb",
        ],
    ),
    (Language::Dockerfile, &["Dockerfile", "Containerfile"]),
    (Language::Make, &["Makefile", "makefile", "GNUmakefile"]),
    (Language::Just, &["justfile", "Justfile", ".justfile"]),
    (Language::Config, &["Procfile", "Caddyfile"]),
    (Language::Shell, &[".envrc", ".bashrc", ".profile", "PKGBUILD"]),
    (Language::Java, &["Jenkinsfile"]),
];

/// Interpreters named in a first line that begins with `#!`.
const INTERPRETERS: &[(Language, &[&str])] = &[
    (Language::JavaScript, &["node", "deno", "bun", "tsx", "ts-node", "zx"]),
    (Language::Python, &["python", "python3", "python2", "uv"]),
    (Language::Ruby, &["ruby"]),
    (Language::Php, &["php"]),
    (Language::Elixir, &["elixir"]),
    (Language::Shell, &["sh", "bash", "zsh", "dash", "ksh", "ash"]),
];

/// Endings of names of files that are generated, by other tools or from the schema: a key named in one is not a use.
const NOT_WRITTEN: &[&str] = &[
    ".d.ts",
    ".min.js",
    ".min.mjs",
    ".map",
    "package-lock.json",
    "composer.lock",
    "npm-shrinkwrap.json",
];

impl Language {
    /// Returns the language of a file by its name, or `None` if the name suggests nothing of interest.
    #[must_use]
    pub fn of(name: &str) -> Option<Language> {
        if name.starts_with("env.") && name.ends_with(".json")
            || NOT_WRITTEN.iter().any(|end| name.ends_with(end))
            || is_env(name)
        {
            return None;
        }
        let find = |table: &[(Language, &[&str])], word: &str| {
            let row = table.iter().find(|row| row.1.contains(&word))?;
            Some(row.0)
        };
        if let Some(language) = find(NAMES, name) {
            return Some(language);
        }
        if name.starts_with("Dockerfile.") || name.starts_with("Containerfile.") {
            return Some(Language::Dockerfile);
        }
        if name.starts_with("Caddyfile.") {
            return Some(Language::Config);
        }
        if name.ends_with(".blade.php") {
            return Some(Language::Blade);
        }
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match find(EXTENSIONS, &extension) {
            Some(Language::Config) if carrier::is_compose_name(name) => Some(Language::Compose),
            Some(Language::Config) if is_spring(name, &extension) => Some(Language::Spring),
            other => other,
        }
    }

    /// Returns the language of a file without an extension by its first line.
    #[must_use]
    pub fn of_script(text: &[u8]) -> Option<Language> {
        let line = text.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
        let line = str::from_utf8(line).ok()?;
        let mut words = line.split_whitespace().filter_map(|word| word.rsplit('/').next());
        words.find_map(|word| {
            let row = INTERPRETERS.iter().find(|row| row.1.contains(&word))?;
            Some(row.0)
        })
    }

    /// Returns whether texts must be read even if they contain none of the words by which variables are read.
    pub(super) fn is_always_read(self) -> bool {
        matches!(
            self,
            Language::Shell | Language::Make | Language::Compose | Language::Dockerfile | Language::Spring
        )
    }

    /// Reads a text in this language.
    pub(super) fn read(self, finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>) -> Raw {
        let mut raw = Raw::default();
        match self {
            Language::Shell => shell::script(finder, text, comments, &mut raw),
            Language::Make => make::read(finder, text, comments, &mut raw),
            Language::Compose => compose::read(finder, text, comments, &mut raw),
            Language::Dockerfile => dockerfile::read(finder, text, comments, &mut raw),
            Language::Config => config::read(finder, text, &mut raw),
            Language::Spring => config::spring(finder, text, &mut raw),
            _ => {
                let code = self.code(text);
                for &(from, to) in &code {
                    let tokens = lex(text, from, to, self.syntax(), comments);
                    access::read(finder, self.of_code(), text, &tokens, &mut raw);
                }
                if self == Language::Page {
                    config::vite(text, &code, &mut raw);
                }
            }
        }
        raw
    }

    /// Returns the ranges of code in a text that is only partly code.
    fn code(self, text: &[u8]) -> Vec<(usize, usize)> {
        match self {
            Language::Page => {
                let mut all = between(text, b"<script", b"</script");
                for (start, end) in &mut all {
                    *start += memchr::memchr(b'>', &text[*start..*end]).map_or(0, |len| len + 1);
                }
                if text.starts_with(b"---\n") || text.starts_with(b"---\r\n") {
                    all.extend(between(text, b"---", b"\n---").first());
                }
                all
            }
            Language::Php => between(text, b"<?", b"?>"),
            Language::Blade => [
                between(text, b"{{", b"}}"),
                between(text, b"{!!", b"!!}"),
                between(text, b"@php", b"@endphp"),
            ]
            .concat(),
            Language::Erb => between(text, b"<%", b"%>"),
            _ => vec![(0, text.len())],
        }
    }

    /// Returns the language of the code in a page or a template, or else this one.
    pub(super) fn of_code(self) -> Language {
        match self {
            Language::Page => Language::JavaScript,
            Language::Erb => Language::Ruby,
            Language::Blade => Language::Php,
            other => other,
        }
    }

    fn syntax(self) -> &'static Syntax {
        match self.of_code() {
            Language::JavaScript => &JAVASCRIPT,
            Language::Python => &PYTHON,
            Language::Rust => &RUST,
            Language::Go => &GO,
            Language::Ruby => &RUBY,
            Language::Php => &PHP,
            Language::Java => &JAVA,
            Language::CSharp => &CSHARP,
            Language::Elixir => &ELIXIR,
            Language::Just => &JUST,
            _ => &C,
        }
    }
}

/// Returns whether this is a Spring configuration: `application.yaml`, `application-prod.properties`, `bootstrap.yml`.
fn is_spring(name: &str, extension: &str) -> bool {
    let stem = name.split(['.', '-']).next();
    matches!(extension, "yml" | "yaml" | "properties") && matches!(stem, Some("application" | "bootstrap"))
}

/// Returns whether this is an env file, which sets variables and reads none.
fn is_env(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || name.ends_with(".env")
}

/// Returns the ranges between each pair of marks; an unclosed one extends to the end.
fn between(text: &[u8], open: &[u8], close: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memmem::find(&text[at..], open).map(|len| at + len + open.len()) {
        let end = memchr::memmem::find(&text[start..], close).map_or(text.len(), |len| start + len);
        found.push((start, end));
        at = (end + close.len()).min(text.len());
    }
    found
}

static JAVASCRIPT: Syntax = Syntax {
    line_comments: &["//", "#!"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::new("\""), Quote::new("'"), Quote::new("`").long().hole("${")],
    habit: Habit::JavaScript,
};

static PYTHON: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    quotes: &[
        Quote::new("\"\"\"").long(),
        Quote::new("'''").long(),
        Quote::new("\""),
        Quote::new("'"),
    ],
    habit: Habit::Python,
};

static RUST: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::new("\"").long(), Quote::new("'")],
    habit: Habit::Rust,
};

static GO: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::new("\""), Quote::new("'"), Quote::new("`").long().raw()],
    habit: Habit::None,
};

static RUBY: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    quotes: &[
        Quote::new("\"").long().hole("#{"),
        Quote::new("'").long(),
        Quote::new("`").long().hole("#{"),
    ],
    habit: Habit::Ruby,
};

static PHP: Syntax = Syntax {
    line_comments: &["//", "#"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::new("\"").long().hole("{$"), Quote::new("'").long()],
    habit: Habit::Php,
};

static JAVA: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    // Kotlin, Scala and Groovy interpolate; in Java, Spring does.
    quotes: &[
        Quote::new("\"\"\"").long().hole("${"),
        Quote::new("\"").hole("${"),
        Quote::new("'"),
    ],
    habit: Habit::None,
};

static CSHARP: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[
        Quote::new("\"\"\"").long().raw(),
        Quote {
            open: "@\"",
            close: "\"",
            escapes: false,
            lines: true,
            hole: None,
        },
        Quote::new("\""),
        Quote::new("'"),
    ],
    habit: Habit::CSharp,
};

static C: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[Quote::new("\""), Quote::new("'")],
    habit: Habit::None,
};

static JUST: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    quotes: &[Quote::new("\""), Quote::new("'")],
    habit: Habit::None,
};

static ELIXIR: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    quotes: &[
        Quote::new("\"\"\"").long().hole("#{"),
        Quote::new("'''").long().hole("#{"),
        Quote::new("\"").long().hole("#{"),
        Quote::new("'").long().hole("#{"),
    ],
    habit: Habit::None,
};
