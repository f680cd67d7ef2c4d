//! `statements-without-transaction`: several statements where there is to be no transaction are sent as one string, and so share one.

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::formats::Part;
use crate::locate::migrations::{Migration, Migrations};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::migration_step::Transaction;
use crate::read_sql::alone::{begins_transaction, refuses_transaction};
use crate::read_sql::split::{leading_words, statements};
use crate::source::file::Location;
use crate::source::span::Span;

pub const RULE: Rule = Rule {
    id: RuleId::StatementsWithoutTransaction,
    summary: "a section that is to run without a transaction holds several statements, which Postgres runs in one all the same",
    page: include_str!("statements_without_transaction.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let migrations = compared.located.replays.read.migrations.iter();
    migrations.flat_map(in_folder).collect()
}

fn in_folder(migrations: &Migrations) -> Vec<Finding> {
    let is_always = migrations.format().is_always_one_string();
    let readable = migrations.list.iter();
    let readable =
        readable.filter_map(|migration| Some((migration, migration.parts.as_ref().ok()?)));
    let parts = readable.flat_map(|(migration, parts)| {
        let both = [("up", Some(&parts.up)), ("down", parts.down.as_ref())];
        both.map(|(way, part)| (migration, way, part))
    });
    parts
        .filter_map(|(migration, way, part)| of_part(migration, way, part?, is_always))
        .collect()
}

fn of_part(migration: &Migration, way: &str, part: &Part, is_always: bool) -> Option<Finding> {
    let text = &part.file.text()[part.span.range()];
    if part.transaction != Transaction::OneString {
        return None;
    }
    // What cannot be cut into statements is an error where it is replayed.
    let ranges = statements(text).ok().filter(|ranges| ranges.len() > 1)?;
    let mut each = ranges.iter();
    let refusing = each.find(|range| refuses_transaction(&text[(*range).clone()]));
    let is_own = begins_transaction(&text[ranges[0].clone()]);
    let (range, message) = match refusing {
        Some(range) => {
            let statement = &text[range.clone()];
            let message = format!(
                "{} cannot run beside other statements: the {} are sent as one string, which Postgres runs in one transaction",
                leading_words(statement, 2).join(" "),
                ranges.len()
            );
            (range, message)
        }
        None if is_always || is_own => return None,
        None => {
            let message = format!(
                "these {} statements are to run without a transaction, and share one all the same, for they are sent as one string",
                ranges.len()
            );
            (&ranges[1], message)
        }
    };
    let span = Span::new(part.span.start + range.start, part.span.start + range.end);
    let culprit = Remark {
        location: Location::new(&part.file, span),
        text: "this one is not alone".to_owned(),
    };
    Some(Finding {
        help: Some("give each statement a migration of its own".to_owned()),
        subject: format!("{way} {}", migration.version),
        ..Finding::new(RuleId::StatementsWithoutTransaction, message, culprit)
    })
}
