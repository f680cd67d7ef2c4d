//! Postgres judges how predicates are read: what it stores must read as what was written, and select the rows that it is read to mean.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use laneset::model::domain::Domain;
use laneset::model::lane::Value;
use laneset::model::name::Identifier;
use laneset::model::predicate::{Predicate, Test};
use laneset::model::relation::Relation;
use laneset::model::rows::Rows;
use laneset::read_sql::expression::read_predicate;
use laneset::render;
use laneset::render::stored::{Unspellable, spellings};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::cases::runner;
use super::conditions::{Case, Column, Condition, SCHEMA, lane_type, pair, single};
use super::server::{Server, Session, TextRow};

fn read(sql: &str) -> Result<Predicate, TestCaseError> {
    read_predicate(sql, Some(&lane_type()))
        .map_err(|reason| TestCaseError::fail(format!("{sql}: {reason}")))
}

/// Reads what is claimed to be understood wholly.
fn read_wholly(sql: &str) -> Result<Predicate, TestCaseError> {
    let predicate = read(sql)?;
    for test in predicate.tests() {
        prop_assert!(
            !matches!(test, Test::Opaque(_)),
            "not understood: {test:?} in {sql}"
        );
    }
    Ok(predicate)
}

fn assert_same(
    written: &str,
    a: &Predicate,
    other: &str,
    b: &Predicate,
) -> Result<(), TestCaseError> {
    let relation = Relation::between(&Rows::of(a), &Rows::of(b));
    // The order of two bounds on one column is not always decided; the same tests are the same rows.
    prop_assert!(
        a == b || relation == Relation::Same,
        "{relation}: {written}\n against {other}"
    );
    Ok(())
}

/// What Postgres stores of an index's predicate, with and without `public` on the search path.
fn stored(session: &mut Session, predicate: &str) -> Result<[String; 2], TestCaseError> {
    let fail = |error| TestCaseError::fail(format!("{error}: {predicate}"));
    let expression = "SELECT pg_get_expr(indpred, indrelid) FROM pg_catalog.pg_index WHERE indexrelid = 'public.i'::regclass";
    let mut read_back = || -> Result<[String; 2], String> {
        session.execute(&format!(
            "BEGIN; CREATE INDEX i ON public.t (id) WHERE {predicate}"
        ))?;
        // An index whose predicate is the constant true is stored without one.
        let qualified = |value: Option<String>| value.unwrap_or_else(|| "true".to_owned());
        let with_public = qualified(session.value(expression)?);
        session.execute("SET LOCAL search_path = ''")?;
        Ok([with_public, qualified(session.value(expression)?)])
    };
    let outcome = read_back();
    session.execute("ROLLBACK").map_err(fail)?;
    outcome.map_err(fail)
}

