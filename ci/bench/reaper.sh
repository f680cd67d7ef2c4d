#!/usr/bin/env bash
# Times the reaper on a Postgres of its own, beside the rescue statements of other queues, and prints medians and ratios.
#   bash ci/bench/reaper.sh [idle] [backlog] [heartbeats]     one part, or all: about 15 minutes and 5 GB of disk
set -euo pipefail
cd "$(dirname "$0")/../.."
source ci/throwaway-postgres.sh

cargo build --release --locked --quiet --example bench-reaper
start_postgres \
  -c shared_buffers=1GB -c max_wal_size=8GB -c checkpoint_timeout=30min -c autovacuum=off \
  -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.track=all
target/release/examples/bench-reaper "postgres://$PGUSER@localhost/$PGDATABASE?host=$PGHOST" "$@"
