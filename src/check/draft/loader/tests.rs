//! What a project says about its loaders, and in which version.

use super::modes::{MODES, NEXT};
use super::*;

#[test]
fn each_loader_is_a_dialect() {
    for (manifest, names) in LOADERS {
        assert!(MANIFESTS.contains(manifest), "{manifest}");
        for (word, dialect) in *names {
            let found = loader(manifest, word.as_bytes()).map(|found| found.dialect.name);
            assert_eq!(found, Some(*dialect), "{word}");
        }
    }
}

#[test]
fn what_reads_by_mode_is_known() {
    for (name, _) in MODES {
        assert!(Dialect::find(name).is_some(), "{name}");
    }
    for (of, _) in MODES_OF_DEPENDENCIES {
        let is_known = LOADERS
            .iter()
            .any(|(_, names)| names.iter().any(|(word, _)| word == of));
        assert!(is_known, "{of}");
    }
    for of in BUNDLERS {
        let found = loader("package.json", of.as_bytes()).unwrap();
        assert!(found.is_bundler, "{of}");
    }
    let modes = |manifest: &str, text: &str| loader(manifest, text.as_bytes()).unwrap().modes;
    assert_eq!(modes("package.json", "{\"next\": \"16\"}"), Some(NEXT));
    assert_eq!(modes("package.json", "{\"dotenv\": \"16\"}"), None);
    assert_eq!(modes("composer.json", "{\"laravel/framework\": \"^12.0\"}"), None);
    assert_eq!(modes("bun.lock", "{}"), Some(NEXT));
    assert_eq!(modes("Gemfile", "gem 'dotenv'\n"), None);
    assert_eq!(modes("Gemfile", "gem 'dotenv'\ngem 'rails'\n"), Some(NEXT));
}

