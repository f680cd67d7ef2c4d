//! The WHERE clauses of queries, at any depth, each with the table that it speaks of.

use std::ops::Range;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use super::clause_walk::statement_clauses;
use super::expression::{Mention, Scope, read_text};
use super::split::{leading_words, statements};
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// What clauses are sought for.
#[derive(Debug, Clone, Copy)]
pub struct Governed<'a> {
    pub table: &'a QualifiedName,
    pub enum_type: Option<&'a QualifiedName>,
    /// What a bare condition calls the table.
    pub alias: Option<&'a Identifier>,
}

impl Governed<'_> {
    /// Whether the name is the table's; either may leave out the schema.
    pub fn is(&self, name: &QualifiedName) -> bool {
        let same_schema = match (&name.schema, &self.table.schema) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same_schema && name.name == self.table.name
    }
}

/// How a condition is appended to one that stands elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It takes rows away.
    And,
    /// It adds rows.
    Or,
}

/// One condition over the governed table.
#[derive(Debug, Clone)]
pub struct Clause {
    pub predicate: Predicate,
    pub mentions: Vec<Mention>,
    /// The condition, in the text that was read.
    pub range: Range<usize>,
    /// It stands in a sub-select of a condition or of a list: a look-up beside the statement's own rows.
    pub is_look_up: bool,
    /// Its rows are updated or deleted.
    pub is_written: bool,
    /// It begins with AND or OR: it is appended to a condition that stands elsewhere.
    pub appended: Option<Appended>,
    /// The number of its statement in the text that was read.
    pub statement: usize,
    /// Clauses of one statement with one number yield rows that nobody can tell apart: arms of a UNION, ways to pick what is written.
    pub arms: Option<usize>,
    /// It is `ON CONFLICT (…)`, which picks a unique index by these columns, as written, and its WHERE; without one it means all rows.
    pub conflict_columns: Option<Vec<String>>,
}

/// The clauses over the governed table in one piece of SQL: a statement, a part of one that begins with `FROM` or `WHERE`,
/// or a bare condition. Text that is no SQL has none.
///
/// # Errors
/// A reason, when it is SQL and cannot be read.
pub fn clauses(text: &str, governed: Governed) -> Result<Vec<Clause>, String> {
    let words = leading_words(text.trim_start_matches(['(', ' ', '\n', '\r', '\t']), 1);
    match words.first().map(String::as_str) {
        Some(word) if STATEMENT_WORDS.contains(&word) => script_clauses(text, governed),
        Some("FROM") => {
            let select = [
                keyword("SELECT", Keyword::SELECT),
                Token::Number("1".to_owned(), false),
            ];
            statement_clauses(text, governed, &select)
        }
        Some("WHERE") => Ok(condition_clause(text, "WHERE".len(), None, governed)),
        Some("AND") => Ok(condition_clause(
            text,
            "AND".len(),
            Some(Appended::And),
            governed,
        )),
        Some("OR") => Ok(condition_clause(
            text,
            "OR".len(),
            Some(Appended::Or),
            governed,
        )),
        _ => Ok(condition_clause(text, 0, None, governed)),
    }
}

/// What a statement may begin with that holds a clause, or that stands before one in the same string.
const STATEMENT_WORDS: [&str; 14] = [
    "SELECT", "WITH", "UPDATE", "DELETE", "INSERT", "MERGE", "VALUES", "TABLE", "EXPLAIN",
    "PREPARE", "SET", "BEGIN", "START", "LOCK",
];

/// The clauses of one statement or of several in a row.
fn script_clauses(text: &str, governed: Governed) -> Result<Vec<Clause>, String> {
    let ranges = statements(text).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for (number, range) in ranges.into_iter().enumerate() {
        let statement = &text[range.clone()];
        if !names_word(statement, governed.table.name.as_str()) {
            continue;
        }
        for mut clause in statement_clauses(statement, governed, &[])? {
            clause.statement = number;
            clause.range = clause.range.start + range.start..clause.range.end + range.start;
            for mention in &mut clause.mentions {
                mention.range = mention.range.start + range.start..mention.range.end + range.start;
            }
            found.push(clause);
        }
    }
    Ok(found)
}

fn names_word(text: &str, name: &str) -> bool {
    let written = name.to_ascii_lowercase().replace('"', "\"\"");
    text.to_ascii_lowercase().contains(&written)
}

