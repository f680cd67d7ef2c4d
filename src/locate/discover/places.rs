//! Where migrations, the dump and the patches are, by what is usual and by what the files hold.

use std::collections::BTreeMap;

use crate::locate::app_source::language::language_of;
use crate::locate::app_source::patches::patches;
use crate::locate::formats::detect::{by_path, by_text};
use crate::locate::walk::{ReadError, Root};
use crate::model::declaration::MigrationFormat;
use crate::model::name::Identifier;
use crate::source::file::RepoPath;

/// Where dumps are, the usual place first.
const USUAL_DUMPS: [&str; 5] = [
    "db/schema.sql",
    "schema.sql",
    "db/structure.sql",
    "structure.sql",
    "database/schema.sql",
];
const DUMP_HEADER: &str = "PostgreSQL database dump";

/// What was found of each kind.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub migrations: Option<RepoPath>,
    pub dump: Option<RepoPath>,
    /// Files that may hold queries: source and SQL, but for the migrations and the dump. In byte order.
    pub sources: Vec<RepoPath>,
}

/// Looks through the repository. `migrations` and `dump` are where they would be without a manifest.
///
/// # Errors
/// The first folder or file that cannot be read.
pub fn places(root: &Root, migrations: &RepoPath, dump: &RepoPath) -> Result<Places, ReadError> {
    let files = root.source_files()?;
    let is_sql = |path: &&RepoPath| path.extension() == "sql";
    let sql: Vec<&RepoPath> = files.iter().filter(is_sql).collect();
    let dump = std::iter::once(dump.clone())
        .chain(USUAL_DUMPS.map(RepoPath::new))
        .find(|path| root.exists(path));
    let dump = match dump {
        Some(dump) => Some(dump),
        None => dumped_file(root, &sql)?,
    };
    let migrations = if root.is_directory(migrations) {
        Some(migrations.clone())
    } else {
        folder_of_migrations(root, &sql)?
    };
    let is_elsewhere = |path: &RepoPath| {
        let in_migrations = migrations
            .as_ref()
            .is_some_and(|folder| is_inside(path, folder));
        in_migrations || dump.as_ref() == Some(path)
    };
    let sources = files
        .into_iter()
        .filter(|path| !is_elsewhere(path))
        .collect();
    Ok(Places {
        migrations,
        dump,
        sources,
    })
}

/// Whether the file is in the folder, at any depth.
pub fn is_inside(path: &RepoPath, folder: &RepoPath) -> bool {
    let rest = path
        .as_str()
        .strip_prefix(folder.as_str().trim_end_matches('/'));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

fn folder_of(path: &RepoPath) -> Option<RepoPath> {
    let (folder, _) = path.as_str().rsplit_once('/')?;
    Some(RepoPath::new(folder))
}

fn dumped_file(root: &Root, sql: &[&RepoPath]) -> Result<Option<RepoPath>, ReadError> {
    for path in sql {
        let file = root.read(path)?;
        let head = file.text().lines().take(10);
        if head.into_iter().any(|line| line.contains(DUMP_HEADER)) {
            return Ok(Some((*path).clone()));
        }
    }
    Ok(None)
}

/// The folder of which a file is a migration, by a directive in it or by its name.
fn folder_shown(path: &RepoPath, text: &str) -> Option<RepoPath> {
    let folder = folder_of(path)?;
    let above = || {
        let (folder, _) = folder.as_str().rsplit_once('/')?;
        Some(RepoPath::new(folder))
    };
    if by_text(text).is_some() {
        return Some(folder);
    }
    let mut parts = path.as_str().rsplitn(3, '/');
    let (name, parent) = (parts.next()?, parts.next()?);
    match by_path(&format!("{parent}/{name}"))[..] {
        [MigrationFormat::Prisma | MigrationFormat::Diesel] => above(),
        [] => None,
        // A number before a name says little outside of a folder that is called so.
        [MigrationFormat::Plain] => parent.contains("migrat").then_some(folder),
        _ => Some(folder),
    }
}

/// The folder with the most files that a format shows.
fn folder_of_migrations(root: &Root, sql: &[&RepoPath]) -> Result<Option<RepoPath>, ReadError> {
    let mut counts: BTreeMap<RepoPath, usize> = BTreeMap::new();
    for path in sql {
        if let Some(folder) = folder_shown(path, root.read(path)?.text()) {
            *counts.entry(folder).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    Ok(most.map(|(folder, _)| folder))
}

/// The folder or file of embedded patches: whatever makes the index, and is neither the migrations nor the dump.
///
/// # Errors
/// The first file that cannot be read.
pub fn embedded(
    root: &Root,
    places: &Places,
    index: &Identifier,
) -> Result<Option<RepoPath>, ReadError> {
    for path in &places.sources {
        let text = root.read(path)?;
        let lower = text.text().to_ascii_lowercase();
        let names =
            lower.contains(&index.as_str().to_ascii_lowercase()) && lower.contains("create index");
        if !names {
            continue;
        }
        match language_of(path) {
            Some(language) if patches(language, text.text()).is_ok() => {
                return Ok(Some(path.clone()));
            }
            None if path.extension() == "sql" => return Ok(folder_of(path).or(Some(path.clone()))),
            _ => {}
        }
    }
    Ok(None)
}
