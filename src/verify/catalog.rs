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
    /// The object that it comes and goes with, by name: a column's table, the constraint of a primary key's index.
    whole: Option<String>,
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
                whole: row.try_get("whole")?,
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

    /// The objects that another database does not have, or has otherwise, by name; of one that it does not have at all, not each part.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let all: BTreeSet<&String> = self.objects.keys().chain(other.objects.keys()).collect();
        let differing = all
            .into_iter()
            .filter(|object| self.definition(object) != other.definition(object));
        let differing = differing.filter(|object| !self.goes_with_its_whole(object, other));
        differing.cloned().collect()
    }

    /// Whether only one of both has the object, and neither all that it is a part of.
    fn goes_with_its_whole(&self, object: &str, other: &Self) -> bool {
        let is_gone = |here: &Self, there: &Self| {
            let part = here.objects.get(object);
            let whole = part.and_then(|part| part.whole.as_ref());
            !there.objects.contains_key(object)
                && whole.is_some_and(|whole| !there.objects.contains_key(whole))
        };
        is_gone(self, other) || is_gone(other, self)
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
        changes.retain(|(object, _)| !self.goes_with_its_whole(object, later));
        changes.sort();
        changes
    }
}

/// A row an object: what it is called, its number, what defines it, and the object that it goes with. Comments, owners and privileges are not
/// looked at; a NOT NULL is a column's, though Postgres 18 counts it among the constraints, under a name that a dump may lack.
const OBJECTS: &str = r"
WITH schemas AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
-- What comes with an extension, or with another object: the functions of a range.
implied AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e' OR (deptype = 'i' AND classid = 'pg_proc'::regclass)
),
relations AS (
    SELECT relation.*, format('%I.%I', schemas.nspname, relation.relname) AS name
    FROM pg_class AS relation JOIN schemas ON schemas.oid = relation.relnamespace
    WHERE NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_class'::regclass AND e.objid = relation.oid)
)
SELECT 'schema ' || quote_ident(nspname) AS object, oid::bigint AS oid, '' AS definition, NULL AS whole FROM schemas
UNION ALL
SELECT 'table ' || name, oid::bigint,
       concat_ws(' ', relkind::text, relpersistence::text, relrowsecurity::text, relforcerowsecurity::text, relispartition::text,
                 array_to_string(reloptions, ','), pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid),
                 (SELECT 'INHERITS ' || string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = oid),
                 CASE WHEN relreplident <> 'd' THEN 'REPLICA IDENTITY ' || relreplident::text END,
                 (SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = oid AND indisreplident)), NULL
FROM relations WHERE relkind IN ('r', 'p', 'f')
UNION ALL
SELECT CASE relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || name, oid::bigint,
       concat_ws(' ', array_to_string(reloptions, ','), pg_get_viewdef(oid)), NULL
FROM relations WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence ' || relations.name, relations.oid::bigint, (sequence.seqtypid, sequence.seqstart, sequence.seqincrement, sequence.seqmax,
       sequence.seqmin, sequence.seqcache, sequence.seqcycle)::text,
       (SELECT 'table ' || owner.name FROM pg_depend JOIN relations AS owner ON owner.oid = refobjid
        WHERE classid = 'pg_class'::regclass AND objid = relations.oid AND deptype IN ('a', 'i') LIMIT 1)
FROM relations JOIN pg_sequence AS sequence ON sequence.seqrelid = relations.oid
UNION ALL
SELECT format('column %s.%I', relations.name, attname), attrelid::bigint * 10000 + attnum,
       concat_ws(' ', format_type(atttypid, atttypmod), (SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation
                 WHERE pg_collation.oid = attcollation AND collname <> 'default'),
                 CASE WHEN attnotnull THEN 'NOT NULL' END,
                 (SELECT 'STORAGE ' || attstorage::text FROM pg_type WHERE pg_type.oid = atttypid AND typstorage <> attstorage),
                 nullif('COMPRESSION ' || attcompression::text, 'COMPRESSION '),
                 CASE attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
                 CASE WHEN attgenerated = '' THEN 'DEFAULT ' ELSE 'GENERATED AS ' END || pg_get_expr(adbin, adrelid)),
       'table ' || relations.name
FROM relations JOIN pg_attribute ON attrelid = relations.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relations.relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('constraint %I on %s', conname, relations.name), pg_constraint.oid::bigint,
       pg_get_constraintdef(pg_constraint.oid), 'table ' || relations.name
FROM relations JOIN pg_constraint ON conrelid = relations.oid WHERE contype <> 'n'
UNION ALL
SELECT 'index ' || relations.name, relations.oid::bigint, concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'INVALID' END),
       coalesce((SELECT format('constraint %I on %s', conname, owner.name) FROM pg_constraint
                 WHERE conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u', 'x')),
                CASE owner.relkind WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || owner.name)
FROM relations JOIN pg_index ON indexrelid = relations.oid JOIN relations AS owner ON owner.oid = indrelid
UNION ALL
SELECT format('trigger %I on %s', tgname, relations.name), pg_trigger.oid::bigint, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled::text),
       'table ' || relations.name
