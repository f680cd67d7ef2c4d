//! Postgres judges the replay: where a sequence of migrations leads, laneset arrives too, or says that it cannot tell.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use laneset::locate::catalog::Catalog;
use laneset::locate::interest::Interest;
use laneset::locate::replay::governed::GovernedSet;
use laneset::locate::replay::session::{Replay, Script};
use laneset::model::name::{Identifier, QualifiedName};
use laneset::model::predicate::{Predicate, Test};
use laneset::model::relation::Relation;
use laneset::model::rows::Rows;
use laneset::read_sql::expression::read_predicate;
use laneset::source::excerpt::Excerpt;
use laneset::source::file::{RepoPath, SourceFile};
use laneset::source::span::Span;
use proptest::test_runner::TestCaseError;

use super::cases::runner;
use super::counterexamples::COUNTEREXAMPLES;
use super::sequences::{BASELINE, files};
use super::server::{Newer, Server, Session};

const EMPTY: &str = "DROP SCHEMA IF EXISTS public, app, app2, \"Arch ive\" CASCADE; CREATE SCHEMA public; CREATE SCHEMA app; CREATE SCHEMA \"Arch ive\"";

/// Each index of the governed name, and each CHECK constraint of the governed table: its predicate, and where it stands.
#[derive(Debug, Default)]
struct State {
    /// By schema: the table, and the predicate.
    indexes: BTreeMap<String, (String, Predicate)>,
    checks: BTreeMap<String, Predicate>,
}

fn read(text: Option<String>) -> Predicate {
    text.map_or(Predicate::TRUE, |text| read_predicate(&text, None).unwrap())
}

fn shown(predicate: &Predicate) -> String {
    laneset::render::predicate::predicate(predicate)
}

fn shown_indexes(indexes: &BTreeMap<String, (String, Predicate)>) -> Vec<String> {
    let show = |(schema, (table, predicate)): (&String, &(String, Predicate))| {
        format!("{schema}.idx_live on {table}: {}", shown(predicate))
    };
    indexes.iter().map(show).collect()
}

fn shown_checks(checks: &BTreeMap<String, Predicate>) -> Vec<String> {
    let show = |(name, condition): (&String, &Predicate)| format!("{name}: {}", shown(condition));
    checks.iter().map(show).collect()
}

fn real_state(session: &mut Session) -> State {
    let indexes = session
        .rows(
            "SELECT n.nspname::text, t.relnamespace::regnamespace::text || '.' || t.relname, pg_get_expr(i.indpred, i.indrelid)
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             JOIN pg_class t ON t.oid = i.indrelid WHERE c.relname = 'idx_live'",
        )
        .unwrap();
    let checks = session
        .rows(
            "SELECT conname::text, pg_get_expr(conbin, conrelid) FROM pg_constraint
             WHERE conrelid = to_regclass('public.runs') AND contype = 'c'",
        )
        .unwrap();
    let mut state = State::default();
    for row in indexes {
        let [schema, table, predicate] = row.try_into().unwrap();
        state.indexes.insert(
            schema.unwrap(),
            (table.unwrap().replace('"', ""), read(predicate)),
        );
    }
    for row in checks {
        let [name, condition] = row.try_into().unwrap();
        state.checks.insert(name.unwrap(), read(condition));
    }
    state
}

/// Runs the files in order; those that fail leave nothing. Gives back those that did not.
fn run_all(session: &mut Session, files: &[String]) -> Vec<String> {
    session.execute(EMPTY).unwrap();
    let mut accepted: Vec<String> = Vec::new();
    for file in files {
        let outcome = session.execute(file);
        if outcome.is_ok() {
            session.execute("COMMIT; RESET ALL; DISCARD TEMP").unwrap();
            accepted.push(file.clone());
            continue;
        }
        session
            .execute("ROLLBACK; RESET ALL; DISCARD TEMP")
            .unwrap();
        if file.contains("COMMIT") {
            // What it committed before it failed is taken back.
            session.execute(EMPTY).unwrap();
            for earlier in &accepted {
                session.execute(earlier).unwrap();
                session.execute("COMMIT; RESET ALL; DISCARD TEMP").unwrap();
            }
        }
    }
    accepted
}

fn governed() -> Vec<GovernedSet> {
    vec![GovernedSet {
        table: QualifiedName::parse("public.runs").unwrap(),
        index: Some(Identifier::unquoted("idx_live")),
        enum_type: None,
    }]
}

/// The catalog after a replay, with as many passes as renames ask for.
fn replayed(files: &[String]) -> Catalog {
    let governed = governed();
    let mut names: BTreeSet<Identifier> = governed
        .iter()
        .flat_map(GovernedSet::names)
        .cloned()
        .collect();
    loop {
        let interest = Interest::new(names.clone());
        let mut replay = Replay::new(&governed, &interest);
        for (number, text) in files.iter().enumerate() {
            let file: Arc<SourceFile> =
                SourceFile::new(RepoPath::new(format!("{number}.sql")), text.clone());
            let excerpt = Excerpt::verbatim(file.text(), Span::new(0, file.text().len()));
            let script = Script {
                file: &file,
                excerpt: &excerpt,
            };
            replay.run(script).unwrap();
        }
        let known = names.len();
        names.extend(replay.further_names.iter().cloned());
        if names.len() == known {
            return replay.catalog;
        }
    }
}

