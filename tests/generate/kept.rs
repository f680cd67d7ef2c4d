//! What an index or a constraint has beside its lanes outlives a change of them.

use super::mini::{INDEX, Kind, LANES, Mini, PLAIN};
use crate::postgres::server::Server;

const CONSTRAINT: &str = "SELECT oid::text FROM pg_constraint WHERE conname = 'kk'";

/// What an index has beside its definition is gone when it is dropped, and comes back with the new one.
#[test]
fn what_is_set_on_an_index_stays() {
    let server = Server::shared();
    for build in ["transactional", "concurrently"] {
        let kind = Kind {
            table: PLAIN,
            condition: LANES,
            further: "ALTER INDEX public.idx_t SET (fillfactor = 70);\nCOMMENT ON INDEX public.idx_t IS 'the first';\n\
                      COMMENT ON INDEX public.idx_t IS 'it''s the reaper''s; no other';\n",
            declared: ["", &format!("build = '{build}'")],
        };
        Mini::new(&server, &format!("set_{build}"), &kind).widens_and_goes_back(&[], INDEX);
    }
    let kind = Kind {
        table: PLAIN,
        condition: LANES,
        further: "DROP INDEX public.idx_t;\nCREATE INDEX IF NOT EXISTS idx_t ON public.t (lower(run_type)) WHERE run_type IN ('a', 'b');\n\
                  ALTER INDEX public.idx_t ALTER COLUMN 1 SET STATISTICS 500;\n",
        declared: ["", ""],
    };
    let mini = Mini::new(&server, "set_statistics", &kind);
    // A drop at every boot is another matter.
    let script = mini.repository.text("patches/20260101000000_a.sql");
    let without_drop = script.replace(&format!("CREATE INDEX IF NOT EXISTS idx_t ON public.t (id) WHERE {LANES};\nDROP INDEX public.idx_t;\n"), "");
    assert_ne!(script, without_drop);
    mini.repository
        .write("patches/20260101000000_a.sql", without_drop);
    mini.widens_and_goes_back(&[], INDEX);
}

/// A constraint that admits more is otherwise the one that it was.
#[test]
fn a_constraint_stays_as_it_is_but_for_its_lanes() {
    let server = Server::shared();
    let cases = [
        ("not_valid", "transactional", "NOT VALID"),
        ("not_valid_online", "concurrently", "NOT VALID"),
        ("no_inherit", "transactional", "NO INHERIT"),
        ("both", "concurrently", "NO INHERIT NOT VALID"),
        ("neither", "concurrently", ""),
    ];
    for (name, build, suffix) in cases {
        let legacy = if suffix.contains("NOT VALID") {
            "INSERT INTO public.t VALUES (1, 'legacy');\n"
        } else {
            ""
        };
        let add = format!(
            "ALTER TABLE public.t ADD CONSTRAINT kk CHECK (run_type IN ('a', 'b')) {suffix};\n"
        );
        let comment = "COMMENT ON CONSTRAINT kk ON public.t IS 'lanes that there are';\n";
        let further = format!("{legacy}{add}{comment}");
        let kind = Kind {
            table: PLAIN,
            condition: LANES,
            further: &further,
            declared: [
                "admitted_by = { check = 'kk' }",
                &format!("build = '{build}'"),
            ],
        };
        let mini = Mini::new(&server, &format!("constraint_{name}"), &kind);
        let made_once = format!(
            "{PLAIN};\nCREATE INDEX IF NOT EXISTS idx_t ON public.t (id) WHERE {LANES};\n\
             DO $$ BEGIN\n{add}EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n{comment}"
        );
        mini.repository
            .write("patches/20260101000000_a.sql", made_once);
        mini.widens_and_goes_back(&["--admit"], CONSTRAINT);
    }
}

/// The dump spells the list of a varchar as varchars, whatever else is called an enum in this repository.
#[test]
fn a_constraint_of_a_varchar_is_spelled_as_one() {
    let server = Server::shared();
    let kind = Kind {
        table: "CREATE SCHEMA IF NOT EXISTS other;\nDO $$ BEGIN\nCREATE TYPE other.lane AS ENUM ('x', 'y');\nEXCEPTION WHEN duplicate_object THEN NULL; END $$;\n\
                CREATE TABLE IF NOT EXISTS public.t (id bigint, run_type varchar(20) CONSTRAINT kk CHECK (run_type IN ('a', 'b')), e other.lane)",
        condition: LANES,
        further: "CREATE INDEX IF NOT EXISTS idx_e ON public.t (id) WHERE e IN ('x', 'y');\n",
        declared: [
            "admitted_by = { check = 'kk' }",
            "[lane_set.e]\ntable = 'public.t'\ncolumn = 'e'\nlanes = ['x', 'y']\nadmitted_by = { enum = 'other.lane' }\nindex = { name = 'idx_e' }",
        ],
    };
    let mini = Mini::new(&server, "constraint_varchar", &kind);
    mini.widens_and_goes_back(&["--admit"], CONSTRAINT);
}
