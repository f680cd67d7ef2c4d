//! What `EXECUTE` does in a body: text that is constant is run, and what the rest may touch is put in doubt.

use super::session::{Effect, Place, Replay};
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::dynamic::{has_hole, may_be, put_together};
use crate::read_sql::plpgsql::Node;
use crate::read_sql::reach::{How, Kind, Reach, Touched, reach};
use crate::read_sql::split::statements;
use crate::read_sql::variables::constant_loop;
use crate::source::file::Location;

/// A loop that is longer is not gone through.
const LOOP_LIMIT: usize = 100;
const PUT_TOGETHER: &str = "SQL that is put together when it runs";

impl<'a> Replay<'a> {
    /// Runs the statements of the text that an expression gives, in order.
    pub(super) fn execute(
        &mut self,
        expression: &str,
        body: &str,
        place: Place,
        location: &Location,
    ) -> Effect {
        let text = put_together(expression, body, &self.loop_values);
        let place = Place {
            whole: Some(location.span),
            ..place
        };
        let Ok(ranges) = statements(&text) else {
            self.unseen_anything(location, PUT_TOGETHER);
            return Effect::Unknown;
        };
        let mut effect = Effect::Done;
        for range in ranges {
            let statement = &text[range];
            let next = if has_hole(statement) {
                self.touch(statement, location);
                Effect::Unknown
            } else {
                self.statement(statement, place)
            };
            if next == Effect::Duplicate {
                return next;
            }
            effect = effect.then(next);
        }
        effect
    }

    /// Runs the body of a loop over constants as often as it says; `None` for another loop, or one that may end early.
    pub(super) fn constant_loop(
        &mut self,
        head: &str,
        nodes: &[Node],
        body: &str,
        place: Place,
    ) -> Option<Effect> {
        if !nodes.iter().all(runs_on) {
            return None;
        }
        let (variable, values) = constant_loop(head, body)?;
        if values.len() > LOOP_LIMIT {
            return None;
        }
        let mut effect = Effect::Done;
        for value in values {
            self.loop_values.push((variable.clone(), value));
            for node in nodes {
                let next = self.node(node, body, place);
                if next == Effect::Duplicate {
                    self.loop_values.pop();
                    return Some(next);
                }
                effect = effect.then(next);
            }
            self.loop_values.pop();
        }
        Some(effect)
    }

    /// Puts in doubt what a statement may touch that is not known to its end.
    fn touch(&mut self, statement: &str, location: &Location) {
        match reach(statement) {
            Reach::Anything => self.unseen_anything(location, PUT_TOGETHER),
            Reach::Objects(objects) => {
                self.doubt_if_called(statement, location);
                for touched in objects {
                    self.touch_object(&touched, location);
                }
            }
        }
    }

    fn touch_object(&mut self, touched: &Touched, location: &Location) {
        let may_be_meant: Vec<Identifier> = self
            .interest
            .names()
            .filter(|name| may_be(&touched.name.name, name) && self.may_stand_in(touched, name))
            .cloned()
            .collect();
        match (touched.kind, touched.how) {
            (Kind::Schema, _) => {
                if self.is_schema_of_governed(&touched.name.name) {
                    self.unseen_anything(location, PUT_TOGETHER);
                }
            }
            (_, How::Widened) => {
                for (full, table) in &mut self.catalog.tables {
                    // It may have columns that are not known of it.
                    table.is_whole &= !may_be_meant.contains(&full.name);
                }
            }
            (_, How::Created) if has_hole(touched.name.name.as_str()) => {
                // Where it is already, it cannot be created.
                let is_there = |name: &Identifier| {
                    let indexes = self.catalog.indexes.keys();
                    let mut relations = indexes.chain(self.catalog.tables.keys());
                    relations.any(|full| full.name == *name)
                };
                let missing: Vec<&Identifier> = may_be_meant
                    .iter()
                    .filter(|name| self.kind_of(name) == touched.kind && !is_there(name))
                    .collect();
                for name in missing {
                    self.catalog.doubt(name, location, PUT_TOGETHER);
                }
            }
            (kind, how) => {
                for name in may_be_meant {
                    if self.kind_of(&name) == kind {
                        self.doubt_object(&name, kind, how, location);
                    }
                }
            }
        }
    }

