//! What a database would hold after the statements so far: the part of Postgres's catalogs that governed objects live in.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::column_type::ColumnType;
use crate::model::index_setting::IndexSetting;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;
use crate::read_sql::ddl_schema::default_search_path;
use crate::source::file::Location;
use crate::source::span::Span;

/// Tables, indexes and enums by their full names: the schema is always there.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub search_path: Vec<Identifier>,
    pub tables: BTreeMap<QualifiedName, Table>,
    pub indexes: BTreeMap<QualifiedName, Index>,
    pub enums: BTreeMap<QualifiedName, Enum>,
    /// Where indexes of that name were taken away, in order.
    pub dropped_indexes: BTreeMap<QualifiedName, Vec<Location>>,
    /// What was named by a statement that could not be followed since it was last known, by the name as an identifier.
    pub doubts: BTreeMap<Identifier, Doubtful>,
    /// Schemas that were renamed or dropped: a search path passes over them.
    pub gone_schemas: BTreeSet<Identifier>,
    /// Tables that were renamed, moved or dropped, and so are known not to be there.
    pub gone_tables: BTreeSet<QualifiedName>,
    /// The schema that an unqualified name is taken to be in when no table of that name is known: that of the declaration.
    pub declared_tables: Vec<QualifiedName>,
}

#[derive(Debug, Clone, Default)]
pub struct Table {
    pub columns: BTreeSet<Identifier>,
    /// The types of those columns that are of no type of Postgres's own.
    pub types: BTreeMap<Identifier, QualifiedName>,
    /// The types of the others.
    pub built_in_types: BTreeMap<Identifier, ColumnType>,
    pub checks: BTreeMap<Identifier, StoredCheck>,
    pub parents: BTreeSet<QualifiedName>,
    /// Its CREATE TABLE was seen, so that what is not known of it is not there.
    pub is_whole: bool,
    pub is_dropped_on_commit: bool,
}

#[derive(Debug, Clone)]
pub struct StoredCheck {
    pub condition: Result<Predicate, String>,
    pub location: Location,
    pub is_inherited: bool,
    pub is_validated: bool,
    /// As SQL.
    pub comment: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Index {
    pub table: QualifiedName,
    pub is_unique: bool,
    /// What stands between the table and the WHERE clause, as written: the method, the keys, INCLUDE, storage.
    pub shape: String,
    pub columns: Vec<String>,
    /// The columns of INCLUDE.
    pub included: Vec<String>,
    /// What the keys and INCLUDE name, columns and functions alike.
    pub key_words: BTreeSet<Identifier>,
    pub predicate: Result<Predicate, String>,
    /// What later statements have set on it, in their order.
    pub settings: Vec<IndexSetting>,
    /// The statement that made it.
    pub location: Location,
    /// Where the tests of its predicate stand, by column.
    pub mentions: Vec<(Identifier, Span)>,
    /// Where its condition stands, after WHERE.
    pub condition: Option<Span>,
    /// `CREATE INDEX IF NOT EXISTS` statements since then that did nothing, with another predicate.
    pub ignored: Vec<(Location, Predicate)>,
    pub attached_to: Option<QualifiedName>,
    /// Its table was named without a schema, and found where a role's own search path would lead.
    pub was_found_by_role: bool,
}

#[derive(Debug, Clone)]
pub struct Enum {
    pub labels: Vec<String>,
    pub location: Location,
}

/// Why an object's state is not known.
#[derive(Debug, Clone)]
pub struct Doubtful {
    pub location: Location,
    pub reason: String,
    /// The schemas in which it may be.
    pub places: BTreeSet<Identifier>,
    /// Of an index that is in doubt for the ways that led here alone: what each of them left, if anything. Empty otherwise.
    pub ways: Vec<Option<Index>>,
}

/// Where temporary tables and their indexes live: it comes first, unless the search path names it (manual, 20.11.1).
pub fn temporary_schema() -> Identifier {
    Identifier::unquoted("pg_temp")
}

impl Catalog {
    /// An empty database, but for the names of the tables that are governed.
    pub fn new(declared_tables: Vec<QualifiedName>) -> Self {
        Self {
            search_path: default_search_path(),
            tables: BTreeMap::new(),
            indexes: BTreeMap::new(),
            enums: BTreeMap::new(),
            dropped_indexes: BTreeMap::new(),
            doubts: BTreeMap::new(),
            gone_schemas: BTreeSet::new(),
            gone_tables: BTreeSet::new(),
            declared_tables,
        }
    }

    /// Where a new object of that name goes: the first schema of the search path that is there. With none, nowhere, which is a schema
    /// that holds nothing.
    pub fn place(&self, name: &QualifiedName) -> QualifiedName {
        let mut schemas = self.search_path.iter();
        let schema = schemas.find(|schema| !self.gone_schemas.contains(schema));
        name.in_schema(schema.unwrap_or(&Identifier::quoted("")))
    }

