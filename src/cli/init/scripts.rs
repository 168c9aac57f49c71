//! Scripts and jobs of a CI that export what is in an env file.

use std::path::Path;

use envgate::check::draft::{self, Loader};

use crate::{host, read};

/// The folders in which projects keep scripts.
const FOLDERS: &[&str] = &["", "scripts/", "script/", "bin/", "deploy/", ".github/workflows/"];

/// The maximum number of files that are looked at in a folder.
const MOST: usize = 100;

/// Returns the loader that the first such script implies.
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
