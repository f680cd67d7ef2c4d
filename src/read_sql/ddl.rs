//! The statements that can make, change or take away what laneset governs: indexes, tables, constraints, enums, schemas.
//! Everything else is [`Ddl::Other`].

use std::collections::BTreeSet;
use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::ddl_table::{TableAction, TableElement, alter_table, table_elements};
use super::expression::{Mention, ReadPredicate, Scope, read_text};
use super::split::leading_words;
use super::syntax::Sql;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// One statement, as far as it concerns governed objects. Names stand as written, without a search path applied.
#[derive(Debug, Clone)]
pub enum Ddl {
    CreateIndex(CreateIndex),
    DropIndex {
        names: Vec<QualifiedName>,
        if_exists: bool,
    },
    RenameIndex {
        from: QualifiedName,
        to: Identifier,
        if_exists: bool,
    },
    AttachIndex {
        parent: QualifiedName,
        child: QualifiedName,
    },
    CreateTable(CreateTable),
    AlterTable {
        table: QualifiedName,
        if_exists: bool,
        actions: Vec<TableAction>,
    },
    DropTable {
        names: Vec<QualifiedName>,
        if_exists: bool,
    },
    CreateSchema {
        name: Identifier,
    },
    RenameSchema {
        from: Identifier,
        to: Identifier,
    },
    DropSchema {
        names: Vec<Identifier>,
    },
    CreateEnum {
        name: QualifiedName,
        labels: Vec<String>,
    },
    AlterEnum {
        name: QualifiedName,
        change: EnumChange,
    },
    DropType {
        names: Vec<QualifiedName>,
    },
    SearchPath(Vec<Identifier>),
    /// A `DO` block's body in plpgsql, as a range of the statement.
    Do {
        body: Range<usize>,
    },
    /// A routine is defined: nothing happens until it is called. Its body, as a range of the statement, where it is quoted.
    Routine {
        body: Option<Range<usize>>,
    },
    Begin,
    Commit,
    Rollback,
    /// Something that runs and cannot be seen into. The text says what.
    Unseen(&'static str),
    Other,
}

#[derive(Debug, Clone)]
pub struct CreateIndex {
    /// Left out: Postgres makes one up.
    pub name: Option<Identifier>,
    pub if_not_exists: bool,
    pub table: QualifiedName,
    /// The key columns, as written.
    pub columns: Vec<String>,
    /// The words of the keys and of INCLUDE: every column that is one of them, and names of functions.
    pub key_words: BTreeSet<Identifier>,
    /// `TRUE` for an index over the whole table; the reason, when there is a WHERE clause that is no expression.
    pub predicate: Result<Predicate, String>,
    /// Where the WHERE clause's tests stand in the statement.
    pub mentions: Vec<Mention>,
}

#[derive(Debug, Clone)]
pub struct CreateTable {
    pub name: QualifiedName,
    pub if_not_exists: bool,
    pub elements: Vec<TableElement>,
    /// Tables it cannot outlive: the one it is a partition of, the ones it inherits from.
    pub parents: Vec<QualifiedName>,
}

#[derive(Debug, Clone)]
pub enum EnumChange {
    Add { label: String, if_not_exists: bool },
    RenameLabel { from: String, to: String },
    Rename(Identifier),
    SetSchema(Identifier),
    Other,
}

/// Reads one statement.
///
/// # Errors
/// A reason, as the end of "cannot be read: …", when it is one of the kinds above and not understood.
pub fn read(statement: &str, enum_type: Option<&QualifiedName>) -> Result<Ddl, String> {
    let words = leading_words(statement, 4);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(reader) = reader_of(&words, statement) else {
        return Ok(Ddl::Other);
    };
    let sql = Sql::new(statement)?;
    let tokens = sql.words();
    let mut statement = Statement {
        sql: &sql,
        cursor: Cursor::new(&tokens),
        enum_type,
    };
    reader(&mut statement).unwrap_or_else(|| {
        let near: String = statement.cursor.rest_text(&sql).chars().take(40).collect();
        Err(if near.is_empty() {
            "it ends where more was expected".to_owned()
        } else {
            format!("unexpected `{near}`")
        })
    })
}

/// A statement being read.
pub(super) struct Statement<'a> {
    pub sql: &'a Sql<'a>,
    pub cursor: Cursor<'a>,
    pub enum_type: Option<&'a QualifiedName>,
}