fn keyword(value: &str, keyword: Keyword) -> Token {
    Token::Word(Word {
        value: value.to_owned(),
        quote_style: None,
        keyword,
    })
}

/// A bare condition, after its first `skip` bytes: not SQL at all is nothing, for most literals of a program are not SQL.
fn condition_clause(
    text: &str,
    skip: usize,
    appended: Option<Appended>,
    governed: Governed,
) -> Vec<Clause> {
    let start = text.len() - text.trim_start().len() + skip;
    let scope = Scope {
        qualifier: governed.alias.cloned(),
        bare_columns: true,
        table: Some(governed.table),
        enum_type: governed.enum_type,
    };
    let Ok(mut read) = read_text(&text[start..], &scope) else {
        return Vec::new();
    };
    // A word alone is a key or a column's name to the program, not a condition.
    let is_word = text[start..]
        .trim()
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'));
    // `OR true` lets every row through.
    let is_always = appended == Some(Appended::Or) && read.predicate == Predicate::TRUE;
    if (is_word || read.predicate.columns().is_empty()) && !is_always {
        return Vec::new();
    }
    for mention in &mut read.mentions {
        mention.range = mention.range.start + start..mention.range.end + start;
    }
    vec![Clause {
        predicate: read.predicate,
        mentions: read.mentions,
        range: start..text.trim_end().len(),
        is_look_up: false,
        is_written: false,
        appended,
        statement: 0,
        arms: None,
        conflict_columns: None,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::predicate::predicate;

    fn read(text: &str) -> Vec<(String, bool)> {
        let table = QualifiedName::parse("public.runs").unwrap();
        let governed = Governed {
            table: &table,
            enum_type: None,
            alias: None,
        };
        let found = clauses(text, governed).unwrap();
        let columns = ["run_type", "status"].map(Identifier::unquoted);
        found
            .iter()
            .map(|clause| {
                let about = clause.predicate.about(&columns.iter().collect());
                (predicate(&about), clause.is_look_up)
            })
            .collect()
    }

    #[test]
    fn a_data_modifying_cte_and_its_look_up_are_told_apart() {
        let text = "WITH timed_out AS (UPDATE runs SET status = 'timeout' WHERE run_type IN ('sync', 'auth') RETURNING *), \
            retries AS (INSERT INTO runs (status) SELECT 'pending' FROM timed_out t WHERE t.run_type = 'sync' \
            AND NOT EXISTS (SELECT 1 FROM public.runs r WHERE r.run_type = 'sync' AND r.id <> t.id) \
            ON CONFLICT (feed_id) WHERE status = 'pending' DO NOTHING RETURNING 1) \
            SELECT count(*) FROM retries";
        assert_eq!(
            read(text),
            [
                ("run_type IN ('sync', 'auth')".to_owned(), false),
                ("run_type = 'sync'".to_owned(), true),
                ("status = 'pending'".to_owned(), false),
            ]
        );
    }

    #[test]
    fn a_cte_hides_the_table_whose_name_it_bears() {
        assert_eq!(
            read("WITH runs AS (SELECT 1 AS run_type) SELECT * FROM runs WHERE run_type = 'x'"),
            []
        );
        assert_eq!(read("SELECT * FROM other.runs WHERE run_type = 'x'"), []);
    }

    #[test]
    fn joins_keep_their_conditions_and_aliases() {
        let text = "SELECT * FROM feeds f JOIN runs AS r ON r.feed_id = f.id AND r.run_type = 'sync' WHERE r.status = 'running' AND f.status = 'on'";
        let expected = "status = 'running' AND run_type = 'sync'".to_owned();
        assert_eq!(read(text), [(expected, false)]);
    }

    #[test]
    fn parts_of_statements_and_bare_conditions_count() {
        for text in [
            "run_type IN ('a', 'b')",
            "  WHERE run_type IN ('a', 'b')",
            "AND run_type IN ('a', 'b')",
            "FROM runs WHERE run_type IN ('a', 'b')",
            "DELETE FROM runs WHERE run_type IN ('a', 'b');",
        ] {
            assert_eq!(
                read(text),
                [("run_type IN ('a', 'b')".to_owned(), false)],
                "{text}"
            );
        }
        assert_eq!(read("the run_type of a run"), []);
    }
}
