//! Runs git for a folder, as whoever started this program would, also from a hook: there git leaves paths in the environment that are
//! meant for another folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;

use thiserror::Error;

/// Why git does not say what it was asked.
#[derive(Debug, Error)]
pub enum GitError {
    #[error("git is not installed, and without it nothing is known of what is staged")]
    NotInstalled,
    #[error("git cannot be run")]
    Io(#[from] std::io::Error),
    #[error("`git {command}` failed in {folder}: {complaint}", folder = folder.display())]
    Refused {
        command: &'static str,
        folder: PathBuf,
        complaint: String,
    },
}

/// What would make other patterns of the paths that git is asked for.
const OF_PATTERNS: [&str; 4] = [
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// git in a folder.
#[derive(Debug, Clone)]
pub struct Git {
    folder: PathBuf,
    /// What the environment says otherwise than here; `None` takes it out.
    environment: Vec<(&'static str, Option<OsString>)>,
}

impl Git {
    /// The repository that the folder is in, or that the environment names.
    ///
    /// # Errors
    /// When there is no git.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        let folder = std::path::absolute(folder)
            .or_else(|_| std::env::current_dir())
            .map_err(GitError::Io)?;
        // Nothing is written, not even what git has learnt on the way.
        let mut environment = vec![("GIT_OPTIONAL_LOCKS", Some("0".into()))];
        environment.extend(OF_PATTERNS.map(|name| (name, None)));
        let mut git = Self {
            folder,
            environment,
        };
        let here = std::env::current_dir()?;
        if let Some(index) = path_in_environment("GIT_INDEX_FILE") {
            // git takes it from the root of the working tree on, which is where a hook runs.
            let from_here = here.join(index);
            if from_here.exists() {
                git.set("GIT_INDEX_FILE", from_here.into());
            }
        }
        if let Some(repository) = path_in_environment("GIT_DIR") {
            git.settle_repository(&here, &here.join(repository))?;
        }
        Ok(git)
    }

    /// git sets GIT_DIR for the hooks of a worktree and of a submodule, and takes the folder that it is started in for the root of the
    /// working tree then.
    fn settle_repository(&mut self, here: &Path, repository: &Path) -> Result<(), GitError> {
        if let Some(work_tree) = path_in_environment("GIT_WORK_TREE") {
            self.set("GIT_DIR", repository.into());
            self.set("GIT_WORK_TREE", here.join(work_tree).into());
            return Ok(());
        }
        let mut without = self.clone();
        without.environment.push(("GIT_DIR", None));
        let found = without.output("rev-parse", &["--absolute-git-dir"])?;
        let found = PathBuf::from(first_line(&found.stdout));
        if found.canonicalize().ok() == repository.canonicalize().ok() && found.is_absolute() {
            *self = without;
            return Ok(());
        }
        let from_here = Self {
            folder: here.to_owned(),
            environment: Vec::new(),
        };
        let top = from_here.ask("rev-parse", &["--show-toplevel"])?;
        self.set("GIT_DIR", repository.into());
        self.set("GIT_WORK_TREE", first_line(&top));
        Ok(())
    }

    fn set(&mut self, name: &'static str, value: OsString) {
        self.environment.push((name, Some(value)));
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `git COMMAND ARGUMENTS…`, not started yet.
    pub fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.folder).arg(command).args(arguments);
        for (name, value) in &self.environment {
            match value {
                Some(value) => git.env(name, value),
                None => git.env_remove(name),
            };
        }
        git
    }

    /// What it prints.
    ///
    /// # Errors
    /// When there is no git, or it fails.
    pub fn ask(&self, command: &'static str, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = self.output(command, arguments)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(self.refused(command, &output.stderr)),
        }
    }

    /// Begins a command, whose answer is taken later; other work goes on beside it.
    ///
    /// # Errors
    /// When there is no git.
    pub fn begin(&self, command: &'static str, arguments: &[&str]) -> Result<Begun, GitError> {
        let mut git = self.command(command, arguments);
        git.stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = git.spawn().map_err(not_started)?;
        Ok(Begun(Mutex::new(Some(child))))
    }

    /// The file of that name that is staged in the folder, or else in the nearest above it, up to the root of the working tree.
    ///
    /// # Errors
    /// When there is no git, or it fails.
    pub fn staged_above(&self, name: &str) -> Result<Option<PathBuf>, GitError> {
        let prefix = self.ask("rev-parse", &["--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix);
        let prefix = prefix.strip_suffix('\n').unwrap_or(&prefix);
        let slashes = prefix.match_indices('/').map(|(at, _)| &prefix[..=at]);
        let folders: Vec<&str> = std::iter::once("").chain(slashes).collect();
        let wanted = folders.iter().map(|it| format!(":(top,literal){it}{name}"));
        let wanted: Vec<String> = wanted.collect();
        let mut arguments = vec!["-z", "--full-name", "--"];
        arguments.extend(wanted.iter().map(String::as_str));
        let listed = self.ask("ls-files", &arguments)?;
        let listed: Vec<&[u8]> = listed.split(|byte| *byte == 0).collect();
        let is_staged = |folder: &&&str| listed.contains(&format!("{folder}{name}").as_bytes());
        let nearest = folders.iter().rfind(is_staged);
        Ok(nearest.and_then(|nearest| {
            let depth = prefix[nearest.len()..].matches('/').count();
            Some(self.folder.ancestors().nth(depth)?.join(name))
        }))
    }

    fn output(&self, command: &'static str, arguments: &[&str]) -> Result<Output, GitError> {
        let mut git = self.command(command, arguments);
        git.output().map_err(not_started)
    }

    /// The error for a git that failed with these words.
    pub fn refused(&self, command: &'static str, complaint: &[u8]) -> GitError {
        GitError::Refused {
            command,
            folder: self.folder.clone(),
            complaint: String::from_utf8_lossy(complaint).trim().to_owned(),
        }
    }
}

/// A git that is at work.
#[derive(Debug)]
pub struct Begun(Mutex<Option<Child>>);

impl Begun {
    /// Waits for it to end; `None` once its answer was taken.
    ///
    /// # Errors
    /// What the system says.
    pub fn take(&self) -> std::io::Result<Option<Output>> {
        let begun = self.0.lock().unwrap_or_else(|it| it.into_inner()).take();
        begun.map(Child::wait_with_output).transpose()
    }
}

/// Nobody waits for its answer.
impl Drop for Begun {
    fn drop(&mut self) {
        let _ = self.take();
    }
}

/// The error for a git that did not start.
pub fn not_started(error: std::io::Error) -> GitError {
    match error.kind() {
        std::io::ErrorKind::NotFound => GitError::NotInstalled,
        _ => GitError::Io(error),
    }
}

fn path_in_environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A path that git printed on a line.
pub fn first_line(printed: &[u8]) -> OsString {
    let line = printed.strip_suffix(b"\n").unwrap_or(printed);
    path(line)
}

#[cfg(unix)]
pub fn path(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_owned())
}

#[cfg(not(unix))]
pub fn path(bytes: &[u8]) -> OsString {
    OsString::from(String::from_utf8_lossy(bytes).into_owned())
}
