//! Writes a set of changes: all of them, or none.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

use super::target::target;
use crate::model::file_change::FileChange;
use crate::source::file::RepoPath;

/// Why the changes were not written. Unless the message says otherwise the tree is as it was.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("{path} leads out of the repository, to {}; nothing was written", leads_to.display())]
    Outside { path: RepoPath, leads_to: PathBuf },
    #[error("{path} is there and is no file; nothing was written")]
    NotAFile { path: RepoPath },
    #[error("{path} was changed by somebody else meanwhile; nothing was written: run this again")]
    Changed { path: RepoPath },
    #[error(
        "{path} would be written more than once, by that name or through a link; nothing was written"
    )]
    Twice { path: RepoPath },
    #[error("{path} cannot be written; nothing was changed")]
    Io {
        path: RepoPath,
        source: std::io::Error,
    },
    #[error(
        "{path} cannot be written, and {} could not be brought back: restore them from version control",
        listed(not_restored)
    )]
    NotRestored {
        path: RepoPath,
        not_restored: Vec<RepoPath>,
        source: std::io::Error,
    },
}

impl WriteError {
    pub(super) fn io(path: &RepoPath, source: std::io::Error) -> Self {
        WriteError::Io {
            path: path.clone(),
            source,
        }
    }
}

fn listed(paths: &[RepoPath]) -> String {
    let paths: Vec<&str> = paths.iter().map(RepoPath::as_str).collect();
    paths.join(", ")
}

/// Writes every change below `root`, or none: all of them are prepared in temporary files beside their targets and renamed at the
/// end; when a rename fails, those before it are undone. Modes are kept, and links are followed within the repository.
///
/// # Errors
/// When a file is not as the change says it was, or cannot be written, or is not inside of `root`.
pub fn apply(root: &Path, changes: &[FileChange]) -> Result<(), WriteError> {
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    let unreadable = |source| WriteError::io(&RepoPath::new(root.to_string_lossy()), source);
    let root = root.canonicalize().map_err(unreadable)?;
    let mut folders = NewFolders::default();
    let prepared: Result<Vec<Prepared>, WriteError> = changes
        .iter()
        .map(|change| prepare(&root, change, &mut folders))
        .collect();
    let prepared = prepared
        .and_then(once_each)
        .inspect_err(|_| folders.remove())?;
    commit(prepared).inspect_err(|_| folders.remove())
}

/// A change that needs no more than a rename.
struct Prepared<'a> {
    change: &'a FileChange,
    target: PathBuf,
    text: NamedTempFile,
    /// What was there, to be put back.
    backup: Option<NamedTempFile>,
}

/// The same, when no two lead to one file: of those the last alone would be kept.
fn once_each(prepared: Vec<Prepared>) -> Result<Vec<Prepared>, WriteError> {
    let mut targets = BTreeSet::new();
    let again = prepared.iter().find(|each| !targets.insert(&each.target));
    match again.map(|each| each.change.path.clone()) {
        Some(path) => Err(WriteError::Twice { path }),
        None => Ok(prepared),
    }
}

fn prepare<'a>(
    root: &Path,
    change: &'a FileChange,
    folders: &mut NewFolders,
) -> Result<Prepared<'a>, WriteError> {
    let path = &change.path;
    let io = |source| WriteError::io(path, source);
    let target = target(root, path)?;
    let there = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(source) => return Err(io(source)),
    };
    if there.as_deref() != change.before.as_ref().map(String::as_bytes) {
        return Err(WriteError::Changed { path: path.clone() });
    }
    let folder = target.parent().unwrap_or(root);
    folders.create(folder).map_err(io)?;
    let permissions = match &there {
        Some(_) => {
            // Who may not write a file should not replace it either, though the folder would let him.
            File::options().append(true).open(&target).map_err(io)?;
            fs::metadata(&target).map_err(io)?.permissions()
        }
        None => usual_permissions(folder).map_err(io)?,
    };
    let staged = |bytes: &[u8]| -> std::io::Result<NamedTempFile> {
        let mut file = NamedTempFile::with_prefix_in(".laneset-", folder)?;
        file.write_all(bytes)?;
        file.as_file().set_permissions(permissions.clone())?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    Ok(Prepared {
        text: staged(change.after.as_bytes()).map_err(io)?,
        backup: there.as_deref().map(staged).transpose().map_err(io)?,
        change,
        target,
    })
}

