//! The contents of objects, from a `git cat-file` that answers many questions.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::Id;
use super::asked::command;
use crate::host::Refusal;

/// The objects of a repository. `git cat-file` is started with the first question.
#[derive(Default)]
pub(crate) struct Objects {
    batch: RefCell<Option<Batch>>,
    kept: RefCell<HashMap<Id, Vec<u8>>>,
    /// How many bytes may still be kept.
    room: Cell<u64>,
}

/// How many bytes are kept: a large change of a project with many parts, without its images.
const ROOM: u64 = 64 << 20;

/// The maximum length of a content that is kept. A longer one takes longer to search than to ask for.
const LONGEST_KEPT: u64 = 1 << 20;

impl Objects {
    /// Starts git at once, so that it is ready for the first question.
    pub(super) fn started() -> Objects {
        Objects {
            batch: RefCell::new(Batch::start().ok()),
            ..Objects::default()
        }
    }

    /// Keeps contents from now on, since the same will be asked for again: git takes much longer to answer than a search through the answer.
    pub(crate) fn keep(&self) {
        self.room.set(ROOM);
    }

    /// Returns the content of an object.
    ///
    /// # Errors
    /// When the repository does not have it, or it is larger than `limit`.
    pub(crate) fn read(&self, id: &str, limit: usize) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let fits = self.stream(id, |size, content| {
            if size > limit as u64 {
                return Ok(false);
            }
            content.read_to_end(&mut bytes).map(|_| true)
        })?;
        if fits { Ok(bytes) } else { Err(Refusal::TooLarge) }
    }

    /// Hands the content of an object to `work`, piece by piece.
    ///
    /// # Errors
    /// When the repository does not have it.
    pub(crate) fn stream<T>(
        &self,
        id: &str,
        work: impl FnOnce(u64, &mut dyn Read) -> std::io::Result<T>,
    ) -> Result<T, Refusal> {
        if let Some(content) = self.kept.borrow().get(id) {
            return Ok(work(content.len() as u64, &mut content.as_slice())?);
        }
        let mut batch = self.batch.borrow_mut();
        let mut running = match batch.take() {
            Some(running) => running,
            None => Batch::start()?,
        };
        // A git that has ended is not asked again. It ends, for example, when an object can't be fetched.
        let size = running.ask(id)?;
        let running = batch.insert(running);
        let Some(size) = size else {
            return Err(Refusal::Absent);
        };
        let mut content = running.stdout.by_ref().take(size);
        if size <= LONGEST_KEPT.min(self.room.get()) {
            let mut whole = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            content.read_to_end(&mut whole)?;
            running.end()?;
            let result = work(size, &mut whole.as_slice());
            self.room.set(self.room.get() - size);
            self.kept.borrow_mut().insert(id.to_owned(), whole);
            return Ok(result?);
        }
        let result = work(size, &mut content);
        // What `work` left unread.
        let drained = std::io::copy(&mut content, &mut std::io::sink());
        let ended = running.end();
        drained?;
        ended?;
        Ok(result?)
    }
}

/// `git cat-file --batch`.
struct Batch {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Batch {
    fn start() -> Result<Batch, Refusal> {
        let mut child = command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        Ok(Batch {
            child,
            stdin,
            stdout: BufReader::with_capacity(1 << 16, stdout),
        })
    }

    /// The size of an object, whose content comes next; `None` if the repository does not have it.
    ///
    /// # Errors
    /// When git has ended.
    fn ask(&mut self, id: &str) -> Result<Option<u64>, Refusal> {
        let mut answer = String::new();
        let asked = writeln!(self.stdin, "{id}").and_then(|()| self.stdout.read_line(&mut answer));
        if !matches!(asked, Ok(1..)) {
            return Err(Refusal::Absent);
        }
        // OBJECT blob SIZE, or OBJECT missing
        Ok(answer.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()))
    }

    /// Reads the line end behind a content.
    fn end(&mut self) -> std::io::Result<()> {
        self.stdout.read_exact(&mut [0])
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
