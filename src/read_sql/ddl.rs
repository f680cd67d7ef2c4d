//! The statements that can make, change or take away what laneset governs: indexes, tables, constraints, enums, schemas.
//! Everything else is [`Ddl::Other`].

use std::collections::BTreeSet;
use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::ddl_body::{do_block, routine};
use super::ddl_index::{alter_index, comment, create_index, drop_index};
use super::ddl_schema::{alter_schema, create_schema, drop_schema, set, set_config};
use super::ddl_table::{TableAction, TableElement, alter_table, table_elements};
use super::ddl_type::{alter_type, create_type, drop_type};
use super::expression::{Mention, ReadPredicate, Scope, read_with_enums};
use super::split::leading_words;
use super::syntax::Sql;
use crate::model::index_setting::IndexSetting;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// One statement, as far as it concerns governed objects. Names stand as written, without a search path applied.
#[derive(Debug, Clone)]
pub enum Ddl {
    CreateIndex(Box<CreateIndex>),
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
    /// A comment, storage parameters or a statistics target: what an index made anew would lack.
    SetOnIndex {
        name: QualifiedName,
        setting: IndexSetting,
    },
    /// The text after IS.
    CommentOnConstraint {
        name: Identifier,
        table: QualifiedName,
        comment: String,
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
    /// With the statements inside it that create something there, as ranges of the statement, in the order in which they run.
    CreateSchema {
        name: Identifier,
        elements: Vec<Range<usize>>,
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
    /// Domains are types too.
    DropType {
        names: Vec<QualifiedName>,
        cascades: bool,
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
    pub is_unique: bool,
    /// What stands between the table and the WHERE clause, as written: the method, the keys, INCLUDE, storage.
    pub shape: String,
    /// The key columns, as written.
    pub columns: Vec<String>,
    /// The columns of INCLUDE, as written.
    pub included: Vec<String>,
    /// The words of the keys and of INCLUDE: every column that is one of them, and names of functions.
    pub key_words: BTreeSet<Identifier>,
    /// `TRUE` for an index over the whole table; the reason, when there is a WHERE clause that is no expression.
    pub predicate: Result<Predicate, String>,
    /// Where the WHERE clause's tests stand in the statement.
    pub mentions: Vec<Mention>,
    /// The condition after WHERE, as a range of the statement.
    pub condition: Option<Range<usize>>,
}

#[derive(Debug, Clone)]
pub struct CreateTable {
    pub name: QualifiedName,
    pub if_not_exists: bool,
    pub elements: Vec<TableElement>,
    /// Tables it cannot outlive: the one it is a partition of, the ones it inherits from.
    pub parents: Vec<QualifiedName>,
    /// It lives in the session's own schema, and no longer than the session.
    pub is_temporary: bool,
    /// `ON COMMIT DROP`.
    pub is_dropped_on_commit: bool,
}

#[derive(Debug, Clone)]
pub enum EnumChange {
    Add { label: String, if_not_exists: bool },
    RenameLabel { from: String, to: String },
    Rename(Identifier),
    SetSchema(Identifier),
    Other,
}

/// Reads one statement. Of a set whose column is an enum `enum_type` is that enum; `enums` are all that are known.
///
/// # Errors
/// A reason, as the end of "cannot be read: …", when it is one of the kinds above and not understood.
pub fn read(
    statement: &str,
    enum_type: Option<&QualifiedName>,
    enums: &[&QualifiedName],
) -> Result<Ddl, String> {
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
        enums,
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
    /// The governed column's type, when it is an enum.
    pub enum_type: Option<&'a QualifiedName>,
    /// Every enum that is known: a cast to one changes nothing.
    pub enums: &'a [&'a QualifiedName],
}

/// `None` when the next token is not what the grammar has there.
pub(super) type Outcome = Option<Result<Ddl, String>>;
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
        ["DROP", "TYPE" | "DOMAIN", ..] => drop_type,
        ["ALTER", "INDEX", ..] => alter_index,
        ["COMMENT", "ON", "INDEX" | "CONSTRAINT", ..] => comment,
        ["ALTER", "TABLE", ..] => |statement| alter_table(statement),
        ["ALTER", "SCHEMA", ..] => alter_schema,
        ["ALTER", "TYPE", ..] => alter_type,
        ["SET", ..] | ["RESET", "SEARCH_PATH", ..] => set,
        ["SELECT", ..] if names_search_path(statement) => set_config,
        ["DO", ..] => do_block,
        ["BEGIN" | "START", ..] => |_| Some(Ok(Ddl::Begin)),
        ["COMMIT" | "END", ..] => |_| Some(Ok(Ddl::Commit)),
        ["ROLLBACK" | "ABORT", ..] => rollback,
        ["DROP", "OWNED", ..] => |_| Some(Ok(Ddl::Unseen(OWNED))),
        ["CALL", ..] => |_| Some(Ok(Ddl::Unseen("a procedure is called"))),
        ["EXECUTE", ..] => |_| Some(Ok(Ddl::Unseen("a prepared statement is executed"))),
        _ => return None,
    })
}

fn names_search_path(statement: &str) -> bool {
    statement.to_ascii_lowercase().contains("search_path")
}

impl Statement<'_> {
    /// Reads the condition that stands at `range` of the statement.
    pub(super) fn condition(&self, range: Range<usize>) -> Result<ReadPredicate, String> {
        let offset = range.start;
        let scope = Scope::one_table(self.enum_type);
        let mut read = read_with_enums(&self.sql.text()[range], &scope, self.enums)?;
        for mention in &mut read.mentions {
            mention.range = mention.range.start + offset..mention.range.end + offset;
        }
        Ok(read)
    }
}

fn drop_table(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "TABLE"]);
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropTable { names, if_exists }))
}

/// Whether what depends on the object goes along.
pub(super) fn end_after_behaviour(cursor: &mut Cursor) -> Option<bool> {
    let behaviour = cursor.one_of(&["CASCADE", "RESTRICT"]);
    cursor.is_at_end().then_some(behaviour == Some("CASCADE"))
}

fn create_table(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE"]);
    let mut is_temporary = false;
    while let Some(word) = cursor.one_of(&["GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED"]) {
        is_temporary |= matches!(word, "TEMP" | "TEMPORARY");
    }
    cursor.keywords(&["TABLE"]);
    let if_not_exists = cursor.keywords(&["IF", "NOT", "EXISTS"]);
    let name = cursor.name()?;
    let mut table = CreateTable {
        name,
        if_not_exists,
        elements: Vec::new(),
        parents: Vec::new(),
        is_temporary,
        is_dropped_on_commit: false,
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
        } else if cursor.keywords(&["ON", "COMMIT", "DROP"]) {
            table.is_dropped_on_commit = true;
        } else {
            cursor.skip_one()?;
        }
    }
    Some(Ok(Ddl::CreateTable(table)))
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

/// Who owns what is not followed.
pub const OWNED: &str = "what a role owns is dropped";

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
