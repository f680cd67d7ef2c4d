//! The meaning of a predicate: the set of rows for which it is true, as a union of boxes.
//! A box gives each column the values it may hold; what it does not name may hold anything.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Domain, Values};
use super::lane::Value;
use super::name::Identifier;
use super::predicate::{Among, OrderOperator, Predicate, Test};

/// Above this many boxes the question is given up as undecided rather than computed at length.
const BOX_LIMIT: usize = 128;

/// An answer that may have to stay open. Open is never taken for yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Yes,
    No,
    Undecided,
}

/// What a box constrains. Conditions that are not sets of values are columns of their own, which hold true, false or NULL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Column(Identifier),
    Order {
        column: Identifier,
        operator: OrderOperator,
        value: Value,
    },
    Opaque {
        text: String,
        columns: BTreeSet<Identifier>,
        is_put_in: bool,
    },
}

impl Key {
    fn mentions_any(&self, columns: &BTreeSet<&Identifier>) -> bool {
        match self {
            Key::Column(column) | Key::Order { column, .. } => columns.contains(column),
            Key::Opaque {
                columns: own,
                is_put_in,
                ..
            } => *is_put_in || own.iter().any(|column| columns.contains(column)),
        }
    }
}

type RowBox = BTreeMap<Key, Domain>;

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

/// Lays a box straight: order tests that exclude each other leave nothing, one over finitely many integers is worked out,
/// one that is true or false excludes NULL, free columns are not named. `None` when nothing is left.
fn normal(mut row_box: RowBox) -> Option<RowBox> {
    for column in ordered_columns(&row_box) {
        row_box = settle_order(row_box, &column)?;
    }
    let orders: Vec<Key> = row_box
        .keys()
        .filter(|key| matches!(key, Key::Order { .. }))
        .cloned()
        .collect();
    for key in orders {
        let Key::Order {
            column,
            operator,
            value,
        } = &key
        else {
            continue;
        };
        let column_key = Key::Column(column.clone());
        let demanded = row_box[&key].clone();
        let Some(values) = row_box.get(&column_key).and_then(Domain::finite) else {
            continue;
        };
        let answers: Option<Vec<(Value, bool)>> = values
            .iter()
            .map(|each| match (each, value) {
                (Value::Integer(left), Value::Integer(right)) => {
                    Some((each.clone(), operator.holds(*left, *right)))
                }
                _ => None,
            })
            .collect();
        let Some(answers) = answers else { continue };
        let kept = answers
            .into_iter()
            .filter(|(_, answer)| demanded.contains(&Value::Boolean(*answer)))
            .map(|(value, _)| value);
        let domain = Domain::only(kept);
        row_box.insert(column_key, domain);
        row_box.remove(&key);
    }
    if row_box.values().any(Domain::is_empty) {
        return None;
    }
    row_box.retain(|_, domain| !domain.is_everything());
    Some(row_box)
}

fn intersect_boxes(a: &RowBox, b: &RowBox) -> Option<RowBox> {
    let mut both = a.clone();
    for (key, domain) in b {
        let narrowed = both
            .get(key)
            .map_or_else(|| domain.clone(), |held| held.intersect(domain));
        if narrowed.is_empty() {
            return None;
        }
        both.insert(key.clone(), narrowed);
    }
    normal(both)
}

/// One box for two that differ in at most one key.
fn join(a: &RowBox, b: &RowBox) -> Option<RowBox> {
    let keys: BTreeSet<&Key> = a.keys().chain(b.keys()).collect();
    let mut differing = keys.into_iter().filter(|key| a.get(key) != b.get(key));
    let Some(key) = differing.next() else {
        return Some(a.clone());
    };
    if differing.next().is_some() {
        return None;
    }
    let mut joined = a.clone();
    match (a.get(key), b.get(key)) {
        (Some(left), Some(right)) => joined.insert(key.clone(), left.union(right)),
        _ => joined.remove(key),
    };
    joined.retain(|_, domain| !domain.is_everything());
    Some(joined)
}

/// What is left of `from` without the rows of `taken`, in boxes that do not overlap.
fn subtract(from: &RowBox, taken: &RowBox) -> Vec<RowBox> {
    let mut left = Vec::new();
    let mut common = from.clone();
    for (key, domain) in taken {
        let outside = RowBox::from([(key.clone(), domain.complement())]);
        left.extend(intersect_boxes(&common, &outside));
        let inside = RowBox::from([(key.clone(), domain.clone())]);
        match intersect_boxes(&common, &inside) {
            Some(narrowed) => common = narrowed,
            None => break,
        }
    }
    left
}

