#!/usr/bin/env bash
# Times the replay of the incident's migrations on one Postgres: laneset's, which also compares, beside psql's, which only runs them.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${LANESET_BENCH_RUNS:-20}
times=$PWD/ci/bench/times.py
source ci/throwaway-postgres.sh

cargo build --release --locked --quiet
laneset=$PWD/target/release/laneset
start_postgres
up=$postgres_folder/up
mkdir "$up"
cd tests/repos/incident
files=()
for migration in db/migrations/*.sql; do
  # What dbmate runs of it, in a transaction of its own.
  part=$up/$(basename "$migration")
  { echo "BEGIN;"; sed -n '/^-- migrate:up/,/^-- migrate:down/p' "$migration"; echo "COMMIT;"; } >"$part"
  files+=(-f "$part")
done
psql="dropdb --if-exists replay; createdb replay && psql -q -d replay ${files[*]}"
echo "${#files[@]} arguments: $(ls db/migrations | wc -l) migrations"
python3 "$times" "$rounds" \
  "laneset=$laneset verify --shadow --database-url postgres://$PGUSER@localhost/$PGDATABASE?host=$PGHOST --select migrations-drift" \
  "psql=bash -c '$psql'"