/// What laneset makes of the index and of the constraints; `None` for what it calls unreadable.
fn understood_indexes(catalog: &Catalog) -> Option<BTreeMap<String, (String, Predicate)>> {
    let name = Identifier::unquoted("idx_live");
    if catalog.doubts.contains_key(&name) {
        return None;
    }
    let found = catalog.indexes.iter().filter(|(full, _)| full.name == name);
    found
        .map(|(full, index)| {
            let schema = full.schema.as_ref()?.to_string();
            Some((
                schema,
                (index.table.to_string(), index.predicate.clone().ok()?),
            ))
        })
        .collect()
}

fn understood_checks(catalog: &Catalog) -> Option<BTreeMap<String, Predicate>> {
    let table = QualifiedName::parse("public.runs").unwrap();
    if catalog.doubts.contains_key(&table.name) {
        return None;
    }
    let checks = catalog.tables.get(&table).map(|table| &table.checks);
    checks
        .into_iter()
        .flatten()
        .map(|(name, check)| Some((name.to_string(), check.condition.clone().ok()?)))
        .collect()
}

/// The same rows; or, where a part is not modelled and Postgres spells it in its own way, at least no other ones.
fn same(a: &Predicate, b: &Predicate) -> bool {
    let is_opaque = |predicate: &Predicate| {
        let tests = predicate.tests();
        tests.iter().any(|test| matches!(test, Test::Opaque(_)))
    };
    match Relation::between(&Rows::of(a), &Rows::of(b)) {
        Relation::Same => true,
        Relation::Undecided => is_opaque(a) && is_opaque(b) && a.columns() == b.columns(),
        _ => false,
    }
}

fn assert_agree(
    session: &mut Session,
    accepted: &[String],
    counts: &mut BTreeMap<&str, usize>,
) -> Result<(), TestCaseError> {
    let real = real_state(session);
    let catalog = replayed(accepted);
    let fail = |what: &str, understood: &dyn std::fmt::Debug, real: &dyn std::fmt::Debug| {
        let script = accepted.join("\n-- next file\n");
        Err(TestCaseError::fail(format!(
            "{what}\n{script}\nunderstood: {understood:#?}\nreal: {real:#?}"
        )))
    };
    match understood_indexes(&catalog) {
        None => *counts.entry("index unreadable").or_default() += 1,
        Some(indexes) => {
            *counts
                .entry(if indexes.is_empty() {
                    "index gone"
                } else {
                    "index same"
                })
                .or_default() += 1;
            let agree = indexes.len() == real.indexes.len()
                && indexes.iter().zip(&real.indexes).all(
                    |((schema, (table, predicate)), (real_schema, (real_table, real)))| {
                        schema == real_schema && table == real_table && same(predicate, real)
                    },
                );
            if !agree {
                return fail(
                    "another index",
                    &shown_indexes(&indexes),
                    &shown_indexes(&real.indexes),
                );
            }
        }
    }
    match understood_checks(&catalog) {
        None => *counts.entry("checks unreadable").or_default() += 1,
        Some(checks) => {
            *counts.entry("checks same").or_default() += 1;
            let agree = checks.keys().eq(real.checks.keys())
                && checks
                    .values()
                    .zip(real.checks.values())
                    .all(|(a, b)| same(a, b));
            if !agree {
                return fail(
                    "other checks",
                    &shown_checks(&checks),
                    &shown_checks(&real.checks),
                );
            }
        }
    }
    Ok(())
}

#[test]
fn a_replay_leads_where_postgres_leads() {
    agrees_with(&Server::shared(), 300);
}

#[test]
fn a_replay_leads_where_a_newer_postgres_leads() {
    let newer = Newer::unpacked();
    agrees_with(&newer.server(), 100);
}

fn agrees_with(server: &Server, cases: u32) {
    let session = RefCell::new(server.database("replays"));
    session.borrow_mut().execute("SET client_min_messages = error; ALTER DATABASE replays SET client_min_messages = error").unwrap();
    let counts: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let outcome = runner("replay", cases).run(&files(), |files| {
        let mut session = session.borrow_mut();
        let accepted = run_all(&mut session, &files);
        *counts.borrow_mut().entry("files").or_default() += files.len();
        *counts.borrow_mut().entry("files accepted").or_default() += accepted.len();
        assert_agree(&mut session, &accepted, &mut counts.borrow_mut())
    });
    println!("replay: {:?}", counts.borrow());
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn no_counterexample_leads_elsewhere_again() {
    let server = Server::shared();
    let mut session = server.database("counterexamples");
    for (fault, later) in COUNTEREXAMPLES {
        let files: Vec<String> = std::iter::once(&BASELINE)
            .chain(*later)
            .map(|file| (*file).to_owned())
            .collect();
        let accepted = run_all(&mut session, &files);
        assert_eq!(accepted, files, "{fault}: Postgres refuses a file");
        assert_agree(&mut session, &accepted, &mut BTreeMap::new())
            .unwrap_or_else(|error| panic!("{fault}: {error}"));
    }
}
