#!/usr/bin/env bash
# The oracles and the chaos for longer than a run of the tests has, and from another seed, which is printed: for the night.
#   LANESET_CASES: how many cases each oracle tries   LANESET_SEED: from where   LANESET_CHAOS_SECONDS: how long the fleet is killed at
set -euo pipefail
cd "$(dirname "$0")/.."
bash ci/setup.sh
export LANESET_CASES=${LANESET_CASES:-3000}
export LANESET_SEED=${LANESET_SEED:-$((RANDOM * 32768 + RANDOM))}
export LANESET_CHAOS_SECONDS=${LANESET_CHAOS_SECONDS:-600}
echo "== seed $LANESET_SEED"
cargo nextest run --locked --no-fail-fast --success-output final -E 'test(postgres::) | test(properties::) | test(chaos::)'
