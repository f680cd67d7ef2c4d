//! The parts of `CREATE TABLE` and `ALTER TABLE` that concern columns, CHECK constraints and names.

use std::ops::Range;

use super::column_type::column_type;
use super::cursor::Cursor;
use super::ddl::{Ddl, Statement};
use crate::model::column_type::ColumnType;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// What stands between the parentheses of `CREATE TABLE`.
#[derive(Debug, Clone)]
pub enum TableElement {
    Column {
        name: Identifier,
        column_type: ColumnType,
    },
    Check(Check),
    /// `LIKE source`, with its options.
    Like {
        source: QualifiedName,
        constraints: bool,
        indexes: bool,
    },
}

/// A CHECK constraint.
#[derive(Debug, Clone)]
pub struct Check {
    /// Left out: Postgres makes one up.
    pub name: Option<Identifier>,
    /// The reason, when the condition is no expression.
    pub condition: Result<Predicate, String>,
    /// Where the constraint stands in the statement, without what follows its condition.
    pub range: Range<usize>,
    pub is_inherited: bool,
    /// The rows that were there were looked at: it is not `NOT VALID`.
    pub is_validated: bool,
}

/// One action of `ALTER TABLE`.
#[derive(Debug, Clone)]
pub enum TableAction {
    Rename(Identifier),
    RenameColumn {
        from: Identifier,
        to: Identifier,
    },
    RenameConstraint {
        from: Identifier,
        to: Identifier,
    },
    SetSchema(Identifier),
    AddColumn {
        column: Identifier,
        column_type: ColumnType,
        if_not_exists: bool,
        checks: Vec<Check>,
    },
    DropColumn {
        column: Identifier,
        if_exists: bool,
    },
    AddCheck(Check),
    DropConstraint {
        name: Identifier,
        if_exists: bool,
    },
    ValidateConstraint(Identifier),
    AttachPartition(QualifiedName),
    DetachPartition(QualifiedName),
    Inherit(QualifiedName),
    NoInherit(QualifiedName),
    /// It changes the type of a column, and with it how a predicate over the column is stored.
    AlterColumnType {
        column: Identifier,
        column_type: ColumnType,
    },
    Other,
}

/// Reads the elements of `CREATE TABLE`.
///
/// # Errors
/// A reason, when an element is not understood.
pub(super) fn table_elements(
    statement: &Statement,
    group: Cursor,
) -> Result<Vec<TableElement>, String> {
    let mut elements = Vec::new();
    for mut element in group.elements() {
        match element.peek_word().as_deref() {
            Some("LIKE") => {
                element.advance();
                let source = element.name().ok_or("LIKE names no table")?;
                elements.push(TableElement::Like {
                    source,
                    constraints: is_included(element, "CONSTRAINTS"),
                    indexes: is_included(element, "INDEXES"),
                });
            }
            Some("CONSTRAINT" | "CHECK") => {
                elements.extend(
                    checks(statement, element)
                        .into_iter()
                        .map(TableElement::Check),
                );
            }
            Some("PRIMARY" | "UNIQUE" | "EXCLUDE" | "FOREIGN") => {}
            _ => {
                let name = element
                    .identifier()
                    .ok_or_else(|| format!("unexpected `{}`", element.rest_text(statement.sql)))?;
                let column_type = column_type(element);
                elements.push(TableElement::Column { name, column_type });
                elements.extend(
                    checks(statement, element)
                        .into_iter()
                        .map(TableElement::Check),
                );
            }
        }
    }
    Ok(elements)
}

/// Whether the options of LIKE have the kind copied; the last that speaks of it counts.
fn is_included(mut options: Cursor, kind: &'static str) -> bool {
    let mut is_included = false;
    while let Some(word) = options.one_of(&["INCLUDING", "EXCLUDING"]) {
        if options.one_of(&["ALL", kind]).is_some() {
            is_included = word == "INCLUDING";
        } else {
            options.advance();
        }
    }
    is_included
}

/// The CHECK constraints among what follows a column's name, or at a constraint's beginning.
fn checks(statement: &Statement, mut cursor: Cursor) -> Vec<Check> {
    let mut found = Vec::new();
    let mut name = None;
    while !cursor.is_at_end() {
        let start = cursor.offset();
        if cursor.keywords(&["CONSTRAINT"]) {
            name = cursor.identifier().map(|identifier| (identifier, start));
        } else if cursor.keywords(&["CHECK"])
            && let Some(inside) = cursor.group()
        {
            let (name, start) = name
                .take()
                .map_or((None, start), |(name, start)| (Some(name), start));
            let range = start..cursor.last_end();
            let is_inherited = !cursor.keywords(&["NO", "INHERIT"]);
            found.push(Check {
                name,
                condition: statement
                    .condition(inside.rest())
                    .map(|read| read.predicate),
                range,
                is_inherited,
                is_validated: !cursor.keywords(&["NOT", "VALID"]),
            });
        } else {
            // The name was that of another constraint: `CONSTRAINT filled NOT NULL CHECK (…)`.
            name = None;
            if cursor.skip_one().is_none() {
                break;
            }
        }
    }
    found
}

