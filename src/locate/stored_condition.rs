//! The guard of a patch that makes an index again only where the stored predicate is another: `pg_get_expr` of `pg_index`, compared
//! with texts.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Select,
    UnaryOperator,
};

use super::catalog::Index;
use super::condition::{Known, column_name, constant_text};
use crate::model::name::QualifiedName;
use crate::model::predicate::{Doubt, Predicate, Test};
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::read_sql::expression::{Scope, qualified_name, read_with_enums};

/// Whether `pg_index` has a row that the condition of this SELECT is true of: a valid index of one name, whose predicate is none of
/// the listed texts. `None` when that cannot be told.
pub(super) fn holds(select: &Select, known: &Known) -> Option<bool> {
    let catalog = known.catalog;
    let mut conjuncts = Vec::new();
    parts(
        select.selection.as_ref()?,
        &BinaryOperator::And,
        &mut conjuncts,
    );
    let place = conjuncts
        .iter()
        .position(|part| named_index(part).is_some())?;
    let name = named_index(conjuncts.swap_remove(place))?;
    if !(known.followed)(&name.name) || catalog.doubts.contains_key(&name.name) {
        return None;
    }
    let Some(index) = catalog.indexes.get(&catalog.index_name(&name)) else {
        return Some(false);
    };
    let mut answer = true;
    for conjunct in conjuncts {
        answer &= truth(conjunct, index, known)?;
    }
    Some(answer)
}

fn parts<'a>(expression: &'a Expr, operator: &BinaryOperator, found: &mut Vec<&'a Expr>) {
    match expression {
        Expr::Nested(inner) => parts(inner, operator, found),
        Expr::BinaryOp { left, op, right } if op == operator => {
            parts(left, operator, found);
            parts(right, operator, found);
        }
        other => found.push(other),
    }
}

/// `indexrelid = to_regclass('name')`, `indexrelid = 'name'::regclass`
fn named_index(condition: &Expr) -> Option<QualifiedName> {
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = condition
    else {
        return None;
    };
    (column_name(left)? == "indexrelid").then_some(())?;
    let text = match right.as_ref() {
        Expr::Function(function) if is_called(function, "to_regclass") => {
            constant_text(arguments(function)?.first()?)?
        }
        other => constant_text(other)?,
    };
    QualifiedName::parse(&text)
}

fn truth(condition: &Expr, index: &Index, known: &Known) -> Option<bool> {
    let mut choices = Vec::new();
    parts(condition, &BinaryOperator::Or, &mut choices);
    let mut answer = false;
    for choice in choices {
        answer |= match choice {
            // What a replay holds was built.
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } if column_name(expr)? == "indisvalid" => false,
            Expr::InList {
                expr,
                list,
                negated: true,
            } if is_stored_predicate(expr) => !is_one_of(list, index, known)?,
            Expr::IsDistinctFrom(left, right) if is_stored_predicate(left) => {
                !is_one_of(std::slice::from_ref(right.as_ref()), index, known)?
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::NotEq,
                right,
            } if is_stored_predicate(left) => {
                !is_one_of(std::slice::from_ref(right.as_ref()), index, known)?
            }
            _ => return None,
        };
    }
    Some(answer)
}

/// `pg_get_expr(indpred, indrelid)`, or that with another text for an index without a predicate.
fn is_stored_predicate(expression: &Expr) -> bool {
    let Expr::Function(function) = expression else {
        return false;
    };
    let Some(arguments) = arguments(function) else {
        return false;
    };
    match arguments.as_slice() {
        [first, other] if is_called(function, "coalesce") => {
            is_stored_predicate(first) && constant_text(other).is_some_and(|text| text == "true")
        }
        [predicate, table, ..] if is_called(function, "pg_get_expr") => {
            column_name(predicate).is_some_and(|name| name == "indpred")
                && column_name(table).is_some_and(|name| name == "indrelid")
        }
        _ => false,
    }
}

/// Whether the stored predicate is given back as one of the texts. One that means the same in other words may be, or not: the server
/// compares texts.
fn is_one_of(texts: &[Expr], index: &Index, known: &Known) -> Option<bool> {
    let stored = index.predicate.as_ref().ok()?;
    let mut answer = Some(false);
    for text in texts {
        let listed = listed(&constant_text(text)?, known)?;
        if *stored == listed {
            return Some(true);
        }
        let (own, others) = without_common(stored, &listed);
        match Relation::between(&Rows::of(&own), &Rows::of(&others)) {
            Relation::Same | Relation::Undecided => answer = None,
            _ => {}
        }
    }
    answer
}

/// What each has beside the conditions that both have. Two texts that were the same would leave the same, so that a condition which
/// nobody here understands stands in no comparison's way.
fn without_common(one: &Predicate, other: &Predicate) -> (Predicate, Predicate) {
    let parts = |predicate: &Predicate| match predicate {
        Predicate::And(parts) => parts.clone(),
        other => vec![other.clone()],
    };
    let mut others = parts(other);
    let mut own = parts(one);
    own.retain(|part| {
        let common = others.iter().position(|other| other == part);
        common.map(|place| others.remove(place)).is_none()
    });
    (Predicate::And(own), Predicate::And(others))
}

fn listed(text: &str, known: &Known) -> Option<Predicate> {
    let made = known.catalog.enums.keys();
    read_stored(text, made.chain(known.declared_enums.iter().copied()))
}

/// What a text of Postgres's own says. Its casts change nothing there: a constant stands under the type of the column it is compared
/// with, whether that is one of these enums or one out of our sight.
pub fn read_stored<'a>(
    text: &str,
    enums: impl Iterator<Item = &'a QualifiedName>,
) -> Option<Predicate> {
    let mut enums: Vec<&QualifiedName> = enums.collect();
    let scope = Scope::one_table(None);
    let read = read_with_enums(text, &scope, &enums).ok()?;
    let casts = read
        .predicate
        .tests()
        .into_iter()
        .filter_map(|test| match test {
            Test::Opaque(opaque) => match &opaque.doubt {
                Doubt::Cast(written) => QualifiedName::parse(written),
                _ => None,
            },
            _ => None,
        });
    let casts: Vec<QualifiedName> = casts.collect();
    if casts.is_empty() {
        return Some(read.predicate);
    }
    enums.extend(&casts);
    Some(read_with_enums(text, &scope, &enums).ok()?.predicate)
}

fn is_called(function: &Function, name: &str) -> bool {
    qualified_name(&function.name).is_some_and(|called| called.name.as_str() == name)
}

fn arguments(function: &Function) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    list.args
        .iter()
        .map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Some(argument),
            _ => None,
        })
        .collect()
}
