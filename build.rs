//! Embeds the review page in the program if `ENVGATE_PAGE` gives its path, such as
//! `ENVGATE_PAGE=www/dist/envgate-review.html`. The page is built with other tools, so a plain `cargo install` lacks
//! it, and `envgate review` then needs `--page`.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=ENVGATE_PAGE");
    let page = env::var_os("ENVGATE_PAGE").filter(|path| !path.is_empty());
    let part = |path: &Path| {
        let whole = fs::canonicalize(path).ok()?;
        println!("cargo::rerun-if-changed={}", whole.display());
        Some(format!("Some(include_bytes!({whole:?}))"))
    };
    let html = page
        .as_ref()
        .map(|path| part(Path::new(path)).unwrap_or_else(|| panic!("ENVGATE_PAGE names no file")));
    let full = page
        .as_ref()
        .and_then(|path| part(&Path::new(path).with_file_name("envgate-full.deflate")));
    let text = format!(
        "pub(super) const PAGE: Option<&[u8]> = {};\npub(super) const FULL: Option<&[u8]> = {};\n",
        html.unwrap_or_else(|| "None".to_owned()),
        full.unwrap_or_else(|| "None".to_owned())
    );
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("page.rs"), text).expect("OUT_DIR is writable");
}
