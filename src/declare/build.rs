//! The tables of a manifest to a declaration, noting everything that is wrong on the way.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::{Fault, Problem};
use super::fields::{Fields, optional};
use super::manifest::{
    AdmittedByTable, ArrayTable, At, BuildName, CoverTable, EmbeddedTable, FormatName, IndexTable,
    LaneSetTable, Manifest, MigrationsTable, QueryTable, VERSION,
};
use super::parse::{Defaults, ReadGuard};
use crate::model::declaration::{
    AdmittedBy, ArrayDeclaration, CoverDeclaration, Declaration, DeclaredPath, EmbeddedDeclaration,
    Guard, IndexBuild, IndexDeclaration, LaneSet, MigrationFormat, MigrationsDeclaration,
    QueryDeclaration, SchemaDeclaration,
};
use crate::model::name::{Identifier, QualifiedName};
use crate::source::file::{RepoPath, SourceFile};
use crate::source::span::{Span, Spanned};

/// # Errors
/// Every problem that the values have, in no order.
pub(super) fn declaration(
    file: &Arc<SourceFile>,
    manifest: Manifest,
    read_guard: &ReadGuard<'_>,
    defaults: &Defaults,
) -> Result<Declaration, Vec<Problem>> {
    let mut fields = Fields {
        file,
        problems: Vec::new(),
    };
    let read = fields.manifest(manifest, read_guard, defaults);
    match read {
        Some(declaration) if fields.problems.is_empty() => Ok(declaration),
        _ => Err(fields.problems),
    }
}

