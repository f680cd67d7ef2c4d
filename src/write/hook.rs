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
    /// Without links, or where a link leads that leads nowhere.
    pub real: PathBuf,
    /// `None` when it is not there.
    pub text: Option<String>,
    permissions: Option<fs::Permissions>,
}

/// Whether git runs the file as a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    AsProgram,
    /// What runs it does not ask for its mode.
    Not,
}

/// What is to become of a file.
#[derive(Debug)]
pub struct HookChange {
    pub file: HookFile,
    /// `None` when it is to be gone.
    pub after: Option<String>,
    /// With `AsProgram` it is made executable; else its mode stays.
    pub runs: Runs,
}

impl HookFile {
    /// # Errors
    /// When it is there and cannot be read as text.
    pub fn read(folder: &Path, name: &str) -> Result<Self, WriteError> {
        let path = folder.join(name);
        let name = RepoPath::new(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(source) => return Err(WriteError::io(&name, source)),
        };
        let to = fs::read_link(&path).unwrap_or_else(|_| name.as_str().into());
        Ok(Self {
            real: real(&path).unwrap_or_else(|| folder_of(folder).join(to)),
            permissions: path.metadata().ok().map(|it| it.permissions()),
            folder: folder.to_owned(),
            name,
            text,
        })
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join(self.name.as_str())
    }

    /// Where it leads as a link that is not written through: out of its folder, or nowhere.
    pub fn leads_to(&self) -> Option<&Path> {
        let is_elsewhere = self.text.is_none() || !self.real.starts_with(folder_of(&self.folder));
        (self.path().is_symlink() && is_elsewhere).then_some(&self.real)
    }

    /// Whether git, which passes over a hook that is not executable, would run it.
    #[cfg(unix)]
    pub fn is_executable(&self) -> bool {
        use std::os::unix::fs::PermissionsExt;
        let mode = self.permissions.as_ref().map(PermissionsExt::mode);
        mode.is_some_and(|mode| mode & 0o100 != 0)
    }

    /// git for Windows runs what begins with `#!`.
    #[cfg(not(unix))]
    pub fn is_executable(&self) -> bool {
        self.text.is_some()
    }

    fn write(&self, text: &str) -> Result<(), WriteError> {
        let refused = |source| WriteError::io(&self.name, source);
        fs::create_dir_all(&self.folder).map_err(refused)?;
        let change = FileChange {
            path: self.name.clone(),
            before: self.text.clone(),
            after: text.to_owned(),
        };
        apply(&self.folder, &[change])
    }

    /// As it was read.
    fn restore(&self) -> std::io::Result<()> {
        let path = self.path();
        match (&self.text, &self.permissions) {
            (Some(text), Some(permissions)) => {
                fs::write(&path, text)?;
                fs::set_permissions(&path, permissions.clone())
            }
            _ => fs::remove_file(path),
        }
    }
}

/// Makes every change, or none.
///
/// # Errors
/// When one is refused, or a file is not as it was read; those that were made before are taken back.
pub fn make(changes: &[HookChange]) -> Result<(), WriteError> {
    for (at, change) in changes.iter().enumerate() {
        change
            .make()
            .map_err(|error| taken_back(&changes[..at], &change.file.name, error))?;
    }
    Ok(())
}

impl HookChange {
    fn is_any(&self) -> bool {
        self.after != self.file.text || self.runs == Runs::AsProgram
    }

    fn make(&self) -> Result<(), WriteError> {
        let refused = |source| WriteError::io(&self.file.name, source);
        match &self.after {
            Some(text) if self.file.text.as_ref() != Some(text) => self.file.write(text)?,
            None if self.file.text.is_some() => {
                fs::remove_file(self.file.path()).map_err(refused)?;
            }
            _ => {}
        }
        match (self.runs, &self.after) {
            (Runs::AsProgram, Some(_)) => make_executable(&self.file.path()).map_err(refused),
            _ => Ok(()),
        }
    }
}

fn taken_back(done: &[HookChange], path: &RepoPath, error: WriteError) -> WriteError {
    let changed = done.iter().rev().filter(|change| change.is_any());
    let files = changed.map(|change| &change.file);
    let lost = files.filter(|file| file.restore().is_err());
    let not_restored: Vec<RepoPath> = lost.map(|file| file.name.clone()).collect();
    if not_restored.is_empty() {
        return error;
    }
    WriteError::NotRestored {
        path: path.clone(),
        not_restored,
        source: std::io::Error::other(error),
    }
}

fn real(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

fn folder_of(folder: &Path) -> PathBuf {
    real(folder).unwrap_or_else(|| folder.to_owned())
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    fn change(file: HookFile, after: Option<&str>) -> HookChange {
        HookChange {
            file,
            after: after.map(str::to_owned),
            runs: Runs::AsProgram,
        }
    }

    #[test]
    fn when_the_second_file_is_refused_the_first_is_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (there, other) = (folder.join("there"), folder.join("other"));
        for after in [Some("after"), None] {
            fs::write(&there, "before").unwrap();
            fs::set_permissions(&there, fs::Permissions::from_mode(0o640)).unwrap();
            fs::write(&other, "read").unwrap();
            let changes = [
                change(HookFile::read(folder, "there").unwrap(), after),
                change(HookFile::read(folder, "new").unwrap(), Some("new")),
                change(HookFile::read(folder, "other").unwrap(), Some("after")),
            ];
            fs::write(&other, "changed meanwhile").unwrap();
            let error = make(&changes).unwrap_err();
            assert!(matches!(error, WriteError::Changed { .. }), "{error}");
            assert_eq!(fs::read_to_string(&there).unwrap(), "before");
            assert_eq!(mode(&there), 0o640);
            assert!(!folder.join("new").exists());
            assert_eq!(fs::read_to_string(&other).unwrap(), "changed meanwhile");
        }
    }

    #[test]
    fn a_link_is_written_through_within_its_folder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let hooks = folder.path().join("hooks");
        fs::create_dir(&hooks).unwrap();
        fs::write(folder.path().join("script"), "").unwrap();
        fs::write(hooks.join("real"), "").unwrap();
        symlink("../script", hooks.join("out")).unwrap();
        symlink("nowhere", hooks.join("dangling")).unwrap();
        symlink("real", hooks.join("beside")).unwrap();
        let leads = |name: &str| {
            let file = HookFile::read(&hooks, name).unwrap();
            file.leads_to().map(|to| to.file_name().unwrap().to_owned())
        };
        assert_eq!(leads("out"), Some("script".into()));
        assert_eq!(leads("dangling"), Some("nowhere".into()));
        assert_eq!(leads("beside"), None);
        assert_eq!(leads("real"), None);
        let beside = HookFile::read(&hooks, "beside").unwrap();
        make(&[change(beside, Some("text"))]).unwrap();
        assert_eq!(fs::read_to_string(hooks.join("real")).unwrap(), "text");
        assert!(hooks.join("beside").is_symlink());
        assert_eq!(mode(&hooks.join("real")) & 0o100, 0o100);
    }
}
