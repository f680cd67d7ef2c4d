//! The WHERE clauses of queries, at any depth, each with the table that it speaks of.

use std::ops::{ControlFlow, Range};

use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, Query, Select, Spanned, Statement,
    TableAlias, TableFactor, TableWithJoins, Visit, Visitor, With,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use super::conflict_target::{ConflictTarget, parser_without_conflict_targets};
use super::expression::{Mention, Scope, identifier, qualified_name, read_text};
use super::split::{leading_words, statements};
use super::syntax::{Sql, reason};
use super::unions::Unions;
use super::written::{Target, Way, ways};
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
    pub is_appended: bool,
    /// The number of its statement in the text that was read.
    pub statement: usize,
    /// Clauses of one statement with one number yield rows that nobody can tell apart: arms of a UNION, ways to pick what is written.
    pub arms: Option<usize>,
    /// It is the WHERE of `ON CONFLICT (…)`, which picks a unique index: these columns, as written.
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
        Some(first @ ("WHERE" | "AND" | "OR")) => Ok(condition_clause(text, first.len(), governed)
            .map(|clause| Clause {
                is_appended: first != "WHERE",
                ..clause
            })
            .into_iter()
            .collect()),
        _ => Ok(condition_clause(text, 0, governed).into_iter().collect()),
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
fn condition_clause(text: &str, skip: usize, governed: Governed) -> Option<Clause> {
    let start = text.len() - text.trim_start().len() + skip;
    let scope = Scope {
        qualifier: governed.alias.cloned(),
        bare_columns: true,
        table: Some(governed.table),
        enum_type: governed.enum_type,
    };
    let mut read = read_text(&text[start..], &scope).ok()?;
    // A word alone is a key or a column's name to the program, not a condition.
    let is_word = text[start..]
        .trim()
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'));
    if is_word || read.predicate.columns().is_empty() {
        return None;
    }
    for mention in &mut read.mentions {
        mention.range = mention.range.start + start..mention.range.end + start;
    }
    Some(Clause {
        predicate: read.predicate,
        mentions: read.mentions,
        range: start..text.trim_end().len(),
        is_look_up: false,
        is_written: false,
        is_appended: false,
        statement: 0,
        arms: None,
        conflict_columns: None,
    })
}

fn statement_clauses(
    text: &str,
    governed: Governed,
    prefix: &[Token],
) -> Result<Vec<Clause>, String> {
    let sql = Sql::new(text)?;
    let (mut parser, conflict_targets) = parser_without_conflict_targets(&sql, prefix);
    let statement = parser.parse_statement().map_err(|error| reason(&error))?;
    while parser.consume_token(&Token::SemiColon) {}
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        return Err(format!("unexpected `{}` after the statement", rest.token));
    }
    let mut collector = Collector {
        sql: &sql,
        governed,
        found: Vec::new(),
        unions: Unions::of(&statement),
        hidden: Vec::new(),
        sub_selects: 0,
    };
    // Never breaks off.
    let _ = statement.visit(&mut collector);
    collector.writes(ways(&statement, &sql, governed));
    for target in conflict_targets {
        collector.conflict_clause(target)?;
    }
    collector.found.sort_by_key(|clause| clause.range.start);
    Ok(collector.found)
}

/// Gathers clauses on a walk over the syntax tree.
struct Collector<'a> {
    sql: &'a Sql<'a>,
    governed: Governed<'a>,
    found: Vec<Clause>,
    unions: Unions,
    /// Names of the CTEs in sight: they hide tables of that name. One frame a query.
    hidden: Vec<Vec<Identifier>>,
    /// How many expressions with a query inside are open.
    sub_selects: usize,
}

impl Visitor for Collector<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.hidden.push(cte_names(query.with.as_ref()));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.hidden.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if holds_query(expression) {
            self.sub_selects += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if holds_query(expression) {
            self.sub_selects -= 1;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let arms = self.unions.number(select);
        self.clauses_of(&select.from, select.selection.as_ref(), arms);
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        if let Some(target) = Target::of(statement) {
            let before = self.found.len();
            self.clauses_of(target.from(), target.selection, None);
            // The rows of the target itself are read by the ways in which they are picked.
            let is_own = target.name().is_some_and(|name| self.is_governed(&name));
            if is_own && before < self.found.len() {
                self.found.remove(before);
            }
        }
        ControlFlow::Continue(())
    }
}

