//! A repository as its hooks see it: who keeps them, where, and what they are to run.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::arguments::HookManager;
use crate::cli::manifest;
use crate::declare::load::FILE_NAME;
use crate::locate::git::{self, Git};
use crate::plan::hook::{HOOKS, Manager};
use crate::source::shell::word;
use crate::write::hook::{HookFile, Runs};

const HUSKY: &str = ".husky";

/// Where lefthook looks for its configuration (its manual, "Config file name"). YAML alone is edited.
const LEFTHOOK: [&str; 4] = [
    "lefthook",
    ".lefthook",
    ".config/lefthook",
    ".config/.lefthook",
];
const LEFTHOOK_EDITED: [&str; 2] = ["yml", "yaml"];
const LEFTHOOK_OTHERS: [&str; 2] = ["toml", "json"];

/// The configuration of the program pre-commit, which keeps hooks in a way of its own.
const PRE_COMMIT_FILE: &str = ".pre-commit-config.yaml";

pub(super) struct Repository {
    top: PathBuf,
    /// Where git runs hooks from.
    hooks: PathBuf,
    /// Where git keeps what worktrees share.
    git: PathBuf,
    /// What the hook is to run, in `top`.
    pub(super) command: String,
}

impl Repository {
    /// The repository of the manifest.
    ///
    /// # Errors
    /// Without a manifest, without git, and outside of a working tree.
    pub(super) fn of(config: Option<&Path>) -> anyhow::Result<Self> {
        let manifest = manifest::path(config)?;
        let manifest = manifest
            .canonicalize()
            .with_context(|| format!("{} cannot be read", manifest.display()))?;
        let folder = manifest.parent().unwrap_or(&manifest);
        let git = Git::of(folder)?;
        let line = |arguments: &[&str]| -> anyhow::Result<PathBuf> {
            Ok(git::first_line(&git.ask("rev-parse", arguments)?).into())
        };
        let top = line(&["--show-toplevel"])?;
        let from_top = manifest
            .strip_prefix(top.canonicalize()?)
            .with_context(|| {
                let (manifest, top) = (manifest.display(), top.display());
                format!("{manifest} is not inside of {top}, whose hooks these are")
            })?;
        let hooks_path = git.ask("config", &["--get", "core.hooksPath"]);
        if hooks_path.is_ok_and(|it| it.trim_ascii().is_empty()) {
            bail!(
                "core.hooksPath is empty, so that git runs no hook; take it out (`git config --unset core.hooksPath`)"
            );
        }
        Ok(Self {
            command: command(from_top)?,
            hooks: folder.join(line(&["--git-path", "hooks"])?),
            git: folder.join(line(&["--git-common-dir"])?),
            top,
        })
    }

    /// Who keeps the hooks: as was said, or as the repository shows.
    ///
    /// # Errors
    /// When it is the program pre-commit, and does not run laneset yet.
    pub(super) fn manager(&self, said: Option<HookManager>) -> anyhow::Result<Manager> {
        match said {
            Some(HookManager::Git) => return Ok(Manager::Git),
            Some(HookManager::Husky) => return Ok(Manager::Husky),
            Some(HookManager::Lefthook) => return Ok(Manager::Lefthook),
            None => {}
        }
        let names = LEFTHOOK_EDITED.iter().chain(&LEFTHOOK_OTHERS);
        let mut names = names.flat_map(|it| LEFTHOOK.map(|name| format!("{name}.{it}")));
        if self.husky().is_dir() {
            Ok(Manager::Husky)
        } else if names.any(|name| self.top.join(name).exists()) {
            Ok(Manager::Lefthook)
        } else if self.top.join(PRE_COMMIT_FILE).exists() {
            bail!(
                "{PRE_COMMIT_FILE} names this repository's hooks, and it is left as it is; add this to its `repos:`, unless it is \
                 there, or say --for git\n\n  - repo: local\n    hooks:\n      - id: laneset\n        name: laneset check\n        \
                 entry: {}\n        language: system\n        pass_filenames: false\n        always_run: true",
                self.command
            )
        } else {
            Ok(Manager::Git)
        }
    }

