//! Arrays of patches that the gate once judged wrongly.

use super::{INDEX, MANIFEST, repository, rules_of_patches};
use crate::program::check;

#[test]
fn patches_that_cannot_be_read_are_no_pass() {
    let first = "{ id: 'a', apply: (sql) => sql.unsafe(`CREATE INDEX idx_hb ON runs (beat) WHERE LANES;`) }";
    assert_eq!(
        rules_of_patches(&format!("export const patches = [{first}];")),
        [] as [&str; 0]
    );
    for (fault, import, second) in [
        (
            "SQL of another file",
            "import { HB } from './sql';",
            "{ id: 'b', apply: (sql) => sql.unsafe(HB) }",
        ),
        (
            "patches of another file",
            "import { more } from './more';",
            "...more",
        ),
        (
            "a file that is read",
            "import { readFileSync } from 'fs';",
            "{ id: 'b', sql: readFileSync('x.sql', 'utf8') }",
        ),
        (
            "a helper of another file",
            "import { rebuild } from './h';",
            "{ id: 'b', apply: (sql) => rebuild(sql, ['sync']) }",
        ),
        (
            "a name put in",
            "import { IDX } from './n';",
            "{ id: 'b', apply: (sql) => sql.unsafe(`DROP INDEX IF EXISTS ${IDX}`) }",
        ),
        ("an object that is made", "", "new DropIndexPatch('x')"),
    ] {
        let source = format!("{import}\nexport const patches = [{first}, {second}];");
        assert_eq!(rules_of_patches(&source), ["unreadable-site"], "{fault}");
    }
}

#[test]
fn patches_whose_written_order_is_not_what_runs_are_refused() {
    let good = "{ id: 'a', sql: `CREATE INDEX idx_hb ON runs (beat) WHERE LANES;` }";
    let bad =
        "{ id: 'b', sql: `DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;` }";
    let manifest = format!("{MANIFEST}{INDEX}[embedded]\npath = \"src/patches.ts\"\n");
    for (source, said) in [
        (
            format!(
                "const a = [{good}]; const b = [{bad}]; export const patches = [...a, ...b].sort();"
            ),
            "`.sort()`",
        ),
        (
            format!("const a = [{good}]; export const patches = [...a, {bad}].filter(Boolean);"),
            "`.filter()`",
        ),
        (
            format!("export const patches = [{good}, {bad}].reverse();"),
            "`.reverse()`",
        ),
        (
            format!("export const patches = [{good}];\npatches.push({bad});"),
            "`.push()`",
        ),
        (
            format!("export const patches = [{good}]; export const hotfixes = [{bad}];"),
            "both `",
        ),
    ] {
        let folder = repository(&[("laneset.toml", &manifest), ("src/patches.ts", &source)]);
        assert!(
            check(folder.path()).could_not_check().contains(said),
            "{source}"
        );
    }
    let bookkeeping = format!(
        "export const patches = [{good}];\nconst appliedPatches = []; appliedPatches.push(1);\nconst migrationNames = names.map((n) => n);"
    );
    assert_eq!(rules_of_patches(&bookkeeping), [] as [&str; 0]);
}

#[test]
fn a_patch_that_may_be_switched_off_is_undecided() {
    let wide = "{ id: 'a', sql: `CREATE INDEX idx_hb ON runs (beat) WHERE WIDE;` }";
    let mend = "sql: `DROP INDEX idx_hb; CREATE INDEX idx_hb ON runs (beat) WHERE LANES;`";
    for patch in [
        format!("{{ id: 'b', disabled: true, {mend} }}"),
        format!("...(process.env.X ? [{{ id: 'b', {mend} }}] : [])"),
        "{ id: 'b', apply: (sql) => sql.file('sql/2.sql') }".to_owned(),
    ] {
        let source = format!("export const patches = [{wide}, {patch}];");
        assert_eq!(rules_of_patches(&source), ["unreadable-site"], "{patch}");
    }
}
