#!/usr/bin/env bash
# What somebody meets who has never seen laneset: an empty repository with three migrations, `laneset init`, a hook, a commit that drifts and
# is refused with the reason, `check --fix`, a commit that passes. Fails where a step goes another way.
# Usage: ci/new-user.sh [LANESET], the binary, which is otherwise the one that cargo built last for debugging.
set -euo pipefail
cd "$(dirname "$0")/.."

laneset=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/debug/laneset}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As `cargo install` would leave it; and no settings but git's own, so that nobody's hooks or signatures take part.
mkdir "$folder/bin" "$folder/repository"
ln -s "$laneset" "$folder/bin/laneset"
export PATH="$folder/bin:$PATH"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
unset "${!LANESET_@}" "${!GITHUB_@}" "${!DBMATE_@}" GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
cd "$folder/repository"

# expect CODE TEXT COMMAND…: the command exits with that code and says that text.
expect() {
  local wanted=$1 text=$2 code=0 said
  shift 2
  said=$("$@" 2>&1) || code=$?
  if [ "$code" != "$wanted" ] || [[ $said != *"$text"* ]]; then
    printf 'new user: `%s` exited with %s, not %s, or did not say `%s`:\n%s\n' "$*" "$code" "$wanted" "$text" "$said" >&2
    exit 1
  fi
}

git init -q -b main
mkdir -p db/migrations src
cat > db/migrations/20260401090000_mails.sql <<'SQL'
-- migrate:up
CREATE TABLE public.mails (
    id bigint PRIMARY KEY,
    kind text NOT NULL,
    status text NOT NULL,
    beat_at timestamptz
);

-- migrate:down
DROP TABLE public.mails;
SQL
cat > db/migrations/20260402090000_mails_kinds.sql <<'SQL'
-- migrate:up
ALTER TABLE public.mails ADD CONSTRAINT mails_kind_check CHECK (kind IN ('receipt', 'digest', 'invite', 'alert'));

-- migrate:down
ALTER TABLE public.mails DROP CONSTRAINT mails_kind_check;
SQL
cat > db/migrations/20260403090000_mails_in_flight.sql <<'SQL'
-- migrate:up
CREATE INDEX idx_mails_in_flight ON public.mails (beat_at) WHERE status = 'sending' AND kind IN ('receipt', 'digest');

-- migrate:down
DROP INDEX public.idx_mails_in_flight;
SQL
cat > src/stuck.py <<'PY'
def stuck_mails(db):
    return db.execute(
        "SELECT id FROM mails WHERE status = 'sending' AND kind IN ('receipt', 'digest')"
        " AND beat_at < now() - interval '2 minutes'"
    )
PY

echo "new user: a manifest"
expect 2 "laneset init" laneset check
expect 0 "No drift." laneset init
expect 0 "1 query" laneset check
grep -q '"receipt", "digest"' laneset.toml

echo "new user: a hook, and a commit that passes"
expect 0 "runs \`laneset check --staged\` before each commit from now on" laneset hook install
git add -A
expect 0 "3 migrations" git commit -m "Govern the mails in flight"

echo "new user: a commit that drifts is refused"
sed -i "s/'digest')\"/'digest', 'alert')\"/; s/2 minutes/5 minutes/" src/stuck.py
git add -A
expect 1 "src/stuck.py:3:" git commit -m "Look for alerts too"
expect 1 "error[query-drift]" git commit -m "Look for alerts too"
expect 1 "'alert' is not declared" git commit -m "Look for alerts too"
expect 1 "1 fixable with \`laneset check --fix\`" git commit -m "Look for alerts too"
[ "$(git rev-list --count HEAD)" = 1 ]

echo "new user: what is found is mended, and the commit passes"
expect 1 "+++ b/src/stuck.py" laneset check --fix --diff
expect 1 "Found 1 error" laneset check
expect 0 "Fixed 1 finding." laneset check --fix
grep -q "kind IN ('receipt', 'digest')\"" src/stuck.py
git add -A
expect 0 "No drift." git commit -m "Look for older mails"
grep -q "5 minutes" src/stuck.py

echo "new user: the set is widened, everywhere"
expect 0 "new      db/migrations/" laneset widen in-flight alert
grep -q "'digest', 'alert')\"" src/stuck.py
git add -A
expect 0 "4 migrations" git commit -m "Look for alerts too, and index them"
echo "new user: every step went as it should"
