//! The dump, held against what the migrations make.

use super::Verified;

/// A table that only one of both has is one thing, with all that it is made of.
#[test]
fn a_table_that_the_dump_lacks_is_one_finding() {
    let verified = Verified::reference();
    verified.add_migration(
        "CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lane text CHECK (lane <> ''));\n\
         CREATE INDEX ON public.notes (lane);\nCREATE TYPE public.span AS RANGE (subtype = bigint);\n-- migrate:down\n\
         DROP TABLE public.notes; DROP TYPE public.span;",
    );
    let run = verified.run(&["--output-format", "json"]);
    let report = run.drift();
    let messages = report.messages();
    assert_eq!(
        messages,
        [
            "the migrations make table public.notes, and db/schema.sql has none",
            "the migrations make type public.span, and db/schema.sql has none"
        ]
    );
}

/// A table of ours may be called nearly as dbmate's.
/// Of each, the migration makes one, and the dump another.
#[test]
fn what_differs_in_any_part_of_its_definition_is_found() {
    let made = |first: &str, second: &str| {
        format!(
            "CREATE FUNCTION public.plus(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION public.minus(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION public.told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE public.total(integer) (SFUNC = public.{first}, STYPE = integer);
CREATE OPERATOR public.|+| (FUNCTION = public.{first}, LEFTARG = integer, RIGHTARG = integer);
CREATE TYPE public.reach AS RANGE (SUBTYPE = {});
CREATE TABLE public.plus_base (a text NOT NULL);
CREATE TABLE public.minus_base (a text NOT NULL);
CREATE TABLE public.heir (b integer) INHERITS (public.{first}_base);
ALTER TABLE public.{first}_base REPLICA IDENTITY FULL;
CREATE TABLE public.stored (a text);
ALTER TABLE ONLY public.stored ALTER COLUMN a SET STORAGE {};
CREATE POLICY seen ON public.stored TO {};
CREATE EVENT TRIGGER told ON {} EXECUTE FUNCTION public.told();
CREATE PUBLICATION spread FOR TABLE ONLY public.{second}_base;
",
            if first == "plus" { "bigint" } else { "numeric" },
            if first == "plus" { "EXTERNAL" } else { "PLAIN" },
            if first == "plus" { "pg_monitor" } else { "pg_read_all_data" },
            if first == "plus" { "sql_drop" } else { "ddl_command_end" },
        )
    };
    let verified = Verified::reference();
    verified.add_migration(&made("plus", "minus"));
    let dump = verified.repository.text("db/schema.sql");
    verified.repository.write(
        "db/schema.sql",
        format!("{dump}\n{}", made("minus", "plus")),
    );
    let run = verified.run(&["--select", "replay-drift", "--output-format", "json"]);
    let report = run.drift();
    for object in [
        "function public.total(integer)",
        "operator public.|+|(integer,integer)",
        "type public.reach",
        "table public.heir",
        "table public.plus_base",
        "table public.minus_base",
        "column public.stored.a",
        "policy seen on public.stored",
        "event trigger told",
        "publication spread",
    ] {
        let is_named = report.messages().iter().any(|it| it.contains(object));
        assert!(is_named, "{object}: {:?}", report.messages());
    }
    verified.repository.write(
        "db/schema.sql",
        format!("{dump}\n{}", made("plus", "minus")),
    );
    let run = verified.run(&["--select", "replay-drift", "--output-format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// Such a line is psql's between statements, and nobody's within one.
#[test]
fn a_line_of_a_function_in_the_dump_may_begin_with_a_backslash() {
    let verified = Verified::reference();
    let made =
        "CREATE FUNCTION public.told() RETURNS text LANGUAGE sql AS $$\nSELECT '\n\\a'\n$$;\n";
    verified.add_migration(made);
    let dump = verified.repository.text("db/schema.sql");
    verified.repository.write(
        "db/schema.sql",
        format!("\\restrict a\n{dump}\n{made}\\unrestrict a\n"),
    );
    let run = verified.run(&["--select", "replay-drift"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn only_the_table_of_dbmate_itself_is_left_out() {
    let verified = Verified::reference();
    verified.add_migration(
        "CREATE TABLE public.tenant_schema_migrations (id int);\n-- migrate:down\nDROP TABLE public.tenant_schema_migrations;",
    );
    let report = verified.run(&["--output-format", "json"]).drift();
    assert!(
        report.messages()[0].contains("tenant_schema_migrations"),
        "{:?}",
        report.messages()
    );
}

/// As `pg_dump -n public` with owners and privileges writes it, and not dbmate.
#[test]
fn a_dump_of_one_schema_with_owners_is_read_too() {
    let verified = Verified::reference();
    let dump = verified.repository.text("db/schema.sql");
    let (settings, rest) = dump.split_once("\n\n--\n").unwrap();
    verified.repository.write(
        "db/schema.sql",
        format!(
            "{settings}\nSET transaction_timeout = 0;\nCREATE SCHEMA public;\nALTER SCHEMA public OWNER TO app;\n\n--\n{rest}\n\
             ALTER TABLE public.runs OWNER TO app;\nGRANT SELECT ON TABLE public.runs TO reader;\n"
        ),
    );
    let run = verified.run(&[]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}
