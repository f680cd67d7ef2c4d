//! git's references, as it lists them.

/// A line of the list.
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) commit: &'a str,
    pub(super) is_checked_out: bool,
    /// What it stands for; empty where it is no symbol.
    symbolic: &'a str,
}

impl<'a> Reference<'a> {
    /// How git is to write a line.
    pub(super) const FORMAT: &'static str = "--format=%(refname) %(objectname) %(HEAD) %(symref)";

    pub(super) fn read(line: &'a str) -> Option<Self> {
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

    /// The branch, as people write it: `origin/main`, where `origin/HEAD` stands for that.
    pub(super) fn branch(&self) -> &'a str {
        short(match self.symbolic {
            "" => self.name,
            symbolic => symbolic,
        })
    }
}

/// As people write it: `main`, `origin/main`.
pub(super) fn short(reference: &str) -> &str {
    let rest = reference.strip_prefix("refs/heads/");
    let rest = rest.or_else(|| reference.strip_prefix("refs/remotes/"));
    rest.unwrap_or(reference)
}
