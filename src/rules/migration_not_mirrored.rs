//! `migration-not-mirrored`: a migration has no embedded patch, though `mirror_since` says that it must.

use std::collections::BTreeSet;

use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::app_source::patches::PatchPiece;
use crate::locate::embedded::Embedded;
use crate::locate::formats::order::{Number, Order};
use crate::locate::migrations::{Migration, Migrations};
use crate::model::declaration::Declaration;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::name::Identifier;
use crate::read_sql::comments::comments;
use crate::read_sql::objects::{Changed, changed};
use crate::source::file::Location;
use crate::source::span::Spanned;

pub const RULE: Rule = Rule {
    id: RuleId::MigrationNotMirrored,
    summary: "a migration has no embedded patch (from mirror_since on)",
    page: include_str!("migration_not_mirrored.md"),
    judge: Judge::Gate(check),
};

/// A version of so many digits means nothing else, wherever it stands.
const TELLING_DIGITS: usize = 8;

fn check(compared: &Compared) -> Vec<Finding> {
    let declared = compared.declaration.embedded.as_ref();
    let Some(since) = declared.and_then(|embedded| embedded.mirror_since.as_ref()) else {
        return Vec::new();
    };
    let read = &compared.located.replays.read;
    match (&read.migrations, &read.embedded) {
        (Some(migrations), Some(embedded)) => {
            let unmirrored = unmirrored(migrations, &patches(embedded), &since.value);
            let findings = unmirrored.into_iter();
            findings
                .map(|migration| finding(compared.declaration, since, migration))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// An embedded patch, as far as it says what it mirrors.
struct Patch {
    /// Its file's name or its id.
    name: String,
    /// Where a version may be named beside that.
    notes: String,
    changes: Changed,
}

fn patches(embedded: &Embedded) -> Vec<Patch> {
    match embedded {
        Embedded::Folder(files) => {
            let files = files.iter();
            files
                .map(|file| Patch {
                    name: file.path().file_name().to_owned(),
                    notes: comments_of(file.text()),
                    changes: changed(file.text()),
                })
                .collect()
        }
        Embedded::Array { file, patches } => {
            let mut from = 0;
            let elements = patches.iter().map(|patch| {
                let sql = patch.pieces.iter().map(|piece| match piece {
                    PatchPiece::Sql { excerpt, .. } => excerpt.text().to_owned(),
                    PatchPiece::Opaque { span, .. } => file.text()[span.range()].to_owned(),
                });
                let sql: Vec<String> = sql.collect();
                // The comments above it are its own, those of the program and those of its SQL.
                let notes = file.text().get(from..patch.span.end);
                from = patch.span.end;
                Patch {
                    name: patch.id.clone().unwrap_or_default(),
                    notes: notes.unwrap_or_default().to_owned(),
                    changes: changed(&sql.join(";\n")),
                }
            });
            elements.collect()
        }
    }
}

fn comments_of(sql: &str) -> String {
    let texts = comments(sql).into_iter();
    let texts: Vec<&str> = texts.map(|comment| &sql[comment.range]).collect();
    texts.join("\n")
}

/// The migrations that must have a patch and have none, in their order. A patch that names migrations mirrors those. One that names none
/// mirrors a migration whose objects it changes, one at most: the newest, so that an old patch does not stand for whatever comes.
fn unmirrored<'a>(
    migrations: &'a Migrations,
    patches: &[Patch],
    since: &str,
) -> Vec<&'a Migration> {
    let with_version = migrations.list.iter().filter(|it| !it.order.is_last);
    let list: Vec<&Migration> = with_version.collect();
    let mut mirrored: BTreeSet<usize> = BTreeSet::new();
    let mut nameless: Vec<&Patch> = Vec::new();
    for patch in patches {
        let named: Vec<usize> = (0..list.len())
            .filter(|number| names(patch, list[*number]))
            .collect();
        if named.is_empty() {
            nameless.push(patch);
        }
        mirrored.extend(named);
    }
    for number in (0..list.len()).rev() {
        if mirrored.contains(&number) {
            continue;
        }
        let changes = changes(list[number]);
        if changes.untold.is_empty() && changes.names.is_empty() {
            // It changes nothing.
            mirrored.insert(number);
        } else if let Some(at) = nameless.iter().rposition(|it| changes_all(it, &changes)) {
            nameless.remove(at);
            mirrored.insert(number);
        }
    }
    let is_numeric = migrations.format().is_numeric();
    let is_meant = |version: &str| match is_numeric {
        true => Order::version(version) >= Order::version(since),
        false => version >= since,
    };
    let left = list.into_iter().enumerate();
    left.filter(|(number, migration)| !mirrored.contains(number) && is_meant(&migration.version))
        .map(|(_, migration)| migration)
        .collect()
}

fn changes(migration: &Migration) -> Changed {
    match &migration.parts {
        Ok(parts) => changed(&parts.up.file.text()[parts.up.span.range()]),
        Err(_) => changed(migration.file.text()),
    }
}

/// Whether the patch names the migration: in its name by the version that begins it, and anywhere by a version that is long enough to
/// be nothing else, or by the migration's whole name.
fn names(patch: &Patch, migration: &Migration) -> bool {
    let version = &migration.version;
    let digits = patch.name.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let begins =
        digits > 0 && is_number && Number::new(&patch.name[..digits]) == Number::new(version);
    let texts = [&patch.name, &patch.notes];
    let says = |what: &str| texts.iter().any(|text| stands_alone(text, what));
    begins || version.len() >= TELLING_DIGITS && says(version) || says(&whole_name(migration))
}

/// What people call it: the name of its file or of its folder, without what the tool adds.
fn whole_name(migration: &Migration) -> String {
    let path = migration.file.path();
    let name = path.file_name();
    let name = match name {
        "up.sql" | "migration.sql" => path.as_str().rsplit('/').nth(1).unwrap_or(name),
        _ => name,
    };
    let name = name.strip_suffix(".sql").unwrap_or(name);
    name.strip_suffix(".up").unwrap_or(name).to_owned()
}

/// Whether no letter or digit touches it.
fn stands_alone(text: &str, what: &str) -> bool {
    let mut found = text.match_indices(what);
    found.any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + what.len()..].chars().next();
        let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !touches(before) && !touches(after)
    })
}

/// Whether the patch changes every object, by a statement or by a block that names it.
fn changes_all(patch: &Patch, changes: &Changed) -> bool {
    let is_in_block = |name: &Identifier| {
        let blocks = patch.changes.untold.iter();
        let mut blocks = blocks.map(|block| block.to_ascii_lowercase());
        blocks.any(|block| stands_alone(&block, &name.as_str().to_ascii_lowercase()))
    };
    let mut names = changes.names.iter();
    changes.untold.is_empty()
        && names.all(|name| patch.changes.names.contains(name) || is_in_block(name))
}

fn finding(declaration: &Declaration, since: &Spanned<String>, migration: &Migration) -> Finding {
    let message = format!("{} has no embedded patch", migration.file.path());
    let culprit = Remark {
        location: Location::top(&migration.file),
        text: "not mirrored".to_owned(),
    };
    Finding {
        related: vec![Remark {
            location: declaration.location(since.span),
            text: format!("every migration from {} on must have one", since.value),
        }],
        help: Some(format!(
            "write a patch whose name begins with {}, or name that version in a comment of the patch that does the same",
            migration.version
        )),
        subject: migration.version.clone(),
        ..Finding::new(RuleId::MigrationNotMirrored, message, culprit)
    }
}
