//! Replays statements on a [`Catalog`], in order, as Postgres would run them. What it cannot follow and names a governed object
//! becomes a doubt about that object, which only a statement that settles the object's state takes away.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::catalog::{Catalog, Enum, Index, StoredCheck, Table, key_column};
use super::condition;
use super::interest::Interest;
use crate::model::declaration::{AdmittedBy, Declaration};
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::read_sql::ddl::{self, CreateIndex, CreateTable, Ddl, EnumChange, SAVEPOINT};
use crate::read_sql::ddl_table::{Check, TableAction, TableElement};
use crate::read_sql::plpgsql::{self, Alternative, Block, Handler, Node};
use crate::read_sql::split::{Unterminated, leading_words, statements};
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// What one lane set governs, by name.
#[derive(Debug, Clone)]
pub struct GovernedSet {
    pub table: QualifiedName,
    pub index: Option<Identifier>,
    pub enum_type: Option<QualifiedName>,
}

impl GovernedSet {
    /// One for each lane set, in the declaration's order.
    pub fn of(declaration: &Declaration) -> Vec<Self> {
        declaration
            .lane_sets
            .iter()
            .map(|lane_set| Self {
                table: lane_set.table.value.clone(),
                index: lane_set
                    .index
                    .as_ref()
                    .map(|index| index.name.value.clone()),
                enum_type: match lane_set
                    .admitted_by
                    .as_ref()
                    .map(|admitted| &admitted.value)
                {
                    Some(AdmittedBy::Enum(name)) => Some(name.clone()),
                    _ => None,
                },
            })
            .collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &Identifier> {
        [
            Some(&self.table.name),
            self.index.as_ref(),
            self.enum_type.as_ref().map(|name| &name.name),
        ]
        .into_iter()
        .flatten()
    }
}

/// SQL of a file, that runs at once or at its turn.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    pub file: &'a Arc<SourceFile>,
    pub excerpt: &'a Excerpt<'a>,
}

/// Whether a statement did what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Effect {
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
    fn then(self, next: Effect) -> Effect {
        if self == Effect::Done { next } else { self }
    }

    fn doubtful(is_doubtful: bool) -> Self {
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
    governed: &'a [GovernedSet],
    interest: &'a Interest,
    /// Names that turned out to be other names of governed objects, and are not of interest yet.
    pub further_names: Vec<Identifier>,
    /// The state that a ROLLBACK goes back to.
    transaction_start: Box<Catalog>,
    /// The body that is being run has returned.
    has_returned: bool,
    /// States in which the body that is being run may have returned already.
    early_returns: Vec<Replay<'a>>,
}

/// Where a piece of SQL stands: in a script, at an offset; or wholly inside one span, where offsets no longer lead back.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    script: Script<'a>,
    offset: usize,
    whole: Option<Span>,
}

