//! Which branch is the base, and where this branch left it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Output;

use thiserror::Error;

use super::git::{Begun, Git, GitError};
use super::references::{Reference, short};

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

impl<T> BaseBranch<T> {
    /// What follows from what was found.
    ///
    /// # Errors
    /// Those of `then`.
    pub fn and_then<U>(
        self,
        then: impl FnOnce(T) -> Result<BaseBranch<U>, BaseBranchError>,
    ) -> Result<BaseBranch<U>, BaseBranchError> {
        match self {
            BaseBranch::Found(found) => then(found),
            BaseBranch::Unknown(reason) => Ok(BaseBranch::Unknown(reason)),
        }
    }
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
    /// The newest commits that both have: one, or several where each was merged into the other.
    pub commits: Vec<String>,
    /// This is the base branch itself, with nothing committed since.
    pub is_here: bool,
}

impl Fork {
    /// The one, or the first of several.
    pub fn commit(&self) -> &str {
        self.commits.first().unwrap_or(&self.base.tip)
    }
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

impl BaseBranchError {
    /// For a git that failed when it was asked of that branch.
    pub(super) fn refused(reference: &str, output: &Output) -> Self {
        Self::Refused {
            reference: reference.to_owned(),
            complaint: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }
    }
}

/// The question which branch is a folder's base, and where the folder's branch left it.
#[derive(Debug)]
pub struct BaseQuery {
    folder: PathBuf,
    wanted: WantedBase,
    /// The list of references, where it was asked for ahead.
    references: Option<Begun>,
}

/// The base branch, and what is checked out where that is known with it.
struct Ends {
    base: Branch,
    head: Option<Head>,
}

struct Head {
    commit: String,
    branch: String,
}

/// What git calls the branch where none is checked out.
const DETACHED: &str = "HEAD";

impl BaseQuery {
    pub fn new(folder: &Path, wanted: WantedBase) -> Self {
        Self {
            folder: folder.to_owned(),
            wanted,
            references: None,
        }
    }

    /// Begins to ask git, beside other work. Where it cannot be asked, it is asked again when the answer is needed, and that says why.
    pub fn begun(mut self) -> Self {
        if !matches!(self.wanted, WantedBase::Named(_)) {
            self.references = self.list_references().ok();
        }
        self
    }

    /// The base branch.
    ///
    /// # Errors
    /// When a commit was named that there is not; when git fails.
    pub fn branch(&self) -> Result<BaseBranch<Branch>, BaseBranchError> {
        self.ends()?
            .and_then(|ends| Ok(BaseBranch::Found(ends.base)))
    }

    /// Where this branch left the base branch.
    ///
    /// # Errors
    /// When a commit was named, and it or the way from it to here is not known; when git fails.
    pub fn fork(&self) -> Result<BaseBranch<Fork>, BaseBranchError> {
        self.ends()?.and_then(|ends| self.parted(ends))
    }

    fn parted(&self, Ends { base, head }: Ends) -> Result<BaseBranch<Fork>, BaseBranchError> {
        let head = head.map_or_else(|| self.checked_out(), Ok)?;
        if head.commit == base.tip {
            // Whether no other branch is checked out: this one is, or none.
            let name = base.name.strip_prefix("origin/").unwrap_or(&base.name);
            let is_that_branch = [DETACHED, name, &base.name].contains(&head.branch.as_str());
            return Ok(BaseBranch::Found(Fork {
                is_here: is_that_branch,
                commits: vec![head.commit],
                base,
            }));
        }
        let found = self.git(&["merge-base", "--all", "HEAD", &base.tip])?;
        if found.status.success() {
            let commits = String::from_utf8_lossy(&found.stdout).into_owned();
            return Ok(BaseBranch::Found(Fork {
                is_here: false,
                commits: commits.lines().map(str::to_owned).collect(),
                base,
            }));
        }
        let (reference, shallow) = (base.name, self.if_shallow()?);
        match self.wanted {
            WantedBase::Named(_) => Err(BaseBranchError::NoFork { reference, shallow }),
            WantedBase::Usual | WantedBase::Target(_) => Ok(BaseBranch::Unknown(format!(
                "git does not know where this branch left {reference}{shallow}"
            ))),
        }
    }

    fn ends(&self) -> Result<BaseBranch<Ends>, BaseBranchError> {
        if let WantedBase::Named(name) = &self.wanted {
            let Some(tip) = self.commit(name)? else {
                return Err(BaseBranchError::NoSuchReference(name.clone()));
            };
            let name = short(name).to_owned();
            let base = Branch { name, tip };
            return Ok(BaseBranch::Found(Ends { base, head: None }));
        }
        let begun = self.references.as_ref().map(Begun::take).transpose()?;
        let listed = match begun.flatten() {
            Some(listed) => Ok(Some(listed)),
            None => self.list_references().and_then(|begun| begun.take()),
        };
        match listed {
            Ok(Some(listed)) => self.among(&listed),
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            Ok(None) | Err(_) => Ok(BaseBranch::Unknown("git is not installed".to_owned())),
        }
    }