#[test]
fn what_postgres_stores_reads_as_what_was_written() {
    let server = Server::shared();
    let mut session = server.database("stored");
    session.execute(SCHEMA).unwrap();
    let session = RefCell::new(session);
    runner("stored predicates", 400)
        .run(&single(), |case| {
            let written = case.conditions.sql;
            let meant = read_wholly(&written)?;
            for text in stored(&mut session.borrow_mut(), &written)? {
                assert_same(&written, &meant, &text, &read_wholly(&text)?)?;
            }
            let rendered = render::predicate::predicate(&meant);
            let again = read_wholly(&rendered)?;
            prop_assert_eq!(&again, &meant, "rendered as {}", rendered);
            for text in stored(&mut session.borrow_mut(), &rendered)? {
                assert_same(&written, &meant, &text, &read_wholly(&text)?)?;
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn what_postgres_gives_back_is_spelled_beforehand() {
    let server = Server::shared();
    let mut session = server.database("spelled");
    session.execute(SCHEMA).unwrap();
    let session = RefCell::new(session);
    let types = |name: &Identifier| {
        let all = Column::ALL.into_iter();
        let mut named = all.filter(|column| column.identifier() == *name);
        named.next().map(Column::stored_type)
    };
    let spelled = std::cell::Cell::new(0_u32);
    runner("spellings", 600)
        .run(&single(), |case| {
            let meant = read_wholly(&case.conditions.sql)?;
            let rendered = render::predicate::predicate(&meant);
            let spellings = match spellings(&meant, &types) {
                Ok(spellings) => spellings,
                Err(Unspellable::OtherType { type_name, .. }) if type_name.contains("cast") => {
                    return Ok(());
                }
                Err(other) => return Err(TestCaseError::fail(format!("{rendered}: {other}"))),
            };
            spelled.set(spelled.get() + 1);
            let [with_public, dumped] = stored(&mut session.borrow_mut(), &rendered)?;
            prop_assert_eq!(&spellings[0], &dumped, "{}", rendered);
            prop_assert!(
                spellings.contains(&with_public),
                "{with_public}: {spellings:?}"
            );
            for text in stored(&mut session.borrow_mut(), &dumped)? {
                prop_assert!(spellings.contains(&text), "{text}: {spellings:?}");
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        spelled.get() > 500,
        "{} of the cases were spelled",
        spelled.get()
    );
}

/// A database in which every three columns have every combination of their universes, under a number.
struct Universe {
    session: RefCell<Session>,
    combinations: BTreeMap<BTreeSet<Column>, usize>,
}

impl Universe {
    fn build(server: &Server, database: &str) -> Self {
        let mut session = server.database(database);
        session.execute(SCHEMA).unwrap();
        let mut combinations = BTreeMap::new();
        let all = Column::ALL;
        for (first, a) in all.iter().enumerate() {
            for (second, b) in all.iter().enumerate().skip(first + 1) {
                for c in all.iter().skip(second + 1) {
                    let number = combinations.len();
                    session.execute(&fill(number, [*a, *b, *c])).unwrap();
                    combinations.insert(BTreeSet::from([*a, *b, *c]), number);
                }
            }
        }
        session
            .execute("CREATE INDEX combinations ON public.t (combination); ANALYZE public.t")
            .unwrap();
        Self {
            session: RefCell::new(session),
            combinations,
        }
    }

    /// The points, one value for each column, at which Postgres finds the condition true.
    fn selected(
        &self,
        columns: &[Column],
        condition: &str,
    ) -> Result<BTreeSet<TextRow>, TestCaseError> {
        let wanted: BTreeSet<Column> = columns.iter().copied().collect();
        let (_, number) = self
            .combinations
            .iter()
            .find(|(three, _)| wanted.is_subset(three))
            .expect("three columns at most");
        let list: Vec<String> = columns
            .iter()
            .map(|column| format!("{}::text", column.sql()))
            .collect();
        let query = format!(
            "SELECT DISTINCT {} FROM public.t WHERE combination = {number} AND ({condition})",
            list.join(", ")
        );
        let rows = self.session.borrow_mut().rows(&query);
        let rows = rows.map_err(|error| TestCaseError::fail(format!("{error}: {condition}")))?;
        Ok(rows.into_iter().collect())
    }
}

fn fill(number: usize, columns: [Column; 3]) -> String {
    let names = columns.map(Column::sql).join(", ");
    let [a, b, c] = columns.map(Column::universe_sql);
    format!("INSERT INTO public.t (combination, {names}) SELECT {number}, a.*, b.*, c.* FROM
        (SELECT * FROM {a}) AS a CROSS JOIN (SELECT * FROM {b}) AS b CROSS JOIN (SELECT * FROM {c}) AS c")
}

/// The points at which laneset takes the rows to be.
fn understood(columns: &[Column], rows: &Rows) -> BTreeSet<TextRow> {
    let mut points = vec![(TextRow::new(), rows.clone())];
    for column in columns {
        let mut next = Vec::new();
        for (point, left) in &points {
            for value in column.universe() {
                let text = value.as_ref().map(Value::to_string);
                let domain = value.map_or_else(Domain::null, |value| Domain::only([value]));
                let left = left.intersect(&Rows::where_column(&column.identifier(), domain));
                if !left.is_empty() {
                    next.push(([point.clone(), vec![text]].concat(), left));
                }
            }
        }
        points = next;
    }
    points.into_iter().map(|(point, _)| point).collect()
}

#[test]
fn a_predicate_means_the_rows_that_postgres_selects() {
    let server = Server::shared();
    let universe = Universe::build(&server, "meaning");
    runner("meaning", 400)
        .run(
            &single(),
            |Case {
                 columns,
                 conditions,
             }| {
                let predicate = read_wholly(&conditions.sql)?;
                let selected = universe.selected(&columns, &conditions.sql)?;
                prop_assert_eq!(
                    understood(&columns, &Rows::of(&predicate)),
                    selected,
                    "{}",
                    conditions.sql
                );
                Ok(())
            },
        )
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn relations_are_those_of_the_rows_that_postgres_selects() {
    let server = Server::shared();
    let universe = Universe::build(&server, "relations");
    let counts: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let mut runner = runner("relations", 400);
    let outcome = runner.run(
        &pair(),
        |Case {
             columns,
             conditions: (a, b),
         }: Case<(Condition, Condition)>| {
            let rows = |condition: &Condition| {
                Ok::<_, TestCaseError>(Rows::of(&read_wholly(&condition.sql)?))
            };
            let relation = Relation::between(&rows(&a)?, &rows(&b)?);
            let (left, right) = (
                universe.selected(&columns, &a.sql)?,
                universe.selected(&columns, &b.sql)?,
            );
            *counts.borrow_mut().entry(relation.as_str()).or_default() += 1;
            let holds = match relation {
                Relation::Same => left == right,
                Relation::Narrower => left.is_subset(&right) && left != right,
                Relation::Wider => right.is_subset(&left) && left != right,
                Relation::Disjoint => {
                    left.is_disjoint(&right) && !left.is_empty() && !right.is_empty()
                }
                Relation::Overlapping => {
                    !left.is_disjoint(&right) && !left.is_subset(&right) && !right.is_subset(&left)
                }
                Relation::Undecided => true,
            };
            prop_assert!(holds, "{} is not {relation} to {}", a.sql, b.sql);
            Ok(())
        },
    );
    println!("relations: {:?}", counts.borrow());
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