#[test]
fn a_beginning_alone_is_not_enough() {
    let name = |manifest: &str, text: &str| loader(manifest, text.as_bytes()).map(|found| found.dialect.name);
    assert_eq!(
        name("package.json", r#"{"dependencies":{"next-auth":"1","dotenv-cli":"1"}}"#),
        None
    );
    assert_eq!(
        name("package.json", r#"{"dependencies":{"dotenv":"1","next":"15"}}"#),
        Some("next")
    );
    assert_eq!(name("requirements.txt", "# python-dotenv\ndjango\n"), None);
    assert_eq!(name("Gemfile", "gem 'dotenv'\n"), Some("ruby-dotenv"));
    assert_eq!(name("bun.lock", "{}"), Some("bun"));
    assert_eq!(name("deno.json", r#"{"tasks":{"dev":"deno run main.ts"}}"#), None);
}

#[test]
fn scripts_export_words() {
    for (text, row) in [
        ("export $(grep -v '^#' .env | xargs)\n", Some("xargs")),
        ("set -e\nexport $(egrep -v '^#' \"$DIR/.env\" | xargs)\n", Some("xargs")),
        ("export $(cat .env|xargs) && npm start", Some("xargs-cat")),
        ("env $(cat .env.production | xargs ) ./server", Some("xargs-cat")),
        ("export $(xargs <.env)", Some("xargs-cat")),
        ("run:\n\texport $$(cat .env | xargs) && go run .\n", Some("xargs-cat")),
        ("X=$(date) export $(cat .env | xargs)", Some("xargs-cat")),
        ("# export $(cat .env | xargs)\n", None),
        ("export $(cat .env | sed 's/#.*//g' | xargs)", None),
        ("export $(grep -v '#' .env | xargs)", None),
        ("export $(grep -v '^#' .env | xargs -d '\\n')", None),
        ("rm $(cat .env | xargs)", None),
        ("export $(cat list | xargs)", None),
        (
            "      - run: cat .env.production >> \"$GITHUB_ENV\"\n",
            Some("github-env"),
        ),
        ("cp a .env && cat .env >>${GITHUB_ENV}", Some("github-env")),
        ("sed 's/#.*//' .env >> $GITHUB_ENV", None),
        ("cat .env | tr -d '\"' >> $GITHUB_ENV", None),
        ("echo A=1 >> $GITHUB_ENV\ncat .env >> $GITHUB_OUTPUT\n", None),
        ("", None),
    ] {
        let found = script("start.sh", text.as_bytes()).map(|found| found.dialect.name);
        assert_eq!(found, row, "{text}");
    }
    let text = br#"{"scripts":{"start":"env $(grep -v '^#' .env | xargs) node ."}}"#;
    assert_eq!(
        loader("package.json", text).map(|found| found.dialect.name),
        Some("xargs")
    );
    let found = loader("Makefile", b"run:\n\texport $$(cat .env | xargs); ./run\n");
    assert_eq!(found.map(|found| found.dialect.name), Some("xargs-cat"));
}

#[test]
fn the_version_is_that_of_the_dependency() {
    for (manifest, text, expected) in [
        (
            "package.json",
            r#"{"dependencies":{"vite":"^5.4.0","zod":"^3.0.0"}}"#,
            "vite@5",
        ),
        ("package.json", r#"{ "packageManager": "bun@1.2.21" }"#, "bun@1.3"),
        ("package.json", r#"{ "packageManager": "bun@1.4.5" }"#, "bun"),
        ("package.json", r#"{ "vite": "~6.2.0" }"#, "vite@7"),
        ("package.json", r#"{ "vite": "7" }"#, "vite@7"),
        ("package.json", r#"{ "vite": "^5.0.0 || ^6.0.0" }"#, "vite@7"),
        ("package.json", r#"{ "vite": "^8.0.0" }"#, "vite"),
        ("package.json", r#"{ "dotenv": "^12.0.4" }"#, "dotenv@10"),
        ("package.json", r#"{ "vite": ">=5" }"#, "vite"),
        ("package.json", r#"{ "vite": "catalog:" }"#, "vite"),
        ("package.json", r#"{ "vite": "npm:rolldown-vite@7.1.0" }"#, "vite@7"),
        (
            "package.json",
            r#"{"scripts":{"dev":"vite"},"devDependencies":{"vite":"^5.4.0"}}"#,
            "vite@5",
        ),
        ("package.json", r#"{ "astro": "^4.16.0" }"#, "vite@5"),
        ("package.json", r#"{ "astro": "^5.0.0" }"#, "vite@7"),
        ("package.json", r#"{ "astro": "~6.1.0" }"#, "vite@7"),
        ("package.json", r#"{ "astro": "^7.0.0" }"#, "vite"),
        ("package.json", r#"{ "astro": "latest" }"#, "vite"),
        ("package.json", r#"{ "dotenv": "^8.2.0" }"#, "dotenv@10"),
        ("package.json", r#"{ "dotenv": "16.4.5" }"#, "dotenv"),
        (
            "package.json",
            r#"{ "dotenv-expand": "^11.0.6", "dotenv": "^16.0.0" }"#,
            "dotenv-expand@11",
        ),
        ("package.json", r#"{ "dotenv-expand": "^12.0.0" }"#, "dotenv-expand"),
        (
            "package.json",
            r#"{ "dotenv-expand": "1000.0.0" }"#,
            "dotenv-expand@1000",
        ),
        (
            "package.json",
            r#"{"start": "node --env-file=.env.20 server.js"}"#,
            "node",
        ),
        (
            "package.json",
            r#"{"dev": "tsx --env-file-if-exists=.env a.ts"}"#,
            "node",
        ),
        (
            "requirements.txt",
            "django==5.0\npython-dotenv==1.0.1\n",
            "python-dotenv@1.1",
        ),
        (
            "requirements.txt",
            "python-dotenv==1.2.1 ; python_version > '3.8'\n",
            "python-dotenv",
        ),
        ("requirements.txt", "python-dotenv[cli]~=1.0\n", "python-dotenv"),
        ("requirements.txt", "python-dotenv~=1.0.0\n", "python-dotenv@1.1"),
        ("requirements.txt", "python-dotenv>=0.21\n", "python-dotenv"),
        ("requirements.txt", "python-dotenv\n", "python-dotenv"),
        (
            "pyproject.toml",
            "dependencies = [\"python-dotenv>=1.0,<2\"]\n",
            "python-dotenv",
        ),
        ("pyproject.toml", "python-dotenv = \"^0.21\"\n", "python-dotenv@1.1"),
        ("composer.json", r#"{ "symfony/dotenv": "5.4.*" }"#, "symfony@5"),
        ("composer.json", r#"{ "symfony/dotenv": "7.3.*" }"#, "symfony@5"),
        ("composer.json", r#"{ "symfony/dotenv": "^7.0" }"#, "symfony"),
    ] {
        let found = loader(manifest, text.as_bytes()).map(|found| found.dialect.name);
        assert_eq!(found, Some(expected), "{manifest}: {text}");
    }
}

#[test]
fn a_loader_in_another_has_a_version_of_its_own() {
    for (text, expected) in [
        (r#"{ "dotenv-flow": "^3.2.0" }"#, "dotenv@10"),
        (r#"{ "dotenv-flow": "^4.1.0", "dotenv": "^17.0.0" }"#, "dotenv"),
        (
            r#"{ "@medusajs/medusa": "2.15.3", "vite": "^5.4.14" }"#,
            "dotenv-expand@11",
        ),
    ] {
        let found = loader("package.json", text.as_bytes()).unwrap();
        assert_eq!((found.dialect.name, found.older), (expected, None), "{text}");
    }
}

#[test]
fn what_is_older_than_all_rows_is_told() {
    for (manifest, text, expected) in [
        ("package.json", r#"{ "dotenv": "^6.2.0" }"#, Some("6")),
        ("package.json", r#"{ "dotenv": "^12.0.0" }"#, None),
        ("package.json", r#"{ "next": "13.5.6" }"#, Some("13.5.6")),
        ("package.json", r#"{ "expo": "~51.0.0" }"#, None),
        ("Gemfile", "gem 'dotenv', '~> 2.8'\n", Some("2")),
        ("Gemfile", "gem 'dotenv'\n", None),
        ("go.mod", "\tgithub.com/joho/godotenv v1.3.0\n", Some("1.3.0")),
        ("go.mod", "\tgithub.com/subosito/gotenv v1.6.0 // indirect\n", None),
        ("requirements.txt", "python-dotenv==0.10.3\n", Some("0.10.3")),
        ("Cargo.toml", "dotenv = \"0.15.0\"\n", None),
        (
            "build.gradle.kts",
            "implementation(\"io.github.cdimascio:dotenv-java:3.0.0\")\n",
            Some("3.0.0"),
        ),
        (
            "build.gradle",
            "implementation 'io.github.cdimascio:dotenv-kotlin:6.5.1'\n",
            None,
        ),
        ("pom.xml", "<artifactId>spring-dotenv</artifactId>\n", None),
    ] {
        assert_eq!(
            loader(manifest, text.as_bytes()).unwrap().older.as_deref(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_version_is_older_than_all_rows_or_not() {
    for (loader, version, older) in [
        ("dotenv", "7", true),
        ("dotenv", "8.0.0", false),
        ("dotenv", "19", false),
        ("python-dotenv", "0", false),
        ("python-dotenv", "0.19.2", true),
        ("python-dotenv", "0.21.0", false),
        ("godotenv", "1.4.0", true),
        ("gotenv", "1.4.2", true),
        ("gotenv", "1.6.0", false),
        ("node", "20", false),
        ("nosuch", "1", false),
    ] {
        let parts: Vec<&str> = version.split('.').collect();
        assert_eq!(is_older(loader, &parts), older, "{loader} {version}");
    }
    assert!(!is_older("dotenv", &[]));
}

#[test]
fn compose_reads_env_and_what_it_names() {
    let text = b"services:\n  web:\n    env_file: [web.env]\n";
    let found = |files: &[&str]| compose("compose.yaml", text, files).is_some();
    assert!(found(&[".env"]));
    assert!(found(&[".env", "web.env"]));
    assert!(!found(&[".env", ".env.local"]));
}
