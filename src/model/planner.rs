//! What Postgres's planner can prove: whether a query's condition implies an index's predicate, by the rules of
//! `predicate_implied_by` (PostgreSQL, `src/backend/optimizer/util/predtest.c`). The proof is by shape: less than what is true,
//! so a query may imply the predicate and still not use the index. Where Postgres compares text by collation, this says no.

use std::collections::BTreeSet;

use super::lane::Value;
use super::name::Identifier;
use super::predicate::{Among, Column, OrderOperator, Predicate, Test};

/// A longer list is not taken apart (`MAX_SAOP_ARRAY_SIZE` in predtest.c): only the identical list matches it.
pub const LIST_LIMIT: usize = 100;

/// Whether the planner can prove that a row that meets `clause` meets `predicate`, the predicate of an index.
pub fn proves(clause: &Predicate, predicate: &Predicate) -> bool {
    // An enum's cast to text is not immutable, so no index has it: what an index casts to text is no enum.
    let text_columns: BTreeSet<Identifier> = predicate
        .tests()
        .into_iter()
        .filter_map(|test| test.column())
        .filter(|column| column.enum_as_text)
        .map(|column| column.name.clone())
        .collect();
    let clause = clause.clone().without_enums(&text_columns);
    let predicate = predicate.clone().without_enums(&text_columns);
    let wanted = Shape::of(&predicate);
    implied(&Shape::of(&clause), &wanted) || is_implied_by_choices(&clause, &wanted)
}

