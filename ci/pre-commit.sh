#!/usr/bin/env bash
# Tries the hook of .pre-commit-hooks.yaml with pre-commit itself, in a repository of its own: a commit that drifts is refused with the
# reason, whatever else the working tree holds, and a mended one passes. Usage: ci/pre-commit.sh LANESET
#
# The hook's language is `rust`: pre-commit builds laneset from its repository. That takes minutes; here the hook differs in that one line,
# `language: system`, and runs the program that is named.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1")
pre_commit=$PWD/ci/tools/venv/bin/pre-commit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nothing of whoever runs this, nor of a hook that runs it.
unset "${!GIT_@}" LANESET_CONFIG LANESET_OUTPUT_FORMAT
export HOME=$work PRE_COMMIT_HOME=$work/cache GIT_CONFIG_NOSYSTEM=1
git config --global user.name somebody
git config --global user.email somebody@example.com
git config --global init.defaultBranch main
mkdir "$work/bin"
ln -s "$program" "$work/bin/laneset"
export PATH=$work/bin:$PATH

"$pre_commit" validate-manifest .pre-commit-hooks.yaml
[ "$(grep -c '^  language: rust$' .pre-commit-hooks.yaml)" = 1 ]
mkdir "$work/hooks"
sed 's/^  language: rust$/  language: system/' .pre-commit-hooks.yaml >"$work/hooks/.pre-commit-hooks.yaml"
(cd "$work/hooks" && git init -q && git add . && git commit -qm one && git tag v1)

repository=$work/repository
cp -R tests/rules/query-drift/green "$repository"
cd "$repository"
query=internal/tasks/retry.go
git init -q
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $work/hooks
    rev: v1
    hooks:
      - id: laneset
YAML
"$pre_commit" install >/dev/null

fails() { echo "ci/pre-commit.sh: $1" >&2; cat "$work/said" >&2; exit 1; }
commits() { git commit -qm "$1" >"$work/said" 2>&1; }
git add .
commits one || fails "the first commit, in which nothing is wrong, was refused"
grep -q 'laneset check.*Passed' "$work/said" || fails "the hook did not run"

sed -i "s/'thumbnail', 'index', 'geocode'/'thumbnail', 'index'/" "$query"
git add .
git show "HEAD:$query" >"$query" # mended, and not staged
echo "-- no migration yet" >db/migrations/002_untracked.sql
if commits two; then fails "a commit that drifts passed"; fi
grep -q "error\[query-drift\].*'geocode' is missing" "$work/said" || fails "it was refused without the reason"
grep -q "$query:16" "$work/said" || fails "it was refused without the place"
grep -q "'geocode'" "$query" || fails "what was not staged is gone"
[ "$(git rev-list --count HEAD)" = 1 ]

git rm -qf --cached "$query"
if commits two; then fails "a commit that only deletes a declared file passed"; fi
grep -q 'error\[site-missing\]' "$work/said" || fails "the deletion was refused without the reason"

sed -i 's/the oldest first/the oldest one first/' "$query"
git add "$query"
echo "nonsense" >laneset.toml # not staged
commits two || fails "a mended commit was refused"
[ "$(git rev-list --count HEAD)" = 2 ]
[ "$(cat laneset.toml)" = nonsense ]
git restore laneset.toml
"$pre_commit" run --all-files >"$work/said" 2>&1 || fails "pre-commit run --all-files failed"
echo "pre-commit $("$pre_commit" --version | cut -d' ' -f2): refused what drifts, passed what is mended"
