//! The partial indexes whose predicate lists values: what a lane set may be declared for.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::places::Places;
use crate::locate::error::LocateError;
use crate::locate::migrations::Migrations;
use crate::locate::walk::Root;
use crate::model::declaration::{DeclaredPath, MigrationsDeclaration};
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Among, Predicate, Test};
use crate::read_sql::ddl::{self, Ddl, EnumChange};
use crate::read_sql::split::statements;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// An index as a statement makes it.
#[derive(Debug, Clone)]
pub struct FoundIndex {
    pub name: Identifier,
    pub table: QualifiedName,
    /// As written.
    pub keys: Vec<String>,
    pub predicate: Predicate,
    pub location: Location,
}

impl FoundIndex {
    /// The columns that the predicate lists values of, and how many; in the order written.
    pub fn listed(&self) -> Vec<(&Identifier, &[Value])> {
        tests(&self.predicate)
            .filter_map(|test| match test {
                Test::Among(Among {
                    column,
                    values,
                    negated: false,
                }) if is_list(values) => Some((&column.name, values.as_slice())),
                _ => None,
            })
            .collect()
    }

    /// The predicate without the test of that column.
    pub fn without(&self, column: &Identifier) -> Predicate {
        let is_other = |test: &&Predicate| match test {
            Predicate::Test(Test::Among(among)) => among.column.name != *column,
            _ => true,
        };
        match &self.predicate {
            Predicate::And(parts) => Predicate::and(parts.iter().filter(is_other).cloned()),
            _ => Predicate::TRUE,
        }
    }
}

fn is_list(values: &[Value]) -> bool {
    !values.is_empty()
        && !values
            .iter()
            .any(|value| matches!(value, Value::Boolean(_)))
}

/// The tests that are joined by AND at the top.
fn tests(predicate: &Predicate) -> impl Iterator<Item = &Test> {
    let parts = match predicate {
        Predicate::And(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    parts.iter().filter_map(|part| match part {
        Predicate::Test(test) => Some(test),
        _ => None,
    })
}

/// The partial indexes of the dump, or else of the migrations, whose predicates list values; by name, the last statement of each.
///
/// # Errors
/// The first file that cannot be read.
pub fn partial_indexes(root: &Root, places: &Places) -> Result<Vec<FoundIndex>, LocateError> {
    let mut found: Vec<FoundIndex> = Vec::new();
    let files = match (&places.dump, &places.migrations) {
        (Some(dump), _) => {
            let dump = root.read(dump)?;
            let whole = Span::new(0, dump.text().len());
            vec![(dump, whole)]
        }
        (None, Some(folder)) => ways_up(root, folder)?,
        (None, None) => Vec::new(),
    };
    let enums = files.iter().flat_map(|(file, span)| enums_in(file, *span));
    let enums: BTreeSet<QualifiedName> = enums.collect();
    let enums: Vec<&QualifiedName> = enums.iter().collect();
    for (file, span) in &files {
        for index in made_in(file, *span, &enums)? {
            let is_same =
                |known: &FoundIndex| known.name == index.name && known.table == index.table;
            found.retain(|known| !is_same(known));
            found.push(index);
        }
    }
    found.retain(|index| !index.listed().is_empty());
    found.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
    Ok(found)
}

/// The part of each migration that makes things: the way up, or all of one that cannot be read.
fn ways_up(root: &Root, folder: &RepoPath) -> Result<Vec<(Arc<SourceFile>, Span)>, LocateError> {
    let dir = DeclaredPath {
        path: folder.clone(),
        declared_at: None,
    };
    let migrations = Migrations::read(root, &MigrationsDeclaration { dir, format: None })?;
    let list = migrations.list.into_iter();
    let parts = list.map(|migration| match migration.parts {
        Ok(parts) => (parts.up.file, parts.up.span),
        Err(_) => {
            let whole = Span::new(0, migration.file.text().len());
            (migration.file, whole)
        }
    });
    Ok(parts.collect())
}

/// The names that enums get in the file, for good or for a time: pg_dump casts each label in a condition to its enum.
fn enums_in(file: &SourceFile, span: Span) -> BTreeSet<QualifiedName> {
    let text = &file.text()[span.range()];
    // A file that cannot be cut is reported where its indexes are read.
    let ranges = statements(text).unwrap_or_default();
    let read = ranges
        .into_iter()
        .filter_map(|range| match ddl::read(&text[range], None, &[]) {
            Ok(Ddl::CreateEnum { name, .. }) => Some(name),
            Ok(Ddl::AlterEnum { name, change }) => match change {
                EnumChange::Rename(to) => Some(QualifiedName::new(name.schema, to)),
                EnumChange::SetSchema(to) => Some(QualifiedName::new(Some(to), name.name)),
                _ => None,
            },
            _ => None,
        });
    read.collect()
}

fn made_in(
    file: &Arc<SourceFile>,
    span: Span,
    enums: &[&QualifiedName],
) -> Result<Vec<FoundIndex>, LocateError> {
    let excerpt = Excerpt::verbatim(file.text(), span);
    let text = excerpt.text();
    let ranges =
        statements(text).map_err(|error| LocateError::unterminated(file, &excerpt, &error))?;
    let made = ranges.into_iter().filter_map(|range| {
        let Ok(Ddl::CreateIndex(create)) = ddl::read(&text[range.clone()], None, enums) else {
            return None;
        };
        Some(FoundIndex {
            name: create.name?,
            table: create.table,
            keys: create.columns,
            predicate: create.predicate.ok()?,
            location: Location::new(file, excerpt.source_span(range)),
        })
    });
    Ok(made.collect())
}
