//! Where lanes are listed anywhere in the repository: conditions over a governed table, and lists of values in source.

mod needles;
mod passed_over;

pub use needles::{FEWEST, MOST_DIFFERENT};

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::Builder;

use super::app_source::enclosing::enclosing;
use super::app_source::language::{Language, language_of};
use super::app_source::lists::lists_of_texts;
use super::app_source::reach::only_in_tests;
use super::app_source::syntax::Syntax;
use super::error::LocateError;
use super::query::{self, Pieces};
use super::replays::{STACK_BYTES, join};
use super::walk::{ReadError, Root};
use crate::model::declaration::{Declaration, LaneSet};
use crate::model::lane::{Lane, Value};
use crate::model::predicate::Predicate;
use crate::model::site::Reading;
use crate::read_sql::routine;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;
use needles::{Needles, Spelling, Suspicion, quotable};
use passed_over::PassedOver;

/// A place that lists lanes of a set, whether or not it is declared.
#[derive(Debug)]
pub struct Listing {
    /// The index of the set in [`Declaration::lane_sets`].
    pub lane_set: usize,
    pub location: Location,
    /// The function or query around it, where one has a name.
    pub within: Option<String>,
    pub listed: Listed,
}

#[derive(Debug)]
pub enum Listed {
    /// A condition over the set's table that tests its column.
    Condition(Predicate),
    /// A list of values in source.
    List {
        /// What it is bound to.
        name: Option<String>,
        lanes: Vec<Lane>,
        /// The file names the set's column too, in some casing.
        is_in_file_of_column: bool,
        /// It stands right before the list: in what that is bound to, or handed to.
        is_beside_column: bool,
    },
}

/// What the search saw.
#[derive(Debug, Default)]
pub struct Searched {
    /// By path, then place, then set.
    pub listings: Vec<Listing>,
    /// How many files were looked through.
    pub files: usize,
}

/// Files that wait to be parsed, at most: the search stays as small as they are.
const WAITING: usize = 16;

/// Searches every source and SQL file below `root`, but for tests, documentation, generated and vendored source, migrations, the dump and
/// the patches.
///
/// # Errors
/// A file or folder that cannot be read, and a file that may hold a copy and is not UTF-8.
pub fn search(declaration: &Declaration, root: &Root) -> Result<Searched, LocateError> {
    let needles = Needles::new(declaration);
    let passed_over = PassedOver::new(declaration);
    let (sender, receiver) = sync_channel(WAITING);
    let receiver = Mutex::new(receiver);
    let parsers = std::thread::available_parallelism().map_or(1, usize::from);
    let (files, read) = std::thread::scope(|scope| {
        // Parsers have room for deep syntax trees; the threads that walk have none.
        let parsers: Vec<_> = (0..parsers)
            .map(|_| {
                Builder::new()
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, || parse(declaration, &receiver))
                    .unwrap_or_else(|_| scope.spawn(|| parse(declaration, &receiver)))
            })
            .collect();
        let files = walk(root, &needles, &passed_over, sender);
        let read: Vec<_> = parsers.into_iter().flat_map(|it| join(Ok(it))).collect();
        (files, read)
    });
    let mut listings = Vec::new();
    for listed in read {
        listings.extend(listed?);
    }
    listings.sort_by_key(|it: &Listing| {
        let span = it.location.span;
        (
            it.location.path().clone(),
            span.start,
            span.end,
            it.lane_set,
        )
    });
    Ok(Searched {
        listings,
        files: files?,
    })
}

/// A file that may hold copies.
struct Suspect {
    path: RepoPath,
    bytes: Vec<u8>,
    suspicions: Vec<Suspicion>,
}

/// Sends every suspect, and gives the number of files that were looked through.
fn walk(
    root: &Root,
    needles: &Needles,
    passed_over: &PassedOver,
    suspects: SyncSender<Suspect>,
) -> Result<usize, ReadError> {
    root.visit_sources(&|path| !passed_over.by_name(path), &|path, bytes| {
        let lower = bytes.to_ascii_lowercase();
        let spelling = match language_of(path) {
            Some(Language::Ruby | Language::Elixir) => Spelling::Bare,
            _ => Spelling::Quoted,
        };
        let suspicions = needles.suspicions(bytes, &lower, spelling);
        if suspicions.is_empty() || passed_over::by_text(&lower) {
            return;
        }
        // Fails only when no parser is left, and then a panic is on its way.
        let _ = suspects.send(Suspect {
            path: path.clone(),
            bytes: bytes.to_owned(),
            suspicions,
        });
    })
}

