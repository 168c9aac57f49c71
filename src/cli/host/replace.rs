//! Replaces a file whole or not at all. The new text goes to a temporary file beside it, which takes its place once it is on the disk: readers
//! see all of the old or all of the new text, and a failure at any point loses nothing. On Linux the temporary file has no name until then, so
//! that a killed process leaves no copy of values behind.
//!
//! Kept: a symbolic link (its target is replaced), permissions and, if this user may change them, owner and group. Not kept: other hard links
//! to the file, which keep the old text (a note says so), and extended attributes.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Refusal, read};

/// How often a lock is tried, and how long it waits in between: five seconds, while a turn takes milliseconds.
#[cfg(unix)]
const TRIES: u32 = 1000;
#[cfg(unix)]
const BETWEEN_TRIES: std::time::Duration = std::time::Duration::from_millis(5);

/// The maximum length of a name to which a suffix can be added.
const LONGEST_NAME: usize = 200;

/// Replaces the file at `path` by `after`. `before` is its content when it was read, or `None` if there was no file: a change made since is not
/// overwritten.
///
/// # Errors
/// Why it can't be written; then nothing has changed, and nothing is left behind.
pub(crate) fn replace(path: &Path, before: Option<&[u8]>, after: &[u8]) -> Result<(), Refusal> {
    let Some(before) = before else {
        let temporary = Temporary::new(path, EVERYBODY, None)?;
        temporary.fill(after)?;
        return Ok(temporary.link_to(path)?);
    };
    // A rename would replace a link instead of its target. The target is determined once, so that everything below is about the same file.
    let target = fs::canonicalize(path)?;
    still_holds(&target, before)?;
    // A rename needs a writable folder only. If the file itself is read-only, somebody meant to keep it.
    let model = OpenOptions::new().write(true).open(&target)?;
    let temporary = Temporary::new(&target, OWNER, Some(&model))?;
    // Not every system replaces a file that is open.
    drop(model);
    temporary.fill(after)?;
    // Without the lock, two processes could both find the file unchanged, and the second would undo what the first wrote.
    let _turn = turn(&target);
    still_holds(&target, before)?;
    Ok(temporary.replace(&target)?)
}

/// Creates an executable file, and its folder if there is none. It never appears half written: git would run an empty hook, which lets
/// everything pass.
///
/// # Errors
/// Why it can't be made, or that there is a file; then nothing has changed but for the folder.
pub(crate) fn install(path: &Path, text: &str) -> Result<(), Refusal> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = Temporary::new(path, PROGRAM, None)?;
    temporary.fill(text.as_bytes())?;
    Ok(temporary.link_to(path)?)
}

/// Waits until no other envgate replaces a file in this folder, and keeps others waiting while the result is held. The folder is locked,
/// not the file, because another file takes its place. Where locks are not supported, or the caller holds a lock of the folder itself
/// (`flock . envgate …`), it goes on without one.
#[cfg(unix)]
fn turn(target: &Path) -> Option<File> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    let folder = File::open(target.parent()?).ok()?;
    for _ in 0..TRIES {
        match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Some(folder),
            Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(BETWEEN_TRIES),
            Err(_) => break,
        }
    }
    None
}

#[cfg(not(unix))]
fn turn(_: &Path) -> Option<File> {
    None
}

fn still_holds(target: &Path, before: &[u8]) -> Result<(), Refusal> {
    match read(target, before.len()) {
        Ok(now) if now == before => Ok(()),
        Ok(_) | Err(Refusal::TooLarge) => Err(Refusal::Changed),
        Err(refusal) => Err(refusal),
    }
}

/// A temporary file. Dropping it removes it, unless it has replaced its target. Where the system allows, it has no name until it is
/// complete, so that nothing is left behind if the process is killed.
struct Temporary {
    file: File,
    path: Option<PathBuf>,
}

impl Temporary {
    /// Creates an empty file beside `target`. Only users who can read `model` can read it.
    fn new(target: &Path, mode: u32, model: Option<&File>) -> io::Result<Temporary> {
        let options = options(mode);
        let temporary = match nameless(target, &options) {
            Some(file) => Temporary { file, path: None },
            None => {
                let (file, path) = beside(target, |path| options.open(path))?;
                Temporary { file, path: Some(path) }
            }
        };
        if let Some(model) = model {
            take_after(&temporary.file, model)?;
        }
        Ok(temporary)
    }

    /// Writes to the disk before the rename: after a power cut, the file might be empty otherwise.
    fn fill(&self, content: &[u8]) -> io::Result<()> {
        (&self.file).write_all(content)?;
        self.file.sync_all()
    }

    fn replace(mut self, target: &Path) -> io::Result<()> {
        let path = match self.path.take() {
            Some(path) => path,
            None => beside(target, |path| name(&self.file, path))?.1,
        };
        fs::rename(self.path.insert(path), target)?;
        sync_folder(target);
        Ok(())
    }

