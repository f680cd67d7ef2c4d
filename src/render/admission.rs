//! What lets further lanes into a column: a CHECK constraint that lists more, an enum with more labels.

use super::predicate::{identifier, literal, predicate, qualified};
use crate::model::declaration::IndexBuild;
use crate::model::lane::{Lane, Value};
use crate::model::migration_step::{MigrationStep, Section};
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// A CHECK constraint of a table.
#[derive(Debug, Clone)]
pub struct CheckConstraint {
    pub table: QualifiedName,
    pub name: Identifier,
    pub condition: Predicate,
    pub is_inherited: bool,
    /// `false`: rows from before the constraint may break it.
    pub is_validated: bool,
    /// As SQL.
    pub comment: Option<String>,
}

impl CheckConstraint {
    fn drop(&self, pass: &str) -> String {
        let (table, name) = (qualified(&self.table), identifier(&self.name));
        format!("ALTER TABLE {table} DROP CONSTRAINT {pass}{name}")
    }

    /// What follows its condition, in the order of `pg_get_constraintdef`.
    pub fn suffix(&self) -> String {
        let inherited = if self.is_inherited { "" } else { " NO INHERIT" };
        let validated = if self.is_validated { "" } else { " NOT VALID" };
        format!("{inherited}{validated}")
    }

    /// Makes it, with its comment.
    fn add(&self) -> Vec<String> {
        let (table, name) = (qualified(&self.table), identifier(&self.name));
        let condition = predicate(&self.condition);
        let suffix = self.suffix();
        let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}){suffix}");
        let comment = self.comment.as_ref();
        let comment =
            comment.map(|comment| format!("COMMENT ON CONSTRAINT {name} ON {table} IS {comment}"));
        std::iter::once(add).chain(comment).collect()
    }
}

/// The migrations that replace a constraint by one that admits more. Where tables stay open for writes, the rows are checked in a
/// step of their own, which locks nothing out (manual, ALTER TABLE, VALIDATE CONSTRAINT).
pub fn check_steps(
    before: &CheckConstraint,
    after: &CheckConstraint,
    build: IndexBuild,
    slug: &str,
    summary: &str,
) -> Vec<MigrationStep> {
    let step = |slug: String, up: Section, down: Section| MigrationStep {
        slug,
        comment: vec![summary.to_owned()],
        up,
        down,
    };
    let replace = |old: &CheckConstraint, new: &CheckConstraint| {
        Section::wrapped(std::iter::once(old.drop("")).chain(new.add()))
    };
    let back = replace(after, before);
    match build {
        IndexBuild::Concurrently if after.is_validated => {
            let unchecked = CheckConstraint {
                is_validated: false,
                ..after.clone()
            };
            let up = replace(before, &unchecked);
            let (table, name) = (qualified(&after.table), identifier(&after.name));
            let validate = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}");
            vec![
                step(format!("{slug}_1_replace"), up, back),
                step(
                    format!("{slug}_2_validate"),
                    Section::wrapped([validate]),
                    Section::wrapped([]),
                ),
            ]
        }
        IndexBuild::Transactional | IndexBuild::Concurrently => {
            vec![step(slug.to_owned(), replace(before, after), back)]
        }
    }
}

/// The migration that gives an enum further labels. There is no way back: Postgres takes no label away.
pub fn enum_step(name: &QualifiedName, lanes: &[Lane], slug: &str, summary: &str) -> MigrationStep {
    MigrationStep {
        slug: slug.to_owned(),
        comment: vec![
            summary.to_owned(),
            "A migration of its own: a new label cannot be used in the transaction that adds it, and cannot be taken away again."
                .to_owned(),
        ],
        up: Section::wrapped(lanes.iter().map(|lane| add_label(name, lane))),
        down: Section::wrapped([]),
    }
}

fn add_label(name: &QualifiedName, lane: &Lane) -> String {
    let label = literal(&Value::Text(lane.to_string()));
    format!(
        "ALTER TYPE {} ADD VALUE IF NOT EXISTS {label}",
        qualified(name)
    )
}

/// A patch that replaces the constraint where it is another: its definition is none of `spellings`.
pub fn check_patch(after: &CheckConstraint, spellings: &[String]) -> String {
    let text = |text: &str| literal(&Value::Text(text.to_owned()));
    let known: Vec<String> = spellings.iter().map(|spelling| text(spelling)).collect();
    let known = known.join(",\n              ");
    let (registered, name) = (text(&qualified(&after.table)), text(after.name.as_str()));
    let drop = after.drop("IF EXISTS ");
    let add = after.add().join(";\n        ");
    let tag = super::patch::tag(&[&known, &add]);
    format!(
        "DO {tag}\n\
         BEGIN\n    \
             IF NOT EXISTS (\n        \
                 SELECT 1\n        \
                 FROM pg_catalog.pg_constraint AS stored\n        \
                 WHERE stored.conrelid = to_regclass({registered})\n          \
                   AND stored.conname = {name}\n          \
                   AND pg_get_constraintdef(stored.oid) IN (\n              \
                       {known}\n          \
                   )\n    \
             ) THEN\n        \
                 {drop};\n        \
                 {add};\n    \
             END IF;\n\
         END\n\
         {tag};\n"
    )
}

/// A patch that gives an enum further labels, at every boot anew and to no effect but once.
pub fn enum_patch(name: &QualifiedName, lanes: &[Lane]) -> String {
    let statements = lanes.iter().map(|lane| add_label(name, lane));
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}
