//! The file of a hook, which git runs only where it is executable.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::apply::{WriteError, apply};
use crate::model::file_change::FileChange;
use crate::source::file::RepoPath;

/// A hook's file, or the configuration that names it.
#[derive(Debug)]
pub struct HookFile {
    folder: PathBuf,
    name: RepoPath,
    /// `None` when it is not there.
    pub text: Option<String>,
}

/// Whether the file is run as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    AsProgram,
    Not,
}

impl HookFile {
    /// # Errors
    /// When it is there and cannot be read as text.
    pub fn read(folder: &Path, name: &str) -> Result<Self, WriteError> {
        let name = RepoPath::new(name);
        let text = match fs::read_to_string(folder.join(name.as_str())) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(source) => return Err(WriteError::io(&name, source)),
        };
        Ok(Self {
            folder: folder.to_owned(),
            name,
            text,
        })
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join(self.name.as_str())
    }

    /// Writes the whole file, or nothing.
    ///
    /// # Errors
    /// When that is refused, or the file is not as it was read.
    pub fn write(&self, text: String, runs: Runs) -> Result<(), WriteError> {
        let refused = |source| WriteError::io(&self.name, source);
        fs::create_dir_all(&self.folder).map_err(refused)?;
        let change = FileChange {
            path: self.name.clone(),
            before: self.text.clone(),
            after: text,
        };
        apply(&self.folder, &[change])?;
        match runs {
            Runs::AsProgram => make_executable(&self.path()).map_err(refused),
            Runs::Not => Ok(()),
        }
    }

    /// # Errors
    /// When that is refused.
    pub fn remove(&self) -> Result<(), WriteError> {
        fs::remove_file(self.path()).map_err(|source| WriteError::io(&self.name, source))
    }
}

/// Whoever may read it may run it.
#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = path.metadata()?.permissions();
    let readable = permissions.mode() & 0o444;
    permissions.set_mode(permissions.mode() | (readable >> 2));
    fs::set_permissions(path, permissions)
}

/// git for Windows runs what begins with `#!`.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
