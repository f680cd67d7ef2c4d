//! A box of rows: each column with the values it may hold; what it does not name may hold anything.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Domain, Values};
use super::lane::Value;
use super::name::Identifier;
use super::predicate::OrderOperator;

/// What a box constrains. Conditions that are not sets of values are columns of their own, which hold true, false or NULL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
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
    pub(super) fn mentions_any(&self, columns: &BTreeSet<&Identifier>) -> bool {
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

pub(super) type RowBox = BTreeMap<Key, Domain>;

/// Lays a box straight: order tests that exclude each other leave nothing, one over finitely many integers is worked out,
/// one that is true or false excludes NULL, free columns are not named. `None` when nothing is left.
pub(super) fn normal(mut row_box: RowBox) -> Option<RowBox> {
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

pub(super) fn intersect_boxes(a: &RowBox, b: &RowBox) -> Option<RowBox> {
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
pub(super) fn join(a: &RowBox, b: &RowBox) -> Option<RowBox> {
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
pub(super) fn subtract(from: &RowBox, taken: &RowBox) -> Vec<RowBox> {
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
pub(super) fn is_certain(row_box: &RowBox) -> bool {
    let is_opaque = |key: &Key| matches!(key, Key::Opaque { .. });
    !row_box.keys().any(is_opaque)
        && ordered_columns(row_box).iter().all(|column| {
            let held = row_box.get(&Key::Column(column.clone()));
            let order = Order::of(row_box, column);
            (order.null && held.is_none_or(|held| held.null)) || order.has_integer(held)
        })
}

/// The columns that order tests are about.
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
