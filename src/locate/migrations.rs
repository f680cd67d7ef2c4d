//! Reads a folder of migrations and replays what they do on the way up.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::catalog::Catalog;
use super::error::LocateError;
use super::formats::detect::{Shown, detect};
use super::formats::order::Order;
use super::formats::written::NewFile;
use super::formats::{Cause, Entry, Files, Format, Half, Part, Parts, Refusal, reader};
use super::replay::session::{Replay, Script};
use super::walk::{ReadError, Root};
use crate::model::declaration::{MigrationFormat, MigrationsDeclaration};
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, RepoPath, SourceFile};

/// One migration.
#[derive(Debug, Clone)]
pub struct Migration {
    /// As the file's name has it.
    pub version: String,
    /// As the tool's own table has it.
    pub recorded: String,
    /// The file with the way up; the one with the way down, where that is all there is.
    pub file: Arc<SourceFile>,
    /// The refusal, when its tool would refuse it.
    pub parts: Result<Parts, Refusal>,
    /// Where it stands among the others.
    pub order: Order,
}

/// The migrations of a folder, in the order in which they run.
#[derive(Debug)]
pub struct Migrations {
    pub list: Vec<Migration>,
    /// The file that seals the folder, where the format has one and it is there.
    pub seal: Option<Arc<SourceFile>>,
    /// Whether ways down stand in files of their own.
    pub has_downs: bool,
    folder: RepoPath,
    format: &'static dyn Format,
}

/// What the newest migration leaves once it is taken back.
#[derive(Debug)]
pub struct TakenBack {
    /// The file with its way up.
    pub migration: Arc<SourceFile>,
    /// Its way down.
    pub down: Location,
    /// What there was before it.
    pub before: Catalog,
    /// What there is after up and down.
    pub back: Catalog,
}

/// A file with what it is to the tool.
struct Found {
    entry: Entry,
    file: Arc<SourceFile>,
}

impl Migrations {
    /// # Errors
    /// When the folder or a file cannot be read, or the format cannot be told.
    pub fn read(root: &Root, declaration: &MigrationsDeclaration) -> Result<Self, LocateError> {
        let folder = &declaration.dir.path;
        let paths = root.files_below(folder)?;
        let mut texts = BTreeMap::new();
        let format = match &declaration.format {
            Some(declared) => declared.value,
            None => {
                for path in paths.iter().filter(|path| path.ends_with(".sql")) {
                    texts.insert(path.as_str(), root.read(&below(folder, path))?);
                }
                detected(root, folder, &paths, &texts)?
            }
        };
        let read = |path: &str| match texts.get(path) {
            Some(file) => Ok(Arc::clone(file)),
            None => root.read(&below(folder, path)),
        };
        let format = reader(format);
        let mut found = Vec::new();
        for path in &paths {
            if let Some(entry) = entry(format, path) {
                let file = read(path)?;
                found.push(Found { entry, file });
            }
        }
        for (path, entry) in format.incomplete(&paths) {
            // It is named and not read: no SQL is in it.
            let file = SourceFile::new(below(folder, path), String::new());
            found.push(Found { entry, file });
        }
        let seal = format.seal_name().map(|name| below(folder, name));
        let seal = seal.filter(|seal| root.exists(seal));
        let has_downs = found.iter().any(|found| found.entry.half == Half::Down);
        Ok(Self {
            list: migrations(format, found),
            seal: seal.map(|seal| root.read(&seal)).transpose()?,
            has_downs,
            folder: folder.clone(),
            format,
        })
    }

