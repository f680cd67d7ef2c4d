//! Which objects a statement may touch whose text is known in part only.

use super::cursor::Cursor;
use super::dynamic::HOLE;
use super::syntax::Sql;
use crate::model::name::QualifiedName;

/// What a statement may do to the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It is not known what kind of statement it is, or which objects it names.
    Anything,
    /// These objects alone; of a name a part may be put in.
    Objects(Vec<Touched>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub kind: Kind,
    pub name: QualifiedName,
    pub how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Index,
    Table,
    Type,
    Schema,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It gets that name, which nothing else has.
    Created,
    /// It is dropped, or altered in a way that may matter to anything that depends on it.
    Changed,
    /// A table gets further columns.
    Widened,
    /// A table's constraints are changed.
    Constrained,
}

/// What a statement with holes in it may touch.
pub fn reach(statement: &str) -> Reach {
    let Ok(sql) = Sql::new(statement) else {
        return Reach::Anything;
    };
    let tokens = sql.words();
    objects(Cursor::new(&tokens)).map_or(Reach::Anything, Reach::Objects)
}

/// `None` where anything may be meant.
fn objects(mut cursor: Cursor) -> Option<Vec<Touched>> {
    let verb = word(&mut cursor)?;
    match verb.as_str() {
        "CREATE" => created(cursor),
        "DROP" => dropped(cursor),
        "ALTER" => altered(cursor),
        // They may set the search path, and nothing is known of what follows then.
        "SET" | "RESET" => {
            cursor.one_of(&["SESSION", "LOCAL"]);
            (word(&mut cursor)? != "SEARCH_PATH").then(Vec::new)
        }
        "SELECT" | "WITH" | "VALUES" if names_search_path(cursor) => None,
        "DO" | "CALL" | "EXECUTE" | "REASSIGN" => None,
        _ => Some(Vec::new()),
    }
}

/// The next word, when no part of it is put in.
fn word(cursor: &mut Cursor) -> Option<String> {
    let word = cursor.peek_word()?;
    cursor.advance();
    (!word.contains(&HOLE.to_ascii_uppercase())).then_some(word)
}

fn names_search_path(mut cursor: Cursor) -> bool {
    while let Some(token) = cursor.advance() {
        if token
            .to_string()
            .to_ascii_lowercase()
            .contains("search_path")
        {
            return true;
        }
    }
    false
}

fn created(mut cursor: Cursor) -> Option<Vec<Touched>> {
    let skipped = [
        "OR",
        "REPLACE",
        "GLOBAL",
        "LOCAL",
        "TEMP",
        "TEMPORARY",
        "UNLOGGED",
        "UNIQUE",
    ];
    while cursor.one_of(&skipped).is_some() {}
    let kind = match word(&mut cursor)?.as_str() {
        "INDEX" => Kind::Index,
        "TABLE" => Kind::Table,
        "TYPE" => Kind::Type,
        "SCHEMA" => {
            cursor.keywords(&["IF", "NOT", "EXISTS"]);
            cursor.identifier()?;
            return cursor.is_at_end().then(Vec::new);
        }
        _ => return Some(Vec::new()),
    };
    cursor.keywords(&["CONCURRENTLY"]);
    cursor.keywords(&["IF", "NOT", "EXISTS"]);
    if kind == Kind::Index && cursor.keywords(&["ON"]) {
        return Some(Vec::new());
    }
    let name = cursor.name()?;
    let how = How::Created;
    Some(vec![Touched { kind, name, how }])
}

fn dropped(mut cursor: Cursor) -> Option<Vec<Touched>> {
    let kind = match word(&mut cursor)?.as_str() {
        "INDEX" => Kind::Index,
        "TABLE" => Kind::Table,
        "TYPE" | "DOMAIN" => Kind::Type,
        "SCHEMA" => Kind::Schema,
        "OWNED" => return None,
        _ => return Some(Vec::new()),
    };
    cursor.keywords(&["CONCURRENTLY"]);
    cursor.keywords(&["IF", "EXISTS"]);
    let names = cursor.names()?;
    let how = How::Changed;
    let touched = names.into_iter().map(|name| Touched { kind, name, how });
    Some(touched.collect())
}

fn altered(mut cursor: Cursor) -> Option<Vec<Touched>> {
    let kind = match word(&mut cursor)?.as_str() {
        "INDEX" => Kind::Index,
        "TABLE" => Kind::Table,
        "TYPE" => Kind::Type,
        "SCHEMA" => Kind::Schema,
        _ => return Some(Vec::new()),
    };
    cursor.keywords(&["IF", "EXISTS"]);
    cursor.keywords(&["ONLY"]);
    let name = cursor.name()?;
    cursor.symbol(&sqlparser::tokenizer::Token::Mul);
    let mut touched = Vec::new();
    for mut action in cursor.elements() {
        if action.keywords(&["RENAME", "TO"]) {
            touched.push(Touched {
                kind,
                name: QualifiedName::new(name.schema.clone(), action.identifier()?),
                how: How::Created,
            });
            touched.push(Touched {
                kind,
                name: name.clone(),
                how: How::Changed,
            });
        } else if let Some(how) = done_by(action, kind) {
            let name = name.clone();
            touched.push(Touched { kind, name, how });
        }
    }
    Some(touched)
}

/// What an action of ALTER does; `None` when that matters to nothing that is governed.
fn done_by(mut action: Cursor, kind: Kind) -> Option<How> {
    let Some(word) = word(&mut action) else {
        return Some(How::Changed);
    };
    let next = action.peek_word();
    let is_constraint = matches!(
        next.as_deref(),
        Some("CONSTRAINT" | "CHECK" | "PRIMARY" | "UNIQUE" | "FOREIGN" | "EXCLUDE")
    );
    match (word.as_str(), next.as_deref()) {
        ("OWNER" | "ENABLE" | "DISABLE" | "FORCE" | "CLUSTER" | "REPLICA" | "RESET", _)
        | ("NO", Some("FORCE"))
        | ("DEPENDS", _) => None,
        ("SET", Some("SCHEMA")) => Some(How::Changed),
        ("SET", _) => None,
        ("ALTER", _) if kind != Kind::Type => None,
        ("ADD", _) if kind == Kind::Type => Some(How::Changed),
        ("VALIDATE", _) => Some(How::Constrained),
        ("ADD" | "DROP" | "RENAME", _) if is_constraint => Some(How::Constrained),
        ("ADD", Some(next)) if !next.contains(&HOLE.to_ascii_uppercase()) => Some(How::Widened),
        _ => Some(How::Changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_touched_is_told_by_the_kind_of_statement() {
        for (statement, expected) in [
            ("laneset_hole", None),
            ("DROP laneset_hole x", None),
            ("SET LOCAL search_path TO laneset_hole", None),
            ("SET statement_timeout = laneset_hole", Some(0)),
            ("UPDATE runs SET laneset_hole = 1", Some(0)),
            ("DROP INDEX a, laneset_hole", Some(2)),
            (
                "ALTER TABLE laneset_hole ENABLE ROW LEVEL SECURITY",
                Some(0),
            ),
            ("ALTER INDEX a RENAME TO laneset_hole", Some(2)),
            (
                "CREATE OR REPLACE FUNCTION laneset_hole() RETURNS int",
                Some(0),
            ),
        ] {
            let found = match reach(statement) {
                Reach::Anything => None,
                Reach::Objects(objects) => Some(objects.len()),
            };
            assert_eq!(found, expected, "{statement}");
        }
    }
}
