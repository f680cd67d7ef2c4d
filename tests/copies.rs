//! Copies of a lane set that nobody declared: what is one, what is none, and what is not searched.

use crate::program::{Copy, check, in_tests};

/// The green fixture of the rule, with one file more.
fn with(path: &str, text: &str) -> Copy {
    let copy = Copy::of(&in_tests("rules/undeclared-copy/green"));
    copy.write(path, text);
    copy
}

#[track_caller]
fn found(path: &str, text: &str) -> Vec<String> {
    let copy = with(path, text);
    let run = check(copy.path());
    let report = run.report();
    assert!(run.code == Some(0) || run.code == Some(1), "{run:?}");
    report.found()
}

#[test]
fn a_copy_is_found_in_every_language_and_form() {
    for (path, text) in [
        (
            "app/a.ts",
            "q`SELECT 1 FROM parcels WHERE carrier IN ('ups', 'gls', 'dhl')`;",
        ),
        (
            "app/a.js",
            "q(\"SELECT 1 FROM parcels p WHERE p.carrier = 'dhl' OR p.carrier = 'gls'\");",
        ),
        (
            "app/a.go",
            "package a\nvar q = `DELETE FROM parcels WHERE carrier = ANY ('{dhl,gls}') AND 'dhl' <> 'gls'`",
        ),
        (
            "app/a.rs",
            "fn f() { sqlx::query(\"UPDATE parcels SET x = 1 WHERE carrier IN ('dhl', 'gls', 'ups', 'fedex')\"); }",
        ),
        (
            "app/a.py",
            "q = \"SELECT 1 FROM x JOIN parcels p ON p.carrier IN ('dhl', 'gls')\"",
        ),
        (
            "app/a.sql",
            "-- name: Open :many\nSELECT id FROM public.parcels WHERE carrier IN ('dhl', 'gls');",
        ),
        (
            "app/f.sql",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\nDELETE FROM parcels WHERE carrier IN ('dhl', 'gls');\nEND $$;",
        ),
        (
            "app/b.ts",
            "export const parcels = 1;\nquery.andWhere(\"p.carrier IN ('dhl', 'gls')\");",
        ),
        ("app/c.ts", "const TRACKED = ['dhl', 'gls', 'ups'];"),
        ("app/d.ts", "export type Carrier = 'dhl' | 'gls';"),
        ("app/e.ts", "enum Carrier { Dhl = 'dhl', Gls = 'gls' }"),
        ("app/k.ts", "knex('x').whereIn('carrier', ['dhl', 'gls'])"),
        (
            "app/c.rs",
            "fn is_tracked(carrier: &str) -> bool { match carrier { \"dhl\" | \"gls\" => true, _ => false } }",
        ),
        (
            "app/c.go",
            "package a\nvar carriers = map[string]bool{\"dhl\": true, \"ups\": true}",
        ),
        (
            "app/c.py",
            "class Carrier(StrEnum):\n    DHL = 'dhl'\n    UPS = 'ups'\n",
        ),
        (
            "app/a.rb",
            "class Parcel\n  OPEN = %w[dhl gls ups].freeze\nend\n",
        ),
        ("app/b.rb", "Parcel.where(carrier: %i[dhl gls])\n"),
        // A class named for its table, and a fragment that names neither.
        (
            "app/d.rb",
            "class Parcel < Base\n  scope :open, -> { where(\"carrier IN ('dhl', 'gls')\") }\nend\n",
        ),
        // What is bound beside the lanes leaves them as they are.
        (
            "app/d.go",
            "package a\nconst q = `SELECT 1 FROM parcels p WHERE p.carrier IN ('dhl', 'gls') AND p.state = $1`",
        ),
        (
            "app/cron.sql",
            "SELECT cron.schedule('x', '* * * * *', $$DELETE FROM parcels WHERE carrier IN ('dhl', 'gls')$$);",
        ),
        (
            "app/live.sql",
            "CREATE TABLE live AS SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls');",
        ),
        (
            "app/c.rb",
            "q(<<~SQL)\n  SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls')\nSQL\n",
        ),
        (
            "app/A.java",
            "class A { static final Set<String> CARRIERS = Set.of(\"dhl\", \"gls\"); }",
        ),
        (
            "app/B.java",
            "class B { @Query(\"SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls')\") void f(); }",
        ),
        (
            "app/A.kt",
            "fun f() { Parcels.selectAll().where { Parcels.carrier inList listOf(\"dhl\", \"gls\") } }",
        ),
        (
            "app/A.cs",
            "class A { string[] Carriers = { \"dhl\", \"gls\" }; }",
        ),
        (
            "app/a.php",
            "<?php\nDB::table('parcels')->whereIn('carrier', ['dhl', 'gls'])->get();\n",
        ),
        (
            "app/a.ex",
            "defmodule A do\n  def f, do: from(p in Parcel, where: p.carrier in ~w(dhl gls))\nend\n",
        ),
        (
            "app/A.scala",
            "object A { val q = sql\"SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls')\" }",
        ),
        (
            "app/A.swift",
            "enum Carrier: String { case dhl = \"dhl\", gls = \"gls\" }",
        ),
        (
            "app/s.py",
            "select(t).where(t.c.carrier.in_(['dhl', 'ups']))",
        ),
    ] {
        let found = found(path, text);
        assert_eq!(found.len(), 1, "{path}: {text}: {found:?}");
        assert!(
            found[0].starts_with(&format!("undeclared-copy {path}:")),
            "{found:?}"
        );
    }
}

