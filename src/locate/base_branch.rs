//! Which branch is the base, and where this branch left it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Output;

use thiserror::Error;

use super::ahead::Ahead;
use super::git::{Git, GitError};

/// What the base branch is called where nobody says, in the order of preference.
const USUAL_NAMES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// What a folder is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedBase {
    /// The branch that is usually one.
    Usual,
    /// The branch into which a pull request is to be merged, by its name at the remote.
    Target(String),
    /// A commit that somebody named.
    Named(String),
}

impl WantedBase {
    /// The references that may be meant, in the order of preference.
    fn references(&self) -> Vec<String> {
        match self {
            WantedBase::Usual => USUAL_NAMES.map(str::to_owned).to_vec(),
            WantedBase::Target(name) => vec![
                format!("refs/remotes/origin/{name}"),
                format!("refs/heads/{name}"),
            ],
            WantedBase::Named(name) => vec![name.clone()],
        }
    }
}

/// What the base branch holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseBranch<T> {
    Found(T),
    /// There is none to be known. The text says why, as the end of "the base branch was not looked at: …".
    Unknown(String),
}

/// The base branch, by the commit that it is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// As people call it: `origin/main`.
    pub name: String,
    pub tip: String,
}

/// Where this branch and the base branch part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    pub base: Branch,
    /// The newest commit that both have.
    pub commit: String,
    /// This is the base branch itself, with nothing committed since.
    pub is_here: bool,
}

#[derive(Debug, Error)]
pub enum BaseBranchError {
    #[error("git knows no commit called `{0}`; fetch it, or name another one with --git-base")]
    NoSuchReference(String),
    #[error(
        "git does not know where this branch left `{reference}`{shallow}; name a commit of this branch's past with --git-base"
    )]
    NoFork {
        reference: String,
        shallow: &'static str,
    },
    #[error("git does not say what `{reference}` holds: {complaint}")]
    Refused {
        reference: String,
        complaint: String,
    },
    #[error("git cannot be run")]
    Io(#[from] std::io::Error),
}

/// The question where a folder's branch left the base branch, asked beside other work.
#[derive(Debug)]
pub struct AskedFork {
    folder: PathBuf,
    wanted: WantedBase,
    asking: Ahead<Result<BaseBranch<Fork>, BaseBranchError>>,
}

impl AskedFork {
    pub fn ask(folder: &Path, wanted: WantedBase) -> Self {
        let (of, asked) = (folder.to_owned(), wanted.clone());
        Self {
            folder: folder.to_owned(),
            wanted,
            asking: Ahead::begin(move || fork(&of, &asked)),
        }
    }

    /// # Errors
    /// As [`fork`].
    pub fn answer(&self) -> Result<BaseBranch<Fork>, BaseBranchError> {
        let first = self.asking.take();
        first.unwrap_or_else(|| fork(&self.folder, &self.wanted))
    }
}

/// Where this branch left the base branch.
///
/// # Errors
/// When a commit was named, and it or the way from it to here is not known; when git fails.
pub fn fork(folder: &Path, wanted: &WantedBase) -> Result<BaseBranch<Fork>, BaseBranchError> {
    let Ends { base, head } = match ends(folder, wanted)? {
        BaseBranch::Found(ends) => ends,
        BaseBranch::Unknown(reason) => return Ok(BaseBranch::Unknown(reason)),
    };
    let head = head.map_or_else(|| checked_out(folder), Ok)?;
    if head.commit == base.tip {
        // Whether no other branch is checked out: this one is, or none.
        let name = base.name.strip_prefix("origin/").unwrap_or(&base.name);
        let is_that_branch =
            head.branch == DETACHED || head.branch == name || head.branch == base.name;
        return Ok(BaseBranch::Found(Fork {
            is_here: *wanted == WantedBase::Usual && is_that_branch,
            commit: head.commit,
            base,
        }));
    }
    let found = git(folder, &["merge-base", "HEAD", &base.tip])?;
    if found.status.success() {
        return Ok(BaseBranch::Found(Fork {
            is_here: false,
            commit: String::from_utf8_lossy(&found.stdout).trim().to_owned(),
            base,
        }));
    }
    let (reference, shallow) = (base.name, if_shallow(folder)?);
    match wanted {
        WantedBase::Named(_) => Err(BaseBranchError::NoFork { reference, shallow }),
        _ => Ok(BaseBranch::Unknown(format!(
            "git does not know where this branch left {reference}{shallow}"
        ))),
    }
}

/// What git calls the branch where none is checked out.
const DETACHED: &str = "HEAD";

/// What is checked out. Where nothing was committed yet it is no commit.
fn checked_out(folder: &Path) -> Result<Head, BaseBranchError> {
    let printed = git(folder, &["rev-parse", "HEAD", "--abbrev-ref", "HEAD"])?;
    let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
    let (commit, branch) = printed.trim_end().split_once('\n').unwrap_or_default();
    Ok(Head {
        commit: commit.to_owned(),
        branch: branch.to_owned(),
    })
}

