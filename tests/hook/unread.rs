//! What keeps the hook from seeing what is committed, or the values to look for.

use std::fs;
use std::os::unix::fs::symlink;

use crate::repository::token;
use crate::support::{Folder, said};

#[test]
fn an_object_is_what_is_committed_and_not_what_replaces_it() {
    let repository = Folder::with_hook();
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.write("harmless", "key = 1\n");
    repository.git(&["add", "main.py"]);
    let id = |arguments: &[&str]| {
        let output = repository.git_output(arguments);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (real, other) = (id(&["rev-parse", ":main.py"]), id(&["hash-object", "-w", "harmless"]));
    repository.git(&["replace", &real, &other]);
    repository.refused(&["commit", "-qm", "leak"], "main.py:1:8");
}

/// Magit sets this for git, and the hook inherits it.
#[test]
fn how_paths_are_read_is_not_inherited() {
    let repository = Folder::with_hook();
    repository.write("main.py", "key = 1\n");
    repository.git(&["add", "main.py"]);
    for how in ["--literal-pathspecs", "--noglob-pathspecs", "--icase-pathspecs"] {
        repository.git(&[how, "commit", "-qm", "one", "--allow-empty"]);
    }
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "main.py"]);
    repository.refused(&["--literal-pathspecs", "commit", "-qm", "leak"], "main.py:1:8");
}

#[test]
fn values_that_cannot_be_read_are_not_passed_over() {
    let repository = Folder::with_hook();
    let path = repository.0.join(".env.production");
    let refused = |why: &str| {
        for command in ["hook", "leaks"] {
            let output = repository.run(&[command]);
            assert_eq!(output.status.code(), Some(2), "{command}: {}", said(&output));
            assert!(said(&output).contains(why), "{command}: {}", said(&output));
        }
    };
    let text = fs::read_to_string(&path).unwrap();
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    repository.write(".env.production", &bytes);
    refused("no variable of .env.production could be read");
    repository.write(".env.production", [b"\xFF\xFE", bytes.as_slice()].concat());
    refused("no variable of .env.production could be read");
    repository.write(".env.production", "# nothing yet\n\n");
    repository.hook(0);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    refused("is a folder, not a file");
    fs::remove_dir(&path).unwrap();
    symlink(".env.production", &path).unwrap();
    refused("can't be read");
}

#[test]
fn a_schema_that_asks_nothing() {
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", "--cached", ".env.defaults"]);
    repository.write("env.schema.json", "{}\n");
    repository.git(&["add", "env.schema.json"]);
    let said = repository.hook(2);
    assert!(said.contains("declares no variables: nothing was checked"), "{said}");
}

#[test]
fn env_files_of_any_case_and_in_any_folder() {
    let repository = Folder::with_hook();
    repository.git(&["mv", "env.schema.json", "app.json"]);
    fs::create_dir(repository.0.join("app")).unwrap();
    repository.git(&["mv", "app.json", "app/env.schema.json"]);
    repository.git(&["mv", ".env.defaults", "app"]);
    repository.write(".ENV.Local", format!("SERVICE_TOKEN={}\n", token()));
    repository.git(&["add", "-f", ".ENV.Local"]);
    let said = repository.hook(1);
    assert!(
        said.contains(".ENV.Local is committed with the value of SERVICE_TOKEN"),
        "{said}"
    );
    // What editors and people make of them, with a password that looks like no token; and what is something else.
    let names = [".env~", ".env-prod", ".ENV copy 2", ".dev.vars", ".dev.vars.staging"];
    let others = [
        ".env-example",
        ".env_sample",
        ".env-setup.sh",
        ".dev.vars.example",
        ".envrc",
    ];
    for name in names.into_iter().chain(others) {
        repository.write(name, "DB_PASSWORD=rosebud\n");
        repository.git(&["add", "-f", name]);
    }
    let said = repository.hook(1);
    for name in names {
        assert!(
            said.contains(&format!("{name} is committed with the value of")),
            "{name}: {said}"
        );
    }
    for name in others {
        assert!(!said.contains(&format!("{name} is committed")), "{name}: {said}");
    }
}

