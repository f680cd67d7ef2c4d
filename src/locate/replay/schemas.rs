//! What statements do to schemas.

use std::ops::Range;

use super::session::{Effect, Place, Replay};
use crate::model::name::{Identifier, QualifiedName};
use crate::source::file::Location;

impl<'a> Replay<'a> {
    /// Creates a schema and what stands in its statement, for which the schema comes first on the search path.
    pub(super) fn create_schema(
        &mut self,
        name: Identifier,
        elements: &[Range<usize>],
        text: &str,
        place: Place,
    ) -> Effect {
        self.catalog.gone_schemas.remove(&name);
        if elements.is_empty() {
            return Effect::Done;
        }
        let outside = self.catalog.search_path.clone();
        self.catalog.search_path.insert(0, name);
        let mut effect = Effect::Done;
        for range in elements {
            let next = self.statement(&text[range.clone()], place.inside(range));
            effect = effect.then(next);
        }
        self.catalog.search_path = outside;
        effect
    }

    /// Drops a schema with all that is in it, and the columns elsewhere that are of its types.
    pub(super) fn drop_schema(&mut self, name: &Identifier, location: &Location) {
        let tables = self.catalog.tables.values();
        let types = tables.flat_map(|table| table.types.values());
        let declared = self
            .governed
            .iter()
            .filter_map(|set| set.enum_type.as_ref());
        let inside: Vec<QualifiedName> = types
            .chain(declared)
            .filter(|full| full.schema.as_ref() == Some(name))
            .cloned()
            .collect();
        for full in inside {
            self.drop_columns_of(&full, location);
        }
        self.catalog.drop_schema(name, location);
    }
}
