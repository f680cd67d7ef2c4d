//! Statements that Postgres refuses inside of a transaction.

use super::split::leading_words;

/// Whether the statement says that it cannot run in a transaction (the manual's page of each).
pub fn refuses_transaction(statement: &str) -> bool {
    let words = leading_words(statement, 5);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE" | "DROP", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..]
        | ["ALTER", "SYSTEM", ..]
        | ["ALTER", "DATABASE", _, "SET", "TABLESPACE"]
        | ["COMMIT" | "ROLLBACK", "PREPARED", ..]
        | ["DISCARD", "ALL"]
        | ["CLUSTER"]
        | ["VACUUM", ..] => true,
        ["REINDEX", "DATABASE" | "SYSTEM", ..] => true,
        ["REINDEX", ..] | ["ALTER", "TABLE", ..] => ends_concurrently(statement, words[0]),
        _ => false,
    }
}

/// `REINDEX (CONCURRENTLY) TABLE a`, `ALTER TABLE a DETACH PARTITION b CONCURRENTLY`.
fn ends_concurrently(statement: &str, kind: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '\'';
    let mut words = statement.split(|c| !is_name(c));
    let says = |word: &str| word.eq_ignore_ascii_case("CONCURRENTLY");
    match kind {
        "REINDEX" => words.any(says),
        _ => statement
            .rsplit(char::is_whitespace)
            .next()
            .is_some_and(says),
    }
}

/// Whether it begins a transaction.
pub fn begins_transaction(statement: &str) -> bool {
    let words = leading_words(statement, 2);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["BEGIN", ..] | ["START", "TRANSACTION"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refuses_a_transaction_is_told_from_its_kin() {
        for statement in [
            "CREATE UNIQUE INDEX concurrently IF NOT EXISTS i ON t (a)",
            "-- first\ndrop index CONCURRENTLY i",
            "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
            "REINDEX INDEX CONCURRENTLY i",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "VACUUM (ANALYZE) t",
            "ALTER SYSTEM SET a = 1",
        ] {
            assert!(refuses_transaction(statement), "{statement}");
        }
        for statement in [
            "CREATE INDEX i ON t (a)",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "REINDEX INDEX i",
            "ALTER TABLE t RENAME COLUMN a TO b",
            "CLUSTER t USING i",
            "SELECT 'CREATE INDEX CONCURRENTLY'",
        ] {
            assert!(!refuses_transaction(statement), "{statement}");
        }
    }
}