impl Fields<'_> {
    fn manifest(
        &mut self,
        manifest: Manifest,
        read_guard: &ReadGuard<'_>,
        defaults: &Defaults,
    ) -> Option<Declaration> {
        let version = *manifest.version.value();
        if version != VERSION {
            self.report(manifest.version.span(), Fault::Version(version));
            return None;
        }
        if manifest.lane_set.is_empty() && manifest.cover.is_empty() {
            self.report(Span::default(), Fault::NothingDeclared);
        }
        let migrations = self.migrations(manifest.migrations, &defaults.migrations_dir);
        let schema_file = manifest.schema.and_then(|schema| schema.file);
        let schema = self.path_or("file", schema_file, &defaults.schema_file);
        let embedded = optional(manifest.embedded, |embedded| self.embedded(embedded));
        let mut tables: Vec<_> = manifest.lane_set.into_iter().collect();
        tables.sort_by_key(|(name, _)| name.span());
        let lane_sets: Vec<LaneSet> = tables
            .into_iter()
            .filter_map(|(name, table)| self.lane_set(name, table, read_guard))
            .collect();
        self.no_index_twice(&lane_sets);
        let covers = manifest
            .cover
            .into_iter()
            .filter_map(|cover| self.cover(cover))
            .collect();
        Some(Declaration {
            file: Arc::clone(self.file),
            migrations: migrations?,
            schema: SchemaDeclaration { file: schema? },
            embedded: embedded?,
            lane_sets,
            covers,
        })
    }

    fn path_or(
        &mut self,
        key: &str,
        value: Option<At<String>>,
        default: &RepoPath,
    ) -> Option<DeclaredPath> {
        let Some(value) = value else {
            return Some(DeclaredPath {
                path: default.clone(),
                declared_at: None,
            });
        };
        let path = self.path(key, value)?;
        Some(DeclaredPath {
            path: path.value,
            declared_at: Some(path.span),
        })
    }

    fn migrations(
        &mut self,
        table: Option<MigrationsTable>,
        default: &RepoPath,
    ) -> Option<MigrationsDeclaration> {
        let (dir, format) = match table {
            Some(table) => (table.dir, table.format),
            None => (None, None),
        };
        Some(MigrationsDeclaration {
            dir: self.path_or("dir", dir, default)?,
            format: format.map(|format| Spanned::new((*format.value()).into(), format.span())),
        })
    }

    fn embedded(&mut self, table: EmbeddedTable) -> Option<EmbeddedDeclaration> {
        let path = self.path("path", table.path);
        let mirror_since = optional(table.mirror_since, |version| {
            self.text("mirror_since", version)
        });
        Some(EmbeddedDeclaration {
            path: path?,
            mirror_since: mirror_since?,
        })
    }

    fn lane_set(
        &mut self,
        name: At<String>,
        table: At<LaneSetTable>,
        read_guard: &ReadGuard<'_>,
    ) -> Option<LaneSet> {
        let table = table.into_spanned().value;
        if name.value().trim().is_empty() {
            self.report(name.span(), Fault::EmptyName);
        }
        let governed = self.qualified_name("table", &table.table);
        let column = self.stored_name("column", &table.column);
        let lanes = self.lanes("lanes", table.lanes);
        let known_lanes = lanes.as_ref().map(|lanes| lanes.value.as_slice());
        let query_lanes = optional(table.query_lanes, |listed| {
            self.query_lanes(listed, known_lanes)
        });
        let guard = optional(table.guard, |guard| {
            self.guard(guard, column.as_ref(), read_guard)
        });
        let index = optional(table.index, |index| self.index(index));
        let queries = table
            .query
            .into_iter()
            .filter_map(|query| self.query(query))
            .collect();
        let arrays = table
            .array
            .into_iter()
            .filter_map(|array| self.array(array))
            .collect();
        let admitted_by = optional(table.admitted_by, |admitted_by| {
            self.admitted_by(admitted_by)
        });
        let heartbeat = optional(table.heartbeat, |heartbeat| {
            self.heartbeat(heartbeat, known_lanes)
        });
        let reaper = optional(table.reaper, |reaper| {
            self.reaper(reaper, name.value(), known_lanes)
        });
        Some(LaneSet {
            name: name.into_spanned(),
            description: table.description,
            table: governed?,
            column: column?,
            lanes: lanes?,
            query_lanes: query_lanes?,
            guard: guard?,
            index: index?,
            queries,
            arrays,
            admitted_by: admitted_by?,
            heartbeat: heartbeat?,
            reaper: reaper?,
        })
    }

    fn guard(
        &mut self,
        guard: At<String>,
        column: Option<&Spanned<Identifier>>,
        read_guard: &ReadGuard<'_>,
    ) -> Option<Spanned<Guard>> {
        let Spanned { value: text, span } = self.text("guard", guard)?;
        let predicate = match read_guard(&text) {
            Ok(predicate) => predicate,
            Err(reason) => {
                self.report(span, Fault::UnreadableGuard(reason));
                return None;
            }
        };
        if let Some(column) = column
            && predicate.columns().contains(&column.value)
        {
            self.report(span, Fault::GuardNamesColumn(column.value.to_string()));
        }
        Some(Spanned::new(Guard { text, predicate }, span))
    }

    fn index(&mut self, table: At<IndexTable>) -> Option<IndexDeclaration> {
        let Spanned { value: table, span } = table.into_spanned();
        let columns = match table.columns {
            Some(columns) => columns.into_spanned(),
            None => Spanned::new(Vec::new(), span),
        };
        let span = columns.span;
        let columns = columns
            .value
            .into_iter()
            .filter_map(|column| self.text("columns", column))
            .map(|column| column.value)
            .collect();
        Some(IndexDeclaration {
            name: self.stored_name("name", &table.name)?,
            columns: Spanned::new(columns, span),
            build: table.build.map(IndexBuild::from).unwrap_or_default(),
        })
    }

    fn query(&mut self, table: At<QueryTable>) -> Option<QueryDeclaration> {
        let Spanned { value: table, span } = table.into_spanned();
        let span = [
            Some(&table.file),
            table.within.as_ref(),
            table.alias.as_ref(),
        ]
        .into_iter()
        .flatten()
        .fold(span, |whole, value| whole.cover(value.span()));
        let file = self.path("file", table.file);
        let within = optional(table.within, |within| self.text("within", within));
        let alias = optional(table.alias, |alias| self.alias(&alias));
        Some(QueryDeclaration {
            file: file?,
            within: within?,
            alias: alias?,
            span,
        })
    }

    /// An alias is written as in the query, where `R` without quotes is `r`.
    fn alias(&mut self, alias: &At<String>) -> Option<Spanned<Identifier>> {
        if let Some(QualifiedName { schema: None, name }) = QualifiedName::parse(alias.value()) {
            return Some(Spanned::new(name, alias.span()));
        }
        let fault = Fault::NotAName {
            key: "alias".into(),
            reason: format!("{:?} is no alias of SQL", alias.value()),
        };
        self.report(alias.span(), fault);
        None
    }

    fn array(&mut self, table: At<ArrayTable>) -> Option<ArrayDeclaration> {
        let Spanned { value: table, span } = table.into_spanned();
        let span = span.cover(table.file.span()).cover(table.name.span());
        let file = self.path("file", table.file);
        let name = self.text("name", table.name);
        Some(ArrayDeclaration {
            file: file?,
            name: name?,
            span,
        })
    }

    fn admitted_by(&mut self, table: At<AdmittedByTable>) -> Option<Spanned<AdmittedBy>> {
        let Spanned { value: table, span } = table.into_spanned();
        match (&table.check, &table.enum_type) {
            (Some(check), None) => {
                let name = self.stored_name("check", check)?;
                Some(Spanned::new(AdmittedBy::Check(name.value), name.span))
            }
            (None, Some(enum_type)) => {
                let name = self.qualified_name("enum", enum_type)?;
                Some(Spanned::new(AdmittedBy::Enum(name.value), name.span))
            }
            (Some(_), Some(_)) => {
                self.report(span, Fault::AdmittedByBoth);
                None
            }
            (None, None) => {
                self.report(span, Fault::AdmittedByNeither);
                None
            }
        }
    }

    fn cover(&mut self, table: CoverTable) -> Option<CoverDeclaration> {
        let index = self.qualified_name("index", &table.index);
        let query = self.query(table.query);
        Some(CoverDeclaration {
            index: index?,
            query: query?,
        })
    }

    /// Two sets may not shape one index. Index names are unique in a schema, which is the table's.
    fn no_index_twice(&mut self, lane_sets: &[LaneSet]) {
        let public = Identifier::unquoted("public");
        let mut seen: BTreeMap<(Identifier, Identifier), &LaneSet> = BTreeMap::new();
        for lane_set in lane_sets {
            let Some(index) = &lane_set.index else {
                continue;
            };
            let schema = lane_set.table.value.schema.as_ref().unwrap_or(&public);
            let key = (schema.clone(), index.name.value.clone());
            let Some(first) = seen.get(&key) else {
                seen.insert(key, lane_set);
                continue;
            };
            let first_span = first
                .index
                .as_ref()
                .map_or(first.name.span, |i| i.name.span);
            let fault = Fault::DuplicateIndex {
                index: index.name.value.to_string(),
                first: first.name.value.clone(),
                first_line: self.line(first_span),
            };
            self.report(index.name.span, fault);
        }
    }
}

impl From<FormatName> for MigrationFormat {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Dbmate => MigrationFormat::Dbmate,
            FormatName::Sqlx => MigrationFormat::Sqlx,
            FormatName::Flyway => MigrationFormat::Flyway,
            FormatName::Goose => MigrationFormat::Goose,
            FormatName::GolangMigrate => MigrationFormat::GolangMigrate,
            FormatName::Diesel => MigrationFormat::Diesel,
            FormatName::Prisma => MigrationFormat::Prisma,
            FormatName::Refinery => MigrationFormat::Refinery,
            FormatName::NodePgMigrate => MigrationFormat::NodePgMigrate,
            FormatName::GraphileMigrate => MigrationFormat::GraphileMigrate,
            FormatName::Atlas => MigrationFormat::Atlas,
            FormatName::Plain => MigrationFormat::Plain,
        }
    }
}

impl From<BuildName> for IndexBuild {
    fn from(name: BuildName) -> Self {
        match name {
            BuildName::Transactional => IndexBuild::Transactional,
            BuildName::Concurrently => IndexBuild::Concurrently,
        }
    }
}
