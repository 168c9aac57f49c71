//! The review page: found, and made ready to be served.

use std::path::Path;

use crate::discover::shown;
use crate::terminal::Problem;
use crate::{host, read};

/// The page that this build carries; build.rs writes it down.
mod built {
    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}

/// The full core, beside the page: for schemas and files that the compact one in it leaves out.
pub(super) const FULL: &str = "envgate-full.deflate";

/// In front of the policy, in the page.
const POLICY: &str = r#"<meta http-equiv="Content-Security-Policy" content=""#;
/// What the page may connect to where it opens from disk, and where this program serves it.
const NOTHING: &str = "connect-src 'none'";
const US: &str = "connect-src 'self'";

/// The one file, and the full core if there is one.
pub(super) struct Page {
    pub(super) html: Vec<u8>,
    pub(super) full: Option<Vec<u8>>,
}

/// The page as it is served.
pub(super) struct Served {
    pub(super) html: String,
    pub(super) policy: String,
}

impl Page {
    /// # Errors
    /// When there is none, or what was named is none.
    pub(super) fn find(named: Option<&Path>) -> Result<Page, Problem> {
        let page = match (named, built::PAGE) {
            (Some(path), _) => {
                let full = path.with_file_name(FULL);
                Page {
                    html: read::file(path, &shown(path))?,
                    full: host::is_file(&full)
                        .then(|| read::file(&full, &shown(&full)))
                        .transpose()?,
                }
            }
            (None, Some(html)) => Page {
                html: html.to_vec(),
                full: built::FULL.map(<[u8]>::to_vec),
            },
            (None, None) => {
                let problem = Problem::new("this build of envgate has no review page");
                return Err(problem.help(
                    "give the file with --page envgate-review.html: a release has it, `make wasm page` builds it",
                ));
            }
        };
        if page.served().is_none() {
            let name = named.map(shown).unwrap_or_default();
            return Err(Problem::new(format!("{name} is not the review page"))
                .help("it is the file envgate-review.html of a release"));
        }
        Ok(page)
    }

    /// The same page, which may connect to whoever served it, and to nobody else. `None` if it is not the page, or one whose policy is not
    /// what this program knows: then it is not known either what it would keep.
    pub(super) fn served(&self) -> Option<Served> {
        let html = str::from_utf8(&self.html).ok()?;
        let (before, rest) = html.split_once(POLICY)?;
        let (policy, after) = rest.split_once('"')?;
        if policy.matches(NOTHING).count() != 1 || !policy.starts_with("default-src 'none'; ") {
            return None;
        }
        let policy = policy.replace(NOTHING, US);
        Some(Served {
            html: [before, POLICY, &policy, "\"", after].concat(),
            policy: policy + "; frame-ancestors 'none'",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(policy: &str) -> Page {
        let html = format!("<!doctype html>{POLICY}{policy}\"><script>'connect-src \\'none\\''</script>");
        Page {
            html: html.into_bytes(),
            full: None,
        }
    }

    #[test]
    fn the_page_may_connect_to_us_and_nothing_else_of_its_policy_changes() {
        let served = page("default-src 'none'; script-src 'sha256-x'; connect-src 'none'; base-uri 'none'")
            .served()
            .unwrap();
        let policy = "default-src 'none'; script-src 'sha256-x'; connect-src 'self'; base-uri 'none'";
        assert_eq!(served.html.matches(policy).count(), 1);
        assert_eq!(served.policy, format!("{policy}; frame-ancestors 'none'"));
        assert!(
            served.html.contains(r"'connect-src \'none\''"),
            "the script is as its hash says"
        );
    }

    #[test]
    fn a_file_that_is_not_the_page_is_refused() {
        for policy in [
            "",
            "default-src 'none'",
            "connect-src 'none'",
            "default-src 'none'; connect-src *",
        ] {
            assert!(page(policy).served().is_none(), "{policy}");
        }
        let html = b"<!doctype html>".to_vec();
        assert!(Page { html, full: None }.served().is_none());
    }
}