impl Collector<'_> {
    /// Takes in what the statement writes. Beside it everything else that was found is looked up.
    fn writes(&mut self, written: Vec<Vec<Way>>) {
        if !written.is_empty() {
            self.found
                .iter_mut()
                .for_each(|clause| clause.is_look_up = true);
        }
        for (number, ways) in written.into_iter().enumerate() {
            self.found.extend(ways.into_iter().map(|way| Clause {
                predicate: way.predicate,
                mentions: way.mentions,
                range: way.range,
                is_look_up: false,
                is_written: true,
                is_appended: false,
                statement: 0,
                arms: Some(self.unions.count() + number),
                conflict_columns: None,
            }));
        }
    }

    /// The clauses of one FROM list with its WHERE: one for each time that the governed table stands in it.
    fn clauses_of<'s>(
        &mut self,
        from: impl IntoIterator<Item = &'s TableWithJoins>,
        selection: Option<&Expr>,
        arms: Option<usize>,
    ) {
        let mut tables = Vec::new();
        let mut conditions: Vec<&Expr> = selection.into_iter().collect();
        for each in from {
            tables.extend(self.table_of(&each.relation));
            for join in &each.joins {
                tables.extend(self.table_of(&join.relation));
                conditions.extend(inner_condition(join));
            }
        }
        let count = tables.len();
        for (alias, range) in tables {
            let scope = Scope {
                qualifier: Some(alias),
                // With the table there once, an unqualified column of the governed name is taken for its own.
                bare_columns: count == 1,
                table: Some(self.governed.table),
                enum_type: self.governed.enum_type,
            };
            let way = Way::through(&conditions, self.sql, &scope, range);
            self.found.push(Clause {
                predicate: way.predicate,
                mentions: way.mentions,
                range: way.range,
                is_look_up: self.sub_selects > 0,
                is_written: false,
                is_appended: false,
                statement: 0,
                arms,
                conflict_columns: None,
            });
        }
    }

    /// What the governed table is called in a FROM list, and where it stands there.
    fn table_of(&self, factor: &TableFactor) -> Option<(Identifier, Range<usize>)> {
        let TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } = factor
        else {
            return None;
        };
        let (name, called) = aliased(name, alias.as_ref())?;
        self.is_governed(&name)
            .then(|| (called, self.sql.range(factor.span())))
    }

    fn conflict_clause(&mut self, target: ConflictTarget) -> Result<(), String> {
        if !self.is_governed(&target.table) {
            return Ok(());
        }
        let scope = Scope {
            qualifier: Some(target.table.name),
            bare_columns: true,
            table: Some(self.governed.table),
            enum_type: self.governed.enum_type,
        };
        let offset = target.range.start;
        let mut read = read_text(&self.sql.text()[target.range.clone()], &scope)?;
        for mention in &mut read.mentions {
            mention.range = mention.range.start + offset..mention.range.end + offset;
        }
        self.found.push(Clause {
            predicate: read.predicate,
            mentions: read.mentions,
            range: target.range,
            is_look_up: false,
            is_written: false,
            is_appended: false,
            statement: 0,
            arms: None,
            conflict_columns: Some(target.columns),
        });
        Ok(())
    }

    fn is_governed(&self, name: &QualifiedName) -> bool {
        let hidden =
            name.schema.is_none() && self.hidden.iter().flatten().any(|cte| *cte == name.name);
        !hidden && self.governed.is(name)
    }
}

fn cte_names(with: Option<&With>) -> Vec<Identifier> {
    with.into_iter()
        .flat_map(|with| &with.cte_tables)
        .map(|cte| identifier(&cte.alias.name))
        .collect()
}

fn holds_query(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Exists { .. } | Expr::Subquery(_) | Expr::InSubquery { negated: true, .. }
    )
}

/// A table and what its columns are called by.
pub fn aliased(
    name: &ObjectName,
    alias: Option<&TableAlias>,
) -> Option<(QualifiedName, Identifier)> {
    let name = qualified_name(name)?;
    let called = alias.map_or_else(|| name.name.clone(), |alias| identifier(&alias.name));
    Some((name, called))
}

/// The ON condition of a join that keeps only matching rows.
pub fn inner_condition(join: &Join) -> Option<&Expr> {
    match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(condition))
        | JoinOperator::Inner(JoinConstraint::On(condition)) => Some(condition),
        _ => None,
    }
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
