//! Boolean expressions to predicates. What is not modelled becomes an opaque part, never a guess.

use std::ops::Range;

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, ObjectName, Spanned, UnaryOperator, Value as SqlValue,
};

use super::canonical::Canonical;
use super::constant::{
    Constant, FIRST_INTERPOLATION, as_array, as_constant, is_text_type, names_type,
};
use super::enum_cast::without_casts;
use super::strict::strict_columns;
use super::survey::survey;
use super::syntax::{Sql, reason};
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Among, Column, Opaque, OrderOperator, Predicate, Test};

/// Which columns an expression speaks of, and what types its constants may be cast to without a change of meaning.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// What may stand before a column of the table: its alias, or its name.
    pub qualifier: Option<Identifier>,
    /// Whether a column without a qualifier is the table's.
    pub bare_columns: bool,
    /// The table itself: in a sub-select over the same table a bare column is that sub-select's own.
    pub table: Option<&'a QualifiedName>,
    /// The governed column's type, when it is an enum.
    pub enum_type: Option<&'a QualifiedName>,
}

impl<'a> Scope<'a> {
    /// An expression over one table, as in an index's predicate.
    pub fn one_table(enum_type: Option<&'a QualifiedName>) -> Self {
        Self {
            qualifier: None,
            bare_columns: true,
            table: None,
            enum_type,
        }
    }
}

/// Where a test on a column stands.
#[derive(Debug, Clone)]
pub struct Mention {
    pub column: Identifier,
    /// The whole test, in the text that was read.
    pub range: Range<usize>,
}

/// A predicate and where its tests stand.
#[derive(Debug, Clone)]
pub struct ReadPredicate {
    pub predicate: Predicate,
    pub mentions: Vec<Mention>,
}

/// Reads the text of one boolean expression.
///
/// # Errors
/// A reason, when it is not an expression or something follows it.
pub fn read_text(text: &str, scope: &Scope) -> Result<ReadPredicate, String> {
    read_with_enums(text, scope, &[])
}

/// As [`read_text`], where casts to these enums change nothing.
///
/// # Errors
/// As [`read_text`].
pub fn read_with_enums(
    text: &str,
    scope: &Scope,
    enums: &[&QualifiedName],
) -> Result<ReadPredicate, String> {
    let sql = Sql::new(text)?;
    let mut parser = sql.parser();
    let mut expression = parser.parse_expr().map_err(|error| reason(&error))?;
    let rest = parser.peek_token();
    if rest.token != sqlparser::tokenizer::Token::EOF {
        return Err(format!("unexpected {} after the condition", rest.token));
    }
    if !enums.is_empty() {
        without_casts(&mut expression, enums);
    }
    Ok(read(&expression, &sql, scope))
}

/// Reads the predicate alone of a guard or an index's predicate over one table.
///
/// # Errors
/// As [`read_text`].
pub fn read_predicate(text: &str, enum_type: Option<&QualifiedName>) -> Result<Predicate, String> {
    Ok(read_text(text, &Scope::one_table(enum_type))?.predicate)
}

/// Reads a syntax tree that was parsed from `sql`.
pub fn read(expression: &Expr, sql: &Sql, scope: &Scope) -> ReadPredicate {
    let mut reader = Reader {
        sql,
        scope,
        mentions: Vec::new(),
    };
    let predicate = reader.condition(expression, true);
    ReadPredicate {
        predicate,
        mentions: reader.mentions,
    }
}

struct Reader<'a> {
    sql: &'a Sql<'a>,
    scope: &'a Scope<'a>,
    mentions: Vec<Mention>,
}

