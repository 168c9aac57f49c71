//! Tools that people expect among the dialects but that are none: those that read env files with the loader of a row,
//! and those with a reader of their own.
//!
//! They are not aliases of a row, because the loader inside a tool changes with its versions, and a schema has to say
//! what reads its files.

use super::dialect::{DIALECTS, Dialect, loader_of};

/// A row, and the tools whose files it reads according to their dependencies, sources or documentation. dotenv-flow,
/// dotenv-safe, dotenv-defaults, dotenv-webpack, wrangler, Rsbuild, Starlette, pydantic-settings and dynaconf were run
/// on the recorded cases; the last two differ from their row in three of 238.
const READ_BY: &[(&str, &str)] = &[
    (
        "dotenv",
        "dotenv-flow dotenv-safe dotenv-defaults nestjs netlify netlify-cli",
    ),
    ("dotenv@14", "dotenv-webpack"),
    ("dotenv@10", "gatsby"),
    ("dotenv-expand", "wrangler cloudflare rsbuild dotenv-cli"),
    ("dotenv-expand@11", "parcel nx"),
    ("node", "tsx nodejs"),
    (
        "vite",
        "astro svelte sveltekit vitest vue remix react-router solidstart qwik electron-vite",
    ),
    ("next", "payload"),
    ("nuxt", "nitro"),
    (
        "python-dotenv",
        "flask fastapi pydantic pydantic-settings environs uvicorn quart pipenv podman-compose",
    ),
    ("python-dotenv@1.1", "dynaconf"),
    ("python-decouple", "starlette"),
    ("django-environ", "django"),
    ("ruby-dotenv", "ruby rails fastlane kamal"),
    ("godotenv", "go act task taskfile"),
    ("gotenv", "viper"),
    ("phpdotenv", "php craft bedrock"),
    ("laravel", "lumen statamic"),
    ("dotenvy", "rust sqlx diesel sea-orm"),
    ("just", "mise"),
    ("docker", "docker-stack swarm"),
    ("docker-compose", "nerdctl"),
];

/// Tools with a reader for which there is no row.
const OWN: &str = "heroku adonis firebase java dotnet dotnetenv vscode jetbrains \
                   intellij gitlab poethepoet varlock flutter flutter-dotenv prettyconf devenv codeigniter readrenviron std-dotenv";

/// Versions of Node that take what stands on the last line of a file for a value, even a comment, and for a line once more
/// if it contains an `=`. No row describes them: hardly anybody stayed with them.
const BETWEEN: &[&str] = &["node@22.15", "node@23"];

/// Returns what to tell somebody who names a tool that is not a dialect.
#[must_use]
pub fn hint(name: &str) -> Option<String> {
    if BETWEEN.contains(&name) {
        let told = "Node 22.15 and 23.9 to 23.11 read the last line in a way of their own, of which envgate knows nothing; \
                    name node@20 for 23.0 to 23.8, node for 22.16";
        return Some(told.to_owned());
    }
    if let Some(told) = other_versions(name) {
        return Some(told);
    }
    let plain = |word: &str| -> String {
        let letters = word.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect()
    };
    // The version of the tool is not that of its loader.
    let wanted = plain(loader_of(name));
    let tool = |tools: &'static str| tools.split(' ').find(|tool| plain(tool) == wanted);
    if let Some((row, tool)) = READ_BY.iter().find_map(|(row, tools)| Some((row, tool(tools)?))) {
        debug_assert!(Dialect::find(row).is_some(), "{row} is a row");
        return Some(format!("the env files of {tool} are read by {row}: name that"));
    }
    tool(OWN).map(|tool| format!("{tool} has a reader of its own, of which envgate knows nothing"))
}

/// Returns which versions of a loader there are rows for, if a name is one of its other versions.
fn other_versions(name: &str) -> Option<String> {
    let (loader, _) = name.split_once('@').filter(|_| Dialect::find(name).is_none())?;
    let mut told = String::new();
    for row in rows(loader).filter(|row| !row.versions.is_empty()) {
        told.push_str(if told.is_empty() {
            "envgate knows other versions: "
        } else {
            ", "
        });
        told.push_str(row.name);
        told.push_str(" (");
        told.push_str(row.versions);
        told.push(')');
    }
    (!told.is_empty()).then_some(told)
}

/// The rows of a loader, whatever the version.
pub(crate) fn rows(loader: &str) -> impl Iterator<Item = &'static Dialect> {
    let is_of = move |row: &&Dialect| row.loader() == loader;
    DIALECTS.iter().copied().filter(is_of)
}

#[cfg(test)]
mod tests {
    use super::{BETWEEN, Dialect, OWN, READ_BY, hint};

    #[test]
    fn a_tool_leads_to_its_row() {
        let known = hint("SvelteKit@2").unwrap();
        assert_eq!(known, "the env files of sveltekit are read by vite: name that");
        assert!(hint("svelte-kit").is_some());
        assert!(hint("heroku").unwrap().contains("a reader of its own"));
        assert!(hint("node@23").unwrap().contains("a way of their own"));
        for unknown in ["", "@", "-", "dotenv", "dotenv@16", "nosuch", "nosuch@1"] {
            assert_eq!(hint(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_version_without_a_row_leads_to_those_with_one() {
        let told =
            "envgate knows other versions: dotenv (16 to 18), dotenv@15 (15), dotenv@14 (14.3.2), dotenv@10 (8 to 13)";
        assert_eq!(hint("dotenv@7").unwrap(), told);
        assert_eq!(
            hint("godotenv@1.3").unwrap(),
            "envgate knows other versions: godotenv (1.5)"
        );
    }

    #[test]
    fn tools_are_no_dialects_and_rows_are() {
        for (row, tools) in READ_BY {
            assert!(Dialect::find(row).is_some(), "{row}");
            for tool in tools.split(' ').chain(OWN.split(' ')).chain(BETWEEN.iter().copied()) {
                assert!(Dialect::find(tool).is_none(), "{tool} is a dialect");
            }
        }
    }
}
