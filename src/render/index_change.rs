//! The migrations that bring a partial index from one predicate to another.

use std::iter::once;

use super::index::{IfExists, Locking, PartialIndex};
use crate::model::declaration::IndexBuild;
use crate::model::migration_step::{MigrationStep, Section};
use crate::model::name::{IDENTIFIER_BYTES, Identifier};

/// A partial index as the migrations leave it, and as it is to be.
#[derive(Debug, Clone)]
pub struct IndexChange {
    /// `None`: there is none yet.
    pub before: Option<PartialIndex>,
    pub after: PartialIndex,
    pub build: IndexBuild,
    /// A name that is free, for an index that is being built beside the old one.
    pub interim: Identifier,
    pub slug: String,
    /// What changes, as one sentence.
    pub summary: String,
}

/// The index's name with `_new` behind it, or `_new2` and so on where that `is_taken`, in the length that Postgres keeps.
pub fn interim_name(name: &Identifier, is_taken: impl Fn(&Identifier) -> bool) -> Identifier {
    let suffixes = std::iter::once("_new".to_owned());
    let suffixes = suffixes.chain((2..).map(|number| format!("_new{number}")));
    let mut names = suffixes.map(|suffix| {
        let mut end = name.as_str().len().min(IDENTIFIER_BYTES - suffix.len());
        while !name.as_str().is_char_boundary(end) {
            end -= 1;
        }
        Identifier::quoted(&format!("{}{suffix}", &name.as_str()[..end]))
    });
    names
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| name.clone())
}

/// The migrations, in the order in which they run.
pub fn steps(change: &IndexChange) -> Vec<MigrationStep> {
    match (change.build, &change.before) {
        (IndexBuild::Transactional, before) => vec![change.in_one_transaction(before.as_ref())],
        (IndexBuild::Concurrently, None) => change.first_concurrently(),
        (IndexBuild::Concurrently, Some(before)) => change.beside_the_old_one(before),
    }
}

impl IndexChange {
    fn step(&self, what: &str, why: &[&str], up: Section, down: Section) -> MigrationStep {
        let suffix = if what.is_empty() { "" } else { "_" };
        let mut comment = vec![self.summary.clone()];
        comment.extend(why.iter().map(|sentence| (*sentence).to_owned()));
        MigrationStep {
            slug: format!("{}{suffix}{what}", self.slug),
            comment,
            up,
            down,
        }
    }

    fn in_one_transaction(&self, before: Option<&PartialIndex>) -> MigrationStep {
        let make = |index: &PartialIndex| {
            let create = index.create(Locking::Blocking, IfExists::Refuse);
            once(create).chain(index.set())
        };
        let take_away = |index: &PartialIndex| index.drop(Locking::Blocking);
        let after = &self.after;
        match before {
            None => self.step(
                "",
                &[],
                Section::wrapped(make(after)),
                Section::wrapped([take_away(after)]),
            ),
            Some(before) => self.step(
                "",
                &["Dropped first: IF NOT EXISTS would look at the name alone and keep the old predicate."],
                Section::wrapped(once(take_away(before)).chain(make(after))),
                Section::wrapped(once(take_away(after)).chain(make(before))),
            ),
        }
    }

    fn first_concurrently(&self) -> Vec<MigrationStep> {
        let index = &self.after;
        vec![
            self.step(
                "1_clear",
                &["Step 1 of 2: an interrupted build would have left an invalid index of this name."],
                Section::alone(index.drop(Locking::Concurrent)),
                Section::wrapped([]),
            ),
            self.step(
                "2_build",
                &["Step 2 of 2. If it is interrupted: roll the step before back and migrate up again."],
                Section::alone(index.create(Locking::Concurrent, IfExists::Refuse)),
                Section::alone(index.drop(Locking::Concurrent)),
            ),
        ]
    }

    /// At every moment one valid index is there, under one of two names (POSTGRES.md, "A safe concurrent change").
    fn beside_the_old_one(&self, before: &PartialIndex) -> Vec<MigrationStep> {
        let after = &self.after;
        let interim = after.named(self.interim.clone());
        vec![
            self.step(
                "1_clear",
                &["Step 1 of 4: an interrupted build would have left an invalid index of the interim name."],
                Section::alone(interim.drop(Locking::Concurrent)),
                // The way back ends here, when the old index is there again.
                Section::wrapped(before.set()),
            ),
            self.step(
                "2_build",
                &["Step 2 of 4. If it is interrupted: roll step 1 back and migrate up again."],
                Section::alone(interim.create(Locking::Concurrent, IfExists::Refuse)),
                Section::alone(interim.drop(Locking::Concurrent)),
            ),
            self.step(
                "3_drop",
                &["Step 3 of 4: queries use the new index from here on."],
                Section::alone(before.drop(Locking::Concurrent)),
                Section::alone(before.create(Locking::Concurrent, IfExists::Refuse)),
            ),
            self.step(
                "4_rename",
                &["Step 4 of 4. Dropped once more: a rollback that was interrupted may have left an invalid index."],
                Section::wrapped(
                    [before.drop(Locking::Blocking), interim.rename(&after.name)]
                        .into_iter()
                        .chain(after.set()),
                ),
                Section::wrapped([after.rename(&self.interim)]),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interim_name_is_free_and_not_cut_by_postgres() {
        let name = Identifier::quoted(&"é".repeat(31));
        let first = interim_name(&name, |_| false);
        assert_eq!(first.as_str(), format!("{}_new", "é".repeat(29)));
        let second = interim_name(&name, |taken| *taken == first);
        assert_eq!(second.as_str(), format!("{}_new2", "é".repeat(29)));
    }
}