/// `None` when the next token is not what the grammar has there.
type Outcome = Option<Result<Ddl, String>>;
type Reader = fn(&mut Statement) -> Outcome;

/// The reader for a statement's kind, told by its first words; `None` for the kinds that change nothing governed.
fn reader_of(words: &[&str], statement: &str) -> Option<Reader> {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| {
            !matches!(
                *word,
                "GLOBAL" | "LOCAL" | "TEMP" | "TEMPORARY" | "UNLOGGED"
            )
        })
        .collect();
    Some(match words.as_slice() {
        ["CREATE", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX", ..] => create_index,
        ["CREATE", "TABLE", ..] => create_table,
        ["CREATE", "TYPE", ..] => create_type,
        ["CREATE", "FUNCTION" | "PROCEDURE", ..]
        | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"] => routine,
        ["DROP", "INDEX", ..] => drop_index,
        ["DROP", "TABLE", ..] => drop_table,
        ["CREATE", "SCHEMA", ..] => create_schema,
        ["DROP", "SCHEMA", ..] => drop_schema,
        ["DROP", "TYPE", ..] => drop_type,
        ["ALTER", "INDEX", ..] => alter_index,
        ["ALTER", "TABLE", ..] => |statement| alter_table(statement),
        ["ALTER", "SCHEMA", ..] => alter_schema,
        ["ALTER", "TYPE", ..] => alter_type,
        ["SET", ..] | ["RESET", "SEARCH_PATH", ..] => set,
        ["SELECT", ..] if names_search_path(statement) => set_config,
        ["DO", ..] => do_block,
        ["BEGIN" | "START", ..] => |_| Some(Ok(Ddl::Begin)),
        ["COMMIT" | "END", ..] => |_| Some(Ok(Ddl::Commit)),
        ["ROLLBACK" | "ABORT", ..] => rollback,
        ["CALL", ..] => |_| Some(Ok(Ddl::Unseen("a procedure is called"))),
        ["EXECUTE", ..] => |_| Some(Ok(Ddl::Unseen("a prepared statement is executed"))),
        _ => return None,
    })
}

fn names_search_path(statement: &str) -> bool {
    statement.to_ascii_lowercase().contains("search_path")
}

/// `CREATE [UNIQUE] INDEX [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table [USING method] (columns) … [WHERE predicate]`
fn create_index(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE"]);
    cursor.keywords(&["UNIQUE"]);
    cursor.keywords(&["INDEX"]);
    cursor.keywords(&["CONCURRENTLY"]);
    let if_not_exists = cursor.keywords(&["IF", "NOT", "EXISTS"]);
    let unnamed = cursor.keywords(&["ON"]);
    let name = if unnamed {
        None
    } else {
        let name = cursor.identifier()?;
        cursor.keywords(&["ON"]).then_some(())?;
        Some(name)
    };
    cursor.keywords(&["ONLY"]);
    let table = cursor.name()?;
    if cursor.keywords(&["USING"]) {
        cursor.identifier()?;
    }
    let keys = cursor.group()?;
    let mut key_words = keys.words();
    let columns = keys
        .elements()
        .iter()
        .map(|element| element.rest_text(statement.sql).to_owned())
        .collect();
    while !cursor.is_at_end() && cursor.peek_word().as_deref() != Some("WHERE") {
        if cursor.keywords(&["INCLUDE"]) {
            key_words.extend(cursor.group()?.words());
        } else {
            cursor.skip_one()?;
        }
    }
    let read = if cursor.keywords(&["WHERE"]) {
        statement.condition(statement.cursor.rest())
    } else {
        Ok(ReadPredicate {
            predicate: Predicate::TRUE,
            mentions: Vec::new(),
        })
    };
    let (predicate, mentions) = match read {
        Ok(read) => (Ok(read.predicate), read.mentions),
        Err(reason) => (Err(reason), Vec::new()),
    };
    Some(Ok(Ddl::CreateIndex(CreateIndex {
        name,
        if_not_exists,
        table,
        columns,
        key_words,
        predicate,
        mentions,
    })))
}