    /// A rename would replace a file that was created meanwhile; a link refuses to. On a file system without links, that race remains.
    fn link_to(self, target: &Path) -> io::Result<()> {
        let Some(path) = &self.path else {
            name(&self.file, target)?;
            sync_folder(target);
            return Ok(());
        };
        match fs::hard_link(path, target) {
            Ok(()) => {
                let _ = fs::remove_file(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            Err(_) if target.symlink_metadata().is_ok() => return Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(path, target)?,
        }
        sync_folder(target);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // This fails if the file has replaced its target, and then there is nothing to remove.
        let _ = self.path.as_ref().map(fs::remove_file);
    }
}

/// The folder of a process's open files.
#[cfg(target_os = "linux")]
const OPEN_FILES: &str = "/proc/self/fd";

/// Creates a file without a name in the folder of `target`; `None` if the system can't.
#[cfg(target_os = "linux")]
fn nameless(target: &Path, options: &OpenOptions) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut options = options.clone();
    options.create_new(false).custom_flags(flags);
    let file = options.open(folder.unwrap_or(Path::new("."))).ok()?;
    fs::exists(OPEN_FILES).is_ok_and(|known| known).then_some(file)
}

/// Gives such a file a name, unless that is taken.
#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    let (here, through) = (rustix::fs::CWD, rustix::fs::AtFlags::SYMLINK_FOLLOW);
    Ok(rustix::fs::linkat(here, open, here, path, through)?)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path, _: &OpenOptions) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Creates something under a free name in the same folder, where a rename is atomic. Also returns the name.
