//! Which files are tests, by the names that the tools which run them look for: what only tests read, nobody deploys.

/// Folders that hold nothing else.
const FOLDERS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "spec",
    "specs",
    "e2e",
    "cypress",
    "playwright",
    "testdata",
    "integration-tests",
    "integration_tests",
];

/// Ends of names, without the extension.
const ENDS: &[&str] = &[
    ".test",
    ".tests",
    ".spec",
    ".e2e",
    ".e2e-spec",
    ".cy",
    "_test",
    "_tests",
    "_spec",
    "-test",
    "-spec",
    "Test",
    "Tests",
    "Spec",
];

/// Beginnings of names that are those of a runner's configuration.
const RUNNERS: &[&str] = &[
    "conftest.",
    "cypress.config.",
    "jest.config.",
    "jest.setup.",
    "playwright.config.",
    "vitest.config.",
    "vitest.setup.",
    "vitest.workspace.",
];

/// Whether a file is a test. Its name is relative to the schema.
pub(super) fn is_test(name: &str) -> bool {
    let (folders, file) = name.rsplit_once(['/', '\\']).unwrap_or(("", name));
    if folders.split(['/', '\\']).any(|folder| FOLDERS.contains(&folder)) {
        return true;
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_python = file.ends_with(".py") && file.starts_with("test_");
    let is_source = stem.len() < file.len();
    is_python
        || RUNNERS.iter().any(|start| file.starts_with(start))
        || is_source && ENDS.iter().any(|end| stem.len() > end.len() && stem.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn files_are_tests_by_their_names() {
        for name in [
            "tests/a.py",
            "apps/web/__tests__/a.ts",
            "src/test/java/A.java",
            "a.test.ts",
            "server/db_test.go",
            "app/test_db.py",
            "conftest.py",
            "user_spec.rb",
            "app/UserTest.php",
            "playwright.config.ts",
            "x/app.e2e-spec.ts",
        ] {
            assert!(is_test(name), "{name}");
        }
        for name in [
            "src/a.ts",
            "latest/a.ts",
            "contest.py",
            "src/latest.ts",
            "test.ts",
            "scripts/test.sh",
            "attestation.go",
            "compose.test.yml.bak/a.js",
            "src/testing.rs",
        ] {
            assert!(!is_test(name), "{name}");
        }
    }
}
