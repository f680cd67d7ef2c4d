# Source this: `start_postgres [OPTION...]` starts a throwaway server on a socket of its own and exports PGHOST, PGUSER and PGDATABASE;
# it is stopped and removed when the script ends. As root, the server runs as an ordinary user, as Postgres demands.

start_postgres() {
  local bin
  bin=$(dirname "$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
  PATH="$bin:$PATH"
  postgres_folder=$(mktemp -d)
  chmod 755 "$postgres_folder"
  run_as=()
  if [ "$(id -u)" = 0 ]; then
    local user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    run_as=(runuser -u "$user" --)
    chown "$user" "$postgres_folder"
  fi
  trap stop_postgres EXIT
  "${run_as[@]}" "$bin/initdb" -D "$postgres_folder/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null
  "${run_as[@]}" "$bin/pg_ctl" -D "$postgres_folder/data" -w -l "$postgres_folder/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$postgres_folder' -c fsync=off $*" start >/dev/null
  export PGHOST="$postgres_folder" PGUSER=postgres PGDATABASE=postgres
}

stop_postgres() {
  "${run_as[@]}" pg_ctl -D "$postgres_folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$postgres_folder"
}
