//! The contents of objects, from a `git cat-file` that answers many questions.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::asked::command;
use crate::host::Refusal;

/// The objects of a repository. `git cat-file` is started with the first question.
#[derive(Default)]
pub(crate) struct Objects(RefCell<Option<Batch>>);

impl Objects {
    /// Starts git at once, so that it is ready for the first question.
    pub(super) fn started() -> Objects {
        Objects(RefCell::new(Batch::start().ok()))
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
        let mut batch = self.0.borrow_mut();
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
        let result = work(size, &mut content);
        // Skip what `work` left unread, and the line end after it.
        let drained = std::io::copy(&mut content, &mut std::io::sink());
        let mut end = [0];
        let ended = running.stdout.read_exact(&mut end);
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
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