#[test]
fn what_is_committed_for_git_lfs() {
    let repository = Folder::with_hook();
    let name = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize 12\n");
    repository.write("large.bin", pointer);
    repository.git(&["add", "large.bin"]);
    let note = "1 file of Git LFS: the content is not here";
    assert!(repository.hook(0).contains(note));
    assert!(said(&repository.run(&["leaks", "large.bin"])).contains(note));
    repository.write(
        format!(".git/lfs/objects/4d/7a/{name}"),
        format!("\n\nkey = '{}'\n", token()),
    );
    let found = repository.hook(1);
    assert!(found.contains("large.bin:3:8: error[known-value-leaked]"), "{found}");
}

#[test]
fn a_hook_that_git_passes_over() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Folder::with_hook();
    let path = repository.0.join(".git/hooks/pre-commit");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let output = repository.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("chmod +x"), "{}", said(&output));
}

#[test]
fn values_that_a_committed_file_has_only_on_the_disk() {
    let repository = Folder::with_hook();
    // Committed with a placeholder, with the real value in the file on the disk.
    repository.write(".env.defaults", "PORT=80\n# TOKEN=\n");
    repository.git(&["commit", "-qam", "a hint"]);
    repository.write(".env.defaults", "PORT=80\nTOKEN=qx-7Hd81LmPz0RtWv52\n");
    repository.write("main.py", "key = 'qx-7Hd81LmPz0RtWv52'\n");
    repository.git(&["add", "main.py"]);
    let refused = || {
        let said = repository.hook(1);
        assert!(
            said.contains("known-value-leaked") && said.contains("main.py:1:8"),
            "{said}"
        );
        // The file itself was checked as it is committed.
        assert!(!said.contains("not-allowed-here") && !said.contains("qx-7H"), "{said}");
    };
    refused();
    repository.git(&["update-index", "--skip-worktree", ".env.defaults"]);
    refused();
    // It may be committed with that value.
    repository.git(&["update-index", "--no-skip-worktree", ".env.defaults"]);
    repository.git(&["reset", "-q"]);
    repository.write(".env.defaults", "PORT=80\nSECRET=qx-7Hd81LmPz0RtWv52\n");
    repository.git(&["add", ".env.defaults"]);
    repository.write(".env.defaults", "PORT=80\n\nSECRET=qx-7Hd81LmPz0RtWv52\n");
    assert!(!repository.hook(1).contains("known-value-leaked"));
    repository.git(&["reset", "-q"]);
    // A file that is half written on the disk is not part of the commit.
    repository.write(".env.defaults", b"\xFF\xFE\0nothing");
    assert!(
        repository
            .hook(0)
            .contains("note: .env.defaults can't be read as it is on the disk")
    );
    fs::remove_file(repository.0.join(".env.defaults")).unwrap();
    assert!(!repository.hook(0).contains("can't be read"));
}

#[test]
fn an_env_file_that_git_encrypts() {
    let repository = Folder::with_hook();
    // As git-crypt, transcrypt and others do.
    repository.write(".gitattributes", ".env.production filter=crypt\n");
    let filter = |smudge: &str| repository.git(&["config", "filter.crypt.smudge", smudge]);
    repository.git(&[
        "config",
        "filter.crypt.clean",
        "printf '\\0GITCRYPT\\0'; tr a-zA-Z0-9 n-za-mN-ZA-M5-90-4",
    ]);
    filter("tail -c +11 | tr n-za-mN-ZA-M5-90-4 a-zA-Z0-9");
    repository.git(&["add", "-f", ".gitattributes", ".env.production"]);
    let said = repository.hook(0);
    assert!(
        !said.contains("not-utf8") && !said.contains("env-file-committed"),
        "{said}"
    );
    repository.git(&["commit", "-qm", "encrypted"]);
    // The filter runs only once, because some ask for a password.
    filter("echo >>.git/asked; tail -c +11 | tr n-za-mN-ZA-M5-90-4 a-zA-Z0-9");
    let _ = fs::remove_file(repository.0.join(".git/asked"));
    repository.hook(0);
    assert_eq!(fs::read_to_string(repository.0.join(".git/asked")).unwrap(), "\n");
    // It is checked, and searched for.
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.write(".env.production", format!("PORT=eighty\nTOKEN={}\n", token()));
    repository.git(&["add", "main.py", ".env.production"]);
    let said = repository.hook(1);
    assert!(
        said.contains("known-value-leaked") && said.contains(".env.production:1:6: error[schema-type]"),
        "{said}"
    );
    // Without the key, it can't be checked.
    filter("cat");
    let said = repository.hook(2);
    assert!(said.contains(".env.production is encrypted"), "{said}");
}
