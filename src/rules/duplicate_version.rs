//! `duplicate-version`: two migrations share a version.

use std::collections::BTreeMap;

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::formats::order::Order;
use crate::locate::migrations::{Migration, Migrations};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::Location;

pub const RULE: Rule = Rule {
    id: RuleId::DuplicateVersion,
    summary: "two migrations share a version",
    page: include_str!("duplicate_version.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let migrations = compared.located.replays.read.migrations.iter();
    migrations.flat_map(in_folder).collect()
}

/// Two that the tool takes for one: by what it records, or by the number, whatever zeros are written with it.
fn in_folder(migrations: &Migrations) -> Vec<Finding> {
    let is_recorded = migrations.format().history().is_some();
    let mut by_record: BTreeMap<&str, &Migration> = BTreeMap::new();
    let mut by_order: BTreeMap<&Order, &Migration> = BTreeMap::new();
    let mut findings = Vec::new();
    for migration in &migrations.list {
        let same_record = by_record.get(migration.recorded.as_str());
        let same = same_record
            .filter(|_| is_recorded)
            .or_else(|| by_order.get(&migration.order));
        findings.extend(same.map(|first| finding(migration, first)));
        by_record.entry(&migration.recorded).or_insert(migration);
        by_order.entry(&migration.order).or_insert(migration);
    }
    findings
}

fn finding(migration: &Migration, first: &Migration) -> Finding {
    let version = &migration.version;
    let message = format!(
        "{} has version {version}, and so has {}",
        migration.file.path(),
        first.file.path()
    );
    let remark = |migration: &Migration, text: String| Remark {
        location: Location::top(&migration.file),
        text,
    };
    Finding {
        related: vec![remark(
            first,
            format!("version {} is taken here", first.version),
        )],
        help: Some(
            "give the one of them that no database has yet a version of its own, behind all others"
                .to_owned(),
        ),
        subject: version.clone(),
        ..Finding::new(
            RuleId::DuplicateVersion,
            message,
            remark(migration, format!("version {version} again")),
        )
    }
}