impl Statement<'_> {
    /// Reads the condition that stands at `range` of the statement.
    pub(super) fn condition(&self, range: Range<usize>) -> Result<ReadPredicate, String> {
        let offset = range.start;
        let mut read = read_text(&self.sql.text()[range], &Scope::one_table(self.enum_type))?;
        for mention in &mut read.mentions {
            mention.range = mention.range.start + offset..mention.range.end + offset;
        }
        Ok(read)
    }
}

fn drop_index(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "INDEX"]);
    cursor.keywords(&["CONCURRENTLY"]);
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropIndex { names, if_exists }))
}

fn drop_table(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "TABLE"]);
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropTable { names, if_exists }))
}

fn drop_type(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "TYPE"]);
    cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropType { names }))
}

/// `CREATE SCHEMA [IF NOT EXISTS] name`; one that holds statements, or bears its owner's name, is not followed.
fn create_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE", "SCHEMA"]);
    cursor.keywords(&["IF", "NOT", "EXISTS"]);
    if cursor.peek_word().as_deref() == Some("AUTHORIZATION") {
        return Some(Ok(Ddl::Other));
    }
    let name = cursor.identifier()?;
    Some(Ok(Ddl::CreateSchema { name }))
}

fn drop_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "SCHEMA"]);
    cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?.into_iter().map(|name| name.name).collect();
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropSchema { names }))
}

fn end_after_behaviour(cursor: &mut Cursor) -> Option<()> {
    cursor.one_of(&["CASCADE", "RESTRICT"]);
    cursor.is_at_end().then_some(())
}

fn alter_index(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["ALTER", "INDEX"]);
    if cursor.keywords(&["ALL", "IN", "TABLESPACE"]) {
        return Some(Ok(Ddl::Other));
    }
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let name = cursor.name()?;
    if cursor.keywords(&["RENAME", "TO"]) {
        let to = cursor.identifier()?;
        return Some(Ok(Ddl::RenameIndex {
            from: name,
            to,
            if_exists,
        }));
    }
    if cursor.keywords(&["ATTACH", "PARTITION"]) {
        let child = cursor.name()?;
        return Some(Ok(Ddl::AttachIndex {
            parent: name,
            child,
        }));
    }
    // Storage and statistics change nothing that is governed.
    cursor
        .one_of(&["SET", "RESET", "ALTER", "DEPENDS", "NO"])
        .map(|_| Ok(Ddl::Other))
}

fn create_table(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE"]);
    while cursor
        .one_of(&["GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED"])
        .is_some()
    {}
    cursor.keywords(&["TABLE"]);
    let if_not_exists = cursor.keywords(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name()?;
    let mut table = CreateTable {
        name,
        if_not_exists,
        elements: Vec::new(),
        parents: Vec::new(),
    };
    if cursor.keywords(&["PARTITION", "OF"]) {
        table.parents.push(cursor.name()?);
    } else if cursor.keywords(&["OF"]) {
        return Some(Err("it is a typed table (OF)".to_owned()));
    }
    if let Some(group) = cursor.group() {
        table.elements = match table_elements(statement, group) {
            Ok(elements) => elements,
            Err(reason) => return Some(Err(reason)),
        };
    }
    let cursor = &mut statement.cursor;
    while !cursor.is_at_end() {
        if cursor.keywords(&["INHERITS"]) {
            table.parents.extend(cursor.group()?.names()?);
        } else {
            cursor.skip_one()?;
        }
    }
    Some(Ok(Ddl::CreateTable(table)))
}

fn alter_schema(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["ALTER", "SCHEMA"]);
    let from = cursor.identifier()?;
    if !cursor.keywords(&["RENAME", "TO"]) {
        return Some(Ok(Ddl::Other));
    }
    let to = cursor.identifier()?;
    Some(Ok(Ddl::RenameSchema { from, to }))
}

