//! `late-version`: a new migration sorts before one that the base branch already has.

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::base_migrations::{Base, BaseMigrations};
use crate::locate::migrations::Migrations;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::Location;

pub const RULE: Rule = Rule {
    id: RuleId::LateVersion,
    summary: "a new migration sorts before one that the base branch already has",
    page: include_str!("late_version.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    match (
        &compared.located.replays.read.migrations,
        &compared.located.base,
    ) {
        (Some(migrations), Base::Known(base)) => late(migrations, base),
        _ => Vec::new(),
    }
}

fn late(migrations: &Migrations, base: &BaseMigrations) -> Vec<Finding> {
    let tip = base.tip.iter();
    let Some((newest_path, newest)) = tip.max_by(|(_, a), (_, b)| a.order.cmp(&b.order)) else {
        return Vec::new();
    };
    let new = migrations.list.iter().filter(|migration| {
        let path = migration.file.path();
        let may_come_late = migrations.format().may_come_late(path.as_str());
        let is_new = base.lacks(path) && !base.is_renamed(path);
        is_new && !may_come_late && migration.order < newest.order
    });
    new.map(|migration| {
        let message = format!(
            "{} sorts before {newest_path}, which {} already has",
            migration.file.path(),
            base.reference
        );
        let culprit = Remark {
            location: Location::top(&migration.file),
            text: format!("version {} comes late", migration.version),
        };
        Finding {
            help: Some(format!("give it a version behind {}", newest.version)),
            subject: migration.version.clone(),
            ..Finding::new(RuleId::LateVersion, message, culprit)
        }
    })
    .collect()
}
