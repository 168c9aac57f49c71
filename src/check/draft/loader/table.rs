//! What in a project implies a loader: dependencies, options of commands, lines of a makefile.

/// Files that list dependencies, in the order in which they are consulted.
pub const MANIFESTS: &[&str] = &[
    "package.json",
    "composer.json",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "Gemfile",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "src/main/resources/application.properties",
    "src/main/resources/application.yml",
    "src/main/resources/application.yaml",
    "deno.json",
    "deno.jsonc",
    "bun.lock",
    "bun.lockb",
    "GNUmakefile",
    "makefile",
    "Makefile",
];

/// Words in a manifest and the loaders that they imply. Frameworks that read env files by themselves precede libraries that are called.
pub(super) const LOADERS: &[(&str, &[(&str, &str)])] = &[
    (
        "package.json",
        &[
            ("\"@dotenvx/dotenvx\"", "dotenvx"),
            ("\"next\"", "next"),
            ("\"nuxt\"", "nuxt"),
            ("\"expo\"", "expo"),
            // Medusa also depends on Vite, but only for its admin panel, which reads none of this.
            ("\"@medusajs/medusa\"", "dotenv-expand@11"),
            ("\"astro\"", "vite"),
            ("\"vite\"", "vite"),
            ("\"react-scripts\"", "dotenv-expand@5"),
            ("\"@vue/cli-service\"", "dotenv-expand@5"),
            ("\"wrangler\"", "dotenv-expand"),
            ("\"@nestjs/config\"", "dotenv"),
            ("\"dotenv-expand\"", "dotenv-expand"),
            ("\"env-cmd\"", "env-cmd"),
            ("\"foreman\"", "node-foreman"),
            ("nf start", "node-foreman"),
            ("nf run", "node-foreman"),
            ("\"dotenv-flow\"", "dotenv"),
            ("\"dotenv\"", "dotenv"),
            ("node --env-file", "node"),
            ("node --env-file-if-exists", "node"),
            ("tsx --env-file", "node"),
            ("tsx --env-file-if-exists", "node"),
            // The lock file, which is consulted later, has no version of Bun.
            ("\"packageManager\": \"bun", "bun"),
        ],
    ),
    (
        "composer.json",
        &[
            ("\"symfony/dotenv\"", "symfony"),
            ("\"symfony/framework-bundle\"", "symfony"),
            ("\"laravel/framework\"", "laravel"),
            ("\"vlucas/phpdotenv\"", "phpdotenv"),
        ],
    ),
    ("pyproject.toml", PYTHON),
    ("requirements.txt", PYTHON),
    ("Pipfile", PYTHON),
    (
        "Gemfile",
        &[
            ("dotenv-rails", "ruby-dotenv"),
            ("dotenv", "ruby-dotenv"),
            ("foreman", "foreman"),
        ],
    ),
    // Viper, whose dependency the second is, reads `.env` if it is told to.
    (
        "go.mod",
        &[
            ("github.com/joho/godotenv", "godotenv"),
            ("github.com/subosito/gotenv", "gotenv"),
        ],
    ),
    // The macros of sqlx look for `DATABASE_URL` in `.env`.
    (
        "Cargo.toml",
        &[("dotenvy", "dotenvy"), ("dotenv", "dotenv-rs"), ("sqlx", "dotenvy")],
    ),
    ("pom.xml", JAVA),
    ("build.gradle", JAVA),
    ("build.gradle.kts", JAVA),
    ("src/main/resources/application.properties", SPRING),
    ("src/main/resources/application.yml", SPRING),
    ("src/main/resources/application.yaml", SPRING),
    ("deno.json", DENO),
    ("deno.jsonc", DENO),
    ("GNUmakefile", MAKE),
    ("makefile", MAKE),
    ("Makefile", MAKE),
];

const PYTHON: &[(&str, &str)] = &[
    ("django-environ", "django-environ"),
    ("python-decouple", "python-decouple"),
    ("pydantic-settings", "python-dotenv"),
    ("python-dotenv", "python-dotenv"),
];

/// The first three use dotenv-java. Quarkus reads `.env` without being told.
const JAVA: &[(&str, &str)] = &[
    ("dotenv-java", "dotenv-java"),
    ("dotenv-kotlin", "dotenv-java"),
    ("spring-dotenv", "dotenv-java"),
    ("io.quarkus", "quarkus"),
    ("io.quarkus.platform", "quarkus"),
    ("io.smallrye.config", "quarkus"),
];

/// Spring Boot only reads an env file that its configuration names, and that must also say that the file has properties.
const SPRING: &[(&str, &str)] = &[(".env[.properties]", "spring-boot")];

/// Deno only reads a file that an option names.
const DENO: &[(&str, &str)] = &[("--env-file", "deno"), ("--env", "deno")];

/// A makefile only reads an env file that it includes.
const MAKE: &[(&str, &str)] = &[
    ("include .env", "make"),
    ("-include .env", "make"),
    ("sinclude .env", "make"),
];

/// Frameworks that contain a loader: the version of the loader for each major version of the framework.
pub(super) const INSIDE: &[(&str, &[(&str, &str)])] = &[
    (
        "\"astro\"",
        &[("3", "vite@5"), ("4", "vite@5"), ("5", "vite@7"), ("6", "vite@7")],
    ),
    ("\"dotenv-flow\"", &[("3", "dotenv@10"), ("4", "dotenv")]),
];

/// Bundlers, which read env files for what runs in the browser. The loader on the server depends on what that is written in.
pub(super) const BUNDLERS: &[&str] = &["\"vite\"", "\"react-scripts\"", "\"@vue/cli-service\""];
