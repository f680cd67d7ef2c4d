#!/usr/bin/env bash
# The one test command: sets up what a fresh machine lacks, then formats, lints, tests, and checks this repository with itself.
set -euo pipefail
cd "$(dirname "$0")/.."

bash ci/setup.sh

echo "== format"
cargo fmt --all -- --check
echo "== lint"
cargo clippy --all-targets --locked -- -D warnings
echo "== test"
cargo nextest run --locked --no-fail-fast
echo "== laneset check, on this repository"
cargo run --quiet --locked -- check
echo "== laneset verify, on this repository"
cargo run --quiet --locked -- verify
echo "== laneset generate, on this repository: nothing to change"
cargo run --quiet --locked -- generate --check