    /// All references at once, for a process takes longer than git's answer does.
    fn list_references(&self) -> std::io::Result<Begun> {
        let meant = self.wanted.references();
        let mut list = vec![Reference::FORMAT, "refs/heads"];
        list.extend(meant.iter().map(String::as_str));
        here(&self.folder)?
            .begin("for-each-ref", &list)
            .map_err(io_error)
    }

    /// The ends among the references that git has listed.
    fn among(&self, listed: &Output) -> Result<BaseBranch<Ends>, BaseBranchError> {
        let unknown = |reason: &str| Ok(BaseBranch::Unknown(reason.to_owned()));
        if !listed.status.success() {
            let complaint = String::from_utf8_lossy(&listed.stderr);
            return match complaint.contains("not a git repository") {
                true => unknown("this is no git repository"),
                false => unknown(complaint.lines().next().unwrap_or_default()),
            };
        }
        let lines = String::from_utf8_lossy(&listed.stdout).into_owned();
        let references: Vec<Reference> = lines.lines().filter_map(Reference::read).collect();
        let meant = self.wanted.references();
        let mut meant = meant.iter();
        if let Some(found) = meant.find_map(|name| references.iter().find(|it| it.name == *name)) {
            let head = references.iter().find(|it| it.is_checked_out);
            return Ok(BaseBranch::Found(Ends {
                base: Branch {
                    name: found.branch().to_owned(),
                    tip: found.commit.to_owned(),
                },
                head: head.map(|head| Head {
                    commit: head.commit.to_owned(),
                    branch: head.branch().to_owned(),
                }),
            }));
        }
        if self.commit("HEAD")?.is_none() {
            return unknown("there is no commit yet");
        }
        let shallow = self.if_shallow()?;
        unknown(&match &self.wanted {
            WantedBase::Target(name) => format!(
                "{name}, into which this is to be merged, was not fetched{shallow}; fetch it, or name a commit with --git-base"
            ),
            _ => format!("no branch is called main or master{shallow}; name it with --git-base"),
        })
    }

    /// The newest commit that two have in common, or one of several; `None` where there is none.
    pub(super) fn common_ancestor(
        &self,
        one: &str,
        other: &str,
    ) -> Result<Option<String>, BaseBranchError> {
        let found = self.git(&["merge-base", one, other])?;
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok(Some(id).filter(|_| found.status.success()))
    }

    /// What is checked out. Where nothing was committed yet it is no commit.
    fn checked_out(&self) -> Result<Head, BaseBranchError> {
        let printed = self.git(&["rev-parse", "HEAD", "--abbrev-ref", "HEAD"])?;
        let printed = String::from_utf8_lossy(&printed.stdout).into_owned();
        let (commit, branch) = printed.trim_end().split_once('\n').unwrap_or_default();
        Ok(Head {
            commit: commit.to_owned(),
            branch: branch.to_owned(),
        })
    }

    /// The commit that a name stands for; `None` when it stands for none.
    fn commit(&self, name: &str) -> Result<Option<String>, BaseBranchError> {
        let commit = format!("{name}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let found = self.git(&[&verify[..], &[&commit]].concat())?;
        let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok(Some(id).filter(|_| found.status.success()))
    }

    /// What a reason ends with where the history is cut off; empty elsewhere.
    fn if_shallow(&self) -> Result<&'static str, BaseBranchError> {
        let asked = self.git(&["rev-parse", "--is-shallow-repository"])?;
        Ok(match asked.stdout.starts_with(b"true") {
            true => {
                ", for this clone is shallow (`git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`)"
            }
            false => "",
        })
    }

    /// What git prints for a command and its arguments.
    pub(super) fn git(&self, arguments: &[&str]) -> std::io::Result<Output> {
        git(&self.folder, arguments)
    }
}

/// What git prints for a command and its arguments.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    let (command, arguments) = arguments.split_first().unwrap_or((&"version", &[]));
    here(folder)?.command(command, arguments).output()
}

/// git in the folder, also where a hook runs this program.
pub(super) fn here(folder: &Path) -> std::io::Result<Git> {
    Git::of(folder).map_err(io_error)
}

fn io_error(error: GitError) -> std::io::Error {
    match error {
        GitError::Io(error) => error,
        GitError::NotInstalled => ErrorKind::NotFound.into(),
        refused @ GitError::Refused { .. } => std::io::Error::other(refused),
    }
}
