//! The meaning of a predicate: the set of rows for which it is true, as a union of boxes.

use std::collections::BTreeSet;

use super::domain::Domain;
use super::lane::Value;
use super::name::Identifier;
use super::predicate::{Among, Predicate, Test};
use super::row_box::{Key, RowBox, intersect_boxes, is_certain, join, normal, subtract};

/// Above this many boxes the question is given up as undecided rather than computed at length.
const BOX_LIMIT: usize = 128;

/// An answer that may have to stay open. Open is never taken for yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Yes,
    No,
    Undecided,
}

/// A set of rows.
#[derive(Debug, Clone)]
pub struct Rows {
    boxes: Vec<RowBox>,
    /// There were more boxes than [`BOX_LIMIT`]: nothing can be said.
    given_up: bool,
}

impl Rows {
    pub fn of(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::And(parts) => parts.iter().fold(Self::everything(), |rows, part| {
                rows.intersect(&Self::of(part))
            }),
            Predicate::Or(parts) => parts
                .iter()
                .fold(Self::nothing(), |rows, part| rows.union(&Self::of(part))),
            Predicate::Test(test) => Self::of_test(test),
        }
    }

    /// All rows in which `column` holds a value of `domain`.
    pub fn where_column(column: &Identifier, domain: Domain) -> Self {
        Self::of_box(RowBox::from([(Key::Column(column.clone()), domain)]))
    }

    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty() && !self.given_up
    }

    /// Whether the set surely holds a row.
    pub fn is_certain(&self) -> bool {
        !self.given_up && self.boxes.iter().any(is_certain)
    }

    /// Whether a row may be among these whose `column` holds that value.
    pub fn admit(&self, column: &Identifier, value: &Value) -> bool {
        let column_key = Key::Column(column.clone());
        let point = RowBox::from([(column_key.clone(), Domain::only([value.clone()]))]);
        let columns = BTreeSet::from([column]);
        self.given_up
            || self.boxes.iter().any(|each| {
                let is_listed = each
                    .get(&column_key)
                    .is_none_or(|domain| domain.contains(value));
                let is_alone = each
                    .keys()
                    .all(|key| *key == column_key || !key.mentions_any(&columns));
                is_listed && (is_alone || intersect_boxes(each, &point).is_some())
            })
    }

    pub fn intersect(&self, other: &Self) -> Self {
        let mut result = Self::nothing();
        result.given_up = self.given_up || other.given_up;
        for a in &self.boxes {
            for b in &other.boxes {
                result.push(intersect_boxes(a, b));
            }
        }
        result
    }

    pub fn union(&self, other: &Self) -> Self {
        let mut result = self.clone();
        result.given_up |= other.given_up;
        for each in &other.boxes {
            result.push(Some(each.clone()));
        }
        result
    }

    /// The rows as seen through `columns` alone: conditions on anything else are forgotten.
    pub fn project(&self, columns: &BTreeSet<&Identifier>) -> Self {
        let mut result = Self::nothing();
        result.given_up = self.given_up;
        for each in &self.boxes {
            let kept = each
                .iter()
                .filter(|(key, _)| key.mentions_any(columns))
                .map(|(key, domain)| (key.clone(), domain.clone()))
                .collect();
            result.push(Some(kept));
        }
        result
    }

    /// Whether every row of this set is in `other`.
    pub fn within(&self, other: &Self) -> Decision {
        if self.given_up || other.given_up {
            return Decision::Undecided;
        }
        let mut answer = Decision::Yes;
        for each in &self.boxes {
            let mut left = vec![each.clone()];
            for taken in &other.boxes {
                left = left.iter().flat_map(|rest| subtract(rest, taken)).collect();
                if left.len() > BOX_LIMIT {
                    return Decision::Undecided;
                }
            }
            if left.iter().any(is_certain) {
                return Decision::No;
            }
            if !left.is_empty() {
                answer = Decision::Undecided;
            }
        }
        answer
    }

    fn everything() -> Self {
        Self::of_box(RowBox::new())
    }

    fn nothing() -> Self {
        Self {
            boxes: Vec::new(),
            given_up: false,
        }
    }

    fn of_box(row_box: RowBox) -> Self {
        let mut rows = Self::nothing();
        rows.push(normal(row_box));
        rows
    }

    fn of_test(test: &Test) -> Self {
        let (key, domain) = match test {
            Test::Among(Among {
                column,
                values,
                negated,
            }) => {
                let values = values.iter().cloned();
                let domain = if *negated {
                    Domain::all_but(values)
                } else {
                    Domain::only(values)
                };
                (Key::Column(column.name.clone()), domain)
            }
            Test::Null { column, negated } => {
                let domain = if *negated {
                    Domain::not_null()
                } else {
                    Domain::null()
                };
                (Key::Column(column.name.clone()), domain)
            }
            Test::Truth {
                column,
                value,
                negated,
            } => {
                let truth = Domain::only([Value::Boolean(*value)]);
                let domain = if *negated { truth.complement() } else { truth };
                (Key::Column(column.name.clone()), domain)
            }
            Test::Distinct {
                column,
                value,
                negated,
            } => {
                let same = Domain::only([value.clone()]);
                let domain = if *negated { same } else { same.complement() };
                (Key::Column(column.name.clone()), domain)
            }
            Test::Order {
                column,
                operator,
                value,
            } => {
                let key = Key::Order {
                    column: column.name.clone(),
                    operator: *operator,
                    value: value.clone(),
                };
                (key, Domain::only([Value::Boolean(true)]))
            }
            Test::Opaque(opaque) => {
                let key = Key::Opaque {
                    text: opaque.text.clone(),
                    columns: opaque.columns.clone(),
                    is_put_in: opaque.is_put_in,
                };
                (key, Domain::only([Value::Boolean(!opaque.negated)]))
            }
        };
        Self::of_box(RowBox::from([(key, domain)]))
    }

    /// Adds a box, joined with one that it differs from in a single column, as often as that is possible.
    fn push(&mut self, row_box: Option<RowBox>) {
        let Some(mut row_box) = row_box else { return };
        while let Some((index, joined)) = self
            .boxes
            .iter()
            .enumerate()
            .find_map(|(index, other)| Some((index, join(other, &row_box)?)))
        {
            self.boxes.swap_remove(index);
            row_box = joined;
        }
        if self.boxes.len() >= BOX_LIMIT {
            self.given_up = true;
            return;
        }
        self.boxes.push(row_box);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::predicate::{Column, OrderOperator};

    fn column(name: &str) -> Column {
        Column::new(Identifier::unquoted(name))
    }

    fn among(name: &str, values: &[&str]) -> Predicate {
        let values = values
            .iter()
            .map(|value| Value::Text((*value).into()))
            .collect();
        Predicate::among(column(name), values)
    }

    fn within(a: &Predicate, b: &Predicate) -> Decision {
        Rows::of(a).within(&Rows::of(b))
    }

    #[test]
    fn or_of_equalities_is_the_set_it_means() {
        let either = Predicate::or([among("t", &["a"]), among("t", &["b"])]);
        assert_eq!(within(&either, &among("t", &["b", "a"])), Decision::Yes);
        assert_eq!(within(&among("t", &["b", "a"]), &either), Decision::Yes);
        assert_eq!(within(&among("t", &["b", "c"]), &either), Decision::No);
    }

    #[test]
    fn an_or_over_two_columns_is_covered_piece_by_piece() {
        let crossed = Predicate::or([
            Predicate::and([among("t", &["a"]), among("s", &["x", "y"])]),
            Predicate::and([among("t", &["b"]), among("s", &["x"])]),
            Predicate::and([among("s", &["y"]), among("t", &["b"])]),
        ]);
        let square = Predicate::and([among("t", &["a", "b"]), among("s", &["x", "y"])]);
        assert_eq!(within(&crossed, &square), Decision::Yes);
        assert_eq!(within(&square, &crossed), Decision::Yes);
    }

    #[test]
    fn an_order_test_over_listed_integers_is_worked_out() {
        let list = Predicate::among(column("p"), vec![Value::Integer(1), Value::Integer(2)]);
        let below = |limit| {
            Predicate::Test(Test::Order {
                column: column("p"),
                operator: OrderOperator::Less,
                value: Value::Integer(limit),
            })
        };
        assert_eq!(within(&list, &below(3)), Decision::Yes);
        assert_eq!(within(&list, &below(2)), Decision::No);
        assert_eq!(within(&below(2), &list), Decision::No);
        assert_eq!(within(&below(2), &below(3)), Decision::Yes);
        assert_eq!(within(&below(3), &below(2)), Decision::No);
    }

    #[test]
    fn a_null_is_not_in_a_complement() {
        let not_a = Predicate::Test(Test::Among(Among {
            column: column("t"),
            values: vec![Value::Text("a".into())],
            negated: true,
        }));
        let null = Predicate::Test(Test::Null {
            column: column("t"),
            negated: false,
        });
        assert_eq!(within(&null, &not_a), Decision::No);
        let all = Predicate::or([not_a, null, among("t", &["a"])]);
        assert_eq!(within(&Predicate::TRUE, &all), Decision::Yes);
    }
}
