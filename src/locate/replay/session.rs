//! A replay under way: scripts in, statement by statement.

use std::ops::Range;
use std::sync::Arc;

use super::governed::GovernedSet;
use super::harmless::{calls_own_function, defines_harmless_routine};
use crate::locate::catalog::Catalog;
use crate::locate::interest::Interest;
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::ddl::{self, Ddl, OWNED, SAVEPOINT};
use crate::read_sql::lexical::Unterminated;
use crate::read_sql::split::{leading_words, statements};
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// SQL of a file, that runs at once or at its turn.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    pub file: &'a Arc<SourceFile>,
    pub excerpt: &'a Excerpt<'a>,
}

/// Whether a statement did what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    Done,
    /// Postgres refuses it, since the object is there already.
    Duplicate,
    /// Postgres refuses it unless something is there that is not seen here.
    Doubtful,
    /// It was not followed, and whether Postgres refuses it, and why, is not known.
    Unknown,
}

impl Effect {
    /// Of two statements in a row.
    pub(super) fn then(self, next: Effect) -> Effect {
        if self == Effect::Done { next } else { self }
    }

    pub(super) fn doubtful(is_doubtful: bool) -> Self {
        if is_doubtful {
            Effect::Doubtful
        } else {
            Effect::Done
        }
    }
}

/// A replay under way.
#[derive(Debug, Clone)]
pub struct Replay<'a> {
    pub catalog: Catalog,
    pub(super) governed: &'a [GovernedSet],
    pub(super) interest: &'a Interest,
    /// Names that turned out to be other names of governed objects, and are not of interest yet.
    pub further_names: Vec<Identifier>,
    /// The state that a ROLLBACK goes back to.
    pub(super) transaction_start: Box<Catalog>,
    /// The variables of the loops that are being gone through, the innermost last, and their values.
    pub(super) loop_values: Vec<(Identifier, String)>,
    /// The body that is being run has returned.
    pub(super) has_returned: bool,
    /// States in which the body that is being run may have returned already.
    pub(super) early_returns: Vec<Replay<'a>>,
}

/// Where a piece of SQL stands: in a script, at an offset; or wholly inside one span, where offsets no longer lead back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) script: Script<'a>,
    pub(super) offset: usize,
    pub(super) whole: Option<Span>,
}

impl Place<'_> {
    pub(super) fn location(&self, range: Range<usize>) -> Location {
        let span = self.whole.unwrap_or_else(|| {
            self.script
                .excerpt
                .source_span(range.start + self.offset..range.end + self.offset)
        });
        Location::new(self.script.file, span)
    }

    pub(super) fn inside(self, range: &Range<usize>) -> Self {
        Self {
            offset: self.offset + range.start,
            ..self
        }
    }
}

impl<'a> Replay<'a> {
    pub fn new(governed: &'a [GovernedSet], interest: &'a Interest) -> Self {
        let tables = governed.iter().map(|set| set.table.clone()).collect();
        let catalog = Catalog::new(tables);
        Self {
            transaction_start: Box::new(catalog.clone()),
            catalog,
            governed,
            interest,
            further_names: Vec::new(),
            loop_values: Vec::new(),
            has_returned: false,
            early_returns: Vec::new(),
        }
    }

    /// Runs a script as one session of its own: its search path ends with it. It runs as one string, as dbmate and the embedded
    /// databases have it, and so in one transaction from its beginning, BEGIN or not (manual, 55.2.2.1).
    ///
    /// # Errors
    /// When the script cannot be cut into statements.
    pub fn run(&mut self, script: Script) -> Result<(), Unterminated> {
        let text = script.excerpt.text();
        let hits = self.interest.hits(text);
        if hits.are_none() {
            return Ok(());
        }
        let place = Place {
            script,
            offset: 0,
            whole: None,
        };
        if hits.ends_transactions {
            *self.transaction_start = self.catalog.clone();
        }
        for range in statements(text)? {
            let statement = &text[range.clone()];
            if hits.any_in(&range) || (hits.any_may_matter() && is_always_concerned(statement)) {
                self.statement(statement, place.inside(&range));
            }
        }
        let end = script.excerpt.whole();
        self.catalog.end_session(&Location::new(script.file, end));
        Ok(())
    }