impl Reader<'_> {
    /// The rows for which the expression is true, or with `truth` off those for which it is false.
    fn condition(&mut self, expression: &Expr, truth: bool) -> Predicate {
        match expression {
            Expr::Nested(inner) => self.condition(inner, truth),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => self.condition(expr, !truth),
            Expr::BinaryOp { left, op, right } => self.binary(expression, (left, op, right), truth),
            Expr::Value(value) => self.constant_condition(expression, &value.value, truth),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => match self.column(expression) {
                Some(column) => self.test(
                    expression,
                    Test::Among(Among {
                        column,
                        values: vec![Value::Boolean(truth)],
                        negated: false,
                    }),
                ),
                None => self.opaque(expression, truth),
            },
            other => self
                .simple(other, truth)
                .unwrap_or_else(|| self.opaque(other, truth)),
        }
    }

    fn binary(
        &mut self,
        whole: &Expr,
        (left, op, right): (&Expr, &BinaryOperator, &Expr),
        truth: bool,
    ) -> Predicate {
        match op {
            BinaryOperator::And | BinaryOperator::Or => {
                let parts: Vec<Predicate> = chain(whole, op)
                    .into_iter()
                    .map(|part| self.condition(part, truth))
                    .collect();
                if (*op == BinaryOperator::And) == truth {
                    Predicate::and(parts)
                } else {
                    Predicate::or(parts)
                }
            }
            _ => self
                .comparison(whole, (left, op, right), truth)
                .unwrap_or_else(|| self.opaque(whole, truth)),
        }
    }

    /// `column OPERATOR constant`, either way round.
    fn comparison(
        &mut self,
        whole: &Expr,
        (left, op, right): (&Expr, &BinaryOperator, &Expr),
        truth: bool,
    ) -> Option<Predicate> {
        let (column, constant, flipped) = match self.column(left) {
            Some(column) => (column, right, false),
            None => (self.column(right)?, left, true),
        };
        let value = match as_constant(constant, self.scope.enum_type) {
            Constant::Value(value) => value,
            Constant::Null => return Some(Predicate::FALSE),
            Constant::Parameter | Constant::Unknown(_) => return None,
        };
        let order = match op {
            BinaryOperator::Eq => return Some(self.list(whole, column, vec![value], !truth)),
            BinaryOperator::NotEq => return Some(self.list(whole, column, vec![value], truth)),
            BinaryOperator::Lt => OrderOperator::Less,
            BinaryOperator::LtEq => OrderOperator::LessOrEqual,
            BinaryOperator::Gt => OrderOperator::Greater,
            BinaryOperator::GtEq => OrderOperator::GreaterOrEqual,
            _ => return None,
        };
        // Text is ordered by its collation, which is not known here.
        let Value::Integer(_) = value else {
            return None;
        };
        let order = if flipped { order.flipped() } else { order };
        let operator = if truth { order } else { order.negated() };
        Some(self.test(
            whole,
            Test::Order {
                column,
                operator,
                value,
            },
        ))
    }

    fn simple(&mut self, expression: &Expr, truth: bool) -> Option<Predicate> {
        match expression {
            Expr::InList {
                expr,
                list,
                negated,
            } => self.constants(expression, expr, list.iter().collect(), *negated == truth),
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => self.array(expression, left, right, !truth),
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => self.array(expression, left, right, truth),
            Expr::IsNull(inner) => self.null(expression, inner, !truth),
            Expr::IsNotNull(inner) => self.null(expression, inner, truth),
            Expr::IsTrue(inner) => self.truth(expression, inner, (true, !truth)),
            Expr::IsNotTrue(inner) => self.truth(expression, inner, (true, truth)),
            Expr::IsFalse(inner) => self.truth(expression, inner, (false, !truth)),
            Expr::IsNotFalse(inner) => self.truth(expression, inner, (false, truth)),
            Expr::IsDistinctFrom(left, right) => self.distinct(expression, (left, right), !truth),
            Expr::IsNotDistinctFrom(left, right) => self.distinct(expression, (left, right), truth),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => self.between(expression, expr, (low, high), *negated != truth),
            _ => None,
        }
    }

    fn array(
        &mut self,
        whole: &Expr,
        left: &Expr,
        right: &Expr,
        negated: bool,
    ) -> Option<Predicate> {
        let column = self.column(left)?;
        let values = as_array(right, self.scope.enum_type)?;
        self.listed(whole, column, values, negated)
    }

    fn constants(
        &mut self,
        whole: &Expr,
        left: &Expr,
        list: Vec<&Expr>,
        negated: bool,
    ) -> Option<Predicate> {
        let column = self.column(left)?;
        let mut values = Vec::new();
        for each in list {
            match as_constant(each, self.scope.enum_type) {
                Constant::Value(value) => values.push(Some(value)),
                Constant::Null => values.push(None),
                Constant::Parameter | Constant::Unknown(_) => return None,
            }
        }
        match values.as_slice() {
            [Some(only)] => Some(self.list(whole, column, vec![only.clone()], negated)),
            _ => self.listed(whole, column, values, negated),
        }
    }

    /// A list that may hold NULL (`None`): a comparison with it is never true, so it adds nothing to `IN`, and `NOT IN` is never true.
    fn listed(
        &mut self,
        whole: &Expr,
        column: Column,
        values: Vec<Option<Value>>,
        negated: bool,
    ) -> Option<Predicate> {
        if negated && values.contains(&None) {
            return Some(Predicate::FALSE);
        }
        let values: Vec<Value> = values.into_iter().flatten().collect();
        // It means the flag alone, and to the planner is another expression.
        if let [Value::Boolean(_)] = values[..] {
            return None;
        }
        Some(self.list(whole, column, values, negated))
    }

    fn list(
        &mut self,
        whole: &Expr,
        column: Column,
        values: Vec<Value>,
        negated: bool,
    ) -> Predicate {
        // A list of none asks nothing of the column: `= ANY ('{}')` is false and `<> ALL ('{}')` true, for NULL too.
        if values.is_empty() {
            return if negated {
                Predicate::TRUE
            } else {
                Predicate::FALSE
            };
        }
        // To Postgres `flag <> true` is `NOT flag`.
        if let ([Value::Boolean(value)], true) = (values.as_slice(), negated) {
            let values = vec![Value::Boolean(!value)];
            return self.list(whole, column, values, false);
        }
        self.test(
            whole,
            Test::Among(Among {
                column,
                values,
                negated,
            }),
        )
    }

    fn null(&mut self, whole: &Expr, inner: &Expr, negated: bool) -> Option<Predicate> {
        let column = self.column(inner)?;
        Some(self.test(whole, Test::Null { column, negated }))
    }

    fn truth(
        &mut self,
        whole: &Expr,
        inner: &Expr,
        (value, negated): (bool, bool),
    ) -> Option<Predicate> {
        let column = self.column(inner)?;
        Some(self.test(
            whole,
            Test::Truth {
                column,
                value,
                negated,
            },
        ))
    }

    fn distinct(
        &mut self,
        whole: &Expr,
        (left, right): (&Expr, &Expr),
        negated: bool,
    ) -> Option<Predicate> {
        // The other way round it means the same, but is another expression to the planner: it stays opaque.
        let column = self.column(left)?;
        match as_constant(right, self.scope.enum_type) {
            Constant::Value(value) => Some(self.test(
                whole,
                Test::Distinct {
                    column,
                    value,
                    negated,
                },
            )),
            Constant::Null => Some(self.test(
                whole,
                Test::Null {
                    column,
                    negated: !negated,
                },
            )),
            Constant::Parameter | Constant::Unknown(_) => None,
        }
    }

    fn between(
        &mut self,
        whole: &Expr,
        inner: &Expr,
        (low, high): (&Expr, &Expr),
        inside: bool,
    ) -> Option<Predicate> {
        let column = self.column(inner)?;
        let bounds = [low, high].map(|bound| as_constant(bound, self.scope.enum_type));
        let [
            Constant::Value(low @ Value::Integer(_)),
            Constant::Value(high @ Value::Integer(_)),
        ] = bounds
        else {
            return None;
        };
        let mut order = |operator: OrderOperator, value| {
            let operator = if inside { operator } else { operator.negated() };
            let column = column.clone();
            self.test(
                whole,
                Test::Order {
                    column,
                    operator,
                    value,
                },
            )
        };
        let parts = [
            order(OrderOperator::GreaterOrEqual, low),
            order(OrderOperator::LessOrEqual, high),
        ];
        Some(if inside {
            Predicate::and(parts)
        } else {
            Predicate::or(parts)
        })
    }

    fn constant_condition(&mut self, whole: &Expr, value: &SqlValue, truth: bool) -> Predicate {
        match value {
            SqlValue::Boolean(value) if *value == truth => Predicate::TRUE,
            SqlValue::Boolean(_) | SqlValue::Null => Predicate::FALSE,
            _ => self.opaque(whole, truth),
        }
    }

    fn test(&mut self, whole: &Expr, test: Test) -> Predicate {
        let range = self.sql.closed(self.sql.range(whole.span()));
        for column in test.columns() {
            self.mentions.push(Mention {
                column: column.clone(),
                range: range.clone(),
            });
        }
        Predicate::Test(test)
    }

    fn opaque(&mut self, whole: &Expr, truth: bool) -> Predicate {
        let (columns, doubt) = survey(whole, self.scope);
        let Canonical { text, is_opposite } = Canonical::of(whole);
        let opaque = Opaque {
            text,
            negated: truth == is_opposite,
            columns,
            not_null: strict_columns(whole, truth, self.scope),
            is_put_in: is_interpolation(whole),
            doubt,
        };
        self.test(whole, Test::Opaque(opaque))
    }

    /// The table's column that the expression is, perhaps cast to text.
    fn column(&self, expression: &Expr) -> Option<Column> {
        match expression {
            Expr::Nested(inner) => self.column(inner),
            Expr::Cast {
                expr, data_type, ..
            } => {
                let column = self.column(expr)?;
                if self
                    .scope
                    .enum_type
                    .is_some_and(|name| names_type(data_type, name))
                {
                    return Some(column);
                }
                is_text_type(data_type).then_some(Column {
                    enum_as_text: self.scope.enum_type.is_some(),
                    ..column
                })
            }
            other => own_column(other, self.scope).map(Column::new),
        }
    }
}

