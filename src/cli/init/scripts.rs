//! Scripts and jobs of a CI that export what is in an env file.

use std::path::Path;

use envgate::check::draft::{self, Loader};

use crate::{host, read};

/// Where projects keep them.
const FOLDERS: &[&str] = &["", "scripts/", "script/", "bin/", "deploy/", ".github/workflows/"];

/// How many files of a folder are looked at.
const MOST: usize = 100;

/// Returns the loader that the first of them implies.
pub(super) fn loader(folder: &Path) -> Option<Loader> {
    let is_script = |name: &String| {
        let extension = Path::new(name).extension().unwrap_or_default();
        ["sh", "bash", "yml", "yaml"].iter().any(|one| extension == *one)
    };
    FOLDERS.iter().find_map(|below| {
        let within = folder.join(below);
        let names = host::names(&within).into_iter().filter(is_script).take(MOST);
        names.map(|name| format!("{below}{name}")).find_map(|name| {
            let path = folder.join(&name);
            let text = host::is_file(&path).then(|| read::file(&path, &name).ok())??;
            draft::script(&name, &text)
        })
    })
}
