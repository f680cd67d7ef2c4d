//! `laneset check --staged`: the manifest and its folder as a commit would hold them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::arguments::CheckArguments;
use super::manifest::{self, Loaded};
use crate::declare::load::FILE_NAME;
use crate::locate::git::Git;
use crate::locate::walk::{ReadError, Root};
use crate::report::outcome::{Outcome, Status};
use crate::source::file::RepoPath;

/// The manifest's path.
///
/// # Errors
/// When there is none, neither in the working tree nor staged.
pub fn manifest(arguments: &CheckArguments) -> anyhow::Result<PathBuf> {
    match (
        manifest::path(arguments.config.as_deref()),
        &arguments.config,
    ) {
        (Err(error), None) => Ok(staged_above()?.ok_or(error)?),
        (path, _) => path,
    }
}

/// The manifest's folder as it is staged, and what the manifest declares there.
///
/// # Errors
/// When it is not known what is staged, or the manifest is not.
pub fn open(path: &Path, arguments: &CheckArguments) -> anyhow::Result<(Root, Loaded)> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let root = Root::staged(folder).context("what is staged cannot be told")?;
    let name = path
        .file_name()
        .map_or(FILE_NAME.into(), |name| name.to_string_lossy());
    let file = match root.read(&RepoPath::new(name)) {
        Err(ReadError::Missing { .. }) => bail!(
            "{path} is not staged, so that a commit would hold no lane set; run `git add {path}`",
            path = path.display()
        ),
        read => read?,
    };
    let loaded = manifest::load_text(file, arguments.color)?;
    if let Loaded::Declaration(declaration) = &loaded {
        manifest::see_that_the_variable_leads_somewhere(declaration, &root)?;
    }
    Ok((root, loaded))
}

/// The manifest that is staged and gone from the working tree.
fn staged_above() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("the working directory cannot be told")?;
    let git = Git::of(&here)?;
    Ok(git.staged_above(FILE_NAME)?)
}

/// Says, beside findings, what they are findings of: what people see in their editor may be another text.
pub fn say(outcome: &mut Outcome) {
    if outcome.status() == Status::Drift {
        outcome.notes.push(
            "this is what is staged, not what the working tree holds; stage what mends it with `git add`"
                .to_owned(),
        );
    }
}
