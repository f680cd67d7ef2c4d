//! Guards in words of their own: what Postgres respells of a condition means the same.

use super::rules;

/// The rules that a manifest's guard gives against the index that a migration or a dump stores.
fn rules_of(guard: &str, stored: &str) -> Vec<String> {
    let manifest = format!(
        "version = 1\n[lane_set.hb]\ntable = \"public.runs\"\ncolumn = \"run_type\"\nlanes = [\"sync\", \"auth\"]\nguard = \"\"\"{guard}\"\"\"\n[lane_set.hb.index]\nname = \"idx_hb\"\n"
    );
    let dump = format!(
        "CREATE TABLE public.runs (run_type text, status text);\n\
         CREATE INDEX idx_hb ON public.runs USING btree (beat) WHERE ({stored} AND (run_type = ANY (ARRAY['sync'::text, 'auth'::text])));\n"
    );
    rules(&[("laneset.toml", &manifest), ("db/schema.sql", &dump)])
}

#[test]
fn a_guard_is_the_same_as_postgres_spells_it() {
    for (guard, stored) in [
        (
            "lower(status) IN ('a', 'b')",
            "(lower(status) = ANY (ARRAY['a'::text, 'b'::text]))",
        ),
        ("lower(status) = 'a'", "(lower(status) = 'a'::text)"),
        ("Lower(v) = 'x'", "(lower((v)::text) = 'x'::text)"),
        ("lower(status) NOT IN ('q')", "(lower(status) <> 'q'::text)"),
        (
            "lower(status) NOT IN ('q', 'r')",
            "(lower(status) <> ALL (ARRAY['q'::text, 'r'::text]))",
        ),
        (
            "coalesce(status, 'x') <> 'y'",
            "(COALESCE(status, 'x'::text) <> 'y'::text)",
        ),
        (
            "coalesce(v, 'x') = 'why'",
            "((COALESCE(v, 'x'::character varying))::text = 'why'::text)",
        ),
        (
            "coalesce(v, 'x') NOT IN ('a', 'b')",
            "((COALESCE(v, 'x'::character varying))::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        ),
        ("v LIKE 'a%'", "((v)::text ~~ 'a%'::text)"),
        ("status LIKE 'a%'", "(status ~~ 'a%'::text)"),
        ("status NOT LIKE 'a%'", "(status !~~ 'a%'::text)"),
        ("status ILIKE 'b%'", "(status ~~* 'b%'::text)"),
        ("status NOT ILIKE 'b%'", "(status !~~* 'b%'::text)"),
        ("NOT (status LIKE 'c')", "(NOT (status ~~ 'c'::text))"),
        ("j->>'kind' = 'q'", "((j ->> 'kind'::text) = 'q'::text)"),
        ("n % 2 = 0", "((n % 2) = 0)"),
        ("status ~ 'x'", "(status ~ 'x'::text)"),
        ("length(status) > 3", "(length(status) > 3)"),
        ("starts_with(v, 'x')", "starts_with((v)::text, 'x'::text)"),
        ("lower(v) IS NOT NULL", "(lower((v)::text) IS NOT NULL)"),
        (
            "status || '-' || kind = 'a-b'",
            "(((status || '-'::text) || kind) = 'a-b'::text)",
        ),
        (
            "nullif(status, 'a') IS NULL",
            "(NULLIF(status, 'a'::text) IS NULL)",
        ),
        ("lower(status) = 'it''s'", "(lower(status) = 'it''s'::text)"),
    ] {
        assert_eq!(rules_of(guard, stored), [] as [&str; 0], "{guard}");
    }
}

#[test]
fn a_guard_in_other_words_is_not_the_same() {
    for (guard, stored) in [
        ("lower(status) = 'a'", "(lower(status) = 'b'::text)"),
        ("lower(status) = 'a'", "(lower(status) <> 'a'::text)"),
        ("lower(status) = 'a'", "(upper(status) = 'a'::text)"),
        ("status LIKE 'a%'", "(status !~~ 'a%'::text)"),
        ("status LIKE 'a%'", "(status ~~* 'a%'::text)"),
        ("status LIKE 'a%'", "(kind ~~ 'a%'::text)"),
        ("n - (m - 1) = 0", "(((n - m) - 1) = 0)"),
        ("\"Lower\"(status) = 'a'", "(lower(status) = 'a'::text)"),
        (
            "NOT (status LIKE ANY (ARRAY['a', 'b']))",
            "(status NOT LIKE ANY (ARRAY['a', 'b']))",
        ),
        ("n::text > '5'", "(n > 5)"),
        ("n = m", "((n)::text = (m)::text)"),
        (
            "coalesce(n, '1') = '01'",
            "((COALESCE(n, '1'::text))::text = '01'::text)",
        ),
        (
            "lower(status) IN ('a', 'b')",
            "(lower(status) = ANY (ARRAY['a'::text]))",
        ),
        (
            "coalesce(status, 'x') = 'y'",
            "(COALESCE(status, 'y'::text) = 'x'::text)",
        ),
    ] {
        assert_ne!(rules_of(guard, stored), [] as [&str; 0], "{guard}");
    }
}
