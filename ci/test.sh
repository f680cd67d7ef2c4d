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
# The binary that the tests ran: `cargo run` would build the dependencies once more, with other features.
laneset="${CARGO_TARGET_DIR:-target}/debug/laneset"
echo "== laneset check, on this repository"
"$laneset" check
echo "== laneset verify, on this repository"
"$laneset" verify
echo "== laneset generate, on this repository: nothing to change"
"$laneset" generate --check
echo "== the hook, under pre-commit"
bash ci/pre-commit.sh "$laneset"
echo "== a new user's first commits"
bash ci/new-user.sh "$laneset"