    /// A role's or database's own search path is not in the migrations: while they set none, it may lead to the declared tables.
    fn may_find_declared(&self) -> bool {
        self.search_path == default_search_path()
    }

    pub fn has_relation(&self, full: &QualifiedName) -> bool {
        self.tables.contains_key(full) || self.indexes.contains_key(full)
    }

    /// Whether a table that is not known is known not to be there: no other than the governed ones may have been made out of sight.
    pub fn lacks_table(&self, full: &QualifiedName) -> bool {
        !self.tables.contains_key(full)
            && (self.gone_tables.contains(full) || !self.is_declared(full))
    }

    fn is_declared(&self, full: &QualifiedName) -> bool {
        let mut declared = self.declared_tables.iter();
        declared.any(|table| table.is_met_by(full))
    }

    /// The tables that inherit from this one or are partitions of it, at any depth.
    pub fn descendants(&self, table: &QualifiedName) -> BTreeSet<QualifiedName> {
        let mut found = BTreeSet::new();
        let mut sought = vec![table.clone()];
        while let Some(parent) = sought.pop() {
            for (child, stored) in &self.tables {
                if stored.parents.contains(&parent) && found.insert(child.clone()) {
                    sought.push(child.clone());
                }
            }
        }
        found
    }

    /// The table that a name means.
    pub fn table_name(&self, name: &QualifiedName) -> QualifiedName {
        if let Some(found) = self.sought(name, |full| self.tables.contains_key(full)) {
            return found;
        }
        // An unknown table of a governed name is the governed one.
        let mut declared = self
            .declared_tables
            .iter()
            .filter(|declared| declared.name == name.name && declared.schema.is_some());
        match (declared.next(), declared.next()) {
            (Some(only), None) if self.may_find_declared() => only.clone(),
            _ => self.place(name),
        }
    }

    /// The index that a name means.
    pub fn index_name(&self, name: &QualifiedName) -> QualifiedName {
        self.sought(name, |full| self.indexes.contains_key(full))
            .or_else(|| {
                let is_declared = |full: &&QualifiedName| {
                    let mut declared = self.declared_tables.iter();
                    full.name == name.name && declared.any(|table| table.schema == full.schema)
                };
                let mut known = self
                    .indexes
                    .iter()
                    .filter(|(_, index)| index.was_found_by_role)
                    .map(|(full, _)| full)
                    .filter(is_declared);
                match (known.next(), known.next()) {
                    (Some(only), None) if self.may_find_declared() => Some(only.clone()),
                    _ => None,
                }
            })
            .unwrap_or_else(|| self.place(name))
    }

    /// The enum that a name means.
    pub fn enum_name(&self, name: &QualifiedName) -> QualifiedName {
        self.sought(name, |full| self.enums.contains_key(full))
            .unwrap_or_else(|| self.place(name))
    }

    fn sought(
        &self,
        name: &QualifiedName,
        exists: impl Fn(&QualifiedName) -> bool,
    ) -> Option<QualifiedName> {
        if name.schema.is_some() {
            return Some(name.clone());
        }
        let temporary = temporary_schema();
        let first = Some(&temporary).filter(|schema| !self.search_path.contains(schema));
        first
            .into_iter()
            .chain(&self.search_path)
            .map(|schema| name.in_schema(schema))
            .find(|full| exists(full))
    }

    /// Puts whatever bears the name in doubt: it may be where it is, where a governed table is declared, or where it may have been before.
    pub fn doubt(&mut self, name: &Identifier, location: &Location, reason: &str) {
        let places = self.places(name);
        let doubt = Doubtful {
            location: location.clone(),
            reason: reason.to_owned(),
            places,
            ways: Vec::new(),
        };
        self.doubts.insert(name.clone(), doubt);
    }

    fn places(&self, name: &Identifier) -> BTreeSet<Identifier> {
        let indexes = self.indexes.keys().filter(|full| full.name == *name);
        let tables = self.tables.keys().filter(|full| full.name == *name);
        let declared = self.declared_tables.iter().map(|full| self.place(full));
        let schemas = indexes.chain(tables).cloned().chain(declared);
        let earlier = self.doubts.get(name).map(|doubt| doubt.places.clone());
        schemas
            .filter_map(|full| full.schema)
            .chain(earlier.into_iter().flatten())
            .collect()
    }

    /// As [`Catalog::doubt`], where the ways that led here have it in these places too.
    pub fn doubt_between(
        &mut self,
        ways: &[&Catalog],
        name: &Identifier,
        location: &Location,
        reason: &str,
    ) {
        self.doubt(name, location, reason);
        let places = ways.iter().flat_map(|way| way.places(name));
        let is_known = |way: &&Catalog| {
            let named = way.indexes.keys().filter(|full| full.name == *name);
            !way.doubts.contains_key(name) && named.count() <= 1
        };
        let left = |way: &&Catalog| {
            let mut indexes = way.indexes.iter();
            let found = indexes.find(|(full, _)| full.name == *name);
            found.map(|(_, index)| index.clone())
        };
        if let Some(doubt) = self.doubts.get_mut(name) {
            doubt.places.extend(places);
            if ways.iter().all(is_known) {
                doubt.ways = ways.iter().map(left).collect();
            }
        }
    }