    /// The file that names what a hook runs.
    ///
    /// # Errors
    /// When it cannot be read, is not one that can be edited, or is shared with other repositories.
    pub(super) fn file(&self, manager: Manager, hook: &str) -> anyhow::Result<HookFile> {
        let (folder, name) = match manager {
            Manager::Git => (self.own_hooks()?.to_owned(), hook.to_owned()),
            Manager::Husky => (self.husky(), hook.to_owned()),
            Manager::Lefthook => (self.top.clone(), self.lefthook()?),
        };
        HookFile::read(&folder, &name)
            .with_context(|| format!("{} cannot be read", folder.join(&name).display()))
    }

    /// As people know it: from the root on, where it is below.
    pub(super) fn shown(&self, path: &Path) -> String {
        let folder = path.parent().map(real).unwrap_or_default();
        let path = folder.join(path.file_name().unwrap_or_default());
        let below = path.strip_prefix(real(&self.top));
        below.unwrap_or(&path).display().to_string()
    }

    /// Whether git runs the file itself. A new script of husky's is executable, though husky hands it to `sh`.
    pub(super) fn runs(&self, manager: Manager, file: &HookFile) -> Runs {
        let folder = file.path().parent().map(real);
        // Before its version 9, husky had git run the scripts themselves.
        let is_hook_of_git = folder == Some(real(&self.hooks));
        match manager {
            Manager::Git => Runs::AsProgram,
            Manager::Husky if is_hook_of_git || file.text.is_none() => Runs::AsProgram,
            Manager::Husky | Manager::Lefthook => Runs::Not,
        }
    }

    /// Whether the hook that git runs is that program's.
    pub(super) fn is_run_by(&self, program: &str) -> bool {
        let hook = HookFile::read(&self.hooks, HOOKS[0].name);
        hook.is_ok_and(|hook| hook.text.is_some_and(|text| text.contains(program)))
    }

    /// husky has git look for hooks in its own folder.
    pub(super) fn is_husky_on(&self) -> bool {
        self.hooks.iter().any(|part| part == HUSKY)
    }

    fn own_hooks(&self) -> anyhow::Result<&Path> {
        let hooks = real(&self.hooks);
        if !hooks.starts_with(real(&self.top)) && !hooks.starts_with(real(&self.git)) {
            bail!(
                "core.hooksPath leads out of the repository, to {}, where other repositories may look too: it is left as it is; run \
                 `{}` in its hooks {}",
                hooks.display(),
                self.command,
                HOOKS.map(|hook| hook.name).join(" and ")
            );
        }
        Ok(&self.hooks)
    }

    /// husky's folder: where git looks for hooks, or `_` in it.
    fn husky(&self) -> PathBuf {
        let mut above = self.hooks.ancestors();
        let own = above.find(|folder| folder.file_name().is_some_and(|name| name == HUSKY));
        own.map_or_else(|| self.top.join(HUSKY), Path::to_owned)
    }

    fn lefthook(&self) -> anyhow::Result<String> {
        let named = |extensions: [&str; 2]| {
            let mut names = extensions
                .into_iter()
                .flat_map(|it| LEFTHOOK.map(|name| format!("{name}.{it}")));
            names.find(|name| self.top.join(name).exists())
        };
        if let Some(name) = named(LEFTHOOK_EDITED) {
            return Ok(name);
        }
        match named(LEFTHOOK_OTHERS) {
            Some(name) => bail!(
                "{name} was left as it is, since only YAML is edited: have its hooks {} run `{}`",
                HOOKS.map(|hook| hook.name).join(" and "),
                self.command
            ),
            None => Ok("lefthook.yml".to_owned()),
        }
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What to run at the root of the repository, for the manifest at that place.
fn command(manifest: &Path) -> anyhow::Result<String> {
    let check = "laneset check --staged";
    let path = manifest
        .to_str()
        .context("the manifest's path is not UTF-8")?;
    let path = path.replace('\\', "/");
    Ok(match path.as_str() {
        FILE_NAME => check.to_owned(),
        path => format!("{check} --config {}", word(path)),
    })
}
