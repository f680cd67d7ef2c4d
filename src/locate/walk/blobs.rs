//! What git holds under the names of objects, as it would write it into the working tree: one process, asked for one after another.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

use crate::locate::git::{Git, GitError, not_started};

/// From where paths go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::locate) enum Names {
    FromFolder,
    /// The root of the working tree.
    Full,
}

#[derive(Debug, Error)]
pub(in crate::locate) enum BlobError {
    #[error("the file is too large")]
    TooLarge,
    #[error(transparent)]
    Git(#[from] GitError),
}

/// The blobs of a repository.
#[derive(Debug)]
pub(in crate::locate) struct Blobs {
    git: Git,
    names: Names,
    /// From the root of the working tree to the folder, with a slash at the end.
    prefix: OnceLock<String>,
    /// Started for the first blob.
    process: Mutex<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The name of an object that there is not.
    nobodys: String,
}

impl Blobs {
    pub(in crate::locate) fn new(git: Git, names: Names) -> Self {
        Self {
            git,
            names,
            prefix: OnceLock::new(),
            process: Mutex::default(),
        }
    }

    /// The bytes of an object, with what the attributes of `path` make of them: line ends, git-lfs.
    ///
    /// # Errors
    /// When git does not give them, or they are more than `limit`.
    pub(in crate::locate) fn read(
        &self,
        object: &str,
        path: &str,
        limit: u64,
    ) -> Result<Vec<u8>, BlobError> {
        if path.contains('\n') {
            return Err(self.refused("its name holds a line break").into());
        }
        let prefix = self.prefix()?;
        let mut process = self.process.lock().unwrap_or_else(|it| it.into_inner());
        if process.is_none() {
            *process = Some(start(&self.git)?);
        }
        let Some(running) = process.as_mut() else {
            return Err(self.refused("it did not start").into());
        };
        let read = running.read(&format!("{object} {prefix}{path}\n"), limit);
        if read.is_err() {
            // Where its output stands is not known now.
            if let Some(mut broken) = process.take() {
                let _ = broken.child.kill();
                let _ = broken.child.wait();
            }
        }
        read.map_err(|failure| match failure {
            Failure::TooLarge => BlobError::TooLarge,
            Failure::Answer(answer) => self.refused(&answer).into(),
            Failure::Io(error) => self.refused(&error.to_string()).into(),
        })
    }

    /// From the root of the working tree to the folder; empty where names are full.
    ///
    /// # Errors
    /// When git fails.
    pub(in crate::locate) fn prefix(&self) -> Result<&str, GitError> {
        if self.names == Names::Full {
            return Ok("");
        }
        if let Some(prefix) = self.prefix.get() {
            return Ok(prefix);
        }
        let printed = self.git.ask("rev-parse", &["--show-prefix"])?;
        let printed = String::from_utf8_lossy(&printed).into_owned();
        let prefix = printed.strip_suffix('\n').unwrap_or(&printed).to_owned();
        Ok(self.prefix.get_or_init(|| prefix))
    }

    fn refused(&self, complaint: &str) -> GitError {
        self.git.refused("cat-file", complaint.as_bytes())
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap_or_else(|it| it.into_inner());
        if let Some(Process {
            mut child, input, ..
        }) = process.take()
        {
            // It ends with its input.
            drop(input);
            let _ = child.wait();
        }
    }
}

fn start(git: &Git) -> Result<Process, GitError> {
    let mut command = git.command("cat-file", &["--batch", "--filters"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(not_started)?;
    let lost = || GitError::Io(std::io::Error::other("it has no input or output"));
    let input = child.stdin.take().ok_or_else(lost)?;
    let output = BufReader::new(child.stdout.take().ok_or_else(lost)?);
    Ok(Process {
        child,
        input,
        output,
        nobodys: nobodys(),
    })
}

enum Failure {
    TooLarge,
    /// git says something else than the object.
    Answer(String),
    Io(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Io(error)
    }
}

impl Process {
    /// `OBJECT blob SIZE`, the bytes, and a line break (git-cat-file(1), BATCH OUTPUT). The size is that before the filters, so that it does
    /// not tell where the bytes end: an object that nobody has is asked for behind them.
    fn read(&mut self, request: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        let end = format!("{} missing\n", self.nobodys);
        self.input.write_all(request.as_bytes())?;
        self.input
            .write_all(format!("{} -\n", self.nobodys).as_bytes())?;
        self.input.flush()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        let answer = answer.trim_end();
        let size = match answer.rsplit_once(" blob ") {
            Some((_, size)) => size.parse::<u64>().ok(),
            None => None,
        };
        let Some(size) = size else {
            return Err(Failure::Answer(match answer {
                "" => "it ended; what it said stands above".to_owned(),
                answer => answer.to_owned(),
            }));
        };
        if size > limit {
            return Err(Failure::TooLarge);
        }
        let mut bytes = Vec::new();
        while !bytes.ends_with(end.as_bytes()) {
            let more = self.output.fill_buf()?;
            let count = more.len();
            bytes.extend_from_slice(more);
            self.output.consume(count);
            if count == 0 {
                return Err(Failure::Answer("its answer is cut short".to_owned()));
            }
            if bytes.len() as u64 > limit + end.len() as u64 + 1 {
                return Err(Failure::TooLarge);
            }
        }
        bytes.truncate(bytes.len() - end.len());
        match bytes.pop() {
            Some(b'\n') => Ok(bytes),
            _ => Err(Failure::Answer("its answer is cut short".to_owned())),
        }
    }
}

/// A name that no object has, and no text holds that was written before this process began.
fn nobodys() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanoseconds = since.map_or(0, |since| since.as_nanos());
    format!("laneset-{}-{nanoseconds}", std::process::id())
}
