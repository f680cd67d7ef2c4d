//! `edited-migration`: a migration that the base branch has was changed, renamed or deleted.

use std::sync::Arc;

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::base_migrations::{Base, BaseMigrations, Held, Here};
use crate::locate::formats::{Files, Format, Parts};
use crate::locate::migrations::Migrations;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::migration_step::Transaction;
use crate::read_sql::essence::essence;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::shell::word;
use crate::source::span::Span;

pub const RULE: Rule = Rule {
    id: RuleId::EditedMigration,
    summary: "a migration that the base branch has was changed, renamed or deleted",
    page: include_str!("edited_migration.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let Base::Known(base) = &compared.located.base else {
        return Vec::new();
    };
    let migrations = compared.located.replays.read.migrations.as_ref();
    let held = base.fork.iter();
    held.filter_map(|(now, held)| finding(held, now, base, migrations))
        .collect()
}

fn finding(
    held: &Held,
    now: &RepoPath,
    base: &BaseMigrations,
    here: Option<&Migrations>,
) -> Option<Finding> {
    // Beside the path: how it came to be another, and which one.
    let mut now_is = String::new();
    let (was, location, text, event) = match &held.here {
        Here::Same => return None,
        Here::Other { was, .. } => {
            let migrations = here?;
            let mut list = migrations.list.iter();
            let now = &list.find(|it| it.file.path() == now)?.file;
            if !is_edit(migrations.format(), was, now) {
                return None;
            }
            now_is = essence(now.text());
            let event = "was changed".to_owned();
            (was, first_difference(was, now), "it was another", event)
        }
        Here::Renamed { was, to } => {
            let mut list = here?.list.iter();
            let now = &list.find(|it| it.file.path() == to)?.file;
            let event = format!("was renamed to {to}");
            (was, Location::top(now), "the same text", event)
        }
        Here::Gone(was) => {
            let event = "was deleted".to_owned();
            (was, Location::top(was), "it is gone", event)
        }
    };
    let message = format!("{} is on {}, and {event} here", held.path, base.reference);
    let culprit = Remark {
        location,
        text: text.to_owned(),
    };
    Some(Finding {
        help: Some(format!(
            "take it back (`git restore --source {} -- {}`), and make the change in a new migration",
            base.reference,
            word(was.path().as_str())
        )),
        subject: format!("{event}\n{now_is}"),
        ..Finding::new(RuleId::EditedMigration, message, culprit)
    })
}

/// Whether databases that have run it differ from those that will. A tool that keeps checksums minds every byte, and any other what runs
/// on the way up.
fn is_edit(format: &dyn Format, was: &Arc<SourceFile>, now: &Arc<SourceFile>) -> bool {
    if now.path().extension() != "sql" {
        // A program, of which nothing else is known.
        return true;
    }
    // What its tool would not have run was run by none.
    let Some(before) = parts(format, was) else {
        return false;
    };
    if format.keeps_checksums() {
        return true;
    }
    let way_up = |file: &SourceFile, parts: &Parts| -> (Transaction, String) {
        let text = &file.text()[parts.up.span.range()];
        (parts.up.transaction, essence(text))
    };
    parts(format, now).is_none_or(|after| way_up(was, &before) != way_up(now, &after))
}

fn parts(format: &dyn Format, file: &Arc<SourceFile>) -> Option<Parts> {
    let files = Files {
        up: Arc::clone(file),
        down: None,
        settings: None,
    };
    format.parts(&files).ok()
}

/// The first line that is another, without blanks around it: of what runs, and otherwise a comment.
fn first_difference(was: &SourceFile, now: &Arc<SourceFile>) -> Location {
    let is_silent = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
    let found = differing_line(was.text(), now.text(), &|line| !is_silent(line));
    let found = found.or_else(|| differing_line(was.text(), now.text(), &|_| true));
    found.map_or_else(|| Location::top(now), |span| Location::new(now, span))
}

/// The first line of `now`, of those that count, that is another than in its place.
fn differing_line(was: &str, now: &str, counts: &dyn Fn(&str) -> bool) -> Option<Span> {
    let mut before = was.lines().filter(|line| counts(line));
    let mut at = 0;
    for line in now.split_inclusive('\n') {
        let kept = line.trim_end_matches(['\r', '\n']);
        if counts(kept) && before.next() != Some(kept) {
            let start = at + (kept.len() - kept.trim_start().len());
            return Some(Span::new(start, (at + kept.trim_end().len()).max(start)));
        }
        at += line.len();
    }
    None
}
