//! What a database's schema is made of, as its catalogs define it: two looks at it tell what a patch has changed.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::postgres::PgConnection;

/// The objects of a database but for Postgres's own and those of extensions, by kind and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    objects: BTreeMap<String, Object>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Object {
    /// Another number for the same definition: it was dropped and built again.
    oid: i64,
    definition: String,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Created,
    Dropped,
    Altered,
    /// Dropped and created again as it was.
    Rebuilt,
}

impl Change {
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Created => "created",
            Change::Dropped => "dropped",
            Change::Altered => "altered",
            Change::Rebuilt => "rebuilt",
        }
    }
}

impl Catalog {
    /// Looks at the database, within the transaction that is open.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn of(connection: &mut PgConnection) -> sqlx::Result<Self> {
        let rows = sqlx::query(OBJECTS)
            .persistent(false)
            .fetch_all(connection)
            .await?;
        let objects = rows.iter().map(|row| {
            let object = Object {
                oid: row.try_get("oid")?,
                definition: row.try_get("definition")?,
            };
            Ok((row.try_get("object")?, object))
        });
        Ok(Self {
            objects: objects.collect::<sqlx::Result<_>>()?,
        })
    }

    /// Whether it has no table, view or the like.
    pub fn is_empty(&self) -> bool {
        !self
            .objects
            .keys()
            .any(|object| object.starts_with("table "))
    }

    /// Takes out what belongs to a tool and not to the schema.
    pub fn without(mut self, is_left_out: impl Fn(&str) -> bool) -> Self {
        self.objects.retain(|object, _| !is_left_out(object));
        self
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// What defines an object; `None` when it is not there.
    pub fn definition(&self, object: &str) -> Option<&str> {
        let found = self.objects.get(object);
        found.map(|object| object.definition.as_str())
    }

    /// The objects that another database does not have, or has otherwise, by name.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let all: BTreeSet<&String> = self.objects.keys().chain(other.objects.keys()).collect();
        let differing = all
            .into_iter()
            .filter(|object| self.definition(object) != other.definition(object));
        differing.cloned().collect()
    }

    /// What `later` has otherwise, by object.
    pub fn changes(&self, later: &Self) -> Vec<(String, Change)> {
        let gone = self
            .objects
            .keys()
            .filter(|object| !later.objects.contains_key(*object));
        let mut changes: Vec<(String, Change)> = gone
            .map(|object| (object.clone(), Change::Dropped))
            .collect();
        for (object, now) in &later.objects {
            let change = match self.objects.get(object) {
                None => Change::Created,
                Some(before) if before.definition != now.definition => Change::Altered,
                Some(before) if before.oid != now.oid => Change::Rebuilt,
                Some(_) => continue,
            };
            changes.push((object.clone(), change));
        }
        changes.sort();
        changes
    }
}

/// A row an object: what it is called, its number, what defines it. Comments, owners and privileges are not looked at; a NOT NULL is a
/// column's, though Postgres 18 counts it among the constraints, under a name that a dump may lack.
const OBJECTS: &str = r"
WITH schemas AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
of_extensions AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relations AS (
    SELECT relation.*, format('%I.%I', schemas.nspname, relation.relname) AS name
    FROM pg_class AS relation JOIN schemas ON schemas.oid = relation.relnamespace
    WHERE NOT EXISTS (SELECT 1 FROM of_extensions AS e WHERE e.classid = 'pg_class'::regclass AND e.objid = relation.oid)
)
SELECT 'schema ' || quote_ident(nspname) AS object, oid::bigint AS oid, '' AS definition FROM schemas
UNION ALL
SELECT 'table ' || name, oid::bigint,
       concat_ws(' ', relkind::text, relpersistence::text, relrowsecurity::text, relforcerowsecurity::text, relispartition::text,
                 array_to_string(reloptions, ','), pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid))
FROM relations WHERE relkind IN ('r', 'p', 'f')
UNION ALL
SELECT CASE relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || name, oid::bigint,
       concat_ws(' ', array_to_string(reloptions, ','), pg_get_viewdef(oid))
FROM relations WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence ' || relations.name, relations.oid::bigint, (sequence.seqtypid, sequence.seqstart, sequence.seqincrement, sequence.seqmax,
       sequence.seqmin, sequence.seqcache, sequence.seqcycle)::text
FROM relations JOIN pg_sequence AS sequence ON sequence.seqrelid = relations.oid
UNION ALL
SELECT format('column %s.%I', relations.name, attname), attrelid::bigint * 10000 + attnum,
       concat_ws(' ', format_type(atttypid, atttypmod), (SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation
                 WHERE pg_collation.oid = attcollation AND collname <> 'default'),
                 CASE WHEN attnotnull THEN 'NOT NULL' END,
                 CASE attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
                 CASE WHEN attgenerated = '' THEN 'DEFAULT ' ELSE 'GENERATED AS ' END || pg_get_expr(adbin, adrelid))
FROM relations JOIN pg_attribute ON attrelid = relations.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relations.relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('constraint %I on %s', conname, relations.name), pg_constraint.oid::bigint,
       pg_get_constraintdef(pg_constraint.oid)
FROM relations JOIN pg_constraint ON conrelid = relations.oid WHERE contype <> 'n'
UNION ALL
SELECT 'index ' || relations.name, relations.oid::bigint, concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'INVALID' END)
FROM relations JOIN pg_index ON indexrelid = relations.oid
UNION ALL
SELECT format('trigger %I on %s', tgname, relations.name), pg_trigger.oid::bigint, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled::text)
FROM relations JOIN pg_trigger ON tgrelid = relations.oid WHERE NOT tgisinternal
UNION ALL
SELECT format('rule %I on %s', rulename, relations.name), pg_rewrite.oid::bigint, pg_get_ruledef(pg_rewrite.oid)
FROM relations JOIN pg_rewrite ON ev_class = relations.oid WHERE rulename <> '_RETURN'
UNION ALL
SELECT format('policy %I on %s', polname, relations.name), pg_policy.oid::bigint,
       concat_ws(' ', polcmd::text, polpermissive::text, polroles::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM relations JOIN pg_policy ON polrelid = relations.oid
UNION ALL
SELECT format('type %I.%I', schemas.nspname, typname), pg_type.oid::bigint,
       concat_ws(' ', typtype::text, format_type(nullif(typbasetype, 0), typtypmod), typnotnull::text, typdefault,
                 (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid))
FROM pg_type JOIN schemas ON schemas.oid = typnamespace
WHERE typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT 1 FROM of_extensions AS e WHERE e.classid = 'pg_type'::regclass AND e.objid = pg_type.oid)
UNION ALL
SELECT format('function %I.%I(%s)', schemas.nspname, proname, pg_get_function_identity_arguments(pg_proc.oid)), pg_proc.oid::bigint,
       CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(pg_proc.oid) ELSE prokind::text END
FROM pg_proc JOIN schemas ON schemas.oid = pronamespace
WHERE NOT EXISTS (SELECT 1 FROM of_extensions AS e WHERE e.classid = 'pg_proc'::regclass AND e.objid = pg_proc.oid)
UNION ALL
SELECT 'extension ' || quote_ident(extname), oid::bigint, extversion FROM pg_extension
";
