//! Where a new patch goes, and what becomes of the older ones.

use super::tools::change;
use crate::program::{Copy, run};

const SQL: &str = "CREATE TABLE IF NOT EXISTS public.runs (id int, lane text);\nCREATE INDEX IF NOT EXISTS idx ON public.runs (id) WHERE lane IN ('a', 'b');\n";

fn repository(path: &str, text: &str) -> Copy {
    let repository = Copy::of(tempfile::tempdir().unwrap().path());
    repository.write(
        "laneset.toml",
        format!("version = 1\n[embedded]\npath = \"{path}\"\n[lane_set.x]\ntable = \"public.runs\"\ncolumn = \"lane\"\nlanes = [\"a\", \"b\"]\n[lane_set.x.index]\nname = \"idx\"\n"),
    );
    repository.write(path, text);
    repository
}

#[test]
fn one_script_of_patches_grows_and_its_older_patches_rest() {
    let repository = repository("patches.sql", SQL);
    change(&repository, &["widen", "x", "c"]);
    let wide = repository.text("patches.sql");
    assert!(wide.starts_with(SQL), "{wide}");
    repository.write("patches.sql", format!("{wide}\n-- By hand.\nSELECT 1;\n"));
    change(&repository, &["narrow", "x", "a"]);
    let narrow = repository.text("patches.sql");
    assert!(narrow.starts_with(SQL), "{narrow}");
    assert!(narrow.contains("\n-- By hand.\nSELECT 1;\n"), "{narrow}");
    assert_eq!(narrow.matches("DO $laneset$").count(), 1, "{narrow}");
    assert_eq!(
        narrow.matches("-- Superseded by a later patch").count(),
        1,
        "{narrow}"
    );
}

/// A way back is of its own patch: repeated, it would take away what that patch made.
#[test]
fn a_way_back_is_not_repeated() {
    let element = format!("{{ version: 7, up: `{SQL}`, down: 'DROP TABLE runs' }}");
    let literal = repository(
        "p.js",
        &format!("module.exports.patches = [\n  {element},\n];\n"),
    );
    change(&literal, &["widen", "x", "c"]);
    let text = literal.text("p.js");
    assert!(text.contains("{ version: 8, up: `"), "{text}");
    assert_eq!(text.matches("DROP TABLE").count(), 1, "{text}");
    let element =
        format!("{{ id: 'a', up: `{SQL}`, down: async (db) => db.exec('DROP TABLE runs') }}");
    let function = repository("p.js", &format!("module.exports.patches = [{element}];\n"));
    let refused = run(function.path(), ["widen", "x", "c"]);
    assert_eq!(refused.code, Some(1), "{}", refused.stdout);
    assert!(
        refused
            .stdout
            .contains("this cannot be generated: no patch in the array"),
        "{}",
        refused.stdout
    );
    assert!(!function.text("p.js").contains("laneset"));
}

#[test]
fn names_that_sort_last_are_asked_for() {
    let repository = repository("patches/zz.sql", SQL);
    let manifest = repository.text("laneset.toml");
    repository.write(
        "laneset.toml",
        manifest.replace("patches/zz.sql", "patches"),
    );
    let refused = run(repository.path(), ["widen", "x", "c"]);
    assert_eq!(refused.code, Some(1), "{}", refused.stdout);
    assert!(
        refused
            .stdout
            .contains("would run before zz.sql; begin their names with numbers"),
        "{}",
        refused.stdout
    );
}