#[test]
fn what_only_looks_like_a_copy_is_none() {
    for (path, text) in [
        // One lane is a look-up, and many more lanes are another list.
        (
            "app/a.ts",
            "q`SELECT 1 FROM parcels WHERE carrier = 'dhl'`; const both = ['dhl', 'x'];",
        ),
        (
            "app/a.ts",
            "q`SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls', 'a', 'b', 'c')`;",
        ),
        // Another table, another column.
        (
            "app/a.ts",
            "q`SELECT 1 FROM invoices WHERE carrier IN ('dhl', 'gls', 'ups')`;",
        ),
        (
            "app/a.ts",
            "q`SELECT 1 FROM parcels JOIN c ON c.carrier IN ('dhl', 'gls', 'ups')`;",
        ),
        (
            "app/a.ts",
            "q`SELECT 1 FROM parcels WHERE sender IN ('dhl', 'gls', 'ups')`;",
        ),
        // Nearly the lanes, and nothing of the column beside them.
        ("app/a.ts", "const SHOPS = ['dhl', 'gls'];"),
        (
            "app/a.ts",
            "// carrier IN ('dhl', 'gls', 'ups')\n/* SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls') */",
        ),
        // Not searched.
        ("app/a.test.ts", "const TRACKED = ['dhl', 'gls', 'ups'];"),
        (
            "app/__tests__/a.ts",
            "const TRACKED = ['dhl', 'gls', 'ups'];",
        ),
        (
            "app/node_modules/a/a.js",
            "const TRACKED = ['dhl', 'gls', 'ups'];",
        ),
        (
            "app/generated.ts",
            "// Code generated by sqlc. DO NOT EDIT.\nconst TRACKED = ['dhl', 'gls', 'ups'];",
        ),
        (
            "app/other/migrations/1.sql",
            "SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls');",
        ),
        (
            "app/m.rs",
            "#[cfg(test)]\nmod tests { const TRACKED: [&str; 3] = [\"dhl\", \"gls\", \"ups\"]; }",
        ),
        ("README.md", "carrier IN ('dhl', 'gls', 'ups')"),
        (
            "app/examples/a.ts",
            "const TRACKED = ['dhl', 'gls', 'ups'];",
        ),
        (
            "app/Model.Designer.cs",
            "class M { static readonly string[] Tracked = { \"dhl\", \"gls\", \"ups\" }; }",
        ),
        (
            "app/alembic/versions/1_x.py",
            "op.execute(\"DELETE FROM parcels WHERE carrier IN ('dhl', 'gls', 'ups')\")",
        ),
        // Said of the code, and nothing that it does.
        (
            "app/a.py",
            "def f():\n    \"\"\"SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls', 'ups')\"\"\"\n",
        ),
        (
            "app/a.ex",
            "defmodule A do\n  @moduledoc \"\"\"\n  SELECT 1 FROM parcels WHERE carrier IN ('dhl', 'gls', 'ups')\n  \"\"\"\nend\n",
        ),
        ("app/b.py", "__all__ = ['dhl', 'gls', 'ups']"),
    ] {
        assert_eq!(found(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn the_type_of_the_column_is_no_copy() {
    let union = "export type Carrier = 'dhl' | 'gls' | 'ups' | 'dpd'; // of the column carrier";
    assert_eq!(found("app/a.ts", union).len(), 1);
    let copy = with("app/a.ts", union);
    copy.edit(
        "db/schema.sql",
        "    carrier text NOT NULL,",
        "    carrier text NOT NULL,\n    CONSTRAINT parcels_carrier_check CHECK ((carrier = ANY (ARRAY['dhl'::text, 'gls'::text, 'ups'::text, 'dpd'::text]))),",
    );
    check(copy.path()).clean();
}

#[test]
fn a_list_of_another_set_is_no_copy_of_this_one() {
    let copy = with("app/a.ts", "export const FAST_CARRIERS = ['dhl', 'gls'];");
    let other = "\n[lane_set.fast]\ntable = \"public.parcels\"\ncolumn = \"carrier\"\nlanes = [\"dhl\", \"gls\"]\n\
        [[lane_set.fast.array]]\nfile = \"app/a.ts\"\nname = \"FAST_CARRIERS\"\n";
    assert_eq!(check(copy.path()).drift().found().len(), 1);
    let manifest = copy.text("laneset.toml");
    copy.write("laneset.toml", format!("{manifest}{other}"));
    check(copy.path()).clean();
}

#[test]
fn what_the_help_says_makes_it_clean_and_a_change_reaches_it() {
    let copy = with(
        "app/a.ts",
        "// carrier\nexport const TRACKED = ['dhl', 'gls', 'ups'];\n",
    );
    let report = check(copy.path()).drift();
    let help = report.findings()[0]["help"].as_str().unwrap();
    assert!(
        help.contains("[[lane_set.tracked.array]] with file = \"app/a.ts\", name = \"TRACKED\""),
        "{help}"
    );
    let declared = "\n[[lane_set.tracked.array]]\nfile = \"app/a.ts\"\nname = \"TRACKED\"\n";
    let manifest = copy.text("laneset.toml");
    copy.write("laneset.toml", format!("{manifest}{declared}"));
    check(copy.path()).clean();
    copy.edit("app/a.ts", "'dhl', ", "");
    assert_eq!(
        check(copy.path()).drift().found(),
        ["query-drift app/a.ts:2"]
    );
}

#[test]
fn a_suspect_that_is_no_text_ends_with_2() {
    let copy = with("app/a.ts", "");
    std::fs::write(
        copy.path().join("app/a.ts"),
        b"const A = ['dhl', 'gls', 'ups']; // \xff",
    )
    .unwrap();
    let run = check(copy.path());
    let said = run.could_not_check();
    assert!(said.contains("app/a.ts:1: not UTF-8"), "{said}");
}
