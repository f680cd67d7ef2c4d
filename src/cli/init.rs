//! `laneset init`: writes a manifest for a repository that has none, by reading what is there.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::arguments::InitArguments;
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::output;
use super::{check, fix};
use crate::declare::load::FILE_NAME;
use crate::declare::template::{Draft, DraftHeartbeat};
use crate::locate::discover::admission::admitted_by;
use crate::locate::discover::evidence::evidence;
use crate::locate::discover::indexes::{FoundIndex, partial_indexes};
use crate::locate::discover::places::{Places, embedded, places};
use crate::locate::discover::queries::queries;
use crate::locate::sites::locate;
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::file_change::FileChange;
use crate::model::lane::{Lane, Value};
use crate::model::name::Identifier;
use crate::model::predicate::Predicate;
use crate::model::site::Role;
use crate::render::predicate::{literal, predicate};
use crate::report::full;
use crate::report::look::{Look, ShowMatrix};
use crate::report::outcome::Status;
use crate::rules::registry::Command;
use crate::source::file::{RepoPath, SourceFile};
use crate::write::apply::apply;

/// Columns that say how far a row has got, and so are seldom what lanes are.
const STATUS_WORDS: [&str; 4] = ["status", "state", "phase", "stage"];

/// Writes a manifest and checks the repository with it.
///
/// # Errors
/// When there is a manifest already, when nothing can be declared, and when it cannot be told what.
pub fn run(arguments: &InitArguments) -> anyhow::Result<Exit> {
    let path = target(arguments)?;
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let folder = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    };
    let root = Root::new(&folder);
    let usual = manifest::defaults();
    let places = places(&root, &usual.migrations_dir, &usual.schema_file)?;
    let mut found = partial_indexes(&root, &places)?;
    found.sort_by_key(|index| !is_likely(index));
    let index = choose(found, arguments, &places)?;
    let column = column(&index, arguments.column.as_deref())?;
    let draft = draft(&root, &places, &index, &column)?;
    let text = draft.text();
    let declaration = parsed(&text, arguments)?;
    let rules = check::all_rules(Command::Check);
    let mut outcome = check::outcome(&declaration, &root, &rules)?;
    fix::mark(&mut outcome, &declaration, &root, &rules)?;
    let name = path
        .file_name()
        .map_or_else(|| FILE_NAME.into(), |name| name.to_string_lossy());
    let manifest = FileChange {
        path: RepoPath::new(name),
        before: None,
        after: text,
    };
    apply(&folder, &[manifest])?;
    let mut writer = output::writer();
    let lanes: Vec<String> = draft.lanes.iter().map(literal).collect();
    writeln!(
        writer,
        "Wrote {}: the lane set {} over {}.{column} holds {}.\n",
        path.display(),
        draft.name,
        draft.table,
        lanes.join(", "),
    )?;
    let look = Look {
        color: output::color(arguments.color, None),
        matrix: ShowMatrix::Always,
        ..Look::default()
    };
    full::write(&outcome, &look, &mut writer)?;
    let exit = match outcome.status() {
        Status::Clean => {
            writeln!(
                writer,
                "Next: read the manifest, commit it, and run `laneset check` in CI."
            )?;
            Exit::Clean
        }
        Status::Drift => {
            writeln!(
                writer,
                "Next: correct the manifest where it is wrong, then run `laneset generate` to bring the rest in line."
            )?;
            Exit::Drift
        }
    };
    writer.flush()?;
    Ok(exit)
}

/// Whether the index lists several values of a column that is no status: such come first in every list.
fn is_likely(index: &FoundIndex) -> bool {
    let mut listed = index.listed().into_iter();
    listed.any(|(column, values)| values.len() > 1 && !is_status(column))
}

fn is_status(column: &Identifier) -> bool {
    let name = column.as_str().to_ascii_lowercase();
    STATUS_WORDS.iter().any(|word| name.contains(word))
}