impl Place<'_> {
    fn location(&self, range: Range<usize>) -> Location {
        let span = self.whole.unwrap_or_else(|| {
            self.script
                .excerpt
                .source_span(range.start + self.offset..range.end + self.offset)
        });
        Location::new(self.script.file, span)
    }

    fn inside(self, range: &Range<usize>) -> Self {
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
        *self.transaction_start = self.catalog.clone();
        for range in statements(text)? {
            let statement = &text[range.clone()];
            if hits.any_in(&range) || is_always_concerned(statement) {
                self.statement(statement, place.inside(&range));
            }
        }
        self.catalog.search_path = ddl::default_search_path();
        Ok(())
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

    fn statement(&mut self, text: &str, place: Place) -> Effect {
        let concerned = self.interest.names_any(text);
        if !concerned && !is_always_concerned(text) {
            return Effect::Unknown;
        }
        if defines_harmless_routine(text) {
            return Effect::Done;
        }
        let location = place.location(0..text.len());
        if matches!(
            leading_words(text, 1).first().map(String::as_str),
            Some("SELECT" | "WITH" | "VALUES")
        ) {
            self.doubt_if_called(text, &location);
        }
        match ddl::read(text, self.enum_of(text)) {
            Ok(ddl) => self.apply(ddl, text, place, &location),
            Err(reason) => {
                self.doubt(text, &location, &reason);
                Effect::Unknown
            }
        }
    }

    /// A function of the user's own that is handed a governed index's name may change it.
    fn doubt_if_called(&mut self, text: &str, location: &Location) {
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

    fn apply(&mut self, ddl: Ddl, text: &str, place: Place, location: &Location) -> Effect {
        match ddl {
            Ddl::CreateIndex(create) => return self.create_index(create, place, location),
            Ddl::CreateTable(create) => return self.create_table(create, place),
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
            Ddl::CreateSchema { name } => {
                self.catalog.gone_schemas.remove(&name);
            }
            Ddl::RenameSchema { from, to } => {
                self.catalog.rename_schema(&from, &to);
                // Which schemas there are is not followed.
                return Effect::Doubtful;
            }
            Ddl::DropSchema { names } => {
                names
                    .iter()
                    .for_each(|name| self.catalog.drop_schema(name, location));
            }
            Ddl::AlterEnum { name, change } => self.alter_enum(&name, change, location),
            Ddl::DropType { names } => {
                for name in names {
                    let full = self.catalog.enum_name(&name);
                    self.catalog.enums.remove(&full);
                }
            }
            Ddl::SearchPath(path) => self.catalog.search_path = path,
            Ddl::Routine { body } => match body {
                Some(body) => self.routine(&text[body.clone()], place.inside(&body), location),
                None => self.doubt(text, location, UNREAD_ROUTINE),
            },
            Ddl::Begin => {}
            Ddl::Commit => *self.transaction_start = self.catalog.clone(),
            Ddl::Rollback => self.catalog = (*self.transaction_start).clone(),
            Ddl::Unseen(what @ SAVEPOINT) => self.unseen_anything(location, what),
            Ddl::Unseen(what) => {
                self.doubt(text, location, what);
                return Effect::Unknown;
            }
            Ddl::Other => return Effect::Unknown,
        }
        Effect::Done
    }

    fn create_index(&mut self, create: CreateIndex, place: Place, location: &Location) -> Effect {
        let table = self.catalog.table_name(&create.table);
        let schema = table.schema.clone();
        let is_doubtful = self.lacks_columns_of(&table, &create);
        let name = create.name.unwrap_or_else(|| {
            let mut parts = vec![table.name.to_string()];
            for key in &create.columns {
                let part = super::catalog::key_part(key);
                let is_taken = |name: &Identifier| parts[1..].iter().any(|p| p == name.as_str());
                let unique = Catalog::made_up_name(&[&part], is_taken).to_string();
                parts.push(unique);
            }
            parts.push("idx".to_owned());
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let taken = |name: &Identifier| {
                let full = QualifiedName::new(schema.clone(), name.clone());
                self.catalog.has_relation(&full)
            };
            Catalog::made_up_name(&parts, taken)
        });
        let full = QualifiedName::new(schema, name);
        // One that may be there is not there, or Postgres would refuse the statement.
        let is_replaced = !create.if_not_exists && self.catalog.doubts.contains_key(&full.name);
        if let Some(existing) = self.catalog.indexes.get_mut(&full)
            && !is_replaced
        {
            if !create.if_not_exists {
                existing.predicate = Err(format!(
                    "an index called {} exists already, so Postgres refuses this statement",
                    full.name
                ));
                existing.location = location.clone();
                return Effect::Duplicate;
            }
            if let Ok(predicate) = create.predicate
                && existing
                    .predicate
                    .as_ref()
                    .is_ok_and(|stored| !same(stored, &predicate))
            {
                existing.ignored.push((location.clone(), predicate));
            }
            // The table must be there all the same.
            return Effect::doubtful(!self.catalog.tables.contains_key(&table));
        }
        if self.catalog.has_relation(&full) {
            return if create.if_not_exists {
                Effect::Done
            } else {
                Effect::Duplicate
            };
        }
        if !create.if_not_exists {
            self.catalog.settle_doubt(&full);
        }
        // Dropping the index of a partitioned table drops those of its partitions.
        if !self.catalog.descendants(&table).is_empty() && !self.interest.contains(&full.name) {
            self.further_names.push(full.name.clone());
        }
        let mentions = create
            .mentions
            .into_iter()
            .map(|mention| (mention.column, place.location(mention.range).span))
            .collect();
        self.catalog.indexes.insert(
            full,
            Index {
                table,
                columns: create.columns,
                key_words: create.key_words,
                predicate: create.predicate,
                location: location.clone(),
                mentions,
                ignored: Vec::new(),
                attached_to: None,
                was_found_by_role: create.table.schema.is_none(),
            },
        );
        if is_replaced {
            return Effect::Unknown;
        }
        Effect::doubtful(is_doubtful)
    }

    /// Whether an index asks for a table or a column that is not known to be there.
    fn lacks_columns_of(&self, table: &QualifiedName, create: &CreateIndex) -> bool {
        let Some(stored) = self.catalog.tables.get(table) else {
            return true;
        };
        let keys = create.columns.iter().filter_map(|key| key_column(key));
        let predicate = create.predicate.iter().flat_map(Predicate::columns);
        let mut named = keys.chain(predicate.cloned());
        named.any(|column| !stored.columns.contains(&column))
            || create.columns.iter().any(|key| key_column(key).is_none())
    }

    fn drop_indexes(
        &mut self,
        names: &[QualifiedName],
        if_exists: bool,
        location: &Location,
    ) -> Effect {
        let mut is_doubtful = false;
        for name in names {
            let full = self.catalog.index_name(name);
            is_doubtful |= !if_exists && !self.catalog.indexes.contains_key(&full);
            let table = self.catalog.indexes.get(&full).map(|index| &index.table);
            let partitions = table.map(|table| self.catalog.descendants(table));
            let is_partition = |table: &Table| !table.parents.is_empty();
            // An index that is attached to its parent's can't be dropped alone.
            is_doubtful |= table
                .and_then(|table| self.catalog.tables.get(table))
                .is_some_and(is_partition);
            self.catalog.drop_index(&full, location);
            self.catalog.settle_doubt(&full);
            self.doubt_tables(
                &partitions.unwrap_or_default(),
                location,
                "the index of its parent is dropped here, and whether it was attached to that is not followed",
            );
        }
        Effect::doubtful(is_doubtful)
    }

    fn drop_tables(
        &mut self,
        names: &[QualifiedName],
        if_exists: bool,
        location: &Location,
    ) -> Effect {
        let mut is_doubtful = false;
        for name in names {
            let full = self.catalog.table_name(name);
            is_doubtful |= !if_exists && !self.catalog.tables.contains_key(&full);
            self.catalog.drop_table(&full, location);
        }
        Effect::doubtful(is_doubtful)
    }

    /// Puts tables and their indexes in doubt.
    fn doubt_tables(
        &mut self,
        tables: &BTreeSet<QualifiedName>,
        location: &Location,
        reason: &str,
    ) {
        let indexes = self.catalog.indexes.iter();
        let indexes = indexes.filter(|(_, index)| tables.contains(&index.table));
        let names: Vec<Identifier> = indexes
            .map(|(name, _)| &name.name)
            .chain(tables.iter().map(|table| &table.name))
            .cloned()
            .collect();
        for name in names {
            self.catalog.doubt(&name, location, reason);
        }
    }

    fn rename_index(&mut self, from: &QualifiedName, to: Identifier, if_exists: bool) -> Effect {
        self.also_of_interest(&from.name, &to);
        let full = self.catalog.index_name(from);
        let renamed = QualifiedName::new(full.schema.clone(), to.clone());
        let is_replaced = self.catalog.doubts.contains_key(&to);
        let is_taken = self.catalog.has_relation(&renamed) && !is_replaced;
        if self.catalog.indexes.contains_key(&full) && is_taken {
            return Effect::Duplicate;
        }
        let table = self.catalog.table_name(from);
        if !self.catalog.indexes.contains_key(&full) && self.catalog.tables.contains_key(&table) {
            // For history's sake ALTER INDEX renames tables too.
            return self.rename_table(&table, to).1;
        }
        let found = self.catalog.indexes.remove(&full);
        let is_doubtful = found.is_none() && !if_exists;
        if let Some(index) = found {
            self.catalog.indexes.insert(renamed.clone(), index);
            for index in self.catalog.indexes.values_mut() {
                if index.attached_to.as_ref() == Some(&full) {
                    index.attached_to = Some(renamed.clone());
                }
            }
        }
        if let Some(doubt) = self.catalog.settle_doubt(&full) {
            let place = full.schema.clone();
            self.catalog.doubt(&to, &doubt.location, &doubt.reason);
            if let Some(moved) = self.catalog.doubts.get_mut(&to) {
                moved.places.extend(place);
            }
        }
        if is_replaced {
            return Effect::Unknown;
        }
        Effect::doubtful(is_doubtful)
    }

    /// Its new name, and whether it got it.
    fn rename_table(&mut self, full: &QualifiedName, to: Identifier) -> (QualifiedName, Effect) {
        self.also_of_interest(&full.name, &to);
        let moved = QualifiedName::new(full.schema.clone(), to);
        let is_replaced = self.catalog.doubts.contains_key(&moved.name);
        let is_doubtful = !self.catalog.tables.contains_key(full);
        if self.catalog.has_relation(&moved) && !is_replaced {
            let effect = if is_doubtful {
                Effect::Doubtful
            } else {
                Effect::Duplicate
            };
            return (full.clone(), effect);
        }
        self.catalog.move_table(full, &moved);
        if is_replaced {
            return (moved, Effect::Unknown);
        }
        (moved, Effect::doubtful(is_doubtful))
    }

    fn create_table(&mut self, create: CreateTable, place: Place) -> Effect {
        let full = self.catalog.place(&create.name);
        let full = if create.name.schema.is_none() && !self.catalog.tables.contains_key(&full) {
            self.catalog.table_name(&create.name)
        } else {
            full
        };
        if self.catalog.tables.contains_key(&full) {
            return if create.if_not_exists {
                Effect::Done
            } else {
                Effect::Duplicate
            };
        }
        let parents = create
            .parents
            .iter()
            .map(|parent| self.catalog.table_name(parent))
            .collect();
        for parent in &create.parents {
            self.also_of_interest(&parent.name, &full.name);
        }
        self.catalog.gone_tables.remove(&full);
        self.catalog.tables.insert(
            full.clone(),
            Table {
                parents,
                is_whole: create.parents.is_empty(),
                ..Table::default()
            },
        );
        for element in create.elements {
            match element {
                TableElement::Column(column) => {
                    if let Some(table) = self.catalog.tables.get_mut(&full) {
                        table.columns.insert(column);
                    }
                }
                TableElement::Check(check) => {
                    self.add_check(&full, check, place);
                }
                TableElement::Like {
                    source,
                    constraints,
                } => {
                    let source = self.catalog.table_name(&source);
                    let copied = self
                        .catalog
                        .tables
                        .get(&source)
                        .cloned()
                        .unwrap_or_default();
                    if let Some(table) = self.catalog.tables.get_mut(&full) {
                        table.columns.extend(copied.columns);
                        table.is_whole &= copied.is_whole;
                        if constraints {
                            table.checks.extend(copied.checks);
                        }
                    }
                }
            }
        }
        Effect::Done
    }

    fn add_check(&mut self, table: &QualifiedName, check: Check, place: Place) -> Effect {
        let location = place.location(check.range);
        // A constraint that Postgres names takes a name that no other one of the schema has.
        let in_schema: BTreeSet<Identifier> = self
            .catalog
            .tables
            .iter()
            .filter(|(full, _)| full.schema == table.schema)
            .flat_map(|(_, table)| table.checks.keys().cloned())
            .collect();
        let stored = self.catalog.tables.entry(table.clone()).or_default();
        let mut is_doubtful = false;
        let columns: Vec<String> = match &check.condition {
            Ok(condition) => condition
                .columns()
                .into_iter()
                .inspect(|column| is_doubtful |= !stored.columns.contains(column))
                .map(ToString::to_string)
                .collect(),
            Err(_) => Vec::new(),
        };
        let name = check.name.unwrap_or_else(|| {
            let mut parts = vec![table.name.as_str()];
            if let [only] = columns.as_slice() {
                parts.push(only);
            }
            parts.push("check");
            Catalog::made_up_name(&parts, |name| in_schema.contains(name))
        });
        if stored.checks.contains_key(&name) {
            return Effect::Duplicate;
        }
        stored.checks.insert(
            name,
            StoredCheck {
                condition: check.condition,
                location,
            },
        );
        Effect::doubtful(is_doubtful)
    }

    fn alter_table(
        &mut self,
        (table, if_exists): (&QualifiedName, bool),
        actions: Vec<TableAction>,
        place: Place,
        location: &Location,
    ) -> Effect {
        // To Postgres an index is a relation too, and ALTER TABLE renames it as well.
        let index = self.catalog.index_name(table);
        if self.catalog.indexes.contains_key(&index) {
            return match actions.into_iter().next() {
                Some(TableAction::Rename(to)) => self.rename_index(&index, to, if_exists),
                _ => Effect::Done,
            };
        }
        let mut full = self.catalog.table_name(table);
        if self.catalog.lacks_table(&full) {
            for action in &actions {
                if let TableAction::Rename(to) = action {
                    self.also_of_interest(&full.name, to);
                }
            }
            if if_exists {
                return Effect::Done;
            }
        }
        if actions.iter().any(is_inherited) {
            let descendants = self.catalog.descendants(&full);
            let reason = "its parent is changed here, and what it inherits of that is not followed";
            self.doubt_tables(&descendants, location, reason);
        }
        // What a partition has from its parent can't be changed on it alone.
        let is_alone =
            |table: &Table| table.parents.is_empty() || !actions.iter().any(is_inherited);
        let mut effect = Effect::doubtful(!self.catalog.tables.get(&full).is_some_and(is_alone));
        for action in actions {
            let next = match action {
                TableAction::Rename(to) => {
                    let (moved, renamed) = self.rename_table(&full, to);
                    full = moved;
                    renamed
                }
                TableAction::SetSchema(schema) => {
                    let moved = QualifiedName::new(Some(schema), full.name.clone());
                    self.catalog.move_table(&full, &moved);
                    full = moved;
                    // Whether the schema is there, and what it holds, is not followed.
                    Effect::Doubtful
                }
                TableAction::AddCheck(check) => self.add_check(&full, check, place),
                other => self.alter_columns(&full, other, place, location),
            };
            if next == Effect::Duplicate {
                return next;
            }
            effect = effect.then(next);
        }
        effect
    }

    fn alter_columns(
        &mut self,
        full: &QualifiedName,
        action: TableAction,
        place: Place,
        location: &Location,
    ) -> Effect {
        match action {
            TableAction::RenameColumn { from, to } => {
                let columns = self.catalog.tables.get(full).map(|table| &table.columns);
                let is_doubtful = columns.is_none_or(|columns| !columns.contains(&from));
                if columns.is_some_and(|columns| columns.contains(&to)) {
                    return if is_doubtful {
                        Effect::Doubtful
                    } else {
                        Effect::Duplicate
                    };
                }
                self.catalog.rename_column(full, &from, &to);
                Effect::doubtful(is_doubtful)
            }
            TableAction::DropColumn { column, if_exists } => {
                let columns = self.catalog.tables.get(full).map(|table| &table.columns);
                let is_doubtful =
                    !if_exists && columns.is_none_or(|columns| !columns.contains(&column));
                self.catalog.drop_column(full, &column, location);
                Effect::doubtful(is_doubtful)
            }
            TableAction::AddColumn {
                column,
                if_not_exists,
                checks,
            } => {
                let stored = self.catalog.tables.entry(full.clone()).or_default();
                let is_new = stored.columns.insert(column);
                if !is_new && !if_not_exists {
                    return Effect::Duplicate;
                }
                let mut effect = Effect::Done;
                for check in checks.into_iter().filter(|_| is_new) {
                    effect = effect.then(self.add_check(full, check, place));
                }
                effect
            }
            TableAction::DropConstraint { name, if_exists } => {
                let stored = self.catalog.tables.get_mut(full);
                let removed = stored.and_then(|stored| stored.checks.remove(&name));
                Effect::doubtful(removed.is_none() && !if_exists)
            }
            TableAction::RenameConstraint { from, to } => {
                let Some(stored) = self.catalog.tables.get_mut(full) else {
                    return Effect::Doubtful;
                };
                // Postgres seeks the old name before it minds the new one.
                if !stored.checks.contains_key(&from) {
                    return Effect::Doubtful;
                }
                if stored.checks.contains_key(&to) {
                    return Effect::Duplicate;
                }
                let check = stored.checks.remove(&from);
                stored.checks.extend(check.map(|check| (to, check)));
                Effect::Done
            }
            TableAction::AttachPartition(child) => self.set_parent(&child, full, true),
            TableAction::DetachPartition(child) => self.set_parent(&child, full, false),
            TableAction::Inherit(parent) => self.set_parent(full, &parent, true),
            TableAction::NoInherit(parent) => self.set_parent(full, &parent, false),
            _ => Effect::Done,
        }
    }

    fn set_parent(
        &mut self,
        child: &QualifiedName,
        parent: &QualifiedName,
        is_attached: bool,
    ) -> Effect {
        self.also_of_interest(&parent.name, &child.name);
        let (child, parent) = (
            self.catalog.table_name(child),
            self.catalog.table_name(parent),
        );
        for (name, index) in &self.catalog.indexes {
            if index.table == parent && !self.interest.contains(&name.name) {
                self.further_names.push(name.name.clone());
            }
        }
        let table = self.catalog.tables.entry(child).or_default();
        if is_attached {
            table.parents.insert(parent);
        } else {
            table.parents.remove(&parent);
        }
        Effect::Doubtful
    }

    fn create_enum(
        &mut self,
        name: &QualifiedName,
        labels: Vec<String>,
        location: &Location,
    ) -> Effect {
        let full = self.catalog.place(name);
        if self.catalog.enums.contains_key(&full) {
            return Effect::Duplicate;
        }
        let location = location.clone();
        self.catalog.enums.insert(full, Enum { labels, location });
        Effect::Done
    }

    fn alter_enum(&mut self, name: &QualifiedName, change: EnumChange, location: &Location) {
        let full = self.catalog.enum_name(name);
        let moved = match change {
            EnumChange::Rename(to) => {
                self.also_of_interest(&full.name, &to);
                QualifiedName::new(full.schema.clone(), to)
            }
            EnumChange::SetSchema(schema) => QualifiedName::new(Some(schema), full.name.clone()),
            EnumChange::Add { label, .. } => {
                if let Some(stored) = self.catalog.enums.get_mut(&full)
                    && !stored.labels.contains(&label)
                {
                    stored.labels.push(label);
                    stored.location = location.clone();
                }
                return;
            }
            EnumChange::RenameLabel { from, to } => {
                if let Some(stored) = self.catalog.enums.get_mut(&full) {
                    for label in stored.labels.iter_mut().filter(|label| **label == from) {
                        label.clone_from(&to);
                    }
                    stored.location = location.clone();
                }
                return;
            }
            EnumChange::Other => return,
        };
        if let Some(stored) = self.catalog.enums.remove(&full) {
            self.catalog.enums.insert(moved, stored);
        }
    }

    fn do_block(&mut self, body: &str, place: Place, location: &Location) -> Effect {
        match plpgsql::read(body) {
            Ok(block) => {
                let effect = self.block(&block, body, place);
                self.end_body(location);
                effect
            }
            Err(reason) => {
                self.doubt(body, location, &reason);
                Effect::Done
            }
        }
    }

    /// Brings the ways on which a body may have returned together with the one to its end.
    fn end_body(&mut self, location: &Location) {
        self.has_returned = false;
        let mut ways = std::mem::take(&mut self.early_returns);
        if !ways.is_empty() {
            ways.iter_mut().for_each(|way| way.has_returned = false);
            ways.insert(0, self.clone());
            self.settle(
                ways,
                location,
                "whether the block returns early is not known",
            );
        }
    }

    /// A routine that would change a governed object when called leaves its state unknown.
    fn routine(&mut self, body: &str, place: Place, location: &Location) {
        if !may_change_schema(body) {
            return;
        }
        let mut called = self.clone();
        match plpgsql::read(body) {
            Ok(block) => {
                called.block(&block, body, place);
                called.end_body(location);
            }
            Err(_) => {
                for range in statements(body).unwrap_or_default() {
                    called.statement(&body[range.clone()], place.inside(&range));
                }
            }
        }
        let reason = "a routine is defined here that would change it, and who calls it is not seen";
        self.settle(vec![called, self.clone()], location, reason);
    }

    /// Runs a block; when one of its statements meets what is there already, its handler runs on the state from before the block.
    /// What may or may not be refused leaves both states possible.
    fn block(&mut self, block: &Block, body: &str, place: Place) -> Effect {
        let before = self.clone();
        let mut refused = Vec::new();
        let mut effect = Effect::Done;
        for node in &block.body {
            if self.has_returned {
                break;
            }
            let next = self.node(node, body, place);
            if next == Effect::Done {
                continue;
            }
            let Some(handler) = handler_of(block, &next) else {
                if next == Effect::Duplicate {
                    return next;
                }
                effect = effect.then(next);
                continue;
            };
            let handled = before
                .clone()
                .knowing(&self.further_names)
                .handled(handler, body, place);
            if next == Effect::Duplicate && refused.is_empty() {
                *self = handled;
                return Effect::Done;
            }
            refused.push(handled);
            if next == Effect::Duplicate {
                *self = before.knowing(&self.further_names);
                break;
            }
        }
        if !refused.is_empty() {
            refused.insert(0, self.clone());
            let location = place.location(0..body.len());
            let reason = "whether Postgres refuses a statement of the block is not known";
            self.settle(refused, &location, reason);
        }
        effect
    }

    /// The same state, with names that were met on a way that was taken back.
    fn knowing(mut self, further_names: &[Identifier]) -> Self {
        self.further_names.extend_from_slice(further_names);
        self
    }

    fn handled(mut self, handler: &Handler, body: &str, place: Place) -> Self {
        for node in &handler.body {
            self.node(node, body, place);
        }
        self
    }

    fn node(&mut self, node: &Node, body: &str, place: Place) -> Effect {
        match node {
            Node::Sql(range) => return self.statement(&body[range.clone()], place.inside(range)),
            Node::Block(block) => return self.block(block, body, place),
            Node::If(alternatives) => return self.if_node(alternatives, body, place),
            Node::Execute(range) => {
                let text = &body[range.clone()];
                let location = place.location(range.clone());
                match condition::string_literal(text) {
                    Some(sql) => {
                        let place = Place {
                            whole: Some(location.span),
                            ..place
                        };
                        return self.statement(&sql, place);
                    }
                    None if self.interest.names_any(body) => {
                        self.doubt(body, &location, "SQL that is put together when it runs");
                    }
                    None => {}
                }
            }
            Node::Case { head, alternatives } => {
                let ways = alternatives
                    .iter()
                    .map(|nodes| self.after(nodes, body, place))
                    .collect();
                self.settle(ways, &place.location(head.clone()), UNDECIDED_CONDITION);
            }
            Node::Loop { head, body: nodes } => {
                let ways = vec![self.after(nodes, body, place), self.clone()];
                let reason = "how often the loop around it runs is not known";
                self.settle(ways, &place.location(head.clone()), reason);
            }
            Node::Return(_) => self.has_returned = true,
            Node::Expression(range) => {
                let text = &body[range.clone()];
                self.doubt_if_called(text, &place.location(range.clone()));
                return Effect::Unknown;
            }
        }
        Effect::Done
    }

    fn if_node(&mut self, alternatives: &[Alternative], body: &str, place: Place) -> Effect {
        let mut ways = Vec::new();
        let mut undecided_at = None;
        for alternative in alternatives {
            let answer = match &alternative.condition {
                None => Some(true),
                Some(range) => {
                    let followed = |name: &Identifier| self.interest.contains(name);
                    condition::holds(&body[range.clone()], &self.catalog, &followed)
                }
            };
            match answer {
                Some(false) => {}
                Some(true) if ways.is_empty() => {
                    let mut effect = Effect::Done;
                    for node in &alternative.body {
                        if self.has_returned {
                            break;
                        }
                        let next = self.node(node, body, place);
                        if next == Effect::Duplicate {
                            return next;
                        }
                        effect = effect.then(next);
                    }
                    return effect;
                }
                Some(true) => {
                    ways.push(self.after(&alternative.body, body, place));
                    self.settle_if(ways, undecided_at);
                    return Effect::Done;
                }
                None => {
                    let range = alternative.condition.clone().unwrap_or_default();
                    undecided_at.get_or_insert_with(|| place.location(range));
                    ways.push(self.after(&alternative.body, body, place));
                }
            }
        }
        ways.push(self.clone());
        self.settle_if(ways, undecided_at);
        Effect::Done
    }

    fn settle_if(&mut self, ways: Vec<Self>, undecided_at: Option<Location>) {
        match undecided_at {
            Some(location) => self.settle(ways, &location, UNDECIDED_CONDITION),
            None => {
                if let Some(only) = ways.into_iter().next() {
                    *self = only;
                }
            }
        }
    }

    /// The state after these nodes, in a copy.
    fn after(&self, nodes: &[Node], body: &str, place: Place) -> Self {
        let mut copy = self.clone();
        for node in nodes {
            if copy.has_returned || copy.node(node, body, place) == Effect::Duplicate {
                break;
            }
        }
        copy
    }

    /// Goes on after one of several ways was taken: what they agree on is known, what they do not is in doubt.
    fn settle(&mut self, ways: Vec<Self>, location: &Location, reason: &str) {
        let (returned, ways): (Vec<Self>, Vec<Self>) =
            ways.into_iter().partition(|way| way.has_returned);
        if ways.is_empty() {
            // Whichever way it took, the body is at its end.
            self.has_returned = true;
        }
        let (mut returned, ways) = if ways.is_empty() {
            (Vec::new(), returned)
        } else {
            (returned, ways)
        };
        let open: Vec<Self> = ways
            .iter()
            .flat_map(|way| way.early_returns.clone())
            .collect();
        returned.extend(open);
        let Some(first) = ways.first().cloned() else {
            return;
        };
        let differs = |way: &Self, name: &Identifier| {
            way.catalog.search_path != first.catalog.search_path || !way.agrees_on(&first, name)
        };
        let differing: Vec<Identifier> = self
            .interest
            .names()
            .filter(|name| ways.iter().any(|way| differs(way, name)))
            .cloned()
            .collect();
        let further: Vec<Identifier> = ways
            .iter()
            .flat_map(|way| way.further_names.clone())
            .collect();
        *self = first;
        self.early_returns = returned;
        self.further_names.extend(further);
        let catalogs: Vec<&Catalog> = ways.iter().map(|way| &way.catalog).collect();
        for name in &differing {
            self.catalog
                .doubt_between(&catalogs, name, location, reason);
        }
    }

    fn agrees_on(&self, other: &Self, name: &Identifier) -> bool {
        let index = |replay: &Self| {
            let named = |(full, _): &(&QualifiedName, &Index)| full.name == *name;
            let found = replay.catalog.indexes.iter().filter(named);
            let found = found.map(|(full, index)| {
                (
                    full.clone(),
                    index.table.clone(),
                    index.predicate.clone(),
                    index.columns.clone(),
                )
            });
            found.collect::<Vec<_>>()
        };
        let checks = |replay: &Self| {
            let found = replay
                .catalog
                .tables
                .iter()
                .filter(|(full, _)| full.name == *name);
            let checks = found.map(|(full, table)| {
                let checks = table
                    .checks
                    .iter()
                    .map(|(name, check)| (name.clone(), check.condition.clone()));
                let shape = (table.columns.clone(), table.parents.clone());
                (full.clone(), shape, checks.collect::<Vec<_>>())
            });
            checks.collect::<Vec<_>>()
        };
        let labels = |replay: &Self| {
            let found = replay
                .catalog
                .enums
                .iter()
                .find(|(full, _)| full.name == *name);
            found.map(|(full, stored)| (full.clone(), stored.labels.clone()))
        };
        let doubt = |replay: &Self| replay.catalog.doubts.contains_key(name);
        index(self) == index(other)
            && checks(self) == checks(other)
            && labels(self) == labels(other)
            && doubt(self) == doubt(other)
    }

    /// Puts every governed object that `text` names in doubt.
    fn doubt(&mut self, text: &str, location: &Location, reason: &str) {
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
    fn also_of_interest(&mut self, one: &Identifier, other: &Identifier) {
        for (known, new) in [(one, other), (other, one)] {
            if self.interest.contains(known) && !self.interest.contains(new) {
                self.further_names.push(new.clone());
            }
        }
    }

    /// The enum of the set that the text names, for its casts change nothing.
    fn enum_of(&self, text: &str) -> Option<&'a QualifiedName> {
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

const UNREAD_ROUTINE: &str = "the body of a routine is read only between dollar quotes";

const UNDECIDED_CONDITION: &str = "it depends on a condition that cannot be decided here";

/// Statements that touch governed objects without naming them.
fn is_always_concerned(text: &str) -> bool {
    let words = leading_words(text, 2);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [
            "SET" | "RESET" | "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT",
            ..
        ] | ["CREATE" | "DROP" | "ALTER", "SCHEMA"]
    ) || match words.first() {
        Some(&"SELECT") => text.to_ascii_lowercase().contains("search_path"),
        Some(&"DO") => {
            let lower = text.to_ascii_lowercase();
            lower.contains("search_path") || lower.contains("schema ")
        }
        _ => false,
    }
}

/// Whether what is done to a parent is done to its partitions too.
fn is_inherited(action: &TableAction) -> bool {
    matches!(
        action,
        TableAction::RenameColumn { .. }
            | TableAction::DropColumn { .. }
            | TableAction::AddColumn { .. }
            | TableAction::AddCheck(_)
            | TableAction::DropConstraint { .. }
            | TableAction::RenameConstraint { .. }
    )
}

/// The handler that catches what Postgres says to a refused statement.
fn handler_of<'a>(block: &'a Block, effect: &Effect) -> Option<&'a Handler> {
    let catches = |condition: &String| {
        let is_duplicate = condition.starts_with("duplicate_");
        match effect {
            Effect::Done => false,
            Effect::Duplicate => is_duplicate || condition == "others",
            Effect::Doubtful => !is_duplicate,
            Effect::Unknown => true,
        }
    };
    block
        .handlers
        .iter()
        .find(|handler| handler.conditions.iter().any(catches))
}

