//! `duplicate-version`: two migrations share a version.

use std::collections::BTreeMap;

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::base_migrations::{Base, BaseMigrations, HeldVersion};
use crate::locate::formats::Cause;
use crate::locate::formats::order::Order;
use crate::locate::migrations::{Migration, Migrations};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::{Location, RepoPath};

pub const RULE: Rule = Rule {
    id: RuleId::DuplicateVersion,
    summary: "two migrations share a version",
    page: include_str!("duplicate_version.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let Some(migrations) = &compared.located.replays.read.migrations else {
        return Vec::new();
    };
    let base = match &compared.located.base {
        Base::Known(base) => Some(base),
        Base::Unknown(_) | Base::NotAsked => None,
    };
    let mut findings = in_folder(migrations, base);
    findings.extend(base.into_iter().flat_map(|base| on_base(migrations, base)));
    findings
}

/// What the base branch has given to another file since this branch left it.
fn on_base(migrations: &Migrations, base: &BaseMigrations) -> Vec<Finding> {
    let is_recorded = migrations.format().history().is_some();
    let gained: Vec<(&RepoPath, &HeldVersion)> = base.gained().collect();
    let new = migrations
        .list
        .iter()
        .filter(|migration| base.lacks(migration.file.path()));
    new.filter_map(|migration| {
        let (path, held) = gained.iter().find(|(_, held)| {
            is_recorded && held.recorded == migration.recorded || held.order == migration.order
        })?;
        let (version, own) = (&migration.version, migration.file.path());
        let message = format!(
            "{own} has version {version}, and so has {path}, which {} has got meanwhile",
            base.reference
        );
        Some(Finding {
            help: Some("give it a version of its own, behind all others".to_owned()),
            subject: version.min(&held.version).clone(),
            ..Finding::new(RuleId::DuplicateVersion, message, again(migration))
        })
    })
    .collect()
}

/// Two that the tool takes for one: by what it records, or by the number, whatever zeros are written with it. The one that the base branch
/// has stays, and otherwise the first by its path.
fn in_folder(migrations: &Migrations, base: Option<&BaseMigrations>) -> Vec<Finding> {
    let is_new = |it: &Migration| base.is_some_and(|base| base.lacks(it.file.path()));
    let is_recorded = migrations.format().history().is_some();
    let mut by_record: BTreeMap<&str, &Migration> = BTreeMap::new();
    let mut by_order: BTreeMap<&Order, &Migration> = BTreeMap::new();
    let mut findings = Vec::new();
    // Without a number there is no version, and a tool that wants one refuses the name.
    let numbered = migrations.list.iter();
    let numbered = numbered.filter(|it| !(it.order.is_last && it.parts.is_err()) || is_twice(it));
    for migration in numbered {
        let same_record = by_record.get(migration.recorded.as_str());
        let same = same_record
            .filter(|_| is_recorded)
            .or_else(|| by_order.get(&migration.order));
        findings.extend(same.map(|first| match is_new(first) && !is_new(migration) {
            true => finding(first, migration),
            false => finding(migration, first),
        }));
        by_record.entry(&migration.recorded).or_insert(migration);
        by_order.entry(&migration.order).or_insert(migration);
    }
    findings
}

/// Whether it is refused for its version alone.
fn is_twice(migration: &Migration) -> bool {
    let refusal = migration.parts.as_ref().err();
    refusal.is_some_and(|refusal| refusal.cause == Cause::Version)
}

fn finding(migration: &Migration, first: &Migration) -> Finding {
    let version = &migration.version;
    let message = format!(
        "{} has version {version}, and so has {}",
        migration.file.path(),
        first.file.path()
    );
    Finding {
        related: vec![Remark {
            location: Location::top(&first.file),
            text: format!("version {} is taken here", first.version),
        }],
        help: Some(
            "give the one of them that no database has yet a version of its own, behind all others"
                .to_owned(),
        ),
        subject: version.min(&first.version).clone(),
        ..Finding::new(RuleId::DuplicateVersion, message, again(migration))
    }
}

fn again(migration: &Migration) -> Remark {
    Remark {
        location: Location::top(&migration.file),
        text: format!("version {} again", migration.version),
    }
}
