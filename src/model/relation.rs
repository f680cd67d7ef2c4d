//! How what a site says relates to what was declared.

use std::fmt;

use super::rows::{Decision, Rows};

/// The relation of a site's rows to the declared ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Same,
    /// The site means fewer rows.
    Narrower,
    /// The site means more rows.
    Wider,
    /// Each has rows that the other lacks, and some are common.
    Overlapping,
    /// No row is common.
    Disjoint,
    /// It could not be told. Never a pass.
    Undecided,
}

impl Relation {
    pub fn between(site: &Rows, declared: &Rows) -> Self {
        match (site.within(declared), declared.within(site)) {
            (Decision::Yes, Decision::Yes) => Relation::Same,
            (Decision::Yes, Decision::No) => Relation::Narrower,
            (Decision::No, Decision::Yes) => Relation::Wider,
            (Decision::No, Decision::No) => match site.intersect(declared) {
                common if common.is_empty() => Relation::Disjoint,
                common if common.is_certain() => Relation::Overlapping,
                _ => Relation::Undecided,
            },
            _ => Relation::Undecided,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Narrower => "narrower",
            Relation::Wider => "wider",
            Relation::Overlapping => "overlapping",
            Relation::Disjoint => "disjoint",
            Relation::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lane::Value;
    use crate::model::name::Identifier;
    use crate::model::predicate::{Column, OrderOperator, Predicate, Test};

    fn order(operator: OrderOperator, value: i64) -> Predicate {
        Predicate::Test(Test::Order {
            column: Column::new(Identifier::unquoted("p")),
            operator,
            value: Value::Integer(value),
        })
    }

    fn between(a: &Predicate, b: &Predicate) -> Relation {
        Relation::between(&Rows::of(a), &Rows::of(b))
    }

    #[test]
    fn ranges_that_exclude_each_other_do_not_overlap() {
        use OrderOperator::{Greater, GreaterOrEqual, Less, LessOrEqual};
        assert_eq!(
            between(&order(Less, 0), &order(Greater, 0)),
            Relation::Disjoint
        );
        assert_eq!(
            between(&order(LessOrEqual, 0), &order(GreaterOrEqual, 0)),
            Relation::Overlapping
        );
        assert_eq!(
            between(&order(Less, 0), &order(LessOrEqual, 0)),
            Relation::Narrower
        );
        // For an integer column these are disjoint, for a numeric one they are not.
        assert_eq!(
            between(&order(Greater, 4), &order(Less, 5)),
            Relation::Undecided
        );
    }
}
