//! What was ever committed is found, whatever became of it, and told once with the commit that brought it.

use std::process::Output;

use crate::planted::{gitlab_token, nothing_is_printed, stripe, text, undeclared};
use crate::support::{Folder, said};

/// A repository that keeps `.env.production` to itself.
fn repository() -> Folder {
    let folder = Folder::with_secrets();
    folder.git(&["init", "--quiet", "--initial-branch=main", "--template=", "."]);
    folder.write(".gitignore", ".env.production\n");
    commit(&folder, "first");
    folder
}

/// Commits all files, and returns the commit as reports name it.
fn commit(folder: &Folder, message: &str) -> String {
    folder.git(&["add", "."]);
    folder.git(&["commit", "-qm", message]);
    head(folder)
}

fn head(folder: &Folder) -> String {
    folder.git(&["rev-parse", "--short=12", "HEAD"])
}

fn searched(folder: &Folder, arguments: &[&str]) -> Output {
    let output = folder.run(&[arguments, &["--format", "concise"]].concat(), b"");
    nothing_is_printed(&output);
    output
}

#[track_caller]
fn told(output: &Output, code: i32, lines: &[String]) {
    let said = text(output);
    assert_eq!(output.status.code(), Some(code), "{}", crate::support::said(output));
    for line in lines {
        assert!(said.contains(line), "{line}\n\n{said}");
    }
    assert_eq!(said.matches("]: ").count(), lines.len(), "{said}");
}

#[test]
fn what_a_later_commit_removes_is_found() {
    let folder = repository();
    folder.write("src/a.ts", format!("const key = '{}';\n", stripe()));
    let first = commit(&folder, "leak");
    // The second version has nothing that the first one has not.
    folder.write("src/a.ts", format!("\nconst key = '{}';\n", stripe()));
    commit(&folder, "the same");
    folder.write(
        "src/a.ts",
        format!("const key = '{}' + '{}';\n", stripe(), undeclared()),
    );
    let third = commit(&folder, "one more");
    folder.git(&["rm", "-qr", "src"]);
    let message = commit(&folder, &format!("without {}", stripe()));
    told(&searched(&folder, &[]), 0, &[]);
    let expected = [
        format!("the value of STRIPE_SECRET_KEY (.env.production:4) is in src/a.ts:1:14 of commit {first}"),
        format!("the value of API_TOKEN (.env.production:7) is in src/a.ts:1:52 of commit {third}"),
        format!("the value of STRIPE_SECRET_KEY (.env.production:4) is in commit {message}:6:9"),
    ];
    let output = searched(&folder, &["--history"]);
    told(&output, 1, &expected);
    let last = text(&output);
    assert!(last.contains("versions of files in 5 commits, "), "{last}");
    told(&searched(&folder, &["--history=HEAD~1.."]), 1, &expected[2..]);
    told(&searched(&folder, &["--history=HEAD~4"]), 0, &[]);
}

/// An env file that is not committed any more was not meant to be.
#[test]
fn an_env_file_may_hold_its_values_as_long_as_it_is_committed() {
    let folder = repository();
    folder.git(&["add", "--force", ".env.production"]);
    let added = commit(&folder, "with its secrets");
    let output = folder.run(&["--history", "--format", "concise"], b"");
    told(&output, 0, &[]);
    folder.git(&["rm", "-q", "--cached", ".env.production"]);
    commit(&folder, "ignored again");
    let expected = [
        format!("the value of STRIPE_SECRET_KEY (.env.production:4) is in .env.production:4:19 of commit {added}"),
        format!("the value of DATABASE_URL (.env.production:5) is in .env.production:5:14 of commit {added}"),
        format!("the value of API_TOKEN (.env.production:7) is in .env.production:7:11 of commit {added}"),
    ];
    told(&searched(&folder, &["--history"]), 1, &expected);
}