    /// Takes the doubt about an index away, as far as it is about this schema: there its state is known from here on.
    pub fn settle_doubt(&mut self, name: &QualifiedName) -> Option<Doubtful> {
        let doubt = self.doubts.get_mut(&name.name)?;
        let is_in_doubt = name
            .schema
            .as_ref()
            .is_some_and(|schema| doubt.places.remove(schema));
        let settled = is_in_doubt.then(|| doubt.clone());
        if doubt.places.is_empty() {
            self.doubts.remove(&name.name);
        }
        settled
    }

    pub fn drop_index(&mut self, name: &QualifiedName, location: &Location) {
        self.indexes.remove(name);
        let dropped = self.dropped_indexes.entry(name.clone()).or_default();
        dropped.push(location.clone());
        let attached: Vec<QualifiedName> = self
            .indexes
            .iter()
            .filter(|(_, index)| index.attached_to.as_ref() == Some(name))
            .map(|(child, _)| child.clone())
            .collect();
        for child in attached {
            self.drop_index(&child, location);
        }
    }

    /// The session's search path and temporary tables end with it.
    pub fn end_session(&mut self, location: &Location) {
        self.search_path = default_search_path();
        let temporary = Some(temporary_schema());
        self.drop_tables_where(location, |full, _| full.schema == temporary);
        // What is gone with its session was not taken away by a statement.
        self.dropped_indexes
            .retain(|full, _| full.schema != temporary);
    }

    pub fn end_transaction(&mut self, location: &Location) {
        self.drop_tables_where(location, |_, table| table.is_dropped_on_commit);
    }

    fn drop_tables_where(
        &mut self,
        location: &Location,
        goes: impl Fn(&QualifiedName, &Table) -> bool,
    ) {
        let tables = self.tables.iter();
        let gone = tables.filter(|(full, table)| goes(full, table));
        let gone: Vec<QualifiedName> = gone.map(|(full, _)| full.clone()).collect();
        for table in gone {
            self.drop_table(&table, location);
        }
    }

    /// Drops a table with its indexes and whatever cannot outlive it.
    pub fn drop_table(&mut self, name: &QualifiedName, location: &Location) {
        self.tables.remove(name);
        self.gone_tables.insert(name.clone());
        self.drop_indexes_where(location, |index| index.table == *name);
        let children: Vec<QualifiedName> = self
            .tables
            .iter()
            .filter(|(_, table)| table.parents.contains(name))
            .map(|(child, _)| child.clone())
            .collect();
        for child in children {
            self.drop_table(&child, location);
        }
    }

    pub fn drop_schema(&mut self, schema: &Identifier, location: &Location) {
        let inside: Vec<QualifiedName> = self
            .tables
            .keys()
            .filter(|name| name.schema.as_ref() == Some(schema))
            .cloned()
            .collect();
        for table in inside {
            self.drop_table(&table, location);
        }
        self.drop_indexes_where(location, |index| {
            index.table.schema.as_ref() == Some(schema)
        });
        self.enums
            .retain(|name, _| name.schema.as_ref() != Some(schema));
        self.gone_schemas.insert(schema.clone());
    }

    pub fn drop_column(&mut self, table: &QualifiedName, column: &Identifier, location: &Location) {
        self.drop_indexes_where(location, |index| {
            let in_predicate = index
                .predicate
                .as_ref()
                .is_ok_and(|predicate| predicate.columns().contains(column));
            index.table == *table && (in_predicate || index.key_words.contains(column))
        });
        if let Some(table) = self.tables.get_mut(table) {
            table.columns.remove(column);
            table.types.remove(column);
            table.built_in_types.remove(column);
            table.checks.retain(|_, check| {
                let mentions = check
                    .condition
                    .as_ref()
                    .is_ok_and(|condition| condition.columns().contains(column));
                !mentions
            });
        }
    }

    fn drop_indexes_where(&mut self, location: &Location, goes: impl Fn(&Index) -> bool) {
        let gone: Vec<QualifiedName> = self
            .indexes
            .iter()
            .filter(|(_, index)| goes(index))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            self.drop_index(&name, location);
        }
    }
}

/// The column of an index's key, when the key is a column and no expression.
pub fn key_column(key: &str) -> Option<Identifier> {
    let key = key.trim();
    let end = if let Some(inside) = key.strip_prefix('"') {
        inside.find('"')? + 2
    } else {
        key.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(key.len())
    };
    let name = QualifiedName::parse(&key[..end])?;
    let is_call = key[end..].trim_start().starts_with('(');
    (!is_call).then_some(name.name)
}
