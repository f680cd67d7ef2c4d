//! Statements about indexes, and comments.

use super::cursor::Cursor;
use super::ddl::{CreateIndex, Ddl, Outcome, Statement, end_after_behaviour};
use super::expression::ReadPredicate;
use crate::model::index_setting::IndexSetting;
use crate::model::predicate::Predicate;

/// `CREATE [UNIQUE] INDEX [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table [USING method] (columns) … [WHERE predicate]`
pub(super) fn create_index(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["CREATE"]);
    let is_unique = cursor.keywords(&["UNIQUE"]);
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
    let shape_start = cursor.offset();
    if cursor.keywords(&["USING"]) {
        cursor.identifier()?;
    }
    let keys = cursor.group()?;
    let mut key_words = keys.words();
    let texts = |group: Cursor| -> Vec<String> {
        let elements = group.elements();
        let texts = elements.iter().map(|each| each.rest_text(statement.sql));
        texts.map(str::to_owned).collect()
    };
    let columns = texts(keys);
    let mut included = Vec::new();
    while !cursor.is_at_end() && cursor.peek_word().as_deref() != Some("WHERE") {
        if cursor.keywords(&["INCLUDE"]) {
            let group = cursor.group()?;
            included = texts(group);
            key_words.extend(group.words());
        } else {
            cursor.skip_one()?;
        }
    }
    let shape = statement.sql.text()[shape_start..cursor.last_end()].to_owned();
    let condition = cursor.keywords(&["WHERE"]).then(|| cursor.rest());
    let read = match condition.clone() {
        Some(range) => statement.condition(range),
        None => Ok(ReadPredicate {
            predicate: Predicate::TRUE,
            mentions: Vec::new(),
        }),
    };
    let (predicate, mentions) = match read {
        Ok(read) => (Ok(read.predicate), read.mentions),
        Err(reason) => (Err(reason), Vec::new()),
    };
    Some(Ok(Ddl::CreateIndex(Box::new(CreateIndex {
        name,
        if_not_exists,
        table,
        is_unique,
        shape,
        columns,
        included,
        key_words,
        predicate,
        mentions,
        condition,
    }))))
}

pub(super) fn drop_index(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["DROP", "INDEX"]);
    cursor.keywords(&["CONCURRENTLY"]);
    let if_exists = cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    end_after_behaviour(cursor)?;
    Some(Ok(Ddl::DropIndex { names, if_exists }))
}

pub(super) fn alter_index(statement: &mut Statement) -> Outcome {
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
    let after = cursor.rest_text(statement.sql).to_owned();
    let is_setting = ["SET", "RESET", "ALTER", "DEPENDS", "NO"];
    cursor.one_of(&is_setting)?;
    let before = "ALTER INDEX";
    let setting = IndexSetting { before, after };
    Some(Ok(Ddl::SetOnIndex { name, setting }))
}

/// `COMMENT ON INDEX name IS …`, `COMMENT ON CONSTRAINT name ON [DOMAIN] table IS …`
pub(super) fn comment(statement: &mut Statement) -> Outcome {
    let cursor = &mut statement.cursor;
    cursor.keywords(&["COMMENT", "ON"]);
    if cursor.keywords(&["INDEX"]) {
        let name = cursor.name()?;
        let after = cursor.rest_text(statement.sql).to_owned();
        let before = "COMMENT ON INDEX";
        let setting = IndexSetting { before, after };
        return Some(Ok(Ddl::SetOnIndex { name, setting }));
    }
    cursor.keywords(&["CONSTRAINT"]);
    let name = cursor.identifier()?;
    cursor.keywords(&["ON"]).then_some(())?;
    if cursor.keywords(&["DOMAIN"]) {
        return Some(Ok(Ddl::Other));
    }
    let table = cursor.name()?;
    cursor.keywords(&["IS"]).then_some(())?;
    Some(Ok(Ddl::CommentOnConstraint {
        name,
        table,
        comment: cursor.rest_text(statement.sql).to_owned(),
    }))
}
