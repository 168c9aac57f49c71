//! Answers requests: HTTP/1.1 as far as a browser needs it for four paths, with `GET`, no body, and one request per connection.
//!
//! Every program on this machine can connect, and every page can make the browser do so. So without the token, only the page itself is served,
//! which is public; `Host` must be the address, which rules out DNS rebinding; and pages of other origins get no answer. The address that a browser is
//! started with, token and all, is in the list of processes, which every user can read: so other users get nothing, where the system tells who asks.

use std::sync::Mutex;

use subtle::ConstantTimeEq as _;

use super::page::{Page, Served};
use super::project::Project;
use crate::host::{Asker, Reply, Then};
use crate::terminal::Problem;

/// The header in which the page sends the token: pages of other origins can't send it without a preflight.
const TOKEN: &str = "x-envgate-token";

const HTML: &str = "text/html; charset=utf-8";
const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain; charset=utf-8";

/// Everything that is served.
pub(super) struct Site {
    served: Served,
    /// `None` once it was handed over.
    project: Mutex<Option<Vec<u8>>>,
    full: Option<Vec<u8>>,
    host: String,
    token: String,
}

impl Site {
    /// # Errors
    /// When the file is not the page.
    pub(super) fn new(page: Page, project: &Project, port: u16, token: String) -> Result<Site, Problem> {
        let served = page
            .served()
            .ok_or_else(|| Problem::new("this is not the review page"))?;
        Ok(Site {
            served,
            project: Mutex::new(Some(project.message())),
            full: page.full,
            host: format!("127.0.0.1:{port}"),
            token,
        })
    }

    /// Returns the answer to a request with this head.
    pub(super) fn answer(&self, head: &[u8], asker: Asker) -> Reply {
        if asker == Asker::Another {
            return self.refusal("403 Forbidden", "This is for the user who started it.");
        }
        let Some(request) = Request::read(head) else {
            return self.refusal("400 Bad Request", "This is not a request.");
        };
        if request.header("host") != Some(&self.host) {
            return self.refusal("421 Misdirected Request", "This is not the address of the page.");
        }
        if request
            .header("origin")
            .is_some_and(|origin| origin.strip_prefix("http://") != Some(&self.host))
        {
            return self.refusal("403 Forbidden", "This is for the review page only.");
        }
        if request.method != "GET" {
            return self.refusal("405 Method Not Allowed", "There is nothing here but to be read.");
        }
        match request.path {
            "/" => self.reply("200 OK", HTML, self.served.html.as_bytes(), Then::Close),
            "/project" | "/full" | "/open" => self.with_token(&request),
            _ => self.refusal("404 Not Found", "There is nothing here."),
        }
    }

    fn with_token(&self, request: &Request<'_>) -> Reply {
        let token = request.header(TOKEN).unwrap_or_default();
        let ours = self.token.as_bytes().ct_eq(token.as_bytes());
        // The browser sets this header itself; a page can't.
        let elsewhere = request
            .header("sec-fetch-site")
            .is_some_and(|site| site != "same-origin");
        if !bool::from(ours) || elsewhere {
            return self.refusal("403 Forbidden", "This is for the review page only.");
        }
        match (request.path, &self.full) {
            ("/project", _) => {
                let project = self.project.lock().ok().and_then(|mut project| project.take());
                match project {
                    Some(project) => self.reply("200 OK", BYTES, &project, Then::Given),
                    None => self.refusal("410 Gone", "This was handed over already."),
                }
            }
            ("/full", Some(full)) => self.reply("200 OK", BYTES, full, Then::Close),
            ("/open", _) => self.reply("200 OK", TEXT, b"", Then::Hold),
            _ => self.refusal("404 Not Found", "There is nothing here."),
        }
    }

    fn refusal(&self, status: &str, why: &str) -> Reply {
        self.reply(status, TEXT, why.as_bytes(), Then::Close)
    }

    fn reply(&self, status: &str, kind: &str, body: &[u8], then: Then) -> Reply {
        // A reply that is held open has no length.
        let length = if then == Then::Hold {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{length}Connection: close\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: {}\r\nCross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             Permissions-Policy: camera=(), microphone=(), geolocation=(), clipboard-read=()\r\nReferrer-Policy: no-referrer\r\n\
             X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\r\n",
            self.served.policy
        );
        let bytes = [head.as_bytes(), body].concat();
        Reply { bytes, then }
    }
}