/// `ALTER TABLE [IF EXISTS] [ONLY] name [*] action, …`
pub(super) fn alter_table(statement: &mut Statement) -> Option<Result<Ddl, String>> {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["ALTER", "TABLE"]);
    if cursor.keywords(&["ALL", "IN", "TABLESPACE"]) {
        return Some(Ok(Ddl::Other));
    }
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    cursor.keywords(&["ONLY"]);
    let table = cursor.name()?;
    cursor.symbol(&sqlparser::tokenizer::Token::Mul);
    let mut actions = Vec::new();
    for element in statement.cursor.elements() {
        statement.cursor = element;
        actions.push(action(statement, element)?);
    }
    actions.sort_by_key(TableAction::pass);
    (!actions.is_empty()).then_some(Ok(Ddl::AlterTable {
        table,
        if_exists,
        actions,
    }))
}

impl TableAction {
    /// Postgres runs the actions of one statement in passes, whatever their order (`AlterTablePass` in tablecmds.c).
    fn pass(&self) -> u8 {
        match self {
            TableAction::DropColumn { .. } | TableAction::DropConstraint { .. } => 0,
            TableAction::AlterColumnType { .. } => 1,
            TableAction::AddColumn { .. } => 2,
            TableAction::AddCheck(_) => 3,
            _ => 4,
        }
    }
}

/// `None` when an action begins like one that matters and goes on otherwise.
fn action(statement: &Statement, mut cursor: Cursor) -> Option<TableAction> {
    let word = cursor.peek_word()?;
    cursor.advance();
    match word.as_str() {
        "RENAME" => rename(cursor),
        "ADD" => add(statement, cursor),
        "DROP" => drop(cursor),
        "ALTER" => {
            cursor.keywords(&["COLUMN"]);
            let column = cursor.identifier()?;
            let retyped = cursor.keywords(&["TYPE"]) || cursor.keywords(&["SET", "DATA", "TYPE"]);
            Some(if retyped {
                TableAction::AlterColumnType {
                    column,
                    column_type: column_type(cursor),
                }
            } else {
                TableAction::Other
            })
        }
        "SET" if cursor.keywords(&["SCHEMA"]) => cursor.identifier().map(TableAction::SetSchema),
        "ATTACH" if cursor.keywords(&["PARTITION"]) => {
            cursor.name().map(TableAction::AttachPartition)
        }
        "DETACH" if cursor.keywords(&["PARTITION"]) => {
            cursor.name().map(TableAction::DetachPartition)
        }
        "INHERIT" => cursor.name().map(TableAction::Inherit),
        "NO" if cursor.keywords(&["INHERIT"]) => cursor.name().map(TableAction::NoInherit),
        "VALIDATE" if cursor.keywords(&["CONSTRAINT"]) => {
            cursor.identifier().map(TableAction::ValidateConstraint)
        }
        "SET" | "RESET" | "OWNER" | "ENABLE" | "DISABLE" | "VALIDATE" | "CLUSTER" | "FORCE"
        | "NO" | "REPLICA" | "OF" | "NOT" => Some(TableAction::Other),
        _ => None,
    }
}

fn rename(mut cursor: Cursor) -> Option<TableAction> {
    if cursor.keywords(&["TO"]) {
        return cursor.identifier().map(TableAction::Rename);
    }
    let is_constraint = cursor.keywords(&["CONSTRAINT"]);
    if !is_constraint {
        cursor.keywords(&["COLUMN"]);
    }
    let from = cursor.identifier()?;
    cursor.keywords(&["TO"]).then_some(())?;
    let to = cursor.identifier()?;
    Some(if is_constraint {
        TableAction::RenameConstraint { from, to }
    } else {
        TableAction::RenameColumn { from, to }
    })
}

fn add(statement: &Statement, mut cursor: Cursor) -> Option<TableAction> {
    match cursor.peek_word().as_deref() {
        Some("CONSTRAINT" | "CHECK") => {
            let check = checks(statement, cursor).into_iter().next();
            return Some(check.map_or(TableAction::Other, TableAction::AddCheck));
        }
        Some("PRIMARY" | "UNIQUE" | "EXCLUDE" | "FOREIGN") => return Some(TableAction::Other),
        _ => {}
    }
    cursor.keywords(&["COLUMN"]);
    let if_not_exists = cursor.keywords(&["IF", "NOT", "EXISTS"]);
    let column = cursor.identifier()?;
    Some(TableAction::AddColumn {
        column,
        column_type: column_type(cursor),
        if_not_exists,
        checks: checks(statement, cursor),
    })
}

fn drop(mut cursor: Cursor) -> Option<TableAction> {
    let is_constraint = cursor.keywords(&["CONSTRAINT"]);
    if !is_constraint {
        cursor.keywords(&["COLUMN"]);
    }
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let name = cursor.identifier()?;
    Some(if is_constraint {
        TableAction::DropConstraint { name, if_exists }
    } else {
        TableAction::DropColumn {
            column: name,
            if_exists,
        }
    })
}
