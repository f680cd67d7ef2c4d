//! Conditions in words of their own: a spelling of ours for what is not modelled, so that the one who wrote a condition and Postgres,
//! which respells it (`deparse_expression` in ruleutils.c), give the same text where they mean the same.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    ObjectNamePart, UnaryOperator, Value as SqlValue, VisitMut, VisitorMut,
};

use super::constant::{Constant, as_array, as_constant, is_text_type};
use super::expression::identifier;
use crate::model::lane::Value;

/// A condition in our spelling.
pub struct Canonical {
    pub text: String,
    /// The text is that of the opposite: `a NOT LIKE b` is `NOT (a LIKE b)`.
    pub is_opposite: bool,
}

impl Canonical {
    /// Without parentheses that change nothing, qualifiers, and casts that change nothing.
    pub fn of(condition: &Expr) -> Self {
        let mut copy = condition.clone();
        // Never breaks off.
        let _ = VisitMut::visit(&mut copy, &mut Respell);
        take_parentheses(&mut copy);
        let is_opposite = turn(&mut copy);
        Self {
            text: copy.to_string(),
            is_opposite,
        }
    }
}

struct Respell;

impl VisitorMut for Respell {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expression
            && let Some(last) = parts.pop()
        {
            *expression = Expr::Identifier(last);
        }
        if let Expr::Identifier(name) = expression {
            *name = Ident::new(identifier(name).as_str());
        }
        take_text_cast(expression);
        respell_operator(expression);
        respell_list(expression);
        respell_function(expression);
        for operand in operands(expression) {
            take_parentheses(operand);
            if matches!(
                operand,
                Expr::BinaryOp { .. }
                    | Expr::UnaryOp { .. }
                    | Expr::Like { .. }
                    | Expr::ILike { .. }
                    | Expr::InList { .. }
                    | Expr::IsNull(_)
                    | Expr::IsNotNull(_)
            ) {
                let inner = take(operand);
                *operand = Expr::Nested(Box::new(inner));
            }
        }
        // Of what is not respelled here, only parentheses that hold no operator can go.
        while let Expr::Nested(inner) = expression
            && !matches!(inner.as_ref(), Expr::BinaryOp { .. } | Expr::UnaryOp { .. })
        {
            let inner = take(inner);
            *expression = inner;
        }
        ControlFlow::Continue(())
    }
}

fn take(expression: &mut Expr) -> Expr {
    std::mem::replace(expression, Expr::Value(SqlValue::Null.into()))
}

fn take_parentheses(expression: &mut Expr) {
    while let Expr::Nested(inner) = expression {
        *expression = take(inner);
    }
}

/// What an operator or function stands between or takes: there parentheses are set anew, around every operator.
fn operands(expression: &mut Expr) -> Vec<&mut Expr> {
    match expression {
        Expr::BinaryOp { left, right, .. } => vec![left, right],
        Expr::UnaryOp { expr, .. } | Expr::IsNull(expr) | Expr::IsNotNull(expr) => vec![expr],
        Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => vec![expr, pattern],
        Expr::InList { expr, list, .. } => std::iter::once(expr.as_mut()).chain(list).collect(),
        _ => Vec::new(),
    }
}

/// A constant text is a text whatever text type it is cast to.
fn take_text_cast(expression: &mut Expr) {
    if let Expr::Cast {
        expr, data_type, ..
    } = expression
        && is_text_type(data_type)
        && text_of(expr).is_some()
    {
        let inner = take(expr);
        *expression = inner;
    }
    if let Expr::Value(_) = expression
        && let Some(text) = text_of(expression)
    {
        *expression = Expr::Value(SqlValue::SingleQuotedString(text).into());
    }
}

fn text_of(expression: &Expr) -> Option<String> {
    match as_constant(expression, None) {
        Constant::Value(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// `~~` is LIKE; an operand of either is a text, cast or not.
fn respell_operator(expression: &mut Expr) {
    if let Expr::BinaryOp { left, op, right } = expression {
        let (negated, in_any_case) = match op {
            BinaryOperator::PGLikeMatch => (false, false),
            BinaryOperator::PGNotLikeMatch => (true, false),
            BinaryOperator::PGILikeMatch => (false, true),
            BinaryOperator::PGNotILikeMatch => (true, true),
            _ => {
                if is_of_texts(op) {
                    take_cast(left);
                    take_cast(right);
                } else if text_of(right).is_some_and(|text| is_word(&text)) {
                    take_coalesced_cast(left);
                }
                return;
            }
        };
        let (expr, pattern) = (Box::new(take(left)), Box::new(take(right)));
        *expression = like(negated, in_any_case, expr, pattern);
    }
    if let Expr::Like { expr, .. } | Expr::ILike { expr, .. } = expression {
        take_cast(expr);
    }
}

fn like(negated: bool, in_any_case: bool, expr: Box<Expr>, pattern: Box<Expr>) -> Expr {
    if in_any_case {
        return Expr::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        };
    }
    Expr::Like {
        negated,
        any: false,
        expr,
        pattern,
        escape_char: None,
    }
}

/// Operators that know no other operands than texts.
fn is_of_texts(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::PGRegexMatch
            | BinaryOperator::PGRegexIMatch
            | BinaryOperator::PGRegexNotMatch
            | BinaryOperator::PGRegexNotIMatch
    )
}

/// A column's cast to text, where nothing but a text can stand: Postgres writes one for a varchar.
fn take_cast(expression: &mut Expr) {
    take_parentheses(expression);
    if let Expr::Cast {
        expr, data_type, ..
    } = expression
        && is_text_type(data_type)
    {
        let mut inner = take(expr);
        take_parentheses(&mut inner);
        *expression = inner;
    }
}

/// `COALESCE(v, 'x')` of a varchar is cast to text as a whole. With such a word in it, it is of no type whose texts differ in spelling.
fn take_coalesced_cast(expression: &mut Expr) {
    let mut inside = &*expression;
    while let Expr::Nested(inner) | Expr::Cast { expr: inner, .. } = inside {
        inside = inner;
    }
    let Expr::Function(function) = inside else {
        return;
    };
    let is_coalesce = function.name.to_string().eq_ignore_ascii_case("coalesce");
    let holds_word = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
            text_of(argument).is_some_and(|text| is_word(&text))
        }
        _ => false,
    };
    let FunctionArguments::List(list) = &function.args else {
        return;
    };
    if is_coalesce && list.args.iter().any(holds_word) {
        take_cast(expression);
    }
}

