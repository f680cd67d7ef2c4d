//! `version-not-recorded`: the schema dump lacks a migration's version row, or has one with no file.

use std::collections::BTreeSet;

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::migrations::{Migration, Migrations};
use crate::locate::version_rows::{VersionRows, version_rows};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::Location;
use crate::source::span::Spanned;

pub const RULE: Rule = Rule {
    id: RuleId::VersionNotRecorded,
    summary: "schema.sql lacks a migration's version row, or has one with no file",
    page: include_str!("version_not_recorded.md"),
    judge: Judge::Gate(check),
};

const DUMP_AGAIN: &str = "dump the schema again (`dbmate dump`), or mend the rows by hand: each version once, with a comma between two";

fn check(compared: &Compared) -> Vec<Finding> {
    let read = &compared.located.replays.read;
    let (Some(migrations), Some(schema)) = (&read.migrations, &read.schema) else {
        return Vec::new();
    };
    if !migrations.format().dumps_versions() {
        return Vec::new();
    }
    match version_rows(schema) {
        Some(rows) => differences(migrations, &rows),
        None => Vec::new(),
    }
}

fn differences(migrations: &Migrations, rows: &VersionRows) -> Vec<Finding> {
    let recorded: BTreeSet<&str> = rows.rows.iter().map(|row| row.value.as_str()).collect();
    let files: BTreeSet<&str> = migrations
        .list
        .iter()
        .map(|it| it.recorded.as_str())
        .collect();
    let lacking = migrations.list.iter();
    let lacking = lacking.filter(|it| !recorded.contains(it.recorded.as_str()));
    let lone = rows
        .rows
        .iter()
        .filter(|row| !files.contains(row.value.as_str()));
    let mut seen = BTreeSet::new();
    let twice = rows
        .rows
        .iter()
        .filter(|row| !seen.insert(row.value.as_str()));
    let refused = rows.refused.iter().map(|reason| unreadable(reason, rows));
    refused
        .chain(lacking.map(|migration| lacks(migration, rows)))
        .chain(lone.map(|row| without_file(row, rows)))
        .chain(twice.map(|row| again(row, rows)))
        .collect()
}

fn unreadable(reason: &str, rows: &VersionRows) -> Finding {
    let message = format!(
        "the versions that {} records cannot be read: {reason}",
        rows.location.path()
    );
    let culprit = Remark {
        location: rows.location.clone(),
        text: "Postgres refuses this statement".to_owned(),
    };
    Finding {
        help: Some(DUMP_AGAIN.to_owned()),
        subject: reason.to_owned(),
        ..Finding::new(RuleId::VersionNotRecorded, message, culprit)
    }
}

fn again(row: &Spanned<String>, rows: &VersionRows) -> Finding {
    let (version, file) = (&row.value, &rows.location.file);
    let message = format!(
        "{} records version {version} twice, and Postgres refuses the second",
        file.path()
    );
    let culprit = Remark {
        location: Location::new(file, row.span),
        text: "again".to_owned(),
    };
    Finding {
        help: Some(DUMP_AGAIN.to_owned()),
        subject: format!("{version} twice"),
        ..Finding::new(RuleId::VersionNotRecorded, message, culprit)
    }
}

fn lacks(migration: &Migration, rows: &VersionRows) -> Finding {
    let (version, path) = (&migration.recorded, migration.file.path());
    let message = format!(
        "{} does not record version {version} of {path}",
        rows.location.path()
    );
    let culprit = Remark {
        location: rows.location.clone(),
        text: format!("{version} is missing"),
    };
    Finding {
        related: vec![Remark {
            location: Location::top(&migration.file),
            text: "the migration".to_owned(),
        }],
        help: Some(
            "apply the migration and dump the schema again (`dbmate migrate`, `dbmate dump`): without the row, what it changes may be missing too"
                .to_owned(),
        ),
        subject: version.clone(),
        ..Finding::new(RuleId::VersionNotRecorded, message, culprit)
    }
}

fn without_file(row: &Spanned<String>, rows: &VersionRows) -> Finding {
    let (version, file) = (&row.value, &rows.location.file);
    let message = format!(
        "{} records version {version}, and no migration has it",
        file.path()
    );
    let culprit = Remark {
        location: Location::new(file, row.span),
        text: "no file".to_owned(),
    };
    Finding {
        help: Some(
            "bring the migration back, or take the row out, if no database has it".to_owned(),
        ),
        subject: version.clone(),
        ..Finding::new(RuleId::VersionNotRecorded, message, culprit)
    }
}
