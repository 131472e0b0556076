#!/bin/sh
# Run a command with DATABASE_URL of a throw-away PostgreSQL: postgres.sh COMMAND [ARGUMENT...]
# The cluster lives in a temporary folder, listens on a free port of 127.0.0.1 only, and is removed at the end. The
# portal's role may create databases but is no superuser, as in production.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

bin=$(postgres_bin) || die "PostgreSQL tidak ditemukan."
password=$(random_secret)
port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
work=$(mktemp -d /tmp/sulam-postgres.XXXXXX)

# PostgreSQL refuses to run as root; its own Debian user runs it then, or else nobody.
as_owner() {
    (
        cd "$work"
        if [ "$(id -u)" = 0 ]; then runuser -u "$owner" -- "$@"; else "$@"; fi
    )
}

stop() {
    trap '' INT TERM HUP
    as_owner "$bin/pg_ctl" -D "$work/data" -m immediate -s stop || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

printf '%s\n' "$password" >"$work/password"
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    chown -R "$owner" "$work"
fi
as_owner "$bin/initdb" -D "$work/data" -U postgres -A scram-sha-256 --pwfile "$work/password" \
    -E UTF8 --locale C.UTF-8 --no-sync >"$work/initdb.log" || die "initdb gagal: $(cat "$work/initdb.log")"
as_owner "$bin/pg_ctl" -D "$work/data" -l "$work/data/server.log" -s -w -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start ||
    die "PostgreSQL gagal dijalankan: $(cat "$work/data/server.log")"
PGPASSWORD=$password "$bin/psql" -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres postgres <<SQL
CREATE ROLE sulam LOGIN CREATEDB PASSWORD '$password';
CREATE DATABASE sulam OWNER sulam;
SQL

printf '%s\n' "$("$bin/postgres" --version)"
export DATABASE_URL="postgresql://sulam:$password@127.0.0.1:$port/sulam"
"$@"
