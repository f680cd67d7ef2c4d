//! Which tool a folder of migrations is for, by the files' contents, their names, and what stands at the root of the repository.

use std::collections::BTreeSet;

use super::{atlas, dbmate, directive, goose, graphile_migrate, node_pg_migrate};
use crate::model::declaration::MigrationFormat as Tool;
use crate::source::file::SourceFile;

/// What a folder shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    One(Tool),
    /// It may be for any of these.
    Several(BTreeSet<Tool>),
    /// It holds files for each of these, the first of each by its path.
    Mixed(Vec<(Tool, String)>),
    Nothing,
}

/// The tool that a file shows by what it says.
pub fn by_text(text: &str) -> Option<Tool> {
    let text = text.trim_start_matches('\u{feff}');
    if dbmate::is_meant(text) {
        return Some(Tool::Dbmate);
    }
    let mut lines = directive::lines(text);
    if text.contains("+goose")
        && lines.any(|(_, line)| goose::annotation(line).as_deref() == Some("up"))
    {
        return Some(Tool::Goose);
    }
    if graphile_migrate::header(text, "Previous").is_some() {
        return Some(Tool::GraphileMigrate);
    }
    if text.starts_with("-- no-transaction") {
        return Some(Tool::Sqlx);
    }
    node_pg_migrate::begins(text, "up").map(|_| Tool::NodePgMigrate)
}

/// The tools for which a file's path, from the folder on, is a migration's.
pub fn by_path(path: &str) -> Vec<Tool> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    if path == atlas::SEAL {
        return vec![Tool::Atlas];
    }
    let is_version = |rest: &str, extra: &[char]| {
        let version = rest.split_once("__").map(|(version, _)| version);
        version.is_some_and(|version| {
            !version.is_empty()
                && version
                    .chars()
                    .all(|c| c.is_ascii_digit() || extra.contains(&c))
        })
    };
    match (name, name.split_at_checked(1)) {
        ("migration.sql", _) if !folder.is_empty() => vec![Tool::Prisma],
        ("up.sql" | "down.sql", _) if !folder.is_empty() => vec![Tool::Diesel],
        _ if !name.ends_with(".sql") => Vec::new(),
        (_, Some(("V" | "U", rest))) if is_version(rest, &[]) => vec![Tool::Flyway, Tool::Refinery],
        (_, Some(("V" | "U" | "B", rest))) if is_version(rest, &['.', '_']) => vec![Tool::Flyway],
        _ if name.starts_with("R__") => vec![Tool::Flyway],
        _ if digits > 0 && (name.ends_with(".up.sql") || name.ends_with(".down.sql")) => {
            vec![Tool::Sqlx, Tool::GolangMigrate]
        }
        _ if digits > 0 && folder.is_empty() => vec![Tool::Sqlx, Tool::Plain],
        _ if digits > 0 => vec![Tool::Plain],
        _ => Vec::new(),
    }
}

/// The tools that the files at the root of the repository speak of.
pub fn by_root(read: &dyn Fn(&str) -> Option<String>) -> BTreeSet<Tool> {
    let says = |file: &str, word: &str| read(file).is_some_and(|text| text.contains(word));
    let signs: [(bool, Tool); 8] = [
        (says("Cargo.toml", "sqlx"), Tool::Sqlx),
        (says("Cargo.toml", "refinery"), Tool::Refinery),
        (says("go.mod", "golang-migrate"), Tool::GolangMigrate),
        (says("pom.xml", "flyway"), Tool::Flyway),
        (says("build.gradle", "flyway"), Tool::Flyway),
        (says("build.gradle.kts", "flyway"), Tool::Flyway),
        (read("flyway.conf").is_some(), Tool::Flyway),
        (read("flyway.toml").is_some(), Tool::Flyway),
    ];
    let shown = signs.into_iter().filter(|(is_there, _)| *is_there);
    shown.map(|(_, tool)| tool).collect()
}

/// What the folder shows. `paths` are all files of it, from the folder on, and `texts` the SQL among them.
pub fn detect(
    paths: &[String],
    texts: &[(&str, &SourceFile)],
    root: &dyn Fn(&str) -> Option<String>,
) -> Shown {
    if paths.iter().any(|path| path == atlas::SEAL) {
        return Shown::One(Tool::Atlas);
    }
    let mut said: Vec<(Tool, String)> = Vec::new();
    let mut note = |tool: Tool, path: &str| {
        if said.iter().all(|(known, _)| *known != tool) {
            said.push((tool, path.to_owned()));
        }
    };
    for (path, file) in texts {
        if let Some(tool) = by_text(file.text()) {
            note(tool, path);
        }
    }
    for (path, _) in texts {
        // Names that are of one tool alone say as much as a directive does.
        if let [tool @ (Tool::Prisma | Tool::Diesel | Tool::Flyway)] = by_path(path)[..] {
            note(tool, path);
        }
    }
    match said.as_slice() {
        [(tool, _)] => return Shown::One(*tool),
        [] => {}
        _ => return Shown::Mixed(said),
    }
    let mut possible: Option<BTreeSet<Tool>> = None;
    for (path, _) in texts {
        let of_path: BTreeSet<Tool> = by_path(path).into_iter().collect();
        if of_path.is_empty() {
            continue;
        }
        possible = Some(match possible {
            None => of_path,
            Some(so_far) => {
                let both: BTreeSet<Tool> = so_far.intersection(&of_path).copied().collect();
                match both.is_empty() {
                    true => so_far.union(&of_path).copied().collect(),
                    false => both,
                }
            }
        });
    }
    let Some(possible) = possible else {
        return Shown::Nothing;
    };
    let of_root: Vec<Tool> = by_root(root).intersection(&possible).copied().collect();
    let all: Vec<Tool> = possible.iter().copied().collect();
    match (of_root.as_slice(), all.as_slice()) {
        ([tool], _) | (_, [tool]) => Shown::One(*tool),
        _ => Shown::Several(possible),
    }
}
