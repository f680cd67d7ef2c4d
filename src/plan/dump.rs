//! The schema dump as it will be once the new migrations have run: what `pg_dump` would print, without a server.

use std::sync::Arc;

use super::draft::{Draft, with_line_ends_of};
use super::planner::{IndexSite, Planner};
use crate::locate::catalog::Index;
use crate::locate::error::LocateError;
use crate::locate::version_rows::DBMATE_PART;
use crate::model::site::Reading;
use crate::source::edit::Edit;
use crate::source::file::SourceFile;

/// The entries that pg_dump prints after those of indexes (its source, `pg_dump_sort.c`).
const AFTER_INDEXES: [&str; 12] = [
    "INDEX ATTACH",
    "STATISTICS",
    "RULE",
    "TRIGGER",
    "EVENT TRIGGER",
    "FK CONSTRAINT",
    "ROW SECURITY",
    "POLICY",
    "PUBLICATION",
    "PUBLICATION TABLE",
    "SUBSCRIPTION",
    "DEFAULT ACL",
];
const FOOTER: &str = "-- PostgreSQL database dump complete";

impl Planner<'_> {
    fn dump(&self) -> Result<Arc<SourceFile>, LocateError> {
        Ok(self.root.read(&self.declaration.schema.file.path)?)
    }

    /// Plans the dump's index of a lane set.
    pub(super) fn dump_index(
        &self,
        site: &IndexSite,
        draft: &mut Draft,
    ) -> Result<(), LocateError> {
        let Some(catalog) = self.located.replays.schema.catalog() else {
            return Ok(());
        };
        let file = self.dump()?;
        let location = &site.site().location;
        let lane_set = site.lane_set();
        let index = catalog.meant_index(&site.declared.name.value, &lane_set.table.value);
        let meant = catalog.meant_table(&lane_set.table.value);
        let outcome = match (&site.site().reading, index) {
            _ if !catalog.descendants(&meant).is_empty() => Err(
                "its table is partitioned, and each partition has an index of its own".to_owned(),
            ),
            (Reading::Unreadable(reason), _) => Err(reason.clone()),
            (Reading::Predicate(_), Some(index)) => self.respell(site, index),
            (Reading::OtherIndex { .. }, Some(index)) if index.table == meant => self
                .target(site)
                .and_then(|target| self.definition(lane_set, &target))
                .map(|definition| Edit::new(index.location.span, definition)),
            (Reading::OtherIndex { difference, .. }, _) => Err(difference.clone()),
            _ => self.new_entry(site, &file),
        };
        match outcome {
            Ok(edit) => draft.edit(&file, edit),
            Err(reason) => {
                let path = file.path();
                draft.obstacle(
                    location.clone(),
                    format!("how pg_dump will print the index cannot be told: {reason}; apply the migrations and dump {path} again"),
                );
            }
        }
        Ok(())
    }

    /// The condition of an index that is there, spelled as Postgres will store it.
    fn respell(&self, site: &IndexSite, index: &Index) -> Result<Edit, String> {
        let declared = self.target(site)?;
        let condition = self.dumped_condition(site.lane_set(), &declared)?;
        Ok(match index.condition {
            Some(span) => Edit::new(span, condition),
            None => Edit::insert(index.location.span.end, format!(" WHERE {condition}")),
        })
    }

    /// A new entry of the dump, where pg_dump would put it.
    fn new_entry(&self, site: &IndexSite, file: &SourceFile) -> Result<Edit, String> {
        let index = self.target(site)?;
        let definition = self.definition(site.lane_set(), &index)?;
        let schema = index
            .table
            .schema
            .as_ref()
            .map_or("public", |schema| schema.as_str());
        let name = index.name.as_str();
        let offset = entry_offset(file.text(), schema, name)
            .ok_or_else(|| "it has no entries as pg_dump prints them".to_owned())?;
        let entry = format!(
            "--\n-- Name: {name}; Type: INDEX; Schema: {schema}; Owner: -\n--\n\n{definition};\n\n\n"
        );
        Ok(Edit::insert(offset, with_line_ends_of(file, &entry)))
    }

    /// Adds the versions of new migrations to the rows that dbmate dumps.
    pub(super) fn record_versions(
        &self,
        versions: &[String],
        draft: &mut Draft,
    ) -> Result<(), LocateError> {
        if versions.is_empty() || self.located.replays.schema.catalog().is_none() {
            return Ok(());
        }
        let file = self.dump()?;
        if let Some(edit) = version_rows(file.text(), versions) {
            let text = with_line_ends_of(&file, &edit.text);
            draft.edit(&file, Edit { text, ..edit });
        }
        Ok(())
    }
}

/// An entry's header: `-- Name: idx; Type: INDEX; Schema: public; Owner: -`.
struct Entry<'a> {
    /// Where its first comment line begins.
    start: usize,
    name: &'a str,
    kind: &'a str,
    schema: &'a str,
}

fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let found = memchr::memmem::find_iter(text.as_bytes(), "\n-- Name: ");
    found.filter_map(|newline| {
        let line = text[newline + 1..].lines().next()?;
        let (name, rest) = line.strip_prefix("-- Name: ")?.split_once("; Type: ")?;
        let (kind, rest) = rest.split_once("; Schema: ")?;
        let (schema, _) = rest.split_once("; Owner: ")?;
        let above = text[..newline].trim_end_matches('\r');
        let start = above.rfind('\n').map_or(0, |end| end + 1);
        (&above[start..] == "--").then_some(Entry {
            start,
            name,
            kind,
            schema,
        })
    })
}

/// Where a new index's entry goes: among the indexes by schema and name, before what follows them, or at the end.
fn entry_offset(text: &str, schema: &str, name: &str) -> Option<usize> {
    let is_later = |entry: &Entry| {
        (entry.kind == "INDEX" && (entry.schema, entry.name) > (schema, name))
            || AFTER_INDEXES.contains(&entry.kind)
    };
    let last_index = entries(text).filter(|entry| entry.kind == "INDEX").last();
    let later = entries(text).find(|entry| {
        let follows = last_index
            .as_ref()
            .is_none_or(|last| entry.kind == "INDEX" || entry.start > last.start);
        follows && is_later(entry)
    });
    later.map(|entry| entry.start).or_else(|| {
        let footer = text.rfind(FOOTER)?;
        let above = text[..footer].trim_end_matches(['\r', '\n']);
        Some(above.rfind('\n').map_or(0, |end| end + 1))
    })
}

/// The edit that adds rows to dbmate's INSERT; `None` for a dump without dbmate's part.
fn version_rows(text: &str, versions: &[String]) -> Option<Edit> {
    let part = text.rfind(DBMATE_PART)?;
    let rows: Vec<String> = versions
        .iter()
        .filter(|version| !text[part..].contains(&format!("('{version}')")))
        .map(|version| format!("    ('{version}')"))
        .collect();
    let rows = (!rows.is_empty()).then(|| rows.join(",\n"))?;
    let end = part + text[part..].rfind(';')?;
    Some(Edit::insert(end, format!(",\n{rows}")))
}
