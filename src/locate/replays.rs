//! The three replays: what the migrations, the embedded patches and the schema dump each leave behind. They run side by side.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::{Builder, Scope, ScopedJoinHandle};

use super::catalog::Catalog;
use super::dump;
use super::embedded::Embedded;
use super::error::LocateError;
use super::interest::Interest;
use super::migrations::{Migrations, TakenBack};
use super::replay::governed::GovernedSet;
use super::replay::session::Replay;
use super::walk::Root;
use crate::model::declaration::{Declaration, DeclaredPath};
use crate::model::name::{Identifier, QualifiedName};
use crate::source::file::{RepoPath, SourceFile};
use crate::source::span::Span;

/// Room for the deepest syntax tree that the limits of `read_sql` let through. It is reserved, not used.
pub(super) const STACK_BYTES: usize = 256 * 1024 * 1024;

/// What each replay left.
#[derive(Debug)]
pub struct Replays {
    pub migrations: Replayed,
    pub embedded: Replayed,
    pub schema: Replayed,
    /// The application source that holds the patches.
    pub embedded_source: Option<RepoPath>,
    /// What was read, where it is there.
    pub read: SourcesRead,
    /// What the newest migration leaves once it is taken back, where it has a way down and that may touch a governed object.
    pub taken_back: Option<TakenBack>,
}

/// What the replays were made of.
#[derive(Debug, Default)]
pub struct SourcesRead {
    pub migrations: Option<Migrations>,
    pub embedded: Option<Embedded>,
    pub schema: Option<Arc<SourceFile>>,
}

/// What one replay left.
#[derive(Debug)]
pub struct Replayed {
    /// The folder or file, as a finding names it.
    pub place: RepoPath,
    /// How many migrations or patches there are.
    pub count: usize,
    pub state: State,
}

#[derive(Debug)]
pub enum State {
    /// Neither declared nor at its default place.
    Absent,
    /// Declared there, and not in the repository.
    Missing(Span),
    Found(Box<Catalog>),
}

impl Replayed {
    pub fn catalog(&self) -> Option<&Catalog> {
        match &self.state {
            State::Found(catalog) => Some(catalog),
            State::Absent | State::Missing(_) => None,
        }
    }
}

/// Runs `work` on a thread with room for deep syntax trees; right here, when the system gives none.
fn thread<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl Fn() -> T + Send + Clone + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, T> {
    let again = work.clone();
    Builder::new()
        .stack_size(STACK_BYTES)
        .spawn_scoped(scope, work)
        .map_err(|_| again())
}

/// What the work gave. A panic goes on in the caller.
pub(super) fn join<T>(handle: Result<ScopedJoinHandle<T>, T>) -> T {
    match handle {
        Ok(handle) => handle
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        Err(done) => done,
    }
}

/// Something that can be replayed, once it was read.
trait Source {
    fn count(&self) -> usize;
    /// Replays it, and where it can be taken back the last of it beside that.
    fn replay(&self, replay: &mut Replay) -> Result<Option<TakenBack>, LocateError>;
}

impl Source for Migrations {
    fn count(&self) -> usize {
        self.list.len()
    }

    fn replay(&self, replay: &mut Replay) -> Result<Option<TakenBack>, LocateError> {
        Migrations::replay(self, replay)
    }
}

impl Source for Embedded {
    fn count(&self) -> usize {
        Embedded::count(self)
    }

    fn replay(&self, replay: &mut Replay) -> Result<Option<TakenBack>, LocateError> {
        Embedded::replay(self, replay).map(|()| None)
    }
}

impl Source for Arc<SourceFile> {
    fn count(&self) -> usize {
        1
    }

    fn replay(&self, replay: &mut Replay) -> Result<Option<TakenBack>, LocateError> {
        dump::replay(self, replay).map(|()| None)
    }
}

/// What was found at a path.
enum Read<T> {
    Absent,
    Missing(Span),
    Found(T),
}

/// Reads and replays everything; once more when a rename showed a further name of a governed object. Other work is done beside the
/// first pass: with it, this thread has about as much to do as the one that reads the migrations and the dump, and a third thread
/// would cost more than it saves.
///
/// # Errors
/// The first file that matters and cannot be read.
pub fn replay_all<T>(
    declaration: &Declaration,
    root: &Root,
    beside: impl FnOnce() -> T,
) -> Result<(Replays, T), LocateError> {
    let mut beside = Some(beside);
    let mut done = None;
    let mut governed = GovernedSet::of(declaration);
    let mut names: BTreeSet<Identifier> = governed
        .iter()
        .flat_map(GovernedSet::names)
        .cloned()
        .collect();
    let paired = declaration.covers.iter().map(|cover| &cover.index.value);
    names.extend(paired.clone().map(|index| index.name.clone()));
    let mut lane_sets = declaration.lane_sets.iter();
    let is_needed = !declaration.covers.is_empty()
        || lane_sets.any(|lane_set| lane_set.index.is_some() || lane_set.admitted_by.is_some());
    loop {
        let interest = Interest::new(names.clone());
        let pass = Pass {
            declaration,
            root,
            governed: &governed,
            interest: &interest,
            is_needed,
        };
        let (replays, further) = pass.run(|| {
            if let Some(work) = beside.take() {
                done = Some(work());
            }
        })?;
        let known = names.len();
        names.extend(further);
        // The table of an index that is paired with a query is known once the index is found; then its statements matter too.
        for set in paired.clone().flat_map(|index| sets_of(index, &replays)) {
            if names.insert(set.table.name.clone()) {
                governed.push(set);
            }
        }
        if names.len() == known
            && let Some(done) = done.take()
        {
            return Ok((replays, done));
        }
    }
}