/// Whether the whole condition is an interpolation of a template, such as another piece of SQL.
fn is_interpolation(condition: &Expr) -> bool {
    match condition {
        Expr::Nested(inner) => is_interpolation(inner),
        Expr::Value(value) => match &value.value {
            SqlValue::Placeholder(name) => name
                .strip_prefix('$')
                .and_then(|number| number.parse().ok())
                .is_some_and(|number: u32| number >= FIRST_INTERPOLATION),
            _ => false,
        },
        _ => false,
    }
}

/// The column of the scope's table that an expression is, without a cast.
pub fn own_column(expression: &Expr, scope: &Scope) -> Option<Identifier> {
    match expression {
        Expr::Identifier(name) if scope.bare_columns => Some(identifier(name)),
        Expr::CompoundIdentifier(parts) => {
            let [.., qualifier, name] = parts.as_slice() else {
                return None;
            };
            let matches = match &scope.qualifier {
                Some(expected) => identifier(qualifier) == *expected,
                None => scope.bare_columns,
            };
            matches.then(|| identifier(name))
        }
        _ => None,
    }
}

/// An identifier of the parser's in its stored form.
pub fn identifier(ident: &Ident) -> Identifier {
    match ident.quote_style {
        Some(_) => Identifier::quoted(&ident.value.replace("\"\"", "\"")),
        None => Identifier::unquoted(&ident.value),
    }
}

