//! `missing-directive`: a migration lacks the line that tells its tool what the SQL below it is, or has it in the wrong place.

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::formats::{Cause, Refusal};
use crate::locate::migrations::Migration;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::source::file::Location;

pub const RULE: Rule = Rule {
    id: RuleId::MissingDirective,
    summary: "a migration lacks its format's marker (`-- migrate:up`), or has it in the wrong place",
    page: include_str!("missing_directive.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let migrations = compared.located.replays.read.migrations.iter();
    let list = migrations.flat_map(|migrations| &migrations.list);
    list.filter_map(|migration| match &migration.parts {
        Err(refusal) if refusal.cause == Cause::Directive => Some(finding(migration, refusal)),
        _ => None,
    })
    .collect()
}

fn finding(migration: &Migration, refusal: &Refusal) -> Finding {
    let message = format!(
        "{} cannot be run: {}",
        migration.file.path(),
        refusal.reason
    );
    let culprit = Remark {
        location: Location::top(&migration.file),
        text: String::new(),
    };
    Finding {
        help: Some(
            "put the lines that begin its parts where the tool looks for them (`laneset explain missing-directive` shows them for each tool)"
                .to_owned(),
        ),
        subject: refusal.reason.clone(),
        ..Finding::new(RuleId::MissingDirective, message, culprit)
    }
}