fn create_type(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE", "TYPE"]);
    let name = cursor.name()?;
    if !cursor.keywords(&["AS", "ENUM"]) {
        return Some(Ok(Ddl::Other));
    }
    let mut labels = Vec::new();
    for mut element in cursor.group()?.elements() {
        labels.push(string(&mut element)?);
    }
    Some(Ok(Ddl::CreateEnum { name, labels }))
}

fn alter_type(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["ALTER", "TYPE"]);
    let name = cursor.name()?;
    let change = if cursor.keywords(&["ADD", "VALUE"]) {
        let if_not_exists = cursor.keywords(&["IF", "NOT", "EXISTS"]);
        EnumChange::Add {
            label: string(cursor)?,
            if_not_exists,
        }
    } else if cursor.keywords(&["RENAME", "VALUE"]) {
        let from = string(cursor)?;
        cursor.keywords(&["TO"]).then_some(())?;
        EnumChange::RenameLabel {
            from,
            to: string(cursor)?,
        }
    } else if cursor.keywords(&["RENAME", "TO"]) {
        EnumChange::Rename(cursor.identifier()?)
    } else if cursor.keywords(&["SET", "SCHEMA"]) {
        EnumChange::SetSchema(cursor.identifier()?)
    } else {
        EnumChange::Other
    };
    Some(Ok(Ddl::AlterEnum { name, change }))
}

/// `SET [SESSION | LOCAL] search_path {TO | =} …`
fn set(statement: &mut Statement) -> Outcome {
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
fn set_config(statement: &mut Statement) -> Outcome {
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

fn do_block(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DO"]);
    let mut body = None;
    while !cursor.is_at_end() {
        if cursor.keywords(&["LANGUAGE"]) {
            let language = cursor.advance()?.to_string();
            if language.trim_matches('\'') != "plpgsql" {
                return Some(Ok(Ddl::Unseen(
                    "a DO block in another language than plpgsql",
                )));
            }
        } else {
            body = Some(quoted_body(cursor)?);
        }
    }
    Some(Ok(Ddl::Do { body: body? }))
}

fn routine(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    let mut body = None;
    while !cursor.is_at_end() {
        if cursor.keywords(&["AS"]) && matches!(cursor.peek(), Some(Token::DollarQuotedString(_))) {
            body = quoted_body(cursor);
        } else {
            cursor.skip_one()?;
        }
    }
    Some(Ok(Ddl::Routine { body }))
}

/// The inside of a dollar-quoted string, as a range of the statement. A body in plain quotes is not read.
fn quoted_body(cursor: &mut Cursor) -> Option<Range<usize>> {
    let start = cursor.offset();
    let Token::DollarQuotedString(quoted) = cursor.advance()? else {
        return None;
    };
    let tag_length = quoted.tag.as_ref().map_or(0, String::len) + 2;
    Some(start + tag_length..cursor.last_end() - tag_length)
}

fn rollback(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.advance();
    cursor.one_of(&["WORK", "TRANSACTION"]);
    Some(Ok(if cursor.is_at_end() {
        Ddl::Rollback
    } else {
        Ddl::Unseen(SAVEPOINT)
    }))
}

/// What it undoes is not followed.
pub const SAVEPOINT: &str = "a rollback to a savepoint";

/// A string literal.
pub(super) fn string(cursor: &mut Cursor) -> Option<String> {
    let text = match cursor.peek()? {
        Token::SingleQuotedString(text)
        | Token::EscapedStringLiteral(text)
        | Token::NationalStringLiteral(text) => text.clone(),
        Token::DollarQuotedString(quoted) => quoted.value.clone(),
        _ => return None,
    };
    cursor.advance();
    Some(text)
}
