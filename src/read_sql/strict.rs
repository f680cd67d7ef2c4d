//! Which columns cannot be NULL where a condition is true, as far as the planner sees it (`clause_is_strict_for` in PostgreSQL's
//! `src/backend/optimizer/util/predtest.c`): operators and functions that give NULL for NULL.

use std::collections::BTreeSet;

use sqlparser::ast::{BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::expression::{Scope, own_column};
use crate::model::name::Identifier;

/// The scope's columns that are not NULL where the condition is true, or with `truth` off where it is false.
pub fn strict_columns(condition: &Expr, truth: bool, scope: &Scope) -> BTreeSet<Identifier> {
    let mut found = BTreeSet::new();
    match condition {
        Expr::Nested(inner) => return strict_columns(inner, truth, scope),
        Expr::BinaryOp { left, op, right } if is_comparison(op) => {
            add_arguments(left, scope, &mut found);
            add_arguments(right, scope, &mut found);
        }
        Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => {
            add_arguments(expr, scope, &mut found);
            add_arguments(pattern, scope, &mut found);
        }
        // Of these the opposite is made of ALL or OR.
        Expr::AnyOp { left, .. } if truth => add_arguments(left, scope, &mut found),
        Expr::InList { expr, negated, .. } | Expr::Between { expr, negated, .. }
            if *negated != truth =>
        {
            add_arguments(expr, scope, &mut found)
        }
        _ => {}
    }
    found
}

/// What an expression is NULL with.
fn add_arguments(expression: &Expr, scope: &Scope, found: &mut BTreeSet<Identifier>) {
    match expression {
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::Collate { expr: inner, .. } => add_arguments(inner, scope, found),
        Expr::BinaryOp { left, op, right } if is_arithmetic(op) => {
            add_arguments(left, scope, found);
            add_arguments(right, scope, found);
        }
        Expr::Function(function) => {
            let name = function.name.to_string().to_ascii_lowercase();
            if let FunctionArguments::List(list) = &function.args
                && STRICT_FUNCTIONS.contains(&name.as_str())
            {
                for argument in &list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument {
                        add_arguments(argument, scope, found);
                    }
                }
            }
        }
        column => found.extend(own_column(column, scope)),
    }
}

/// Some of Postgres's own that are strict (`pg_proc.proisstrict`).
const STRICT_FUNCTIONS: [&str; 10] = [
    "lower",
    "upper",
    "length",
    "char_length",
    "md5",
    "abs",
    "date_trunc",
    "btrim",
    "ltrim",
    "rtrim",
];

fn is_comparison(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
            | BinaryOperator::PGLikeMatch
            | BinaryOperator::PGILikeMatch
            | BinaryOperator::PGNotLikeMatch
            | BinaryOperator::PGNotILikeMatch
            | BinaryOperator::PGRegexMatch
            | BinaryOperator::PGRegexIMatch
            | BinaryOperator::PGRegexNotMatch
            | BinaryOperator::PGRegexNotIMatch
    )
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::StringConcat
    )
}
