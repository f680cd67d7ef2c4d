//! Outer joins: which conditions restrict the rows of a table that one may fill up with NULL.

use std::ops::Range;

use sqlparser::ast::{Expr, JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

use super::expression::Scope;
use super::syntax::Sql;
use super::written::Way;
use crate::model::predicate::{Doubt, Opaque, Predicate, Test};

/// The outer joins on whose nullable side a table stands.
#[derive(Debug, Default)]
pub struct OuterJoins<'s> {
    /// Their ON conditions, which are asked of the table's own rows.
    conditions: Vec<&'s Expr>,
}

/// Every table of a FROM list's element; those that an outer join may fill up with NULL have the joins that do.
pub fn joined_tables(from: &TableWithJoins) -> Vec<(&TableFactor, Option<OuterJoins<'_>>)> {
    let mut tables: Vec<(&TableFactor, Option<OuterJoins>)> = vec![(&from.relation, None)];
    for join in &from.joins {
        let (fills_left, fills_right, condition) = match &join.join_operator {
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (false, true, condition(on)),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (true, false, condition(on)),
            JoinOperator::FullOuter(_) => (true, true, None),
            _ => (false, false, None),
        };
        if fills_left {
            for (_, outer) in &mut tables {
                let outer = outer.get_or_insert_default();
                outer.conditions.extend(condition);
            }
        }
        let outer = fills_right.then(|| OuterJoins {
            conditions: condition.into_iter().collect(),
        });
        tables.push((&join.relation, outer));
    }
    tables
}

fn condition(constraint: &JoinConstraint) -> Option<&Expr> {
    match constraint {
        JoinConstraint::On(condition) => Some(condition),
        _ => None,
    }
}

impl OuterJoins<'_> {
    /// The table's rows that a WHERE clause above the joins asks for. Where it cannot be true of NULL, Postgres takes the outer join
    /// for an inner one (`reduce_outer_joins` in `src/backend/optimizer/prep/prepjointree.c`); otherwise it is asked of the joined rows.
    pub fn around(&self, above: Way, sql: &Sql, scope: &Scope, table: Range<usize>) -> Way {
        let own = Way::through(&self.conditions, sql, scope, table);
        let is_untested = above.predicate == Predicate::TRUE;
        let asked = match above.predicate.may_admit_nulls() && !is_untested {
            true => {
                let columns = above.predicate.columns().into_iter().cloned().collect();
                let filled = Opaque {
                    text: "filled up with NULL".to_owned(),
                    negated: false,
                    columns,
                    not_null: Default::default(),
                    is_put_in: false,
                    doubt: Doubt::OuterJoin,
                };
                Predicate::or([above.predicate, Predicate::Test(Test::Opaque(filled))])
            }
            false => above.predicate,
        };
        let is_own_alone = above.mentions.is_empty();
        Way {
            range: match is_own_alone {
                true => own.range,
                false => above.range,
            },
            mentions: own.mentions.into_iter().chain(above.mentions).collect(),
            predicate: Predicate::and([own.predicate, asked]),
        }
    }
}