/// A name of the parser's; `None` when it has more than two parts or parts that are not identifiers.
pub fn qualified_name(name: &ObjectName) -> Option<QualifiedName> {
    let parts: Vec<Identifier> = name
        .0
        .iter()
        .map(|part| part.as_ident().map(identifier))
        .collect::<Option<_>>()?;
    match parts.as_slice() {
        [name] => Some(QualifiedName::new(None, name.clone())),
        [schema, name] => Some(QualifiedName::new(Some(schema.clone()), name.clone())),
        _ => None,
    }
}

/// The operands of a chain `a AND b AND c`, in order, without recursion: chains may be long.
pub fn chain<'a>(expression: &'a Expr, operator: &BinaryOperator) -> Vec<&'a Expr> {
    let mut operands = Vec::new();
    let mut rest = expression;
    while let Expr::BinaryOp { left, op, right } = rest
        && op == operator
    {
        operands.push(right.as_ref());
        rest = left;
    }
    operands.push(rest);
    operands.reverse();
    operands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_with_an_empty_array_asks_nothing_of_the_column() {
        let read = |text| read_predicate(text, None).unwrap();
        assert_eq!(read("a = ANY ('{}')"), Predicate::FALSE);
        assert_eq!(read("a <> ALL (ARRAY[]::text[])"), Predicate::TRUE);
        assert_eq!(read("NOT (a <> ALL ('{}'))"), Predicate::FALSE);
    }
}
