//! The types of columns, as far as they may be enums or domains.

use super::cursor::Cursor;
use crate::model::name::QualifiedName;

/// The first words of Postgres's own types, and of types of extensions that many tables have.
const KNOWN: &str = " abstime aclitem bigint bigserial bit bool boolean box bpchar bytea char character cidr circle citext date \
    datemultirange daterange dec decimal double float float4 float8 geography geometry halfvec hstore inet int int2 int2vector int4 \
    int4multirange int4range int8 int8multirange int8range integer interval json jsonb jsonpath line lseg ltree macaddr macaddr8 \
    money name national nchar numeric nummultirange numrange oid oidvector path pg_lsn point polygon real regclass regconfig \
    regnamespace regproc regprocedure regrole regtype serial serial2 serial4 serial8 setof smallint smallserial sparsevec text tid \
    time timestamp timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid \
    varbit varchar vector xid xid8 xml ";

/// The type that comes next, when it is none of the known ones.
pub fn own_type(mut cursor: Cursor) -> Option<QualifiedName> {
    let name = cursor.name()?;
    is_own(&name).then_some(name)
}

/// Whether the type is none of the known ones.
pub fn is_own(name: &QualifiedName) -> bool {
    let is_known = KNOWN.contains(&format!(" {} ", name.name));
    let is_catalog = |schema: &crate::model::name::Identifier| schema.as_str() == "pg_catalog";
    !is_known && !name.schema.as_ref().is_some_and(is_catalog)
}
