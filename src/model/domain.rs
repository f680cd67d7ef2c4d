//! The set of values that a predicate leaves to one column, NULL included.

use std::collections::BTreeSet;

use super::lane::Value;

/// A set of non-null values, finite or the complement of a finite one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    Only(BTreeSet<Value>),
    AllBut(BTreeSet<Value>),
}

impl Values {
    fn none() -> Self {
        Values::Only(BTreeSet::new())
    }

    fn all() -> Self {
        Values::AllBut(BTreeSet::new())
    }

    fn complement(&self) -> Self {
        match self {
            Values::Only(set) => Values::AllBut(set.clone()).normal(),
            Values::AllBut(set) => Values::Only(set.clone()),
        }
    }

    fn intersect(&self, other: &Self) -> Self {
        let both = match (self, other) {
            (Values::Only(a), Values::Only(b)) => Values::Only(a & b),
            (Values::Only(a), Values::AllBut(b)) => Values::Only(a - b),
            (Values::AllBut(a), Values::Only(b)) => Values::Only(b - a),
            (Values::AllBut(a), Values::AllBut(b)) => Values::AllBut(a | b),
        };
        both.normal()
    }

    /// A boolean column has two values, so all but one of them is the other.
    fn normal(self) -> Self {
        let boolean = |value: &Value| matches!(value, Value::Boolean(_));
        match self {
            Values::AllBut(set) if set.iter().any(boolean) => {
                let both = BTreeSet::from([Value::Boolean(false), Value::Boolean(true)]);
                Values::Only(&both - &set)
            }
            Values::Only(set) if set.len() == 2 && set.iter().all(boolean) => Values::all(),
            other => other,
        }
    }
}

/// What a column may hold: some values, and perhaps NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    pub values: Values,
    pub null: bool,
}

impl Domain {
    pub fn everything() -> Self {
        Self {
            values: Values::all(),
            null: true,
        }
    }

    pub fn only(values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            values: Values::Only(values.into_iter().collect()).normal(),
            null: false,
        }
    }

    pub fn all_but(values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            values: Values::AllBut(values.into_iter().collect()).normal(),
            null: false,
        }
    }

    pub fn null() -> Self {
        Self {
            values: Values::none(),
            null: true,
        }
    }

    pub fn not_null() -> Self {
        Self {
            values: Values::all(),
            null: false,
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.null && self.values == Values::none()
    }

    pub fn is_everything(&self) -> bool {
        self.null && self.values == Values::all()
    }

    pub fn contains(&self, value: &Value) -> bool {
        match &self.values {
            Values::Only(set) => set.contains(value),
            Values::AllBut(set) => !set.contains(value),
        }
    }

    pub fn complement(&self) -> Self {
        Self {
            values: self.values.complement(),
            null: !self.null,
        }
    }

    pub fn intersect(&self, other: &Self) -> Self {
        Self {
            values: self.values.intersect(&other.values),
            null: self.null && other.null,
        }
    }

    pub fn union(&self, other: &Self) -> Self {
        self.complement()
            .intersect(&other.complement())
            .complement()
    }

    /// The values that are named, whether to include or to exclude them.
    pub fn named(&self) -> &BTreeSet<Value> {
        match &self.values {
            Values::Only(set) | Values::AllBut(set) => set,
        }
    }

    /// The values, when they are finitely many and NULL is none of them.
    pub fn finite(&self) -> Option<&BTreeSet<Value>> {
        match &self.values {
            Values::Only(set) if !self.null => Some(set),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_true_is_false_for_a_boolean_column() {
        assert_eq!(
            Domain::all_but([Value::Boolean(true)]),
            Domain::only([Value::Boolean(false)])
        );
        let both =
            Domain::only([Value::Boolean(true)]).union(&Domain::only([Value::Boolean(false)]));
        assert_eq!(both, Domain::not_null());
    }

    #[test]
    fn complement_exchanges_null_too() {
        let domain = Domain::only([Value::Text("a".into())]);
        assert!(domain.complement().null);
        assert_eq!(domain.complement().complement(), domain);
        assert!(domain.union(&domain.complement()).is_everything());
        assert!(domain.intersect(&domain.complement()).is_empty());
    }
}
