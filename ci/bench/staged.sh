#!/usr/bin/env bash
# Times `laneset check --staged` as a pre-commit hook runs it, on a repository of 1,000 migrations and 300 files of source that it makes
# itself, with one file staged and another changed and not staged; beside it what git takes to say what is staged, and a search.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${LANESET_BENCH_RUNS:-20}
repository=$PWD/ci/bench/work/staged
times=$PWD/ci/bench/times.py
cargo build --release --locked --quiet
laneset=$PWD/target/release/laneset
rm -rf "$repository"
python3 ci/bench/repository.py "$repository" 300 3000000
python3 ci/bench/migrations.py "$repository" 1000
cd "$repository"
git init -q
git add .
git -c user.name=a -c user.email=a@example.com commit -qm one
echo "-- More to come." >>db/migrations/20240000000998_thing_998.sql
git add .
echo "// More to come." >>reaper.ts
"$laneset" check --staged
python3 "$times" "$rounds" "laneset=$laneset check --staged" "unstaged=$laneset check" "status=git status --porcelain" \
  "diff=git diff --cached --name-only" "rg=rg -n kind ."
