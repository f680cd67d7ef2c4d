//! The walk over the syntax tree of a statement that gathers its clauses.

use std::ops::{ControlFlow, Range};

use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, Query, Select, Spanned, Statement,
    TableAlias, TableFactor, TableWithJoins, Visit, Visitor, With,
};
use sqlparser::tokenizer::Token;

use super::clause::{Clause, Governed};
use super::conflict_target::{ConflictTarget, parser_without_conflict_targets};
use super::expression::{Scope, identifier, qualified_name, read_text};
use super::outer_join::joined_tables;
use super::syntax::{Sql, reason};
use super::unions::Unions;
use super::written::{Target, Way, ways};
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// The clauses of one statement; `prefix` is put before it.
pub(super) fn statement_clauses(
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
                appended: None,
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
            conditions.extend(each.joins.iter().filter_map(inner_condition));
            let factors = joined_tables(each).into_iter();
            tables.extend(
                factors.filter_map(|(factor, outer)| Some((self.table_of(factor)?, outer))),
            );
        }
        let count = tables.len();
        for ((alias, range), outer) in tables {
            let scope = Scope {
                qualifier: Some(alias),
                // With the table there once, an unqualified column of the governed name is taken for its own.
                bare_columns: count == 1,
                table: Some(self.governed.table),
                enum_type: self.governed.enum_type,
            };
            let way = Way::through(&conditions, self.sql, &scope, range.clone());
            let way = match outer {
                Some(outer) => outer.around(way, self.sql, &scope, range),
                None => way,
            };
            self.found.push(Clause {
                predicate: way.predicate,
                mentions: way.mentions,
                range: way.range,
                is_look_up: self.sub_selects > 0,
                is_written: false,
                appended: None,
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
        let (predicate, mut mentions) = match &target.predicate {
            Some(range) => {
                let read = read_text(&self.sql.text()[range.clone()], &scope)?;
                (read.predicate, read.mentions)
            }
            None => (Predicate::And(Vec::new()), Vec::new()),
        };
        let range = target.predicate.unwrap_or(target.columns_range);
        for mention in &mut mentions {
            mention.range = mention.range.start + range.start..mention.range.end + range.start;
        }
        self.found.push(Clause {
            predicate,
            mentions,
            range,
            is_look_up: false,
            is_written: false,
            appended: None,
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