/// Where the manifest goes: where `--config` says, or here.
fn target(arguments: &InitArguments) -> anyhow::Result<PathBuf> {
    let path = arguments
        .config
        .clone()
        .unwrap_or_else(|| PathBuf::from(FILE_NAME));
    if path.symlink_metadata().is_ok() {
        bail!(
            "{} is there already; `laneset check` reads it",
            path.display()
        );
    }
    Ok(path)
}

/// The index to declare a set for: the one that was named, the only one, or the one that a person picks.
fn choose(
    found: Vec<FoundIndex>,
    arguments: &InitArguments,
    places: &Places,
) -> anyhow::Result<FoundIndex> {
    if let Some(wanted) = &arguments.index {
        let mut named = found.iter().filter(|index| index.name.as_str() == wanted);
        return match (named.next(), named.next()) {
            (Some(only), None) => Ok(only.clone()),
            (Some(_), Some(_)) => bail!("several tables have a partial index called {wanted}"),
            (None, _) => bail!(
                "no partial index called {wanted} lists values of a column{}",
                listed(&found)
            ),
        };
    }
    match found.len() {
        0 => {
            let looked = [&places.dump, &places.migrations];
            let looked: Vec<&str> = looked.into_iter().flatten().map(RepoPath::as_str).collect();
            let looked = if looked.is_empty() {
                "neither a schema dump nor migrations were found".to_owned()
            } else {
                format!("{} has none", looked.join(" or "))
            };
            bail!(
                "no partial index that lists values of a column: {looked}; write laneset.toml by hand (see the README), or name the \
                 places with DBMATE_SCHEMA_FILE and DBMATE_MIGRATIONS_DIR"
            )
        }
        1 => found.into_iter().next().context("one index"),
        _ if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() => ask(found),
        _ => bail!(
            "several partial indexes list values; choose one with --index NAME{}",
            listed(&found)
        ),
    }
}

/// The indexes, a line each.
fn listed(found: &[FoundIndex]) -> String {
    let lines = found.iter().map(|index| {
        format!(
            "\n  {} on {}: {}",
            index.name,
            index.table,
            predicate(&index.predicate)
        )
    });
    lines.collect()
}

fn ask(found: Vec<FoundIndex>) -> anyhow::Result<FoundIndex> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "Which partial index do the lanes shape?")?;
    for (number, index) in found.iter().enumerate() {
        writeln!(
            stdout,
            "  {}. {} on {}: {}",
            number + 1,
            index.name,
            index.table,
            predicate(&index.predicate)
        )?;
    }
    write!(stdout, "Its number: ")?;
    stdout.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let number: Option<usize> = line.trim().parse().ok();
    let chosen = number.and_then(|number| found.into_iter().nth(number.checked_sub(1)?));
    chosen.with_context(|| {
        format!(
            "{:?} is none of the numbers; nothing was written",
            line.trim()
        )
    })
}

/// The column whose values are the lanes.
fn column(index: &FoundIndex, wanted: Option<&str>) -> anyhow::Result<Identifier> {
    let listed = index.listed();
    let names: Vec<&Identifier> = listed.iter().map(|(column, _)| *column).collect();
    let shown = |names: &[&Identifier]| {
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        names.join(", ")
    };
    if let Some(wanted) = wanted {
        let found = names.iter().find(|name| name.as_str() == wanted);
        return found.map(|name| (*name).clone()).with_context(|| {
            format!(
                "{} lists no values of {wanted}; it does of {}",
                index.name,
                shown(&names)
            )
        });
    }
    let others = names.iter().filter(|name| !is_status(name)).copied();
    let others: Vec<&Identifier> = others.collect();
    let candidates = if others.is_empty() { names } else { others };
    // One value is a condition more often than it is a set.
    let several = |name: &&Identifier| {
        listed
            .iter()
            .any(|(column, values)| column == name && values.len() > 1)
    };
    let many: Vec<&Identifier> = candidates
        .iter()
        .filter(|name| several(name))
        .copied()
        .collect();
    match (candidates.as_slice(), many.as_slice()) {
        ([only], _) | (_, [only]) => Ok((*only).clone()),
        _ => bail!(
            "the predicate of {} lists values of several columns ({}); say which are the lanes with --column NAME",
            index.name,
            shown(&candidates)
        ),
    }
}

