//! `envgate review`: the review page with the files of this project in it.
//!
//! The page is one HTML file that checks in the browser. It is served to this machine only, and the files are handed over once, to whoever has the
//! token in the address. The page is not part of this crate, since it is built with other tools: a build with `ENVGATE_PAGE` embeds it, every
//! other needs `--page`.

mod answer;
mod page;
mod project;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::args::ReviewArguments;
use crate::host::{self, Event, Events, Listener};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, write};
use answer::Site;
use page::Page;
use project::Project;

/// How long the program waits for somebody to open the page, and for the page to say that it is there, in seconds.
const UNTIL_OPENED: u64 = 15 * 60;
const UNTIL_HELD: u64 = 30;

/// Runs the subcommand.
pub(crate) fn run(arguments: &ReviewArguments) -> u8 {
    match review(arguments) {
        Ok(code) => code,
        Err(problem) => {
            complain(&problem);
            FAILED
        }
    }
}

fn review(arguments: &ReviewArguments) -> Result<u8, Problem> {
    let page = Page::find(arguments.page.as_deref())?;
    if let Some(path) = &arguments.write {
        let name = discover::shown(path);
        write::whole(path, &name, &page.html)?;
        let said = format!(
            "{name}: the review page, without any file in it\nSHA-256 {}\n",
            hexadecimal(&Sha256::digest(&page.html))
        );
        return Ok(terminal::print(&said, 0));
    }
    let Some(project) = Project::gather(arguments) else {
        return Ok(FAILED);
    };
    let token = host::random().ok_or_else(|| Problem::new("the system has no random bytes"))?;
    let token = hexadecimal(&token);
    let listener = Listener::new()
        .map_err(|kind| Problem::new(format!("no port on the loopback interface is available: {kind}")))?;
    let port = listener.port;
    let url = format!("http://127.0.0.1:{port}/#{token}");
    let site = Site::new(page, &project, port, token)?;
    let events = listener.start(Arc::new(move |head: &[u8], asker| site.answer(head, asker)));
    let said = format!(
        "{}\n{url}\nThe address works once. Close the page, or press Ctrl+C here, to end.\n{}",
        project.about(),
        from_elsewhere(port)
    );
    if terminal::print(&said, 0) != 0 {
        return Ok(FAILED);
    }
    if !arguments.no_open {
        host::browse(&url, || note("no browser could be started: open the address yourself"));
    }
    Ok(wait_until_closed(&events))
}

/// How to reach the page from where the user sits, which is another machine if they came by SSH. The port has to be the same on both: it is part of
/// the address, and requests to any other address are refused.
fn from_elsewhere(port: u16) -> String {
    match host::variable("SSH_CONNECTION") {
        Some(_) => {
            format!("From your own machine: ssh -L {port}:127.0.0.1:{port} to this one, then open the address there.\n")
        }
        None => String::new(),
    }
}

/// Waits until the page was opened and closed again.
fn wait_until_closed(events: &Events) -> u8 {
    if events.within(UNTIL_OPENED).is_none() {
        complain(
            &Problem::new(format!("nobody opened the page within {} minutes", UNTIL_OPENED / 60))
                .help("run it again when you are there"),
        );
        return FAILED;
    }
    // A page that is closed while it loads never reports that it is open.
    let mut event = events.within(UNTIL_HELD);
    while event.is_some_and(|event| event != Event::Left) {
        event = events.next();
    }
    0
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
