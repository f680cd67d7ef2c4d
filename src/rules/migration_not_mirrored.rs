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
    /// What its comments say, and those of the program around it.
    notes: String,
    /// The numbers in its name and its notes that are long enough to be versions and nothing else.
    numbers: BTreeSet<String>,
    sql: String,
}

impl Patch {
    fn new(name: String, notes: String, sql: String) -> Self {
        let texts = [&name, &notes];
        let words = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let numbers = words.filter(|word| word.len() >= TELLING_DIGITS && is_number(word));
        Self {
            numbers: numbers.map(str::to_owned).collect(),
            name,
            notes,
            sql,
        }
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn patches(embedded: &Embedded) -> Vec<Patch> {
    match embedded {
        Embedded::Folder(files) => {
            // An empty file was never written; one that has nothing to do says so in a comment.
            let files = files.iter().filter(|file| !file.text().trim().is_empty());
            files
                .map(|file| {
                    let name = file.path().file_name().to_owned();
                    Patch::new(name, comments_of(file.text()), file.text().to_owned())
                })
                .collect()
        }
        Embedded::Array { file, patches } => {
            let mut at = 0;
            let elements = patches.iter().map(|patch| {
                let (mut notes, mut sql) = (String::new(), String::new());
                // The comments above it are its own.
                for piece in &patch.pieces {
                    let (span, text) = match piece {
                        PatchPiece::Sql { span, excerpt, .. } => (span, excerpt.text()),
                        PatchPiece::Opaque { span, .. } => (span, &file.text()[span.range()]),
                    };
                    notes.push_str(file.text().get(at..span.start).unwrap_or_default());
                    notes.push_str(&comments_of(text));
                    sql.push_str(&format!("{text};\n"));
                    at = span.end;
                }
                notes.push_str(file.text().get(at..patch.span.end).unwrap_or_default());
                at = patch.span.end;
                Patch::new(patch.id.clone().unwrap_or_default(), notes, sql)
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
    let is_named = |migration: &Migration| patches.iter().any(|patch| names(patch, migration));
    let is_meant = |version: &str| match migrations.format().is_numeric() {
        true => Order::version(version) >= Order::version(since),
        false => version >= since,
    };
    let meant = list.iter().copied();
    let meant = meant.filter(|it| is_meant(&it.version) && !is_named(it));
    let nameless: Vec<&Migration> = meant.collect();
    if nameless.is_empty() {
        return Vec::new();
    }
    let free = patches.iter();
    let free = free.filter(|patch| !list.iter().any(|migration| names(patch, migration)));
    let mut free: Vec<Changed> = free.map(|patch| changed(&patch.sql)).collect();
    let mut left = Vec::new();
    for migration in nameless.into_iter().rev() {
        let changes = changes(migration);
        let is_nothing = changes.untold.is_empty() && changes.names.is_empty();
        match free.iter().rposition(|patch| changes_all(patch, &changes)) {
            _ if is_nothing => {}
            Some(at) => drop(free.remove(at)),
            None => left.push(migration),
        }
    }
    left.reverse();
    left
}

fn changes(migration: &Migration) -> Changed {
    match &migration.parts {
        Ok(parts) => changed(&parts.up.file.text()[parts.up.span.range()]),
        Err(_) => changed(migration.file.text()),
    }
}

/// Whether the patch names the migration: in its name by the version that begins it, and anywhere by a version that is long enough to
/// be nothing else, or else by the migration's whole name.
fn names(patch: &Patch, migration: &Migration) -> bool {
    let version = &migration.version;
    if patch.numbers.contains(version) {
        return true;
    }
    let digits = patch.name.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && is_number(version) {
        let begins = Number::new(&patch.name[..digits]) == Number::new(version);
        if begins {
            return true;
        }
    }
    let is_telling = is_number(version) && version.len() >= TELLING_DIGITS;
    let says = |what: &str| {
        [&patch.name, &patch.notes]
            .iter()
            .any(|text| stands_alone(text, what))
    };
    let is_long = version.len() >= TELLING_DIGITS;
    !is_telling && (is_long && says(version) || says(&whole_name(migration)))
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

/// Whether a patch changes every object, by a statement or by a block that names it.
fn changes_all(patch: &Changed, changes: &Changed) -> bool {
    let is_in_block = |name: &Identifier| {
        let mut blocks = patch.untold.iter().map(|block| block.to_ascii_lowercase());
        blocks.any(|block| stands_alone(&block, &name.as_str().to_ascii_lowercase()))
    };
    let mut names = changes.names.iter();
    changes.untold.is_empty() && names.all(|name| patch.names.contains(name) || is_in_block(name))
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