/// What a reason ends with where the history is cut off; empty elsewhere.
fn if_shallow(folder: &Path) -> Result<&'static str, BaseBranchError> {
    let asked = git(folder, &["rev-parse", "--is-shallow-repository"])?;
    Ok(match asked.stdout.starts_with(b"true") {
        true => {
            ", for this clone is shallow (`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`)"
        }
        false => "",
    })
}

pub(super) fn refused(reference: &str, output: &Output) -> BaseBranchError {
    BaseBranchError::Refused {
        reference: reference.to_owned(),
        complaint: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    }
}

/// The commit that a name stands for; `None` when it stands for none.
fn commit(folder: &Path, name: &str) -> Result<Option<String>, BaseBranchError> {
    let commit = format!("{name}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
    let found = git(folder, &[&verify[..], &[&commit]].concat())?;
    let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    Ok(Some(id).filter(|_| found.status.success()))
}

/// What is compared with what, as far as one question to git tells.
pub(super) struct Ends {
    pub(super) base: Branch,
    head: Option<Head>,
}

struct Head {
    commit: String,
    branch: String,
}

/// A line of the list of references.
struct Reference<'a> {
    name: &'a str,
    commit: &'a str,
    is_checked_out: bool,
    /// What it stands for; empty where it is no symbol.
    symbolic: &'a str,
}

impl<'a> Reference<'a> {
    const FORMAT: &'static str = "--format=%(refname) %(objectname) %(HEAD) %(symref)";

    fn read(line: &'a str) -> Option<Self> {
        let mut facts = line.splitn(3, ' ');
        let (name, commit, rest) = (facts.next()?, facts.next()?, facts.next()?);
        // `*`, or a blank.
        let (mark, symbolic) = rest.split_at_checked(1)?;
        Some(Self {
            name,
            commit,
            is_checked_out: mark == "*",
            symbolic: symbolic.trim(),
        })
    }
}

/// The branch that is meant, and what is checked out.
pub(super) fn ends(
    folder: &Path,
    wanted: &WantedBase,
) -> Result<BaseBranch<Ends>, BaseBranchError> {
    if let WantedBase::Named(name) = wanted {
        let Some(tip) = commit(folder, name)? else {
            return Err(BaseBranchError::NoSuchReference(name.clone()));
        };
        let name = short(name).to_owned();
        let base = Branch { name, tip };
        return Ok(BaseBranch::Found(Ends { base, head: None }));
    }
    let unknown = |reason: &str| Ok(BaseBranch::Unknown(reason.to_owned()));
    // All at once, for a process takes longer than git's answer does.
    let meant = wanted.references();
    let mut list = vec!["for-each-ref", Reference::FORMAT, "refs/heads"];
    list.extend(meant.iter().map(String::as_str));
    let listed = match git(folder, &list) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return unknown("git is not installed");
        }
        listed => listed?,
    };
    if !listed.status.success() {
        let complaint = String::from_utf8_lossy(&listed.stderr);
        return match complaint.contains("not a git repository") {
            true => unknown("this is no git repository"),
            false => unknown(complaint.lines().next().unwrap_or_default()),
        };
    }
    let lines = String::from_utf8_lossy(&listed.stdout).into_owned();
    let references: Vec<Reference> = lines.lines().filter_map(Reference::read).collect();
    let found = meant
        .iter()
        .find_map(|name| references.iter().find(|it| it.name == *name));
    if let Some(found) = found {
        let head = references.iter().find(|it| it.is_checked_out);
        // origin/HEAD stands for a branch, by its name.
        let name = match found.symbolic {
            "" => found.name,
            symbolic => symbolic,
        };
        return Ok(BaseBranch::Found(Ends {
            base: Branch {
                name: short(name).to_owned(),
                tip: found.commit.to_owned(),
            },
            head: head.map(|head| Head {
                commit: head.commit.to_owned(),
                branch: short(head.name).to_owned(),
            }),
        }));
    }
    if commit(folder, "HEAD")?.is_none() {
        return unknown("there is no commit yet");
    }
    let shallow = if_shallow(folder)?;
    unknown(&match wanted {
        WantedBase::Target(name) => format!(
            "{name}, into which this is to be merged, was not fetched{shallow}; fetch it, or name a commit with --git-base"
        ),
        _ => format!("no branch is called main or master{shallow}; name it with --git-base"),
    })
}

/// As people write it: `main`, `origin/main`.
fn short(reference: &str) -> &str {
    let rest = reference.strip_prefix("refs/heads/");
    let rest = rest.or_else(|| reference.strip_prefix("refs/remotes/"));
    rest.unwrap_or(reference)
}

/// What git prints for a command and its arguments.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    let (command, arguments) = arguments.split_first().unwrap_or((&"version", &[]));
    here(folder)?.command(command, arguments).output()
}

/// git in the folder, also where a hook runs this program.
pub(super) fn here(folder: &Path) -> std::io::Result<Git> {
    Git::of(folder).map_err(|error| match error {
        GitError::Io(error) => error,
        GitError::NotInstalled => ErrorKind::NotFound.into(),
        refused @ GitError::Refused { .. } => std::io::Error::other(refused),
    })
}
