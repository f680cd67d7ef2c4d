//! The floors of the architecture (the manual in `src/lib.rs`): a module imports only what stands on a lower floor.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// Modules and their floors.
const FLOORS: [(&str, u32); 16] = [
    ("source", 0),
    ("model", 1),
    ("read_sql", 2),
    ("locate", 2),
    ("declare", 2),
    ("render", 2),
    ("compare", 3),
    ("rules", 3),
    ("plan", 3),
    ("history", 3),
    ("report", 4),
    ("write", 4),
    ("verify", 4),
    ("reaper", 5),
    ("cli", 5),
    ("main", 6),
];

/// Neighbours on one floor that may know each other.
const ACQUAINTED: [(&str, &str); 6] = [
    ("cli", "reaper"),
    ("rules", "compare"),
    ("plan", "compare"),
    ("history", "compare"),
    ("locate", "read_sql"),
    ("locate", "render"),
];

/// What a module must not name outside of its tests, and why.
const ABSENCES: [(&str, &[&str]); 7] = [
    (
        "model",
        &[
            "sqlparser::",
            "serde::",
            "clap::",
            "sqlx::",
            "std::fs",
            "tree_sitter::",
        ],
    ),
    (
        "source",
        &[
            "sqlparser::",
            "serde::",
            "clap::",
            "sqlx::",
            "std::fs",
            "tree_sitter::",
        ],
    ),
    ("read_sql", &["std::fs", "std::env", "clap::", "serde::"]),
    (
        "plan",
        &["std::fs", "std::env", "sqlparser::", "tree_sitter::"],
    ),
    ("history", &["std::fs", "std::env", "sqlparser::"]),
    (
        "rules",
        &["std::fs", "std::env", "sqlparser::", "tree_sitter::"],
    ),
    ("report", &["std::fs", "std::env", "println!", "eprintln!"]),
];

fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WalkDir::new(&root).into_iter().map(Result::unwrap);
    files
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "rs")
        })
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

fn floor(module: &str) -> u32 {
    let found = FLOORS.iter().find(|(name, _)| *name == module);
    found
        .unwrap_or_else(|| panic!("{module} has no floor; give it one here and in src/lib.rs"))
        .1
}

/// The code before a file's unit tests, and nothing of files that are tests as a whole.
fn product_code<'a>(path: &str, text: &'a str) -> &'a str {
    if path.contains("/tests") || path.ends_with("/mutations.rs") {
        return "";
    }
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

#[test]
fn no_module_imports_from_its_own_floor_or_a_higher_one() {
    let sources = sources();
    assert!(sources.len() > 40, "the sources were not found");
    let mut imports = 0;
    for (path, text) in &sources {
        if path == "lib.rs" {
            continue;
        }
        let from = module_of(path);
        for (at, _) in product_code(path, text).match_indices("crate::") {
            let to = text[at + "crate::".len()..]
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .next()
                .unwrap();
            if to == from {
                continue;
            }
            imports += 1;
            let allowed = floor(to) < floor(from) || ACQUAINTED.contains(&(from, to));
            assert!(
                allowed,
                "src/{path} ({from}, floor {}) names crate::{to} (floor {})",
                floor(from),
                floor(to)
            );
        }
    }
    assert!(imports > 100, "only {imports} imports were seen");
}

#[test]
fn what_a_floor_must_not_know_is_absent() {
    for (path, text) in &sources() {
        let Some((_, absent)) = ABSENCES
            .iter()
            .find(|(module, _)| *module == module_of(path))
        else {
            continue;
        };
        for word in *absent {
            assert!(
                !product_code(path, text).contains(word),
                "src/{path} names {word}"
            );
        }
    }
}

#[test]
fn modules_bear_names_that_say_what_they_hold() {
    for path in sources().keys() {
        let name = path.rsplit('/').next().unwrap();
        assert!(
            ![
                "utils.rs",
                "util.rs",
                "helpers.rs",
                "helper.rs",
                "common.rs",
                "misc.rs"
            ]
            .contains(&name),
            "src/{path}"
        );
    }
}