/// Whether a text begins like a word and is none that a boolean, a date or a number is spelled with.
fn is_word(text: &str) -> bool {
    const SPECIAL: [&str; 18] = [
        "t",
        "true",
        "y",
        "yes",
        "on",
        "f",
        "false",
        "n",
        "no",
        "off",
        "nan",
        "infinity",
        "inf",
        "now",
        "today",
        "tomorrow",
        "yesterday",
        "epoch",
    ];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !SPECIAL.iter().any(|each| text.eq_ignore_ascii_case(each))
}

/// `IN (…)`, `= ANY (ARRAY[…])` and their opposites over constants are one list, in order and each once; a list of one is an equality.
fn respell_list(expression: &mut Expr) {
    let (left, texts, negated) = match expression {
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let texts: Option<Vec<String>> = list.iter().map(text_of).collect();
            (expr, texts, *negated)
        }
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } => (left, array_of(right), false),
        Expr::AllOp {
            left,
            compare_op: BinaryOperator::NotEq,
            right,
        } => (left, array_of(right), true),
        _ => return,
    };
    let Some(mut texts) = texts.filter(|texts| !texts.is_empty()) else {
        return;
    };
    texts.sort();
    texts.dedup();
    if texts.iter().all(|text| is_word(text)) {
        take_coalesced_cast(left);
    }
    let expr = Box::new(take(left));
    let mut list: Vec<Expr> = texts
        .into_iter()
        .map(|text| Expr::Value(SqlValue::SingleQuotedString(text).into()))
        .collect();
    *expression = match list.pop() {
        Some(only) if list.is_empty() => Expr::BinaryOp {
            left: expr,
            op: if negated {
                BinaryOperator::NotEq
            } else {
                BinaryOperator::Eq
            },
            right: Box::new(only),
        },
        last => {
            list.extend(last);
            Expr::InList {
                expr,
                list,
                negated,
            }
        }
    };
}

fn array_of(expression: &Expr) -> Option<Vec<String>> {
    let elements = as_array(expression, None)?.into_iter();
    let texts = elements.map(|element| match element {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    });
    texts.collect()
}

/// Functions fold like names, and Postgres's own need no schema. Those that take nothing but texts take a varchar too.
fn respell_function(expression: &mut Expr) {
    let Expr::Function(function) = expression else {
        return;
    };
    let mut parts: Vec<ObjectNamePart> = std::mem::take(&mut function.name.0);
    if parts.len() == 2
        && parts[0]
            .as_ident()
            .is_some_and(|schema| schema.value.eq_ignore_ascii_case("pg_catalog"))
    {
        parts.remove(0);
    }
    for part in &mut parts {
        if let ObjectNamePart::Identifier(name) = part {
            *name = Ident::new(identifier(name).as_str());
        }
    }
    function.name = ObjectName(parts);
    const OF_TEXTS: [&str; 8] = [
        "lower",
        "upper",
        "btrim",
        "ltrim",
        "rtrim",
        "starts_with",
        "initcap",
        "left",
    ];
    let is_of_texts = OF_TEXTS.contains(&function.name.to_string().as_str());
    if let FunctionArguments::List(list) = &mut function.args {
        for argument in &mut list.args {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument {
                take_parentheses(argument);
                if is_of_texts {
                    take_cast(argument);
                }
            }
        }
    }
}

/// Turns what Postgres has an opposite of into the plain form; whether it did.
fn turn(expression: &mut Expr) -> bool {
    match expression {
        // NOT LIKE ANY is not the opposite of LIKE ANY.
        Expr::Like {
            negated,
            any: false,
            ..
        }
        | Expr::ILike {
            negated,
            any: false,
            ..
        }
        | Expr::InList { negated, .. } => std::mem::take(negated),
        Expr::BinaryOp {
            op: op @ BinaryOperator::NotEq,
            ..
        } => {
            *op = BinaryOperator::Eq;
            true
        }
        Expr::IsNotNull(inner) => {
            *expression = Expr::IsNull(Box::new(take(inner)));
            true
        }
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => {
            let mut inner = take(expr);
            take_parentheses(&mut inner);
            *expression = inner;
            !turn(expression)
        }
        _ => false,
    }
}