    /// Puts an object in doubt, with what goes with it.
    fn doubt_object(&mut self, name: &Identifier, kind: Kind, how: How, location: &Location) {
        let is_column_type = |full: &QualifiedName| full.name == *name;
        let tables: Vec<QualifiedName> = match kind {
            _ if how == How::Constrained => Vec::new(),
            Kind::Table => {
                let tables = self.catalog.tables.keys().cloned();
                let declared = self.governed.iter().map(|set| set.table.clone());
                let named = tables.chain(declared).filter(|full| full.name == *name);
                named.collect()
            }
            Kind::Type => {
                let tables = self.catalog.tables.iter();
                let typed = tables.filter(|(_, table)| table.types.values().any(is_column_type));
                let declared = self.governed.iter();
                let declared =
                    declared.filter(|set| set.enum_type.as_ref().is_some_and(is_column_type));
                let typed = typed.map(|(full, _)| full.clone());
                typed.chain(declared.map(|set| set.table.clone())).collect()
            }
            Kind::Index | Kind::Schema => Vec::new(),
        };
        let names: Vec<Identifier> = tables
            .iter()
            .flat_map(|table| self.names_of(table))
            .chain([name.clone()])
            .collect();
        for name in names {
            self.catalog.doubt(&name, location, PUT_TOGETHER);
        }
    }

    /// A table's name and those of its indexes.
    fn names_of(&self, table: &QualifiedName) -> Vec<Identifier> {
        let stored = self.catalog.indexes.iter();
        let stored = stored
            .filter(|(_, index)| index.table.name == table.name)
            .map(|(full, _)| full.name.clone());
        let declared = self.governed.iter();
        let declared = declared
            .filter(|set| set.table.name == table.name)
            .filter_map(|set| set.index.clone());
        let mut names = vec![table.name.clone()];
        names.extend(stored.chain(declared));
        names
    }

    fn kind_of(&self, name: &Identifier) -> Kind {
        let is_named = |full: &QualifiedName| full.name == *name;
        let is_type = |full: &QualifiedName| is_named(full);
        let mut types = self
            .governed
            .iter()
            .filter_map(|set| set.enum_type.as_ref());
        let mut columns = self.catalog.tables.values();
        if self.governed.iter().any(|set| is_named(&set.table))
            || self.catalog.tables.keys().any(is_named)
        {
            Kind::Table
        } else if types.any(is_type)
            || self.catalog.enums.keys().any(is_type)
            || columns.any(|table| table.types.values().any(is_type))
        {
            Kind::Type
        } else {
            Kind::Index
        }
    }

    /// Whether the object of that name may be in the schema that is written, if one is.
    fn may_stand_in(&self, touched: &Touched, name: &Identifier) -> bool {
        let Some(schema) = &touched.name.schema else {
            return true;
        };
        let tables = self.catalog.tables.keys();
        let indexes = self.catalog.indexes.keys();
        let mut known = tables.chain(indexes).chain(self.catalog.enums.keys());
        known.any(|full| {
            full.name == *name && full.schema.as_ref().is_some_and(|s| may_be(schema, s))
        }) || self.is_schema_of_governed(schema)
    }

    fn is_schema_of_governed(&self, schema: &Identifier) -> bool {
        let mut governed = self.governed.iter();
        governed.any(|set| {
            let full = self.catalog.place(&set.table);
            full.schema.is_some_and(|full| may_be(schema, &full))
        })
    }
}

/// Whether what follows the statement runs too, whatever it does: it is no EXIT, RETURN or block of its own.
fn runs_on(node: &Node) -> bool {
    matches!(node, Node::Sql(_) | Node::Execute(_))
}