/// Whether a box surely holds a row: each of its conditions can be met, whatever the others are.
fn is_certain(row_box: &RowBox) -> bool {
    let is_opaque = |key: &Key| matches!(key, Key::Opaque { .. });
    !row_box.keys().any(is_opaque)
        && ordered_columns(row_box).iter().all(|column| {
            let held = row_box.get(&Key::Column(column.clone()));
            let order = Order::of(row_box, column);
            (order.null && held.is_none_or(|held| held.null)) || order.has_integer(held)
        })
}

fn ordered_columns(row_box: &RowBox) -> BTreeSet<Identifier> {
    let columns = row_box.keys().filter_map(|key| match key {
        Key::Order { column, .. } => Some(column.clone()),
        Key::Column(_) | Key::Opaque { .. } => None,
    });
    columns.collect()
}

/// What the order tests on one column leave to it.
struct Order {
    /// The greatest lower bound and the least upper one, each with whether the bound itself is left out.
    above: Option<(i64, bool)>,
    below: Option<(i64, bool)>,
    /// Whether no value can meet them all, of whatever ordered type.
    is_contradictory: bool,
    /// Whether NULL meets them all.
    null: bool,
}

impl Order {
    fn of(row_box: &RowBox, column: &Identifier) -> Self {
        let mut order = Self {
            above: None,
            below: None,
            is_contradictory: false,
            null: true,
        };
        for (key, demanded) in row_box {
            let Key::Order {
                column: own,
                operator,
                value,
            } = key
            else {
                continue;
            };
            if own != column {
                continue;
            }
            order.null &= demanded.null;
            let can_be = |truth| demanded.contains(&Value::Boolean(truth));
            match (can_be(true), can_be(false), value) {
                (false, false, _) => order.is_contradictory = true,
                (true, false, Value::Integer(value)) => order.bound(*operator, *value),
                (false, true, Value::Integer(value)) => order.bound(operator.negated(), *value),
                _ => {}
            }
        }
        if let (Some((low, low_open)), Some((high, high_open))) = (order.above, order.below) {
            order.is_contradictory |= low > high || (low == high && (low_open || high_open));
        }
        order
    }

    fn bound(&mut self, operator: OrderOperator, value: i64) {
        match operator {
            OrderOperator::Greater | OrderOperator::GreaterOrEqual => {
                let bound = (value, operator == OrderOperator::Greater);
                self.above = self.above.max(Some(bound));
            }
            OrderOperator::Less | OrderOperator::LessOrEqual => {
                let bound = (value, operator == OrderOperator::Less);
                let is_less = |held: (i64, bool)| held.0 < value || (held.0 == value && held.1);
                if !self.below.is_some_and(is_less) {
                    self.below = Some(bound);
                }
            }
        }
    }

    /// Whether an integer that `held` allows lies between the bounds; every type that is compared with integers has it.
    fn has_integer(&self, held: Option<&Domain>) -> bool {
        if self.is_contradictory {
            return false;
        }
        let low = self.above.map_or(i128::from(i64::MIN), |(low, open)| {
            i128::from(low) + i128::from(open)
        });
        let high = self.below.map_or(i128::from(i64::MAX), |(high, open)| {
            i128::from(high) - i128::from(open)
        });
        match held.map(|held| &held.values) {
            None => low <= high,
            Some(Values::AllBut(excluded)) => {
                let inside = excluded.iter().filter(|value| match value {
                    Value::Integer(value) => (low..=high).contains(&i128::from(*value)),
                    Value::Boolean(_) | Value::Text(_) => true,
                });
                i128::try_from(inside.count()).is_ok_and(|count| count < high - low + 1)
            }
            // Finitely many integers are worked out before; what is left here is of another kind.
            Some(Values::Only(_)) => false,
        }
    }
}

/// Takes NULL from the column and its order tests where either excludes it. `None` when nothing is left.
fn settle_order(mut row_box: RowBox, column: &Identifier) -> Option<RowBox> {
    let order = Order::of(&row_box, column);
    let key = Key::Column(column.clone());
    let held = row_box.get(&key).cloned();
    let held = held.unwrap_or_else(Domain::everything);
    let is_of_column = |key: &Key| matches!(key, Key::Order { column: own, .. } if own == column);
    if order.is_contradictory || held == Domain::null() {
        if !(order.null && held.null) {
            return None;
        }
        row_box.retain(|key, _| !is_of_column(key));
        row_box.insert(key, Domain::null());
        return Some(row_box);
    }
    if !(order.null && held.null) {
        row_box.insert(key, held.intersect(&Domain::not_null()));
        for (key, demanded) in &mut row_box {
            if is_of_column(key) {
                demanded.null = false;
            }
        }
    }
    Some(row_box)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::predicate::Column;

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
