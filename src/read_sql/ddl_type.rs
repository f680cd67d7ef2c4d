//! The statements about types.

use super::ddl::{Ddl, EnumChange, Outcome, Statement, end_after_behaviour, string};

pub(super) fn drop_type(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP"]);
    cursor.one_of(&["TYPE", "DOMAIN"]);
    cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    let cascades = end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropType { names, cascades }))
}

pub(super) fn create_type(statement: &mut Statement) -> Outcome {
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

pub(super) fn alter_type(statement: &mut Statement) -> Outcome {
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