/// Whether one OR among the conditions has the predicate implied by each of its choices together with the other conditions. The
/// planner then scans the index once for each choice (`generate_bitmap_or_paths` in `src/backend/optimizer/path/indxpath.c`);
/// a list of IN is no OR there.
fn is_implied_by_choices(clause: &Predicate, wanted: &Shape) -> bool {
    let conditions = match clause {
        Predicate::And(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    conditions.iter().enumerate().any(|(place, condition)| {
        let Predicate::Or(choices) = condition else {
            return false;
        };
        let is_implied = |choice: &Predicate| {
            let others = conditions.iter().enumerate();
            let others = others.filter(|(other, _)| *other != place);
            let facts = others.map(|(_, other)| other).chain([choice]);
            implied(&Shape::And(facts.map(Shape::of).collect()), wanted)
        };
        !choices.is_empty() && choices.iter().all(is_implied)
    })
}

/// A predicate as the planner classifies it: lists up to the limit are taken apart into their comparisons.
enum Shape<'a> {
    And(Vec<Shape<'a>>),
    Or(Vec<Shape<'a>>),
    Atom(Atom<'a>),
}

#[derive(PartialEq)]
enum Atom<'a> {
    Equal(&'a Column, &'a Value),
    NotEqual(&'a Column, &'a Value),
    /// A boolean column alone, or with NOT before it: another expression than its equality with true in a list.
    Flag(&'a Column, bool),
    /// A list past the limit.
    LongList(&'a Among),
    Other(&'a Test),
}

impl<'a> Shape<'a> {
    fn of(predicate: &'a Predicate) -> Self {
        match predicate {
            Predicate::And(parts) => Shape::And(parts.iter().map(Shape::of).collect()),
            Predicate::Or(parts) => Shape::Or(parts.iter().map(Shape::of).collect()),
            Predicate::Test(Test::Among(among)) if among.values.len() > LIST_LIMIT => {
                Shape::Atom(Atom::LongList(among))
            }
            Predicate::Test(Test::Among(Among {
                column,
                values,
                negated,
            })) if let [Value::Boolean(value)] = values[..] => {
                Shape::Atom(Atom::Flag(column, value != *negated))
            }
            Predicate::Test(Test::Among(among)) => Shape::of_list(among),
            Predicate::Test(test) => Shape::Atom(Atom::Other(test)),
        }
    }

    fn of_list(among: &'a Among) -> Self {
        let atom = if among.negated {
            Atom::NotEqual
        } else {
            Atom::Equal
        };
        let mut atoms = among
            .values
            .iter()
            .map(|value| Shape::Atom(atom(&among.column, value)));
        match (among.values.len(), atoms.next()) {
            (1, Some(only)) => only,
            (_, first) if among.negated => Shape::And(first.into_iter().chain(atoms).collect()),
            (_, first) => Shape::Or(first.into_iter().chain(atoms).collect()),
        }
    }
}

fn implied(clause: &Shape, predicate: &Shape) -> bool {
    match (clause, predicate) {
        (_, Shape::And(demands)) => demands.iter().all(|demand| implied(clause, demand)),
        // What is never true implies everything, but the planner is not relied upon to see that.
        (Shape::Or(choices), _) if choices.is_empty() => false,
        (Shape::Or(choices), Shape::Or(accepted)) => choices
            .iter()
            .all(|choice| accepted.iter().any(|each| implied(choice, each))),
        (Shape::And(facts), Shape::Or(accepted)) => {
            accepted.iter().any(|each| implied(clause, each))
                || facts.iter().any(|fact| implied(fact, predicate))
        }
        (Shape::Atom(_), Shape::Or(accepted)) => accepted.iter().any(|each| implied(clause, each)),
        (Shape::And(facts), Shape::Atom(_)) => facts.iter().any(|fact| implied(fact, predicate)),
        (Shape::Or(choices), Shape::Atom(_)) => {
            choices.iter().all(|choice| implied(choice, predicate))
        }
        (Shape::Atom(fact), Shape::Atom(demand)) => {
            (fact == demand && is_one_spelling(fact)) || atom_implied(fact, demand)
        }
    }
}

/// Whether what is equal here is equal to the planner too. An integer may be of several types, which operators of a btree family
/// bridge and a bare comparison of expressions does not.
fn is_one_spelling(atom: &Atom) -> bool {
    let is_integer = |value: &Value| matches!(value, Value::Integer(_));
    match atom {
        Atom::LongList(among) => !among.values.iter().any(is_integer),
        Atom::Other(Test::Distinct { value, .. }) => !is_integer(value),
        _ => true,
    }
}

fn atom_implied(fact: &Atom, demand: &Atom) -> bool {
    match (fact, demand) {
        (
            _,
            Atom::Other(Test::Null {
                column,
                negated: true,
            }),
        ) => is_strict_for(fact, column),
        (Atom::Equal(a, x), Atom::NotEqual(b, y)) => a == b && x != y,
        (
            Atom::Equal(a, x),
            Atom::Other(Test::Order {
                column,
                operator,
                value,
            }),
        ) => *a == column && holds(x, *operator, value),
        (
            Atom::Other(Test::Order {
                column,
                operator,
                value,
            }),
            demand,
        ) => order_implies(column, *operator, value, demand),
        _ => false,
    }
}

/// Whether the condition cannot be true while `column` is NULL, as far as `clause_is_strict_for` sees it.
fn is_strict_for(fact: &Atom, column: &Column) -> bool {
    let own = match fact {
        Atom::Equal(own, _) | Atom::NotEqual(own, _) | Atom::Flag(own, true) => *own,
        Atom::LongList(among) => &among.column,
        Atom::Other(Test::Order { column: own, .. }) => own,
        Atom::Other(Test::Opaque(opaque)) => return opaque.not_null.contains(&column.name),
        // `NOT flag` is not an operator to the planner, and so proves nothing about NULL.
        Atom::Flag(_, false) | Atom::Other(_) => return false,
    };
    // A cast of NULL is NULL.
    own.name == column.name && (own.enum_as_text || !column.enum_as_text)
}

fn order_implies(column: &Column, operator: OrderOperator, value: &Value, demand: &Atom) -> bool {
    let (Value::Integer(have), demanded) = (value, demand) else {
        return false;
    };
    match demanded {
        Atom::Other(Test::Order {
            column: other,
            operator: wanted,
            value: Value::Integer(want),
        }) if other == column => match (operator, wanted) {
            (OrderOperator::Less, OrderOperator::Less | OrderOperator::LessOrEqual)
            | (OrderOperator::LessOrEqual, OrderOperator::LessOrEqual) => have <= want,
            (OrderOperator::LessOrEqual, OrderOperator::Less) => have < want,
            (OrderOperator::Greater, OrderOperator::Greater | OrderOperator::GreaterOrEqual)
            | (OrderOperator::GreaterOrEqual, OrderOperator::GreaterOrEqual) => have >= want,
            (OrderOperator::GreaterOrEqual, OrderOperator::Greater) => have > want,
            _ => false,
        },
        Atom::NotEqual(other, Value::Integer(want)) if *other == column => match operator {
            OrderOperator::Less => have <= want,
            OrderOperator::LessOrEqual => have < want,
            OrderOperator::Greater => have >= want,
            OrderOperator::GreaterOrEqual => have > want,
        },
        _ => false,
    }
}

fn holds(left: &Value, operator: OrderOperator, right: &Value) -> bool {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => operator.holds(*left, *right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, enum_as_text: bool) -> Column {
        Column {
            name: Identifier::unquoted(name),
            enum_as_text,
        }
    }

    fn equal(column: Column, value: Value) -> Predicate {
        Predicate::among(column, vec![value])
    }

    #[test]
    fn a_flag_in_a_list_is_not_the_flag_alone() {
        let values = vec![Value::Boolean(true), Value::Boolean(true)];
        let listed = Predicate::among(column("flag", false), values);
        let alone = equal(column("flag", false), Value::Boolean(true));
        assert!(!proves(&listed, &alone));
        assert!(proves(&alone, &alone));
    }

    #[test]
    fn a_choice_that_is_never_true_must_be_proven_too() {
        let clause = Predicate::or([
            equal(column("a", false), Value::Text("x".into())),
            Predicate::FALSE,
        ]);
        let index = equal(column("a", false), Value::Text("x".into()));
        assert!(!proves(&clause, &index));
    }

    #[test]
    fn integers_of_unknown_types_are_compared_by_operators_alone() {
        let distinct = Predicate::Test(Test::Distinct {
            column: column("priority", false),
            value: Value::Integer(1),
            negated: false,
        });
        assert!(!proves(&distinct, &distinct));
        let long: Vec<Value> = (0..101).map(Value::Integer).collect();
        let long = Predicate::among(column("priority", false), long);
        assert!(!proves(&long, &long));
    }

    #[test]
    fn a_column_that_an_index_casts_to_text_is_no_enum() {
        let lane = || Value::Text("sync".into());
        let cast = equal(column("run_type", true), lane());
        let bare = equal(column("run_type", false), lane());
        assert!(proves(&bare, &cast));
        assert!(!proves(&cast, &bare));
        let not_null = Predicate::Test(Test::Null {
            column: column("run_type", false),
            negated: true,
        });
        assert!(proves(&cast, &not_null));
    }
}
