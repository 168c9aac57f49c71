//! Whatever was committed is found, even if it was removed later, and reported once with the commit that brought it.

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
    // The second version adds nothing to the first.
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

/// A check reports what is wrong with the present version; earlier ones are only searched here.
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
    // Only the last stash has a ref.
    folder.write("main.txt", "harmless\n");
    folder.git(&["stash", "-q"]);
    let output = searched(&folder, &["--history"]);
    let expected = [
        format!("is in side.txt:1:1 of commit {side}"),
        format!("is in evil.txt:1:1 of commit {merge}"),
        format!("is in tag {tag}:6:12"),
        format!("is in main.txt:1:1 of commit {stash}"),
    ];
    told(&output, 1, &expected);
}

/// A tag may name a file, a tree, or another tag, and so may any ref.
#[test]
fn what_only_a_tag_names_is_searched() {
    let folder = repository();
    folder.write("../a-file-of-a-tag", stripe());
    let file = folder.git(&["hash-object", "-w", "../a-file-of-a-tag"]);
    std::fs::remove_file(folder.0.join("../a-file-of-a-tag")).unwrap();
    folder.git(&["tag", "-a", "file", "-m", "a file", &file]);
    folder.git(&["tag", "-a", "inner", "-m", &undeclared()]);
    let inner = folder.git(&["rev-parse", "--short=12", "inner"]);
    folder.git(&["tag", "-a", "outer", "-m", "outer", "inner"]);
    folder.git(&["tag", "-d", "inner"]);
    folder.write("src/a.ts", undeclared());
    folder.git(&["add", "src"]);
    let tree = folder.git(&["write-tree"]);
    folder.git(&["rm", "-rq", "--cached", "src"]);
    folder.git(&["update-ref", "refs/custom/tree", &tree]);
    let output = searched(&folder, &["--history"]);
    let expected = [
        format!("is in blob {}:1:1", &file[..12]),
        format!("is in tag {inner}:6:1"),
        format!("is in src/a.ts:1:1 of commit {}", &tree[..12]),
    ];
    told(&output, 1, &expected);
    folder.baseline(&["--history"]);
    told(&searched(&folder, &["--history"]), 0, &[]);
}

/// A comment only excuses the version that it is in.
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

/// A token of the same format as another one.
fn other_token() -> String {
    gitlab_token().replace(&gitlab_token()[10..12], "zY")
}

/// What was replaced long ago is not reported again; what comes later is.
#[test]
fn a_baseline_of_the_history() {
    let folder = repository();
    folder.write("src/a.ts", format!("'{}' + '{}'\n", stripe(), gitlab_token()));
    let first = commit(&folder, "leak");
    folder.git(&["rm", "-qr", "src"]);
    let message = commit(&folder, &format!("without {}", stripe()));
    folder.git(&["tag", "-a", "v1", "-m", &gitlab_token()]);
    let tag = folder.git(&["rev-parse", "--short=12", "v1"]);
    let written = folder.baseline(&["--history"]);
    for (start, commit) in [
        (r#"{ "file": "src/a.ts", "#, &first),
        (r#""key": "STRIPE_SECRET_KEY", "file": "src/a.ts", "#, &first),
        (&format!(r#""file": "commit {message}", "#), &message),
        (&format!(r#"{{ "file": "tag {tag}", "#), &tag),
    ] {
        assert!(
            written.contains(&format!("{start}\"commit\": \"{commit}\", \"rule\"")),
            "{start}: {written}"
        );
    }
    assert!(
        !written.contains(&stripe()[8..14]) && !written.contains(&gitlab_token()[6..12]),
        "{written}"
    );
    let output = searched(&folder, &["--history"]);
    told(&output, 0, &[]);
    assert!(text(&output).contains("in the baseline"), "{}", text(&output));
    assert_eq!(
        searched(&folder, &["--history", "--no-baseline"]).status.code(),
        Some(1)
    );
    // In a search of the files as they are, entries of the history neither hide anything nor are stale.
    told(&searched(&folder, &[]), 0, &[]);
    folder.write("src/a.ts", format!("'{}'\n", gitlab_token()));
    told(&searched(&folder, &[]), 1, &["is in src/a.ts:1:2".to_owned()]);
    // In a search of the history, they hide the earlier findings.
    commit(&folder, "back");
    folder.write("src/a.ts", format!("'{}'\n", other_token()));
    let next = commit(&folder, "and one more");
    told(
        &searched(&folder, &["--history"]),
        1,
        &[format!("is in src/a.ts:1:2 of commit {next}")],
    );
    // Entries of searches that did not run stay as they are.
    let both = folder.baseline(&["--leaks"]);
    assert!(
        written
            .lines()
            .filter(|line| line.contains("commit"))
            .all(|line| both.contains(line.trim_end_matches(','))),
        "{both}"
    );
    folder.baseline(&["--leaks", "--history"]);
    for arguments in [&["--history"][..], &[]] {
        told(&searched(&folder, arguments), 0, &[]);
    }
}

/// A branch that changes a file with a known secret adds none. If it does add another, only that one is reported.
#[test]
fn a_baseline_and_the_commits_of_a_branch() {
    let folder = repository();
    folder.write("a.ts", format!("'{}'\n", gitlab_token()));
    commit(&folder, "leak");
    folder.baseline(&["--leaks", "--history"]);
    commit(&folder, "baseline");
    folder.git(&["checkout", "-qb", "side"]);
    folder.write("a.ts", format!("// moved\n'{}'\n", gitlab_token()));
    commit(&folder, "moved");
    for arguments in [&["--history"][..], &["--history=main..HEAD"], &[]] {
        told(&searched(&folder, arguments), 0, &[]);
    }
    folder.write("a.ts", format!("// moved\n'{}'\n'{}'\n", gitlab_token(), other_token()));
    let last = commit(&folder, "another");
    for arguments in [&["--history"][..], &["--history=main..HEAD"]] {
        told(
            &searched(&folder, arguments),
            1,
            &[format!("is in a.ts:3:2 of commit {last}")],
        );
    }
    told(&searched(&folder, &[]), 1, &["is in a.ts:3:2".to_owned()]);
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
    let output = shallow.envgate(&["baseline", "--history"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said_of(&output));
    assert!(
        said_of(&output).contains("the baseline is not written"),
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