FROM relations JOIN pg_trigger ON tgrelid = relations.oid WHERE NOT tgisinternal
UNION ALL
SELECT format('rule %I on %s', rulename, relations.name), pg_rewrite.oid::bigint, pg_get_ruledef(pg_rewrite.oid), 'table ' || relations.name
FROM relations JOIN pg_rewrite ON ev_class = relations.oid WHERE rulename <> '_RETURN'
UNION ALL
SELECT format('policy %I on %s', polname, relations.name), pg_policy.oid::bigint,
       concat_ws(' ', polcmd::text, polpermissive::text,
                 (SELECT string_agg(coalesce(quote_ident(rolname), 'PUBLIC'), ',' ORDER BY rolname) FROM unnest(polroles) AS role
                  LEFT JOIN pg_roles ON pg_roles.oid = role),
                 pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)),
       'table ' || relations.name
FROM relations JOIN pg_policy ON polrelid = relations.oid
UNION ALL
SELECT format('statistics %I.%I', schemas.nspname, stxname), pg_statistic_ext.oid::bigint, pg_get_statisticsobjdef(pg_statistic_ext.oid),
       'table ' || relations.name
FROM pg_statistic_ext JOIN schemas ON schemas.oid = stxnamespace JOIN relations ON relations.oid = stxrelid
UNION ALL
SELECT format('type %I.%I', schemas.nspname, typname), pg_type.oid::bigint,
       concat_ws(' ', typtype::text, format_type(nullif(typbasetype, 0), typtypmod), typnotnull::text, typdefault,
                 (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid),
                 (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
                  FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped),
                 (SELECT concat_ws(' ', format_type(rngsubtype, NULL), rngcollation::regcollation, rngcanonical, rngsubdiff)
                  FROM pg_range WHERE rngtypid = pg_type.oid)), NULL
FROM pg_type JOIN schemas ON schemas.oid = typnamespace
WHERE (typtype IN ('e', 'd', 'r') OR EXISTS (SELECT 1 FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c'))
  AND NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_type'::regclass AND e.objid = pg_type.oid)
UNION ALL
SELECT format('constraint %I on type %s', conname, format_type(contypid, NULL)), pg_constraint.oid::bigint, pg_get_constraintdef(pg_constraint.oid),
       'type ' || format('%I.%I', schemas.nspname, typname)
FROM pg_constraint JOIN pg_type ON pg_type.oid = contypid JOIN schemas ON schemas.oid = typnamespace
WHERE contype <> 'n' AND NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_type'::regclass AND e.objid = contypid)
UNION ALL
SELECT format('function %I.%I(%s)', schemas.nspname, proname, pg_get_function_identity_arguments(pg_proc.oid)), pg_proc.oid::bigint,
       CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(pg_proc.oid)
            ELSE concat_ws(' ', prokind::text, (
                SELECT concat_ws(' ', aggkind, aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn,
                                 aggfinalextra, aggfinalmodify, aggsortop::regoperator, format_type(aggtranstype, NULL), aggtransspace, agginitval)
                FROM pg_aggregate WHERE aggfnoid = pg_proc.oid)) END, NULL
FROM pg_proc JOIN schemas ON schemas.oid = pronamespace
WHERE NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_proc'::regclass AND e.objid = pg_proc.oid)
UNION ALL
SELECT format('operator %I.%s(%s)', schemas.nspname, oprname, concat_ws(',', format_type(nullif(oprleft, 0), NULL), format_type(oprright, NULL))),
       pg_operator.oid::bigint,
       concat_ws(' ', oprcode, nullif(oprcom, 0)::regoperator, nullif(oprnegate, 0)::regoperator, oprrest, oprjoin, oprcanmerge, oprcanhash), NULL
FROM pg_operator JOIN schemas ON schemas.oid = oprnamespace
WHERE NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_operator'::regclass AND e.objid = pg_operator.oid)
UNION ALL
SELECT 'event trigger ' || quote_ident(evtname), oid::bigint, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, array_to_string(evttags, ',')), NULL
FROM pg_event_trigger
WHERE NOT EXISTS (SELECT 1 FROM implied AS e WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = pg_event_trigger.oid)
UNION ALL
SELECT 'publication ' || quote_ident(pubname), oid::bigint,
       concat_ws(' ', to_jsonb(pg_publication) - ARRAY['oid', 'pubname', 'pubowner'],
                 (SELECT string_agg(prrelid::regclass::text, ',' ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = pg_publication.oid)),
       NULL
FROM pg_publication
UNION ALL
SELECT 'extension ' || quote_ident(extname), oid::bigint, extversion, NULL FROM pg_extension
";
