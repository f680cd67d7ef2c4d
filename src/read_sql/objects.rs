//! Which objects a script changes, by name: enough to hold two scripts against each other.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::split::statements;
use super::syntax::Sql;
use crate::model::name::Identifier;

/// What a script changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// What its statements make, alter, drop or fill, without schemas.
    pub names: BTreeSet<Identifier>,
    /// Statements whose objects are not told: blocks, calls, what is not SQL.
    pub untold: Vec<String>,
}

/// The kinds of objects whose names follow. Of several words the longer stands first.
const KINDS: [&[&str]; 17] = [
    &["MATERIALIZED", "VIEW"],
    &["FOREIGN", "TABLE"],
    &["EVENT", "TRIGGER"],
    &["TABLE"],
    &["INDEX"],
    &["VIEW"],
    &["FUNCTION"],
    &["PROCEDURE"],
    &["TRIGGER"],
    &["TYPE"],
    &["DOMAIN"],
    &["SEQUENCE"],
    &["SCHEMA"],
    &["EXTENSION"],
    &["POLICY"],
    &["AGGREGATE"],
    &["RULE"],
];

/// What may stand between a verb and the kind.
const ADVERBS: [&str; 10] = [
    "OR",
    "REPLACE",
    "UNIQUE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "RECURSIVE",
    "CONSTRAINT",
    "GLOBAL",
    "LOCAL",
];

/// Statements that leave every object as it is, by their first words.
const HARMLESS: [&[&str]; 14] = [
    &["BEGIN"],
    &["START"],
    &["COMMIT"],
    &["END"],
    &["ROLLBACK"],
    &["SET"],
    &["RESET"],
    &["LOCK"],
    &["ANALYZE"],
    &["VACUUM"],
    &["GRANT"],
    &["REVOKE"],
    &["NOTIFY"],
    &["SAVEPOINT"],
];

/// Reads a script.
pub fn changed(script: &str) -> Changed {
    let mut changed = Changed::default();
    let Ok(ranges) = statements(script) else {
        changed.untold.push(script.to_owned());
        return changed;
    };
    for range in ranges {
        let statement = &script[range];
        match names(statement) {
            Some(names) => changed.names.extend(names),
            None => changed.untold.push(statement.to_owned()),
        }
    }
    changed
}

/// The names of one statement; `None` when they are not told.
fn names(statement: &str) -> Option<Vec<Identifier>> {
    let sql = Sql::new(statement).ok()?;
    let words = sql.words();
    let mut cursor = Cursor::new(&words);
    if HARMLESS.iter().any(|words| cursor.keywords(words)) {
        return Some(Vec::new());
    }
    if cursor.keywords(&["INSERT", "INTO"]) || cursor.keywords(&["DELETE", "FROM"]) {
        return row_target(cursor);
    }
    if cursor.keywords(&["UPDATE"]) {
        return row_target(cursor);
    }
    if cursor.keywords(&["TRUNCATE"]) || cursor.keywords(&["COMMENT", "ON"]) {
        let _ = kind(&mut cursor);
        return object_names(cursor);
    }
    let verb = cursor.one_of(&["CREATE", "ALTER", "DROP"])?;
    while cursor.one_of(&ADVERBS).is_some() {}
    kind(&mut cursor)?;
    let mut names = object_names(cursor)?;
    // An index, a trigger or a policy need not be named; where it is, the table is not what is changed.
    if verb != "DROP" {
        names.truncate(1);
    }
    Some(names)
}

fn kind(cursor: &mut Cursor) -> Option<()> {
    KINDS
        .iter()
        .any(|words| cursor.keywords(words))
        .then_some(())
}

fn row_target(mut cursor: Cursor) -> Option<Vec<Identifier>> {
    cursor.keywords(&["ONLY"]);
    Some(vec![cursor.name()?.name])
}

fn object_names(mut cursor: Cursor) -> Option<Vec<Identifier>> {
    cursor.keywords(&["CONCURRENTLY"]);
    let _ = cursor.keywords(&["IF", "NOT", "EXISTS"]) || cursor.keywords(&["IF", "EXISTS"]);
    cursor.keywords(&["ONLY"]);
    // `CREATE INDEX ON t (a)`: Postgres makes a name up.
    cursor.keywords(&["ON"]);
    let mut names = vec![cursor.name()?.name];
    while cursor.symbol(&sqlparser::tokenizer::Token::Comma) {
        match cursor.name() {
            Some(name) => names.push(name.name),
            None => break,
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_told_by_their_names() {
        let script = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t (a);
            create table if not exists \"S\".\"T\" (a int); ALTER TABLE ONLY public.u ADD COLUMN a int;
            DROP TABLE IF EXISTS v, public.w CASCADE; CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ SELECT 1; $$;
            UPDATE x SET a = 1; INSERT INTO y (a) VALUES (1); DELETE FROM ONLY z; COMMENT ON TABLE c IS 'c';
            ALTER TYPE e ADD VALUE 'a'; DROP FUNCTION g(int, int); SET lock_timeout = 1; BEGIN; COMMIT;
            CREATE INDEX ON n (a); CREATE MATERIALIZED VIEW m AS SELECT 1";
        let changed = changed(script);
        let names: Vec<&str> = changed.names.iter().map(Identifier::as_str).collect();
        let expected = [
            "T", "c", "e", "f", "g", "i", "m", "n", "u", "v", "w", "x", "y", "z",
        ];
        assert_eq!(names, expected);
        assert!(changed.untold.is_empty(), "{:?}", changed.untold);
    }

    #[test]
    fn what_is_not_told_is_kept() {
        for script in [
            "DO $$ BEGIN END $$",
            "SELECT f()",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT 1",
            "CALL p()",
            "'open",
        ] {
            let changed = changed(script);
            assert_eq!(
                (changed.names.len(), changed.untold),
                (0, vec![script.to_owned()])
            );
        }
    }
}