    /// Whether a script may touch a governed object.
    pub fn is_concerned(&self, script: &str) -> bool {
        !self.interest.hits(script).are_none()
    }

    /// Runs a script that may or may not run when its turn comes.
    ///
    /// # Errors
    /// As [`Replay::run`].
    pub fn run_perhaps(&mut self, script: Script, reason: &str) -> Result<(), Unterminated> {
        let mut with = self.clone();
        with.run(script)?;
        let location = Location::new(script.file, script.excerpt.whole());
        self.settle(vec![with, self.clone()], &location, reason);
        Ok(())
    }

    /// Notes that something unseen happens at `location`, when `text` names a governed object.
    pub fn unseen(&mut self, text: &str, location: &Location, reason: &str) {
        self.doubt(text, location, reason);
    }

    /// Notes that something unseen happens at `location`, which may concern any governed object.
    pub fn unseen_anything(&mut self, location: &Location, reason: &str) {
        let names: Vec<Identifier> = self.interest.names().cloned().collect();
        for name in names {
            self.catalog.doubt(&name, location, reason);
        }
    }

    pub(super) fn statement(&mut self, text: &str, place: Place) -> Effect {
        let concerned = self.interest.names_any(text);
        if !concerned && !is_always_concerned(text) {
            return Effect::Unknown;
        }
        if defines_harmless_routine(text) {
            return Effect::Done;
        }
        if self.only_refers_to_governed(text) {
            return Effect::Unknown;
        }
        let location = place.location(0..text.len());
        if matches!(
            leading_words(text, 1).first().map(String::as_str),
            Some("SELECT" | "WITH" | "VALUES")
        ) {
            self.doubt_if_called(text, &location);
        }
        let read = {
            let enums: Vec<&QualifiedName> = self.catalog.enums.keys().collect();
            ddl::read(text, self.enum_of(text), &enums)
        };
        match read {
            Ok(ddl) => self.apply(ddl, text, place, &location),
            Err(reason) => {
                self.doubt(text, &location, &reason);
                Effect::Unknown
            }
        }
    }

    /// A foreign key to a governed table changes nothing about it.
    fn only_refers_to_governed(&self, text: &str) -> bool {
        let words = leading_words(text, 2);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        matches!(words.as_slice(), ["CREATE" | "ALTER", "TABLE"])
            && self.interest.is_only_referenced(text)
    }

    /// A function of the user's own that is handed a governed index's name may change it.
    pub(super) fn doubt_if_called(&mut self, text: &str, location: &Location) {
        let named = self.interest.names_in(text);
        let names_index = self
            .governed
            .iter()
            .filter_map(|set| set.index.as_ref())
            .any(|index| named.contains(&index));
        if names_index && calls_own_function(text) {
            self.doubt(
                text,
                location,
                "a function is called with its name, and what it does is not seen",
            );
        }
    }