fn beside<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(T, PathBuf)> {
    let mut attempt = 0_u32;
    loop {
        let path = name_beside(target, attempt)?;
        match make(&path) {
            Ok(made) => return Ok((made, path)),
            // A process that was killed left a file of this name behind.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Returns a name with the same beginning, so that what keeps `.env` out of a repository also keeps this out.
fn name_beside(target: &Path, attempt: u32) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(ErrorKind::IsADirectory)?;
    let mut own = if name.len() > LONGEST_NAME {
        OsString::from(".env")
    } else {
        name.to_owned()
    };
    own.push(format!(".{}-{attempt}.tmp", std::process::id()));
    Ok(target.with_file_name(own))
}

/// The permissions that a new file asks for; the umask of the process removes some.
const EVERYBODY: u32 = 0o666;
const OWNER: u32 = 0o600;
const PROGRAM: u32 = 0o755;

fn options(mode: u32) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    options
}

/// Owner and group come first, because changing them can remove permissions. If the group can't be kept, the new group gets no more permissions
/// than everybody.
#[cfg(unix)]
fn take_after(file: &File, model: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let (own, wanted) = (file.metadata()?, model.metadata()?);
    let mut mode = wanted.mode() & 0o7777;
    if own.uid() != wanted.uid() {
        let _ = fchown(file, Some(wanted.uid()), None);
    }
    if own.gid() != wanted.gid() && fchown(file, None, Some(wanted.gid())).is_err() {
        mode = mode & 0o7707 | (mode & 0o007) << 3;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn take_after(file: &File, model: &File) -> io::Result<()> {
    file.set_permissions(model.metadata()?.permissions())
}

/// Makes the rename durable. Not every file system can; after a power cut, either text is complete.
fn sync_folder(target: &Path) {
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    #[cfg(not(unix))]
    let _ = target;
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Folder {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let id = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("envgate-write-{}-{id}", std::process::id()));
            fs::create_dir(&path).unwrap();
            Folder(path)
        }

        fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = fs::read_dir(&self.0)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::set_permissions(&self.0, fs::Permissions::from_mode(0o700));
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn root() -> bool {
        fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
    }

    #[test]
    fn a_file_is_replaced_and_keeps_its_permissions() {
        let folder = Folder::new();
        for mode in [0o600, 0o640, 0o664, 0o755] {
            let path = folder.write(".env", "A=1\n", mode);
            let before = path.metadata().unwrap();
            replace(&path, Some(b"A=1\n"), b"A=2\n").unwrap();
            let after = path.metadata().unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"A=2\n");
            assert_eq!(after.mode() & 0o7777, mode);
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
            assert_ne!(after.ino(), before.ino(), "replaced, not overwritten");
        }
        assert_eq!(folder.names(), [".env"]);
    }

    #[test]
    fn a_replaced_file_keeps_its_owner_and_group() {
        if !root() {
            return;
        }
        let folder = Folder::new();
        let path = folder.write(".env", "A=1\n", 0o640);
        std::os::unix::fs::chown(&path, Some(65534), Some(65533)).unwrap();
        replace(&path, Some(b"A=1\n"), b"A=2\n").unwrap();
        let after = path.metadata().unwrap();
        assert_eq!((after.uid(), after.gid(), after.mode() & 0o7777), (65534, 65533, 0o640));
    }

    /// Whoever breaks it off at any point finds nothing of it.
    #[test]
    fn an_unfinished_file_has_no_name() {
        let folder = Folder::new();
        let path = folder.write(".env", "A=1\n", 0o600);
        for model in [None, File::open(&path).ok()] {
            let temporary = Temporary::new(&path, OWNER, model.as_ref()).unwrap();
            temporary.fill(b"A=2\n").unwrap();
            if temporary.path.is_none() {
                assert_eq!(folder.names(), [".env"]);
            }
        }
        assert_eq!(folder.names(), [".env"]);
    }

    #[test]
    fn a_new_file_never_overwrites() {
        let folder = Folder::new();
        let path = folder.0.join("new");
        replace(&path, None, b"1").unwrap();
        assert_eq!(
            replace(&path, None, b"2"),
            Err(Refusal::Failed(ErrorKind::AlreadyExists))
        );
        symlink("nowhere", folder.0.join("link")).unwrap();
        assert_eq!(
            replace(&folder.0.join("link"), None, b"2"),
            Err(Refusal::Failed(ErrorKind::AlreadyExists))
        );
        assert_eq!(fs::read(&path).unwrap(), b"1");
        assert_eq!(folder.names(), ["link", "new"]);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = Folder::new();
        fs::create_dir(folder.0.join("shared")).unwrap();
        let target = folder.write("shared/.env", "A=1\n", 0o600);
        symlink("shared/.env", folder.0.join(".env")).unwrap();
        replace(&folder.0.join(".env"), Some(b"A=1\n"), b"A=2\n").unwrap();
        assert!(folder.0.join(".env").symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read(target).unwrap(), b"A=2\n");
        assert_eq!(folder.names(), [".env", "shared"]);
    }

    #[test]
    fn a_concurrent_change_is_kept() {
        let folder = Folder::new();
        let path = folder.write(".env", "A=3\n", 0o600);
        assert_eq!(replace(&path, Some(b"A=1\n"), b"A=2\n"), Err(Refusal::Changed));
        assert_eq!(fs::read(&path).unwrap(), b"A=3\n");
        assert_eq!(folder.names(), [".env"]);
    }

    /// Whoever was told that it was written finds it in the end.
    #[test]
    fn of_those_that_run_at_once_none_is_lost() {
        let folder = Folder::new();
        let path = folder.write("log", "", 0o600);
        let written = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let before = fs::read(&path).unwrap();
                        let after = [&before[..], b"x"].concat();
                        match replace(&path, Some(&before), &after) {
                            Ok(()) => {
                                written.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(refusal) => assert_eq!(refusal, Refusal::Changed),
                        }
                    }
                });
            }
        });
        let length = fs::read(&path).unwrap().len();
        assert_eq!(length, written.load(Ordering::Relaxed) as usize);
        assert_eq!(folder.names(), ["log"]);
    }

    #[test]
    fn only_files() {
        let folder = Folder::new();
        fs::create_dir(folder.0.join("folder")).unwrap();
        assert!(replace(&folder.0.join("folder"), Some(b""), b"A=2\n").is_err());
        let pipe = folder.0.join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
        assert!(replace(&pipe, Some(b""), b"A=2\n").is_err());
        assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
        assert!(replace(&folder.0.join("gone"), Some(b""), b"A=2\n").is_err());
        assert!(replace(&folder.0.join("no/folder"), None, b"A=2\n").is_err());
        assert_eq!(folder.names(), ["folder", "pipe"]);
    }

    #[test]
    fn a_read_only_file_is_not_written() {
        if root() {
            return;
        }
        let folder = Folder::new();
        let path = folder.write(".env", "A=1\n", 0o400);
        assert!(replace(&path, Some(b"A=1\n"), b"A=2\n").is_err());
        let path = folder.write(".env.local", "A=1\n", 0o600);
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o500)).unwrap();
        assert!(replace(&path, Some(b"A=1\n"), b"A=2\n").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"A=1\n");
        assert_eq!(folder.names(), [".env", ".env.local"]);
    }

    #[test]
    fn leftover_temporary_files_do_not_block() {
        let folder = Folder::new();
        let path = folder.write(".env", "A=1\n", 0o600);
        let left = name_beside(&path, 0).unwrap();
        fs::write(&left, "left").unwrap();
        replace(&path, Some(b"A=1\n"), b"A=2\n").unwrap();
        assert_eq!(fs::read(&left).unwrap(), b"left");
        assert_eq!(folder.names().len(), 2);
    }

    #[test]
    fn a_long_name_can_be_replaced() {
        let folder = Folder::new();
        let name = "n".repeat(255);
        let path = folder.write(&name, "A=1\n", 0o600);
        replace(&path, Some(b"A=1\n"), b"A=2\n").unwrap();
        assert_eq!(folder.names(), [name]);
    }
}