/// What an index of that name governs, in each replay that left one.
fn sets_of<'a>(
    index: &'a QualifiedName,
    replays: &'a Replays,
) -> impl Iterator<Item = GovernedSet> + 'a {
    let replays = [&replays.schema, &replays.migrations, &replays.embedded];
    let catalogs = replays.into_iter().filter_map(Replayed::catalog);
    let found = catalogs.flat_map(|catalog| catalog.indexes.iter());
    let found = found.filter(|(full, _)| index.is_met_by(full));
    found.map(|(full, found)| GovernedSet {
        table: found.table.clone(),
        index: Some(full.name.clone()),
        enum_type: None,
    })
}

/// One pass over everything, with the names that are known to be of interest.
struct Pass<'a> {
    declaration: &'a Declaration,
    root: &'a Root,
    governed: &'a [GovernedSet],
    interest: &'a Interest,
    is_needed: bool,
}

type Further = Vec<Identifier>;
/// What was replayed, and what it was read from.
struct Done<T> {
    replayed: Replayed,
    further: Further,
    source: Option<T>,
    taken_back: Option<TakenBack>,
}

impl Pass<'_> {
    fn run(&self, beside: impl FnOnce()) -> Result<(Replays, Further), LocateError> {
        std::thread::scope(|scope| {
            let sql = thread(scope, || (self.migrations(), self.schema()));
            let embedded = self.embedded();
            beside();
            let (migrations, schema) = join(sql);
            let (migrations, embedded, schema) = (migrations?, embedded?, schema?);
            let mut further = migrations.further;
            further.extend(embedded.further);
            further.extend(schema.further);
            let embedded_source = match &embedded.source {
                Some(Embedded::Array { file, .. }) => Some(file.path().clone()),
                _ => None,
            };
            let replays = Replays {
                migrations: migrations.replayed,
                embedded: embedded.replayed,
                schema: schema.replayed,
                embedded_source,
                taken_back: migrations.taken_back,
                read: SourcesRead {
                    migrations: migrations.source,
                    embedded: embedded.source,
                    schema: schema.source,
                },
            };
            Ok((replays, further))
        })
    }

    fn migrations(&self) -> Result<Done<Migrations>, LocateError> {
        let declared = &self.declaration.migrations;
        let read = self.read(&declared.dir, || Migrations::read(self.root, declared))?;
        self.replayed(&declared.dir.path, read)
    }

    fn schema(&self) -> Result<Done<Arc<SourceFile>>, LocateError> {
        let declared = &self.declaration.schema.file;
        let read = self.read(declared, || Ok(self.root.read(&declared.path)?))?;
        self.replayed(&declared.path, read)
    }

    fn embedded(&self) -> Result<Done<Embedded>, LocateError> {
        let Some(declared) = &self.declaration.embedded else {
            return self.replayed(&RepoPath::new(""), Read::Absent);
        };
        let path = DeclaredPath {
            path: declared.path.value.clone(),
            declared_at: Some(declared.path.span),
        };
        let read = self.read(&path, || Embedded::read(self.root, &path.path))?;
        self.replayed(&path.path, read)
    }

    fn read<T>(
        &self,
        path: &DeclaredPath,
        read: impl FnOnce() -> Result<T, LocateError>,
    ) -> Result<Read<T>, LocateError> {
        if !self.is_needed {
            return Ok(Read::Absent);
        }
        if self.root.exists(&path.path) {
            return Ok(Read::Found(read()?));
        }
        Ok(path.declared_at.map_or(Read::Absent, Read::Missing))
    }

    fn replayed<T: Source>(&self, place: &RepoPath, read: Read<T>) -> Result<Done<T>, LocateError> {
        let mut done = Done {
            replayed: Replayed {
                place: place.clone(),
                count: 0,
                state: State::Absent,
            },
            further: Vec::new(),
            source: None,
            taken_back: None,
        };
        match read {
            Read::Absent => {}
            Read::Missing(span) => done.replayed.state = State::Missing(span),
            Read::Found(source) => {
                let mut replay = Replay::new(self.governed, self.interest);
                done.taken_back = source.replay(&mut replay)?;
                done.replayed.state = State::Found(Box::new(replay.catalog));
                done.replayed.count = source.count();
                done.further = replay.further_names;
                done.source = Some(source);
            }
        }
        Ok(done)
    }
}