/// The head of a request.
struct Request<'h> {
    method: &'h str,
    path: &'h str,
    headers: Vec<(String, &'h str)>,
}

impl<'h> Request<'h> {
    /// Parses a head; `None` if it is malformed, or no browser would send it.
    fn read(head: &'h [u8]) -> Option<Request<'h>> {
        let text = str::from_utf8(head).ok()?;
        let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, path, version) = (words.next()?, words.next()?, words.next()?);
        if version != "HTTP/1.1" || words.next().is_some() {
            return None;
        }
        let mut headers: Vec<(String, &str)> = Vec::new();
        for line in lines {
            let (name, value) = line.split_once(':')?;
            let name = name.to_ascii_lowercase();
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
            // If a header came twice, it would be unclear which one counts.
            if !is_name || headers.iter().any(|(other, _)| *other == name) {
                return None;
            }
            headers.push((name, value.trim_matches([' ', '\t'])));
        }
        Some(Request { method, path, headers })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORT: u16 = 4711;

    fn site() -> Site {
        let html =
            br#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'none'">"#.to_vec();
        let full = Some(b"full".to_vec());
        let project = Project::default();
        Site::new(Page { html, full }, &project, PORT, "token".to_owned()).unwrap_or_else(|_| panic!("a page"))
    }

    fn ask(site: &Site, path: &str, headers: &str) -> (String, Then) {
        let head = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n{headers}\r\n");
        said(&site.answer(head.as_bytes(), Asker::Ours))
    }

    fn said(reply: &Reply) -> (String, Then) {
        let text = String::from_utf8_lossy(&reply.bytes);
        (text[9..12].to_owned(), reply.then)
    }

    #[test]
    fn the_project_is_served_once_and_only_with_the_token() {
        let site = site();
        let status = |path, headers| ask(&site, path, headers).0;
        assert_eq!(status("/", ""), "200");
        assert_eq!(status("/project", ""), "403");
        assert_eq!(status("/project", "X-Envgate-Token: tokem\r\n"), "403");
        assert_eq!(status("/project?token", "X-Envgate-Token: token\r\n"), "404");
        assert_eq!(
            status("/project", "X-Envgate-Token: token\r\nSec-Fetch-Site: cross-site\r\n"),
            "403"
        );
        assert_eq!(
            ask(
                &site,
                "/project",
                "X-Envgate-Token: token\r\nSec-Fetch-Site: same-origin\r\n"
            ),
            ("200".to_owned(), Then::Given)
        );
        assert_eq!(status("/project", "X-Envgate-Token: token\r\n"), "410");
        assert_eq!(status("/full", "X-Envgate-Token: token\r\n"), "200");
        assert_eq!(
            ask(&site, "/open", "X-Envgate-Token: token\r\n"),
            ("200".to_owned(), Then::Hold)
        );
        assert_eq!(status("/open", ""), "403");
    }

    #[test]
    fn another_host_or_origin_is_refused() {
        let site = site();
        for host in ["localhost:4711", "127.0.0.1", "127.0.0.1:4712", "evil.example:4711", ""] {
            let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
            assert_eq!(said(&site.answer(head.as_bytes(), Asker::Ours)).0, "421", "{host}");
        }
        assert_eq!(said(&site.answer(b"GET / HTTP/1.1\r\n\r\n", Asker::Ours)).0, "421");
        assert_eq!(ask(&site, "/", "Origin: http://evil.example\r\n").0, "403");
        assert_eq!(ask(&site, "/", "Origin: null\r\n").0, "403");
        assert_eq!(ask(&site, "/", "Origin: http://127.0.0.1:4711\r\n").0, "200");
    }

    #[test]
    fn malformed_requests_are_refused() {
        let site = site();
        let heads: [&[u8]; 7] = [
            b"\r\n\r\n",
            b"GET /\r\n\r\n",
            b"GET / HTTP/1.0\r\nHost: 127.0.0.1:4711\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1:4711\r\nHost: evil.example\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : 127.0.0.1:4711\r\n\r\n",
            b"GET / HTTP/1.1\r\nno header\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\n\r\n",
        ];
        for head in heads {
            assert_eq!(
                said(&site.answer(head, Asker::Ours)).0,
                "400",
                "{}",
                String::from_utf8_lossy(head)
            );
        }
        let head = format!("POST / HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n");
        assert_eq!(said(&site.answer(head.as_bytes(), Asker::Ours)).0, "405");
    }
}