    pub fn format(&self) -> &'static dyn Format {
        self.format
    }

    /// Where a file of the folder is.
    pub fn path(&self, from_folder: &str) -> RepoPath {
        below(&self.folder, from_folder)
    }

    /// The files with ways up, in the order of the migrations.
    pub fn texts(&self) -> impl Iterator<Item = NewFile> {
        self.list.iter().map(|migration| self.text(migration))
    }

    /// The file of a migration, by its path from the folder on.
    pub fn text(&self, migration: &Migration) -> NewFile {
        let inside = format!("{}/", self.folder.as_str().trim_end_matches('/'));
        let path = migration.file.path().as_str();
        NewFile {
            path: path.strip_prefix(&inside).unwrap_or(path).to_owned(),
            text: migration.file.text().to_owned(),
        }
    }

    /// Replays every way up, in order; and, beside that, the newest one's way down, where either may touch a governed object.
    ///
    /// # Errors
    /// When a file that concerns a governed object cannot be cut into statements.
    pub fn replay(&self, replay: &mut Replay) -> Result<Option<TakenBack>, LocateError> {
        let newest = self.list.iter().rposition(|it| !it.order.is_last);
        let mut taken_back = None;
        for (number, migration) in self.list.iter().enumerate() {
            let ways = migration.parts.as_ref().ok();
            let ways = ways.filter(|_| newest == Some(number));
            let ways = ways.and_then(|parts| Some((&parts.up, parts.down.as_ref()?)));
            let ways = ways.filter(|(up, down)| {
                let is_concerned = |part: &Part| replay.is_concerned(part.text());
                is_concerned(up) || is_concerned(down)
            });
            let before = ways.map(|_| replay.catalog.clone());
            up(migration, replay)?;
            if let (Some((_, down)), Some(before)) = (ways, before) {
                let mut back = replay.clone();
                run(down, &mut back)?;
                replay.further_names.extend(back.further_names);
                taken_back = Some(TakenBack {
                    migration: Arc::clone(&migration.file),
                    down: Location::new(&down.file, down.span),
                    before,
                    back: back.catalog,
                });
            }
        }
        Ok(taken_back)
    }

    /// Replays every way up, in order, and looks at what each migration left.
    ///
    /// # Errors
    /// As [`Migrations::replay`].
    pub fn replay_each(
        &self,
        replay: &mut Replay,
        after: &mut dyn FnMut(&Migration, &Catalog),
    ) -> Result<(), LocateError> {
        for migration in &self.list {
            up(migration, replay)?;
            after(migration, &replay.catalog);
        }
        Ok(())
    }
}

fn up(migration: &Migration, replay: &mut Replay) -> Result<(), LocateError> {
    let file = &migration.file;
    match &migration.parts {
        Ok(parts) => run(&parts.up, replay)?,
        Err(refusal) => replay.unseen(file.text(), &Location::top(file), &refusal.reason),
    }
    Ok(())
}

fn run(part: &Part, replay: &mut Replay) -> Result<(), LocateError> {
    let file = &part.file;
    let excerpt = Excerpt::verbatim(file.text(), part.span);
    let script = Script {
        file,
        excerpt: &excerpt,
    };
    let outcome = replay.run(script);
    outcome.map_err(|error| LocateError::unterminated(file, &excerpt, &error))
}

/// What a file is to the tool; `None` for one that it passes over.
pub(super) fn entry(format: &dyn Format, path: &str) -> Option<Entry> {
    format.entry(path).or_else(|| program(format, path))
}

/// A migration that is a program of the tool's language: what it does is not seen.
fn program(format: &dyn Format, path: &str) -> Option<Entry> {
    let (stem, extension) = path.rsplit_once('.')?;
    let entry = format
        .entry(&format!("{stem}.sql"))
        .filter(|_| format.is_program(path))?;
    Some(Entry {
        refused: Some(format!(
            "it is a program (.{extension}), and laneset reads migrations in SQL alone"
        )),
        ..entry
    })
}

pub(super) fn below(folder: &RepoPath, path: &str) -> RepoPath {
    RepoPath::new(format!("{}/{path}", folder.as_str().trim_end_matches('/')))
}