/// Everything that is found for the index.
fn draft(
    root: &Root,
    places: &Places,
    index: &FoundIndex,
    column: &Identifier,
) -> anyhow::Result<Draft> {
    let embedded = embedded(root, places, &index.name)?;
    let guard = index.without(column);
    let mut draft = Draft {
        migrations: places.migrations.clone(),
        schema: places.dump.clone(),
        name: set_name(index),
        table: index.table.clone(),
        column: column.clone(),
        lanes: lanes_of(&index.predicate, column),
        guard: (guard != Predicate::TRUE).then(|| predicate(&guard)),
        index: index.name.clone(),
        columns: index.keys.clone(),
        queries: Vec::new(),
        admitted_by: None,
        heartbeat: None,
        embedded,
    };
    let declaration = provisional(&draft)?;
    let located = locate(&declaration, root)?;
    let lane_set = &declaration.lane_sets[0];
    // What the migrations leave is what databases have.
    let left = located
        .sites
        .iter()
        .filter(|site| site.role == Role::Migrations);
    if let Some(predicate) = left.filter_map(|site| site.reading.predicate()).next() {
        draft.lanes = lanes_of(predicate, column);
    }
    draft.admitted_by = admitted_by(&located.replays, lane_set);
    let declaration = provisional(&draft)?;
    let found = queries(
        root,
        places,
        &declaration.lane_sets[0],
        draft.embedded.as_ref(),
    )?;
    let found_to_beat = evidence(root, places, &draft.lanes)?;
    draft.heartbeat = found_to_beat.map(|found| DraftHeartbeat {
        call: found.call,
        lanes: found.lanes,
    });
    draft.queries = found
        .into_iter()
        .map(|query| (query.file, query.within))
        .collect();
    Ok(draft)
}

fn lanes_of(predicate: &Predicate, column: &Identifier) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for value in predicate.values_of(column) {
        if !lanes.contains(value) && !matches!(value, Value::Boolean(_)) {
            lanes.push(value.clone());
        }
    }
    lanes
}

/// `idx_runs_heartbeat_inflight` on `runs` is `heartbeat-inflight`.
fn set_name(index: &FoundIndex) -> String {
    let lower = index.name.as_str().to_lowercase();
    let table = index.table.name.as_str().to_lowercase();
    let mut words: Vec<&str> = lower.split('_').filter(|word| !word.is_empty()).collect();
    words.retain(|word| !matches!(*word, "idx" | "index" | "ix"));
    let rest = words.join("_");
    let rest = rest.strip_prefix(&format!("{table}_")).unwrap_or(&rest);
    let name = rest.replace('_', "-");
    if name.is_empty() {
        table.replace('_', "-")
    } else {
        name
    }
}

/// The draft as a declaration, to look around with.
fn provisional(draft: &Draft) -> anyhow::Result<Declaration> {
    match manifest::load_text(source(&draft.text()), super::arguments::ColorWhen::Auto)? {
        Loaded::Declaration(declaration) => Ok(*declaration),
        Loaded::Invalid => bail!(
            "the index cannot be declared as it is; write laneset.toml by hand (see the README)"
        ),
    }
}

fn source(text: &str) -> std::sync::Arc<SourceFile> {
    SourceFile::new(RepoPath::new(FILE_NAME), text.to_owned())
}

fn parsed(text: &str, arguments: &InitArguments) -> anyhow::Result<Declaration> {
    match manifest::load_text(source(text), arguments.color)? {
        Loaded::Declaration(declaration) => Ok(*declaration),
        Loaded::Invalid => {
            bail!("the manifest that was found would not be valid; nothing was written")
        }
    }
}
