//! Embedded patches: SQL that runs at every boot and does something once.

use super::index::{IfExists, Locking, PartialIndex};
use super::predicate::{literal, qualified};
use crate::model::lane::Value;
use crate::model::name::QualifiedName;

/// A patch that leaves the index as it is to be. Where the stored predicate is one of `spellings` and the index is valid, it only
/// looks; otherwise the index is dropped and made again. One statement, since not every client runs several at once.
pub fn index_patch(index: &PartialIndex, spellings: &[String]) -> String {
    let full = QualifiedName::new(index.table.schema.clone(), index.name.clone());
    let registered = literal(&Value::Text(qualified(&full)));
    let known: Vec<String> = spellings
        .iter()
        .map(|spelling| literal(&Value::Text(spelling.clone())))
        .collect();
    let known = known.join(",\n              ");
    let drop = format!("DROP INDEX {}", index.qualified_name());
    let create = index.create(Locking::Blocking, IfExists::Pass);
    let create = create.replace("\n    ", "\n        ");
    let set: String = index
        .set()
        .iter()
        .map(|set| format!("    {set};\n"))
        .collect();
    let tag = tag(&[&create, &known, &set]);
    format!(
        "-- Cheap at every boot: the index is made again only where it holds something else.\n\
         DO {tag}\n\
         BEGIN\n    \
             IF EXISTS (\n        \
                 SELECT 1\n        \
                 FROM pg_catalog.pg_index AS stored\n        \
                 WHERE stored.indexrelid = to_regclass({registered})\n          \
                   AND (NOT stored.indisvalid OR COALESCE(pg_get_expr(stored.indpred, stored.indrelid), 'true') NOT IN (\n              \
                       {known}\n          \
                   ))\n    \
             ) THEN\n        \
                 {drop};\n    \
             END IF;\n    \
             {create};\n\
         {set}\
         END\n\
         {tag};\n"
    )
}

/// A dollar quote that none of the texts holds.
pub(super) fn tag(texts: &[&str]) -> String {
    let plain = std::iter::once("$laneset$".to_owned());
    let mut tags = plain.chain((1..).map(|number| format!("$laneset{number}$")));
    let is_free = |tag: &String| texts.iter().all(|text| !text.contains(tag.as_str()));
    tags.find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_quote_ends_where_it_should() {
        assert_eq!(tag(&["a $laneset$ b", "$laneset1$"]), "$laneset2$");
    }
}