/// The format that the folder shows; dbmate's, where it shows nothing at all.
fn detected(
    root: &Root,
    folder: &RepoPath,
    paths: &[String],
    files: &BTreeMap<&str, Arc<SourceFile>>,
) -> Result<MigrationFormat, LocateError> {
    let texts: Vec<(&str, &SourceFile)> = files
        .iter()
        .map(|(path, file)| (*path, file.as_ref()))
        .collect();
    let unreadable: OnceCell<ReadError> = OnceCell::new();
    let at_root = |name: &str| match root.read(&RepoPath::new(name)) {
        Ok(file) => Some(file.text().to_owned()),
        Err(ReadError::Missing { .. }) => None,
        Err(error) => {
            let _ = unreadable.set(error);
            None
        }
    };
    let names = |tools: &[MigrationFormat]| {
        let names: Vec<&str> = tools.iter().map(|tool| tool.name()).collect();
        names.join(", ")
    };
    let shown = detect(paths, &texts, &at_root);
    if let Some(error) = unreadable.into_inner() {
        return Err(error.into());
    }
    match shown {
        Shown::One(tool) => Ok(tool),
        Shown::Nothing if texts.is_empty() => Ok(MigrationFormat::Dbmate),
        Shown::Nothing => Err(LocateError::UnknownFormat {
            folder: folder.clone(),
            why: "no file bears a name or a directive of one".to_owned(),
        }),
        Shown::Several(tools) => {
            let tools: Vec<MigrationFormat> = tools.into_iter().collect();
            Err(LocateError::UnknownFormat {
                folder: folder.clone(),
                why: format!("it may be {}", names(&tools)),
            })
        }
        Shown::Mixed(shown) => Err(LocateError::MixedFormats {
            folder: folder.clone(),
            files: shown
                .iter()
                .map(|(tool, path)| format!("{path} is one of {}", tool.name()))
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// Puts the halves together, in the order in which the tool runs them.
fn migrations(format: &'static dyn Format, mut found: Vec<Found>) -> Vec<Migration> {
    found.sort_by(|a, b| {
        let path = |found: &Found| found.file.path().clone();
        let keys = (&a.entry.order, a.entry.half).cmp(&(&b.entry.order, b.entry.half));
        keys.then_with(|| path(a).cmp(&path(b)))
    });
    let mut others: BTreeMap<(Order, Half), Arc<SourceFile>> = BTreeMap::new();
    for found in found.iter().filter(|found| found.entry.half != Half::Up) {
        let key = (found.entry.order.clone(), found.entry.half);
        others.entry(key).or_insert_with(|| Arc::clone(&found.file));
    }
    let mut list: Vec<Migration> = Vec::new();
    for Found { entry, file } in found {
        let previous = list.last().filter(|known| known.order == entry.order);
        let refused = entry.refused.map(Refusal::other);
        let refused = refused.or_else(|| match (entry.half, previous) {
            (Half::Up, Some(same)) => Some(Refusal {
                reason: format!(
                    "its version {} is that of {} too",
                    entry.version,
                    same.file.path()
                ),
                cause: Cause::Version,
            }),
            _ => None,
        });
        let parts = match (entry.half, refused) {
            (Half::Up, Some(refusal)) => Err(refusal),
            (Half::Up, None) => {
                let files = Files {
                    up: Arc::clone(&file),
                    down: others.get(&(entry.order.clone(), Half::Down)).cloned(),
                    settings: others.get(&(entry.order.clone(), Half::Settings)).cloned(),
                };
                let previous = list.last().map(|previous| previous.file.as_ref());
                let follows = format.follows(previous, &file);
                follows.and_then(|()| format.parts(&files))
            }
            (Half::Down, _) if previous.is_none() => match format.lone_down() {
                Some(reason) => Err(Refusal::other(reason)),
                None => continue,
            },
            _ => continue,
        };
        list.push(Migration {
            version: entry.version,
            recorded: entry.recorded,
            file,
            parts,
            order: entry.order,
        });
    }
    list
}
