//! The Postgres programs of this machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

/// A folder with `initdb` and `postgres` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    pub folder: PathBuf,
    /// The major version.
    pub version: u32,
}

/// Why there are none.
#[derive(Debug, Error)]
pub enum NoBinaries {
    #[error(
        "no Postgres server was found on this machine: not on PATH, not by pg_config, not where Debian and Red Hat put it. Install one \
         (Debian: `apt-get install postgresql`; macOS: `brew install postgresql`), or lend one with --shadow and --database-url"
    )]
    None,
    #[error(
        "no Postgres {wanted} was found on this machine, only {}",
        listed(found)
    )]
    OtherVersions { wanted: u32, found: Vec<u32> },
}

fn listed(versions: &[u32]) -> String {
    let versions: Vec<String> = versions.iter().map(u32::to_string).collect();
    versions.join(", ")
}

/// The newest programs, or those of that major version.
///
/// # Errors
/// When there are none.
pub fn find(wanted: Option<u32>) -> Result<Binaries, NoBinaries> {
    let mut found = all();
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.version));
    let versions: Vec<u32> = found.iter().map(|binaries| binaries.version).collect();
    let mut fitting = found
        .into_iter()
        .filter(|binaries| wanted.is_none_or(|wanted| binaries.version == wanted));
    match (fitting.next(), wanted) {
        (Some(binaries), _) => Ok(binaries),
        (None, Some(wanted)) if !versions.is_empty() => Err(NoBinaries::OtherVersions {
            wanted,
            found: versions,
        }),
        (None, _) => Err(NoBinaries::None),
    }
}

/// Each folder once, in the order in which it was found.
fn all() -> Vec<Binaries> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = Command::new("pg_config").arg("--bindir").output().ok();
    let named = named.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let debian = versions_in(Path::new("/usr/lib/postgresql"), "");
    let red_hat = versions_in(Path::new("/usr"), "pgsql-");
    let mut seen = BTreeSet::new();
    std::env::split_paths(&path)
        .chain(named)
        .chain(debian)
        .chain(red_hat)
        .filter(|folder| folder.join("initdb").is_file())
        .filter_map(|folder| fs::canonicalize(folder.join("postgres")).ok())
        .filter_map(|program| program.parent().map(Path::to_owned))
        .filter(|folder| seen.insert(folder.clone()))
        .filter_map(|folder| {
            Some(Binaries {
                version: version(&folder)?,
                folder,
            })
        })
        .collect()
}

/// `PREFIX15/bin` and the like in a folder.
fn versions_in(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let of_version = entries.filter(|entry| {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(prefix));
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    });
    let mut folders: Vec<PathBuf> = of_version.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders
}

/// `postgres (PostgreSQL) 15.9 (Debian …)`; a development version is `16devel`.
fn version(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

fn major(said: &str) -> Option<u32> {
    let number = said.split_once("PostgreSQL) ")?.1;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    number[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_what_stands_before_the_point() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.9 (Debian 15.9-0)\n"),
            Some(15)
        );
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("command not found"), None);
    }
}