/// Whether a body holds a word without which it changes no schema: most triggers do not.
fn may_change_schema(body: &str) -> bool {
    let bytes = body.as_bytes();
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    SCHEMA_WORDS.iter().any(|word| {
        let starts = memchr::memchr2_iter(word[0], word[0].to_ascii_uppercase(), bytes);
        starts.into_iter().any(|at| {
            let end = at + word.len();
            let follows = at.checked_sub(1).and_then(|before| bytes.get(before));
            bytes
                .get(at..end)
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
                && !is_word(follows)
                && !is_word(bytes.get(end))
        })
    })
}

const SCHEMA_WORDS: [&[u8]; 6] = [
    b"create",
    b"alter",
    b"drop",
    b"execute",
    b"set_config",
    b"search_path",
];

/// Whether the statement defines a routine whose text holds no word that changes a schema.
fn defines_harmless_routine(text: &str) -> bool {
    let words = leading_words(text, 4);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_routine = matches!(
        words.as_slice(),
        ["CREATE", "FUNCTION" | "PROCEDURE", ..]
            | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"]
    );
    is_routine
        && text
            .find(|c: char| c.is_ascii_whitespace())
            .is_some_and(|end| !may_change_schema(&text[end..]))
}

/// Whether the text calls a function that is not one of Postgres's own readers of its catalogs.
fn calls_own_function(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices('(').any(|(at, _)| {
        let before = lower[..at].trim_end();
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |index| index + 1);
        let word = &before[start..];
        let is_reader = HARMLESS_CALLS.contains(&word)
            || word.starts_with("pg_")
            || word.starts_with("to_reg")
            || word.starts_with("has_");
        !word.is_empty() && !is_reader
    })
}

/// Functions and keywords before a parenthesis that change nothing.
const HARMLESS_CALLS: [&str; 26] = [
    "and",
    "any",
    "all",
    "array",
    "as",
    "case",
    "coalesce",
    "count",
    "current_setting",
    "exists",
    "exception",
    "format",
    "from",
    "in",
    "if",
    "length",
    "lower",
    "max",
    "min",
    "not",
    "notice",
    "or",
    "select",
    "set_config",
    "then",
    "where",
];

fn same(a: &Predicate, b: &Predicate) -> bool {
    a == b || Relation::between(&Rows::of(a), &Rows::of(b)) == Relation::Same
}
