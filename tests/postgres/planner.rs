//! Postgres judges the planner's proof: where laneset says that a query can use a partial index, the plan has that index.

use std::cell::RefCell;
use std::collections::BTreeMap;

use laneset::model::planner;
use laneset::model::predicate::Predicate;
use laneset::model::rows::Rows;
use laneset::read_sql::expression::read_predicate;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::cases::runner;
use super::conditions::{Case, SCHEMA, lane_type, pair};
use super::server::{Newer, Server, Session};

/// What the planner makes of a query beside one partial index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    UsesIndex,
    /// The condition is folded to false or NULL: no row is read at all.
    ReadsNothing,
    ReadsTable,
}

/// A table on which the index under trial is the only one.
struct Planner(Session);

impl Planner {
    fn new(server: &Server, database: &str) -> Self {
        let mut session = server.database(database);
        session.execute(SCHEMA).unwrap();
        session.execute("SET enable_seqscan = off").unwrap();
        Self(session)
    }

    fn plan(&mut self, query: &str, index: &str) -> Result<Plan, String> {
        let outcome = self.try_plan(query, index);
        self.0.execute("ROLLBACK")?;
        outcome
    }

    fn try_plan(&mut self, query: &str, index: &str) -> Result<Plan, String> {
        self.0.execute(&format!(
            "BEGIN; CREATE INDEX i ON public.t (id) WHERE {index}"
        ))?;
        let rows = self.0.rows(&format!(
            "EXPLAIN (COSTS off) SELECT id FROM public.t WHERE {query}"
        ))?;
        let lines: Vec<String> = rows.into_iter().flatten().flatten().collect();
        let plan = lines.join("\n");
        Ok(if plan.contains("One-Time Filter: false") {
            Plan::ReadsNothing
        } else if plan.contains(" i on t") || plan.contains(" on i\n") || plan.ends_with(" on i") {
            Plan::UsesIndex
        } else {
            Plan::ReadsTable
        })
    }
}

fn read(sql: &str) -> Predicate {
    read_predicate(sql, Some(&lane_type())).unwrap_or_else(|reason| panic!("{sql}: {reason}"))
}

#[test]
fn what_is_proven_the_planner_can_use() {
    proven_on(&Server::shared(), 600);
}

#[test]
fn what_is_proven_a_newer_planner_can_use() {
    let newer = Newer::unpacked();
    proven_on(&newer.server(), 200);
}