/// Of the present version a check says what is wrong, of earlier ones nothing else does.
#[test]
fn tokens_in_earlier_versions_of_an_env_file_are_found() {
    let folder = repository();
    folder.write(".env", format!("SHORT=abc\nGITLAB={}\n", gitlab_token()));
    let leaked = commit(&folder, "token");
    told(&searched(&folder, &["--history"]), 0, &[]);
    folder.write(".env", "SHORT=abc\n");
    commit(&folder, "gone");
    told(
        &searched(&folder, &["--history"]),
        1,
        &[format!("is in .env:2:8 of commit {leaked}")],
    );
}

/// Branches that nobody looks at, tags, stashes, and what only a merge brought.
#[test]
fn everything_that_a_ref_leads_to_is_searched() {
    let folder = repository();
    folder.git(&["checkout", "-qb", "side"]);
    folder.write("side.txt", stripe());
    let side = commit(&folder, "side");
    folder.git(&["checkout", "-q", "main"]);
    folder.write("main.txt", "clean\n");
    commit(&folder, "main");
    folder.git(&["merge", "-q", "--no-commit", "side"]);
    folder.write("evil.txt", undeclared());
    let merge = commit(&folder, "merge");
    folder.git(&["rm", "-q", "evil.txt", "side.txt"]);
    commit(&folder, "gone");
    folder.git(&["tag", "-a", "v1", "-m", &format!("built with {}", undeclared())]);
    let tag = folder.git(&["rev-parse", "--short=12", "v1"]);
    folder.write("main.txt", undeclared());
    folder.git(&["stash", "-q"]);
    let stash = folder.git(&["rev-parse", "--short=12", "stash"]);
    let output = searched(&folder, &["--history"]);
    let expected = [
        format!("is in side.txt:1:1 of commit {side}"),
        format!("is in evil.txt:1:1 of commit {merge}"),
        format!("is in tag {tag}:6:12"),
        format!("is in main.txt:1:1 of commit {stash}"),
    ];
    told(&output, 1, &expected);
}

/// A comment excuses the version that it stands in.
#[test]
fn a_comment_excuses_one_version() {
    let folder = repository();
    let line = format!("key = '{}'", stripe());
    folder.write(
        "a.py",
        format!("{line}  # envgate: ignore[known-value-leaked] a fixture\n"),
    );
    commit(&folder, "excused");
    told(&searched(&folder, &["--history"]), 0, &[]);
    folder.write("a.py", format!("{line}\n"));
    let bare = commit(&folder, "bare");
    told(
        &searched(&folder, &["--history"]),
        1,
        &[format!("is in a.py:1:8 of commit {bare}")],
    );
}

#[test]
fn what_is_not_here_is_no_pass() {
    let folder = repository();
    folder.write("more.txt", "more\n");
    commit(&folder, "second");
    let shallow = Folder::new();
    let from = format!("file://{}", folder.0.display());
    shallow.git(&["clone", "-q", "--depth=1", &from, "."]);
    let output = searched(&shallow, &["--history"]);
    let said_of = |output: &Output| said(output);
    assert_eq!(output.status.code(), Some(2), "{}", said_of(&output));
    assert!(
        said_of(&output).contains("this clone is shallow: of its history only 1 commit could be searched"),
        "{}",
        said_of(&output)
    );
    for (revisions, why) in [
        ("--history=nowhere..HEAD", "bad revision 'nowhere..HEAD'"),
        ("--history=HEAD..HEAD", "no such commits: nothing was searched"),
        ("--history=--all", "bad revision"),
    ] {
        let output = searched(&folder, &[revisions]);
        assert_eq!(output.status.code(), Some(2), "{}", said_of(&output));
        assert!(said_of(&output).contains(why), "{}", said_of(&output));
    }
    let nowhere = Folder::with_secrets();
    let output = searched(&nowhere, &["--history"]);
    assert_eq!(output.status.code(), Some(2), "{}", said_of(&output));
    let fresh = Folder::with_secrets();
    fresh.git(&["init", "-q", "."]);
    let output = searched(&fresh, &["--history"]);
    assert_eq!(output.status.code(), Some(2), "{}", said_of(&output));
}
