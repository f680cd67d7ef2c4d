//! Casts to enums change no label, and so nothing of what a condition means.

use std::ops::ControlFlow;

use sqlparser::ast::{ArrayElemTypeDef, DataType, Expr, Value as SqlValue, VisitMut, VisitorMut};

use super::constant::names_type;
use crate::model::name::QualifiedName;

/// Takes the casts to these enums, and to arrays of them, away.
pub fn without_casts(expression: &mut Expr, enums: &[&QualifiedName]) {
    // Never breaks off.
    let _ = VisitMut::visit(expression, &mut Strip { enums });
}

struct Strip<'a> {
    enums: &'a [&'a QualifiedName],
}

impl VisitorMut for Strip<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Cast {
            expr, data_type, ..
        } = expression
            && self.enums.iter().any(|name| is_of(data_type, name))
        {
            let inner = std::mem::replace(expr.as_mut(), Expr::Value(SqlValue::Null.into()));
            *expression = inner;
        }
        ControlFlow::Continue(())
    }
}

fn is_of(data_type: &DataType, name: &QualifiedName) -> bool {
    match data_type {
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) => is_of(element, name),
        other => names_type(other, name),
    }
}