fn proven_on(server: &Server, cases: u32) {
    let planner = RefCell::new(Planner::new(server, "planner"));
    let counts: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let cautious: RefCell<Vec<String>> = RefCell::default();
    let outcome = runner("planner", cases).run(
        &pair(),
        |Case {
             conditions: (a, b), ..
         }| {
            // The second pair is likelier to be implied.
            let narrowed = format!("({}) AND ({})", a.sql, b.sql);
            let widened = format!("({}) OR ({})", a.sql, b.sql);
            for (query, index) in [
                (&a.sql, &b.sql),
                (&narrowed, &b.sql),
                (&a.sql, &widened),
                (&a.sql, &a.sql),
            ] {
                let proven = planner::proves(&read(query), &read(index));
                let plan = planner.borrow_mut().plan(query, index);
                let plan = plan
                    .map_err(|error| TestCaseError::fail(format!("{error}: {query} / {index}")))?;
                let verdict = match (proven, plan) {
                    // Then the index has no predicate that the planner would have to prove.
                    _ if planner::proves(&Predicate::TRUE, &read(index)) => "whole table",
                    (_, Plan::ReadsNothing) => "reads nothing",
                    (true, Plan::UsesIndex) => "proven",
                    (false, Plan::ReadsTable) => "neither",
                    (false, Plan::UsesIndex) => "cautious",
                    // The planner keeps one of several equalities with constants, and so loses what it could have proven from the rest.
                    (true, Plan::ReadsTable) if Rows::of(&read(query)).is_empty() => {
                        "contradiction"
                    }
                    (true, Plan::ReadsTable) => "wrong",
                };
                *counts.borrow_mut().entry(verdict).or_default() += 1;
                if verdict == "cautious" && !query.contains("DISTINCT FROM") {
                    cautious
                        .borrow_mut()
                        .push(format!("{query}  uses  {index}"));
                }
                prop_assert!(
                    verdict != "wrong",
                    "the planner cannot use {index} for {query}"
                );
            }
            Ok(())
        },
    );
    println!("planner: {:?}", counts.borrow());
    let mut shortest = cautious.into_inner();
    shortest.sort_by_key(String::len);
    shortest
        .iter()
        .take(12)
        .for_each(|each| println!("  cautious: {each}"));
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn list(numbers: impl Iterator<Item = usize>) -> String {
    let values: Vec<String> = numbers.map(|number| format!("'v{number}'")).collect();
    values.join(", ")
}

#[test]
fn long_lists_are_proven_as_the_planner_proves_them() {
    let server = Server::shared();
    let mut planner = Planner::new(&server, "long_lists");
    let mut cautious = 0;
    for length in [1, 2, 99, 100, 101, 150] {
        let lists = [
            list(0..length),
            list((0..length).rev()),
            list(0..length.div_ceil(2)),
            list(0..length + 1),
            list((0..length).chain(0..1)),
        ];
        for column in ["word", "name"] {
            for (query, index) in [
                ("IN", "IN"),
                ("NOT IN", "NOT IN"),
                ("IN", "IS NOT NULL"),
                ("NOT IN", "IS NOT NULL"),
            ] {
                for values in &lists {
                    let query = format!("{column} {query} ({values})");
                    let index = match index {
                        "IS NOT NULL" => format!("{column} IS NOT NULL"),
                        operator => format!("{column} {operator} ({})", lists[0]),
                    };
                    let proven = planner::proves(&read(&query), &read(&index));
                    let uses = planner.plan(&query, &index).unwrap() == Plan::UsesIndex;
                    assert!(
                        !proven || uses,
                        "{length}: the planner cannot use {index} for {query}"
                    );
                    if uses && !proven {
                        cautious += 1;
                        println!(
                            "  cautious: {length} values, {}",
                            &query[..40.min(query.len())]
                        );
                    }
                }
            }
        }
    }
    println!("long lists: cautious {cautious}");
}

/// Each choice of an OR is proven on its own, by way of a BitmapOr; the values of one IN are not.
#[test]
fn choices_are_proven_as_the_planner_proves_them() {
    let server = Server::shared();
    let mut planner = Planner::new(&server, "choices");
    let index = "word IN ('a', 'b', 'c')";
    let guarded = "word IN ('a', 'b') AND name IN ('x', 'y')";
    let either = "(word = 'a' AND name = 'x') OR (word = 'b' AND name = 'y')";
    for (query, index, proven) in [
        ("word IN ('a', 'b') OR word IN ('b', 'c')", index, true),
        ("word IN ('a', 'b') OR word = 'c'", index, true),
        ("word IN ('a', 'b') OR word IN ('c', 'd')", index, false),
        ("word IN ('a', 'b') OR id = 1", index, false),
        (
            "name IN ('x', 'y') AND (word IN ('a', 'b') OR word IN ('b', 'a'))",
            guarded,
            true,
        ),
        (
            "(name IN ('x', 'y') OR name IN ('y', 'x')) AND (word IN ('a', 'b') OR word = 'a')",
            guarded,
            false,
        ),
        ("name = 'x' AND word IN ('a', 'b')", either, false),
        (
            "name = 'x' AND (word = 'a' OR (word = 'b' AND name = 'y'))",
            either,
            true,
        ),
    ] {
        assert_eq!(
            planner::proves(&read(query), &read(index)),
            proven,
            "{query} / {index}"
        );
        let plan = planner.plan(query, index).unwrap();
        assert_eq!(
            plan == Plan::UsesIndex,
            proven,
            "{plan:?}: {query} / {index}"
        );
    }
}