    pub(super) fn apply(
        &mut self,
        ddl: Ddl,
        text: &str,
        place: Place,
        location: &Location,
    ) -> Effect {
        match ddl {
            Ddl::CreateIndex(create) => return self.create_index(*create, place, location),
            Ddl::CreateTable(create) => return self.create_table(create, place, location),
            Ddl::AlterTable {
                table,
                if_exists,
                actions,
            } => return self.alter_table((&table, if_exists), actions, place, location),
            Ddl::CreateEnum { name, labels } => return self.create_enum(&name, labels, location),
            Ddl::Do { body } => {
                return self.do_block(&text[body.clone()], place.inside(&body), location);
            }
            Ddl::DropIndex { names, if_exists } => {
                return self.drop_indexes(&names, if_exists, location);
            }
            Ddl::RenameIndex {
                from,
                to,
                if_exists,
            } => return self.rename_index(&from, to, if_exists),
            Ddl::SetOnIndex { name, setting } => return self.set_on_index(&name, setting),
            Ddl::CommentOnConstraint {
                name,
                table,
                comment,
            } => return self.comment_on_constraint(&name, &table, comment),
            Ddl::AttachIndex { parent, child } => {
                let (parent, child) = (
                    self.catalog.index_name(&parent),
                    self.catalog.index_name(&child),
                );
                if let Some(index) = self.catalog.indexes.get_mut(&child) {
                    index.attached_to = Some(parent);
                }
            }
            Ddl::DropTable { names, if_exists } => {
                return self.drop_tables(&names, if_exists, location);
            }
            Ddl::CreateSchema { name, elements } => {
                return self.create_schema(name, &elements, text, place);
            }
            Ddl::RenameSchema { from, to } => {
                self.catalog.rename_schema(&from, &to);
                // Which schemas there are is not followed.
                return Effect::Doubtful;
            }
            Ddl::DropSchema { names } => {
                names
                    .iter()
                    .for_each(|name| self.drop_schema(name, location));
            }
            Ddl::AlterEnum { name, change } => self.alter_enum(&name, change, location),
            Ddl::DropType { names, cascades } => {
                return self.drop_types(&names, cascades, location);
            }
            Ddl::SearchPath(path) => self.catalog.search_path = path,
            Ddl::Routine { body } => match body {
                Some(body) => self.routine(&text[body.clone()], place.inside(&body), location),
                None => self.doubt(text, location, UNREAD_ROUTINE),
            },
            Ddl::Begin => {}
            Ddl::Commit => {
                self.catalog.end_transaction(location);
                *self.transaction_start = self.catalog.clone();
            }
            Ddl::Rollback => self.catalog = (*self.transaction_start).clone(),
            Ddl::Unseen(what @ (SAVEPOINT | OWNED)) => self.unseen_anything(location, what),
            Ddl::Unseen(what) => {
                self.doubt(text, location, what);
                return Effect::Unknown;
            }
            Ddl::Other => return Effect::Unknown,
        }
        Effect::Done
    }

    /// Puts every governed object that `text` names in doubt.
    pub(super) fn doubt(&mut self, text: &str, location: &Location, reason: &str) {
        let mut doubted = self.interest.names_in(text);
        // What happens to a table may take its indexes away.
        let indexes = self
            .governed
            .iter()
            .filter(|set| doubted.contains(&&set.table.name));
        let indexes: Vec<&Identifier> = indexes.filter_map(|set| set.index.as_ref()).collect();
        doubted.extend(indexes);
        for name in doubted {
            self.catalog.doubt(name, location, reason);
        }
    }

    /// Two names for what is or was the same object: when one is of interest, the other is too.
    pub(super) fn also_of_interest(&mut self, one: &Identifier, other: &Identifier) {
        for (known, new) in [(one, other), (other, one)] {
            if self.interest.contains(known) && !self.interest.contains(new) {
                self.further_names.push(new.clone());
            }
        }
    }

    /// The enum of the set that the text names, for its casts change nothing.
    pub(super) fn enum_of(&self, text: &str) -> Option<&'a QualifiedName> {
        if self.governed.iter().all(|set| set.enum_type.is_none()) {
            return None;
        }
        let named = self.interest.names_in(text);
        self.governed
            .iter()
            .filter(|set| set.names().any(|name| named.contains(&name)))
            .find_map(|set| set.enum_type.as_ref())
            .or_else(|| self.governed.iter().find_map(|set| set.enum_type.as_ref()))
    }
}

pub(super) const UNREAD_ROUTINE: &str = "the body of a routine is read only between dollar quotes";

/// Statements that touch governed objects without naming them.
pub(super) fn is_always_concerned(text: &str) -> bool {
    let words = leading_words(text, 2);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [
            "SET" | "RESET" | "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT",
            ..
        ] | ["CREATE" | "DROP" | "ALTER", "SCHEMA"]
            | ["DROP", "OWNED"]
    ) || match words.first() {
        Some(&"SELECT") => text.to_ascii_lowercase().contains("search_path"),
        Some(&"DO") => {
            let lower = text.to_ascii_lowercase();
            ["search_path", "schema ", "execute"]
                .iter()
                .any(|word| lower.contains(word))
        }
        _ => false,
    }
}
