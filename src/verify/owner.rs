//! Whom a server runs as: Postgres refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user and a group of the system.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// The owner of a folder; for root, who owns what this process makes, an ordinary user.
    ///
    /// # Errors
    /// When the folder cannot be looked at, or root finds nobody to be.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let owner = fs::metadata(folder)?;
        if owner.uid() != 0 {
            return Ok(Owner {
                user: owner.uid(),
                group: owner.gid(),
            });
        }
        let passwd = fs::read_to_string("/etc/passwd")?;
        let mut found = ["postgres", "nobody"]
            .iter()
            .filter_map(|name| Self::named(&passwd, name));
        found.next().ok_or_else(|| {
            io::Error::other(
                "Postgres does not run as root, and there is no user called postgres or nobody",
            )
        })
    }

    fn named(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
        Some(Owner {
            user: numbers.next()??,
            group: numbers.next()??,
        })
    }

    /// Gives a file or a folder to this owner.
    ///
    /// # Errors
    /// What the system says.
    pub fn take(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.user), Some(self.group))
    }

    /// A program that runs as this owner.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.uid(self.user).gid(self.group);
        command
    }
}