/// What a new file may be used for, by the process's own mask.
fn usual_permissions(folder: &Path) -> std::io::Result<fs::Permissions> {
    let probe = tempfile::Builder::new()
        .prefix(".laneset-")
        .make_in(folder, |path| File::create_new(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}

fn commit(prepared: Vec<Prepared>) -> Result<(), WriteError> {
    let mut done: Vec<(PathBuf, &FileChange, Option<NamedTempFile>)> = Vec::new();
    for each in prepared {
        let renamed = match each.backup {
            Some(_) => each.text.persist(&each.target),
            // A file that came to be there meanwhile is not ours to replace.
            None => each.text.persist_noclobber(&each.target),
        };
        match renamed {
            Ok(_) => done.push((each.target, each.change, each.backup)),
            Err(error) => return Err(undo(done, &each.change.path, error.error)),
        }
    }
    Ok(())
}

fn undo(
    done: Vec<(PathBuf, &FileChange, Option<NamedTempFile>)>,
    path: &RepoPath,
    source: std::io::Error,
) -> WriteError {
    let mut not_restored = Vec::new();
    for (target, change, backup) in done.into_iter().rev() {
        let restored = match backup {
            Some(backup) => backup
                .persist(&target)
                .map(drop)
                .map_err(|error| error.error),
            None => fs::remove_file(&target),
        };
        if restored.is_err() {
            not_restored.push(change.path.clone());
        }
    }
    let path = path.clone();
    if not_restored.is_empty() {
        WriteError::Io { path, source }
    } else {
        WriteError::NotRestored {
            path,
            not_restored,
            source,
        }
    }
}

/// Folders that were made for new files, the outermost first.
#[derive(Debug, Default)]
struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    fn create(&mut self, folder: &Path) -> std::io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|ancestor| !ancestor.exists())
            .collect();
        for each in missing.into_iter().rev() {
            fs::create_dir(each)?;
            self.0.push(each.to_owned());
        }
        Ok(())
    }

    /// Those that are empty again.
    fn remove(&self) {
        for folder in self.0.iter().rev() {
            // One that somebody put a file into stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use walkdir::WalkDir;

    use super::*;

    fn change(path: &str, before: Option<&str>, after: &str) -> FileChange {
        FileChange {
            path: RepoPath::new(path),
            before: before.map(str::to_owned),
            after: after.to_owned(),
        }
    }

    /// Every path with what it is: text, mode.
    fn tree(folder: &Path) -> BTreeMap<PathBuf, (Option<String>, u32)> {
        let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
        let entries = entries.map(|entry| {
            let text = fs::read_to_string(entry.path()).ok();
            let mode = entry.metadata().unwrap().permissions().mode();
            (entry.path().to_owned(), (text, mode))
        });
        entries.collect()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.sql"), "a\r\n").unwrap();
        fs::write(folder.path().join("b.sql"), "b").unwrap();
        let mode = fs::Permissions::from_mode(0o751);
        fs::set_permissions(folder.path().join("a.sql"), mode).unwrap();
        folder
    }

    #[test]
    fn changes_are_written_byte_for_byte_and_modes_stay() {
        let folder = folder();
        let new = change("x/y/é.sql", None, "é\r\n");
        apply(
            folder.path(),
            &[change("a.sql", Some("a\r\n"), "A\r\n"), new],
        )
        .unwrap();
        let tree = tree(folder.path());
        let at = |path: &str| tree[&folder.path().join(path)].clone();
        assert_eq!(at("a.sql"), (Some("A\r\n".to_owned()), 0o100_751));
        let fresh = folder.path().join("fresh");
        fs::write(&fresh, "").unwrap();
        let usual = fs::metadata(fresh).unwrap().permissions().mode();
        assert_eq!(at("x/y/é.sql"), (Some("é\r\n".to_owned()), usual));
        assert_eq!(tree.len(), 6);
    }

    #[test]
    fn when_one_change_fails_nothing_is_changed() {
        let last = |last: FileChange| {
            let folder = folder();
            fs::create_dir(folder.path().join("folder")).unwrap();
            let before = tree(folder.path());
            let changes = [
                change("a.sql", Some("a\r\n"), "A"),
                change("n/new.sql", None, "n"),
                last,
            ];
            let error = apply(folder.path(), &changes).unwrap_err();
            assert_eq!(tree(folder.path()), before, "{error}");
            error
        };
        assert!(matches!(
            last(change("b.sql", Some("other"), "B")),
            WriteError::Changed { .. }
        ));
        assert!(matches!(
            last(change("b.sql", None, "B")),
            WriteError::Changed { .. }
        ));
        assert!(matches!(
            last(change("c.sql", Some("c"), "C")),
            WriteError::Changed { .. }
        ));
        assert!(matches!(
            last(change("folder", None, "B")),
            WriteError::NotAFile { .. }
        ));
        assert!(matches!(
            last(change("../out.sql", None, "B")),
            WriteError::Outside { .. }
        ));
        assert!(matches!(
            last(change("/out.sql", None, "B")),
            WriteError::Outside { .. }
        ));
        assert!(matches!(
            last(change("a.sql/x.sql", None, "B")),
            WriteError::Io { .. }
        ));
    }

    #[test]
    fn one_file_is_not_written_twice() {
        let folder = folder();
        symlink("a.sql", folder.path().join("link.sql")).unwrap();
        let before = tree(folder.path());
        for [one, other] in [
            [
                change("a.sql", Some("a\r\n"), "1"),
                change("link.sql", Some("a\r\n"), "2"),
            ],
            [
                change("b.sql", Some("b"), "1"),
                change("b.sql", Some("b"), "2"),
            ],
            [change("n/n.sql", None, "1"), change("n/n.sql", None, "2")],
        ] {
            let error = apply(folder.path(), &[one, other]).unwrap_err();
            assert_eq!(tree(folder.path()), before, "{error}");
            assert!(matches!(error, WriteError::Twice { .. }), "{error}");
        }
    }

    #[test]
    fn what_was_renamed_is_undone() {
        let folder = folder();
        let before = tree(folder.path());
        let changes = [
            change("a.sql", Some("a\r\n"), "A"),
            change("n/new.sql", None, "n"),
            change("b.sql", Some("b"), "B"),
        ];
        let root = folder.path().canonicalize().unwrap();
        let mut folders = NewFolders::default();
        let mut prepared: Vec<Prepared> = changes
            .iter()
            .map(|change| prepare(&root, change, &mut folders).unwrap())
            .collect();
        prepared[2].target = root.join("no such folder/b.sql");
        let error = commit(prepared).unwrap_err();
        folders.remove();
        assert!(matches!(error, WriteError::Io { .. }), "{error}");
        assert_eq!(tree(folder.path()), before);
    }

    #[test]
    fn links_are_followed_inside_of_the_repository_alone() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("o.sql"), "o").unwrap();
        let folder = folder();
        symlink("a.sql", folder.path().join("inside.sql")).unwrap();
        symlink(
            outside.path().join("o.sql"),
            folder.path().join("outside.sql"),
        )
        .unwrap();
        symlink(outside.path(), folder.path().join("out")).unwrap();
        symlink("nowhere", folder.path().join("broken.sql")).unwrap();
        apply(folder.path(), &[change("inside.sql", Some("a\r\n"), "A")]).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("a.sql")).unwrap(),
            "A"
        );
        let link = folder.path().join("inside.sql").symlink_metadata().unwrap();
        assert!(link.is_symlink());
        for refused in [
            change("outside.sql", Some("o"), "O"),
            change("out/o.sql", Some("o"), "O"),
            change("out/new.sql", None, "O"),
        ] {
            let error = apply(folder.path(), &[refused]).unwrap_err();
            assert!(matches!(error, WriteError::Outside { .. }), "{error}");
        }
        let broken = apply(folder.path(), &[change("broken.sql", None, "B")]).unwrap_err();
        assert!(matches!(broken, WriteError::Io { .. }), "{broken}");
        assert_eq!(tree(outside.path()).len(), 2);
        assert_eq!(
            fs::read_to_string(outside.path().join("o.sql")).unwrap(),
            "o"
        );
    }
}
