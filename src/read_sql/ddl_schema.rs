//! The statements about schemas, and about the search path that leads to them.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::ddl::{Ddl, Outcome, Statement, end_after_behaviour, string};
use crate::model::name::Identifier;

/// `CREATE SCHEMA [IF NOT EXISTS] name [AUTHORIZATION role] [element …]`; without a name it bears the role's.
pub(super) fn create_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE", "SCHEMA"]);
    cursor.keywords(&["IF", "NOT", "EXISTS"]);
    let named = match cursor.peek_word().as_deref() {
        Some("AUTHORIZATION") => None,
        _ => Some(cursor.identifier()?),
    };
    let owner = match cursor.keywords(&["AUTHORIZATION"]) {
        true => cursor.identifier(),
        false => None,
    };
    let name = named.or(owner)?;
    let elements = elements(cursor)?;
    Some(Ok(Ddl::CreateSchema { name, elements }))
}

/// What is created in the schema, as ranges of the statement. Postgres creates tables before what stands on them, whatever their order
/// (`transformCreateSchemaStmt` in parse_utilcmd.c).
fn elements(cursor: &mut Cursor) -> Option<Vec<Range<usize>>> {
    let mut tables = Vec::new();
    let mut others = Vec::new();
    while !cursor.is_at_end() {
        let start = cursor.offset();
        let is_table = is_element(*cursor, &["TABLE"]);
        cursor.skip_one()?;
        while !cursor.is_at_end() && !begins_element(*cursor) {
            cursor.skip_one()?;
        }
        let found = if is_table { &mut tables } else { &mut others };
        found.push(start..cursor.last_end());
    }
    tables.extend(others);
    Some(tables)
}

fn begins_element(cursor: Cursor) -> bool {
    let kinds = ["TABLE", "INDEX", "VIEW", "SEQUENCE", "TRIGGER"];
    cursor.peek_word().as_deref() == Some("GRANT") || is_element(cursor, &kinds)
}

/// Whether one of these kinds of objects is created next. `GRANT CREATE ON …` creates nothing.
fn is_element(mut cursor: Cursor, kinds: &[&'static str]) -> bool {
    if !cursor.keywords(&["CREATE"]) {
        return false;
    }
    let between = [
        "OR",
        "REPLACE",
        "GLOBAL",
        "LOCAL",
        "TEMP",
        "TEMPORARY",
        "UNLOGGED",
        "UNIQUE",
        "RECURSIVE",
        "CONSTRAINT",
    ];
    while cursor.one_of(&between).is_some() {}
    cursor.one_of(kinds).is_some()
}

pub(super) fn drop_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "SCHEMA"]);
    cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?.into_iter().map(|name| name.name).collect();
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropSchema { names }))
}

pub(super) fn alter_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["ALTER", "SCHEMA"]);
    let from = cursor.identifier()?;
    if !cursor.keywords(&["RENAME", "TO"]) {
        return Some(Ok(Ddl::Other));
    }
    let to = cursor.identifier()?;
    Some(Ok(Ddl::RenameSchema { from, to }))
}

/// `SET [SESSION | LOCAL] search_path {TO | =} …`
pub(super) fn set(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    if cursor.keywords(&["RESET"]) {
        return Some(Ok(Ddl::SearchPath(default_search_path())));
    }
    cursor.keywords(&["SET"]);
    cursor.one_of(&["SESSION", "LOCAL"]);
    if !cursor.keywords(&["SEARCH_PATH"]) {
        return Some(Ok(Ddl::Other));
    }
    if !cursor.keywords(&["TO"]) && !cursor.symbol(&Token::Eq) {
        return None;
    }
    if cursor.keywords(&["DEFAULT"]) {
        return Some(Ok(Ddl::SearchPath(default_search_path())));
    }
    let mut path = Vec::new();
    for mut element in cursor.elements() {
        path.push(match string(&mut element) {
            Some(text) => Identifier::quoted(&text),
            None => element.identifier()?,
        });
    }
    Some(Ok(Ddl::SearchPath(schemas(path))))
}

/// `SELECT pg_catalog.set_config('search_path', '…', false)`, as pg_dump writes it.
pub(super) fn set_config(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["SELECT"]);
    let called = cursor.name();
    if called.is_none_or(|name| name.name.as_str() != "set_config") {
        return Some(Ok(Ddl::Other));
    }
    let arguments = cursor.group()?.elements();
    let [mut setting, mut value, _local] = <[Cursor; 3]>::try_from(arguments).ok()?;
    if string(&mut setting)? != "search_path" {
        return Some(Ok(Ddl::Other));
    }
    let path = string(&mut value)?;
    let parts = path
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    Some(Ok(Ddl::SearchPath(schemas(
        parts.map(|part| Identifier::quoted(part.trim_matches('"'))),
    ))))
}

/// The schemas of a search path. That of the user's name is taken not to be there, and `''` names none.
fn schemas(path: impl IntoIterator<Item = Identifier>) -> Vec<Identifier> {
    path.into_iter()
        .filter(|schema| !matches!(schema.as_str(), "" | "$user"))
        .collect()
}

/// Where unqualified names are sought when nothing sets the path: `"$user", public` with no schema of the user's name.
pub fn default_search_path() -> Vec<Identifier> {
    vec![Identifier::unquoted("public")]
}