/// Parses suspects until there are no more.
fn parse(
    declaration: &Declaration,
    suspects: &Mutex<Receiver<Suspect>>,
) -> Vec<Result<Vec<Listing>, LocateError>> {
    let mut parsed = Vec::new();
    loop {
        let next = suspects.lock().unwrap_or_else(|it| it.into_inner()).recv();
        let Ok(suspect) = next else {
            return parsed;
        };
        match listings(declaration, suspect) {
            Ok(listings) if listings.is_empty() => {}
            found => parsed.push(found),
        }
    }
}

fn listings(declaration: &Declaration, suspect: Suspect) -> Result<Vec<Listing>, LocateError> {
    let file = Root::decode(&suspect.path, suspect.bytes)?;
    let Ok(syntax) = language_of(file.path())
        .map(|language| Syntax::parse(language, file.text()))
        .transpose()
    else {
        return Ok(Vec::new());
    };
    let syntax = syntax.as_ref();
    let is_rust = |syntax: &&Syntax| syntax.language() == Language::Rust;
    let tests = syntax.filter(is_rust).map_or_else(Vec::new, only_in_tests);
    let sql = query::all_sql(&file, syntax);
    let mut found = Vec::new();
    for suspicion in suspect.suspicions {
        let lane_set = &declaration.lane_sets[suspicion.lane_set];
        let mut listed = Vec::new();
        if let Some(sql) = sql.as_ref().filter(|_| suspicion.in_clauses) {
            listed.extend(conditions(&file, sql, lane_set));
        }
        if let Some(syntax) = syntax.filter(|_| suspicion.in_lists) {
            listed.extend(lists(&file, syntax, lane_set));
        }
        let in_program = |(location, _): &(Location, Listed)| {
            let is_inside = |span: &Span| span.contains(location.span.start);
            !tests.iter().any(is_inside)
        };
        let listed = listed.into_iter().filter(in_program);
        found.extend(listed.map(|(location, listed)| Listing {
            lane_set: suspicion.lane_set,
            within: name_around(&file, syntax, &location),
            location,
            listed,
        }));
    }
    Ok(found)
}

fn conditions(file: &Arc<SourceFile>, sql: &Pieces, lane_set: &LaneSet) -> Vec<(Location, Listed)> {
    let found = query::conditions(file, sql, lane_set).into_iter();
    found
        .filter_map(|it| match it.reading {
            Reading::Predicate(predicate) => Some((it.location, Listed::Condition(predicate))),
            _ => None,
        })
        .collect()
}

fn lists(file: &Arc<SourceFile>, syntax: &Syntax, lane_set: &LaneSet) -> Vec<(Location, Listed)> {
    let declared = quotable(&lane_set.lanes.value);
    let may_be_a_copy = |texts: &[String]| {
        let common = declared.iter().filter(|lane| texts.contains(lane)).count();
        common >= FEWEST && texts.len() <= 2 * (declared.len() + MOST_DIFFERENT)
    };
    // `run_type`, `runType` and `RUN_TYPE` are one name.
    let plain = |text: &str| text.to_lowercase().replace('_', "");
    let column = plain(lane_set.column.value.as_str());
    let is_in_file_of_column = plain(file.text()).contains(&column);
    let lists = lists_of_texts(syntax, &may_be_a_copy);
    let listed = lists.into_iter().map(|it| {
        let before = &file.text()[..it.span.start];
        let lines = before.rsplit('\n').take(2);
        let is_beside_column = lines.into_iter().any(|line| plain(line).contains(&column));
        let listed = Listed::List {
            name: it.name,
            lanes: it.texts.into_iter().map(Value::Text).collect(),
            is_in_file_of_column,
            is_beside_column,
        };
        (Location::new(file, it.span), listed)
    });
    listed.collect()
}

/// What the function or query around the place is called; `syntax` is the file's, where it is source.
pub fn name_around(
    file: &SourceFile,
    syntax: Option<&Syntax>,
    location: &Location,
) -> Option<String> {
    if let Some(syntax) = syntax {
        return enclosing(syntax, location.span);
    }
    let all = routine::queries(file.text()).ok()?;
    let mut around = all.into_iter().filter(|query| {
        query.range.start <= location.span.start && location.span.end <= query.range.end
    });
    around.next()?.within
}
