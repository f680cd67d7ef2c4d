//! What is said to a builder, and the SQL that it is read as.

use std::collections::BTreeSet;

use super::names::Names;
use super::{Built, built};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::Syntax;
use crate::model::name::Identifier;

fn all(language: Language, text: &str) -> Vec<Built> {
    let syntax = Syntax::parse(language, text).unwrap();
    assert_eq!(syntax.errors().count(), 0, "{text}");
    let (table, column) = (Identifier::quoted("runs"), Identifier::quoted("run_type"));
    let status = Identifier::quoted("status");
    let names = Names {
        table: &table,
        columns: vec![&column, &status],
        aliases: BTreeSet::new(),
    };
    built(&syntax, &[syntax.root()], names)
}

/// The conditions, each as SQL.
fn told(language: Language, text: &str) -> Vec<String> {
    let built = all(language, text).into_iter();
    built.map(|it| it.excerpt.text().to_owned()).collect()
}

#[track_caller]
fn is_told(language: Language, cases: &[(&str, &str)]) {
    let wrong = cases.iter().filter_map(|(text, expected)| {
        let told = told(language, text).join("; ");
        (told != *expected).then(|| format!("{text}\n  told     {told}\n  expected {expected}\n"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn typescript() {
    is_told(
        Language::TypeScript,
        &[
            // Drizzle
            (
                "db.select().from(runs).where(eq(runs.runType, 'sync'));",
                "run_type IN ('sync')",
            ),
            (
                "db.select().from(runs).where(notInArray(runs.runType, LANES)); const LANES = ['a', 'b'];",
                "run_type NOT IN ('a', 'b')",
            ),
            (
                "db.select().from(runs).where(not(eq(runs.runType, 'sync')));",
                "NOT (run_type IN ('sync'))",
            ),
            (
                "db.select().from(runs).where(inArray(runs.runType, lanes));",
                "run_type = ANY ($1)",
            ),
            (
                "db.delete(runs).where(and(eq(runs.runType, 'a'), isLive(runs)));",
                "(run_type IN ('a') AND $9001)",
            ),
            (
                "db.delete(runs).where(and(eq(runs.runType, 'a'), all ? undefined : eq(runs.status, 'b')));",
                "(run_type IN ('a') AND $9001)",
            ),
            (
                "db.delete(runs).where(and(eq(runs.runType, 'a'), sql`status IN ('b', 'c')`));",
                "(run_type IN ('a') AND status IN ('b', 'c'))",
            ),
            (
                "db.select().from(runs).innerJoin(users, eq(users.id, runs.userId)).where(and(eq(runs.runType, 'a'), eq(users.status, 'b')));",
                "(run_type IN ('a') AND users.status IN ('b'))",
            ),
            // Knex
            (
                "knex('runs').where('run_type', 'a').orWhere('run_type', 'b');",
                "(run_type IN ('a') OR run_type IN ('b'))",
            ),
            (
                "knex('runs').where({ run_type: 'a', deleted_at: null });",
                "(run_type IN ('a') AND deleted_at IS NULL)",
            ),
            (
                "knex('runs').whereNot('run_type', 'a').whereNotNull('status');",
                "(NOT (run_type IN ('a')) AND status IS NOT NULL)",
            ),
            (
                "knex('runs').where('run_type', '<>', 'a');",
                "run_type NOT IN ('a')",
            ),
            ("knex('runs').where('attempts', '>=', 3);", "attempts >= 3"),
            (
                "knex('runs').where('run_type', 'a').modify(scope);",
                "(run_type IN ('a') AND $9001)",
            ),
            (
                "knex('runs').where('run_type', 'a').whereRaw('status = ?', [s]);",
                "(run_type IN ('a') AND status = ?)",
            ),
            // Kysely
            (
                "db.selectFrom('runs').where((eb) => eb.not(eb('run_type', 'in', ['a', 'b'])));",
                "NOT (run_type IN ('a', 'b'))",
            ),
            (
                "db.selectFrom('runs').where('run_type', 'is not', null);",
                "run_type IS NOT NULL",
            ),
            (
                "db.selectFrom('runs').where('run_type', 'in', ['a']).$if(x, (q) => q);",
                "(run_type IN ('a') AND $9001)",
            ),
            // Prisma
            (
                "p.run.count({ where: { runType: 'a', status: { not: 'b' } } });",
                "(run_type IN ('a') AND status NOT IN ('b'))",
            ),
            (
                "p.run.count({ where: { runType: { notIn: ['a', 'b'] } } });",
                "run_type NOT IN ('a', 'b')",
            ),
            (
                "p.run.count({ where: { runType: { startsWith: 'a' } } });",
                "builder_test(run_type)",
            ),
            (
                "p.run.count({ where: { ...base, runType: 'a' } });",
                "($9001 AND run_type IN ('a'))",
            ),
            (
                "p.run.count({ where: { runType: { not: { in: ['a', 'b'] } } } });",
                "NOT (run_type IN ('a', 'b'))",
            ),
            // TypeORM
            (
                "repo.find({ where: [{ runType: 'a' }, { runType: Not(In(['b', 'c'])) }] });",
                "(run_type IN ('a') OR NOT (run_type IN ('b', 'c')))",
            ),
            (
                "repo.find({ where: { runType: IsNull() } });",
                "run_type IS NULL",
            ),
            (
                "qb.where('run.run_type IN (:...lanes)', { lanes }).andWhere(\"run.status = 'a'\");",
                "(run.run_type IN (:...lanes) AND run.status = 'a')",
            ),
            // A query in a variable
            (
                "function f() { let q = db.from(runs).where(eq(runs.runType, 'a')); q = q.where(eq(runs.status, 'b')); }",
                "(run_type IN ('a') AND status IN ('b'))",
            ),
            (
                "function f() { let q = db.from(runs).where(eq(runs.runType, 'a')); if (x) { q = q.where(eq(runs.status, 'b')); } }",
                "(run_type IN ('a') AND $9001)",
            ),
            // What is no query
            ("const live = rows.filter((row) => row.status === 'a');", ""),
            (
                "if (run.runType === 'a' || run.runType === 'b') { f(); }",
                "",
            ),
        ],
    );
}

#[test]
fn ruby() {
    is_told(
        Language::Ruby,
        &[
            (
                "Run.where(run_type: 'a').where.not(status: nil)",
                "(run_type IN ('a') AND NOT (status IS NULL))",
            ),
            (
                "Run.where(run_type: :a).live",
                "(run_type IN ('a') AND $9001)",
            ),
            (
                "Run.where('status IN (?)', x).where(run_type: %w[a b]).pluck(:id)",
                "((status IN (?)) AND run_type IN ('a', 'b'))",
            ),
            (
                "Run.joins(:user).where(users: { status: 'x' }, run_type: 'a')",
                "(builder_test(users) AND run_type IN ('a'))",
            ),
            ("Run.where(run_type: lanes)", "run_type IN ($1)"),
            ("rows.select { |row| row.status == 'a' }", ""),
        ],
    );
}

#[test]
fn python() {
    is_told(
        Language::Python,
        &[
            (
                "q = s.query(Run).filter(~Run.run_type.in_(['a', 'b']), Run.status != 'c')\n",
                "(NOT (run_type IN ('a', 'b')) AND status NOT IN ('c'))",
            ),
            (
                "q = select(Run).where(Run.run_type == bindparam('x'))\n",
                "run_type IN ($1)",
            ),
            (
                "q = select(runs).where(runs.c.run_type.in_(LANES))\nLANES = ('a', 'b')\n",
                "run_type IN ('a', 'b')",
            ),
            (
                "q = select(Run).filter_by(run_type='a')\n",
                "run_type IN ('a')",
            ),
            (
                "q = select(Run).where(Run.live, Run.run_type == 'a')\n",
                "($9001 AND run_type IN ('a'))",
            ),
            (
                "q = Run.objects.filter(run_type='a', user__status='b')\n",
                "(run_type IN ('a') AND builder_test(\"user\"))",
            ),
            (
                "q = Run.objects.filter(run_type='a').live()\n",
                "(run_type IN ('a') AND $9001)",
            ),
            (
                "q = Run.objects.exclude(Q(run_type='a') | ~Q(status__in=['b']))\n",
                "NOT ((run_type IN ('a') OR NOT (status IN ('b'))))",
            ),
            ("q = Run.objects.filter(**given)\n", "$9001"),
        ],
    );
}

#[test]
fn the_others() {
    is_told(
        Language::Elixir,
        &[
            (
                "from(r in Run, where: r.run_type not in [\"a\"], or_where: r.status == \"b\")",
                "(run_type NOT IN ('a') OR status IN ('b'))",
            ),
            (
                "from(r in Run, where: r.run_type in ^lanes)",
                "run_type = ANY ($1)",
            ),
            (
                "where(Run, [r], is_nil(r.run_type) and not (r.status == \"b\"))",
                "(run_type IS NULL AND NOT (status IN ('b')))",
            ),
            (
                "from(r in Run, join: u in User, on: u.id == r.user_id, where: r.run_type == \"a\" and u.status == \"b\")",
                "(run_type IN ('a') AND u.status IN ('b'))",
            ),
            (
                "Run |> where(status: \"a\") |> or_where(status: \"b\") |> where([r], r.run_type in [\"c\"])",
                "((status IN ('a') OR status IN ('b')) AND run_type IN ('c'))",
            ),
            (
                "Run |> where([r], r.run_type == \"a\") |> live()",
                "(run_type IN ('a') AND $9001)",
            ),
        ],
    );
    is_told(
        Language::Rust,
        &[
            (
                "fn f() { runs.filter(run_type.ne_all([\"a\", \"b\"]).and(status.is_null())); }",
                "(run_type NOT IN ('a', 'b') AND status IS NULL)",
            ),
            (
                "fn f() { runs.filter(run_type.eq(\"a\")).or_filter(status.eq(kind)); }",
                "(run_type IN ('a') OR status IN ($1))",
            ),
            (
                "fn f() { rows.iter().filter(|row| row.status == \"a\"); }",
                "",
            ),
        ],
    );
    is_told(
        Language::Go,
        &[
            (
                "package p\nfunc f() { sq.Select().Where(sq.NotEq{\"run_type\": []string{\"a\", \"b\"}}) }\n",
                "run_type NOT IN ('a', 'b')",
            ),
            (
                "package p\nfunc f() { sq.Select().Where(\"run_type = ?\", kind) }\n",
                "run_type = ?",
            ),
            (
                "package p\nfunc f() { goqu.From(\"runs\").Where(goqu.L(\"run_type IN ('a')\"), goqu.C(\"status\").IsNull()) }\n",
                "(run_type IN ('a') AND status IS NULL)",
            ),
        ],
    );
    is_told(
        Language::Java,
        &[
            (
                "class A { void f() { c.selectFrom(RUNS).where(RUNS.RUN_TYPE.notIn(\"a\", \"b\").or(RUNS.STATUS.ne(kind))); } }",
                "(run_type NOT IN ('a', 'b') OR status NOT IN ($1))",
            ),
            (
                "class A { void f() { c.selectFrom(RUNS).where(field(\"run_type\").eq(inline(\"a\"))); } }",
                "run_type IN ('a')",
            ),
        ],
    );
    is_told(
        Language::Kotlin,
        &[(
            "fun f() { Runs.select { (Runs.runType notInList listOf(\"a\", \"b\")) or Runs.status.isNull() } }",
            "(run_type NOT IN ('a', 'b') OR status IS NULL)",
        )],
    );
    is_told(
        Language::Php,
        &[
            (
                "<?php Run::where('run_type', 'a')->orWhere('run_type', 'b')->get();",
                "(run_type IN ('a') OR run_type IN ('b'))",
            ),
            (
                "<?php Run::where(['run_type' => 'a'])->live()->get();",
                "(run_type IN ('a') AND $9001)",
            ),
        ],
    );
}

#[test]
fn values_that_are_written_into_the_sql_are_not_bound() {
    for (language, text, is_bound) in [
        (
            Language::Java,
            "class A { void f() { c.where(RUNS.RUN_TYPE.in(\"a\", \"b\")); } }",
            true,
        ),
        (
            Language::Java,
            "class A { void f() { c.where(RUNS.RUN_TYPE.in(inline(\"a\"), inline(\"b\"))); } }",
            false,
        ),
        (
            Language::Elixir,
            "from(r in Run, where: r.run_type in [\"a\"])",
            false,
        ),
        (
            Language::Elixir,
            "from(r in Run, where: r.run_type in ^~w(a b))",
            true,
        ),
        (Language::TypeScript, "q.where(eq(runs.runType, 'a'))", true),
        (
            Language::TypeScript,
            "q.where(and(eq(runs.id, 1), sql`run_type IN ('a')`))",
            false,
        ),
    ] {
        let told = all(language, text);
        let [built] = told.as_slice() else {
            panic!("{text}: {told:?}");
        };
        assert_eq!(built.is_bound, is_bound, "{text}");
    }
}

#[test]
fn a_test_leads_back_to_where_it_stands() {
    let text =
        "db.delete(runs).where(and(isNull(runs.status), inArray(runs.runType, ['a', 'b'])));";
    let told = all(Language::TypeScript, text);
    let sql = told[0].excerpt.text();
    let start = sql.find("run_type IN").unwrap();
    let span = told[0].excerpt.source_span(start..sql.len() - 2);
    assert_eq!(&text[span.range()], "runs.runType, ['a', 'b'");
}
