//! The extensions that a schema asks for, and who brings them.

use std::collections::BTreeSet;

use super::replay::Run;
use super::session::Engine;

/// What stands after `postgresql-VERSION-` in the name of Debian's package, for extensions where that is not their own name. Source: the
/// package lists of Debian 12 and of apt.postgresql.org.
const DEBIAN: [(&str, &str); 14] = [
    ("vector", "pgvector"),
    ("postgis", "postgis-3"),
    ("postgis_topology", "postgis-3"),
    ("postgis_raster", "postgis-3"),
    ("pg_cron", "cron"),
    ("pg_partman", "partman"),
    ("pg_repack", "repack"),
    ("pg_rational", "rational"),
    ("pg_similarity", "similarity"),
    ("pg_squeeze", "squeeze"),
    ("pgq", "pgq3"),
    ("plpython3u", "plpython3"),
    ("pltclu", "pltcl"),
    ("plperlu", "plperl"),
];

/// The extensions of Postgres's own source (manual, appendix F), but for those that need more than its server.
const CONTRIB: [&str; 33] = [
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "postgres_fdw",
    "seg",
    "tablefunc",
    "unaccent",
    "uuid-ossp",
];

/// What to do when a server says that it has no such extension; `None` when it says something else.
pub fn help(engine: &Engine, message: &str) -> Option<String> {
    let name = missing(message)?;
    let instead = "lend a server that has it (--shadow)";
    let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
    Some(match engine {
        Engine::PGlite(_) if name == "vector" => {
            "the npm package @electric-sql/pglite-pgvector brings it; or --no-pglite, to replay the patches on Postgres".to_owned()
        }
        Engine::PGlite(_) => format!(
            "if PGlite has it, an npm package such as @electric-sql/pglite-{name} beside PGlite's brings it; or --no-pglite, to replay the \
             patches on Postgres"
        ),
        Engine::Postgres(version) if CONTRIB.contains(&name) => format!(
            "it is one of Postgres's own: install its contrib package on the machine where this runs (Debian: postgresql-{major}; Red Hat: \
             postgresql{major}-contrib), or {instead}",
            major = major(version)
        ),
        Engine::Postgres(version) => format!(
            "install the package that brings it on the machine where this runs (Debian: postgresql-{}-{}), or {instead}",
            major(version),
            debian(name)
        ),
    })
}

/// The name in `extension "x" is not available` or, of older servers, `could not open extension control file ".../x.control"`.
fn missing(message: &str) -> Option<&str> {
    let named = message.strip_prefix("extension \"")?;
    let (name, said) = named.split_once('"')?;
    said.starts_with(" is not available").then_some(name)
}

fn debian(name: &str) -> String {
    let known = DEBIAN.iter().find(|(extension, _)| *extension == name);
    known.map_or_else(
        || name.replace('_', "-"),
        |(_, package)| (*package).to_owned(),
    )
}

/// The extensions that these statements create, by name.
pub fn created<'a>(runs: impl Iterator<Item = &'a Run>) -> BTreeSet<String> {
    let statements = runs.flat_map(|run| &run.statements);
    let names = statements.filter_map(|statement| {
        let mut words = statement.sql.split_whitespace();
        let kind = [words.next()?, words.next()?];
        if !kind[0].eq_ignore_ascii_case("CREATE") || !kind[1].eq_ignore_ascii_case("EXTENSION") {
            return None;
        }
        let is_of_condition =
            |word: &&str| ["IF", "NOT", "EXISTS"].contains(&word.to_ascii_uppercase().as_str());
        let name = words.find(|word| !is_of_condition(word))?;
        Some(name.trim_matches('"').to_ascii_lowercase())
    });
    names.collect()
}
