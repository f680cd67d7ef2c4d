#!/usr/bin/env bash
# Holds db/schema.sql to what Postgres says after the migrations, and the embedded patches to the same, at three boots.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/throwaway-postgres.sh
start_postgres

# The part of a dbmate migration between the two directives.
up_section() { sed -e '0,/^-- migrate:up/d' -e '/^-- migrate:down/,$d' "$1"; }
run_sql() { psql -X -q -v ON_ERROR_STOP=1 -d "$1" -f - >/dev/null 2>"$postgres_folder/errors" || { cat "$postgres_folder/errors" >&2; return 1; }; }
# What the server knows of tables, columns, constraints and indexes, but for dbmate's own table.
catalog() {
  psql -X -q -A -t -d "$1" <<'SQL'
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
   AND c.relname <> 'schema_migrations' ORDER BY 2, 3;
SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migrations' ORDER BY conrelid::regclass::text, conname;
SELECT 'index', indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'public' AND tablename <> 'schema_migrations' ORDER BY 2;
SQL
}

createdb migrations; createdb dump; createdb patches
for migration in db/migrations/*.sql; do up_section "$migration" | run_sql migrations; done
run_sql dump < db/schema.sql
for boot in 1 2 3; do
  for patch in embedded_patches/*.sql; do run_sql patches < "$patch"; done
done
for other in dump patches; do
  diff <(catalog migrations) <(catalog "$other") || { echo "the $other and the migrations lead to different catalogs" >&2; exit 1; }
done
echo "migrations, db/schema.sql and three boots of the patches agree: $(catalog migrations | wc -l) catalog rows"
