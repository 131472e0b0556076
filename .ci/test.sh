#!/bin/sh
# Everything `make test` checks, in order; the first failure ends it with its own exit code. What needs packages that
# only root can install is skipped with its reason; SULAM_NO_SKIP=1 (CI) turns each skip into a failure.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

python=.venv/bin/python
test_environment

step() {
    printf '\n== %s\n' "$*"
}

# need COMMAND PACKAGE WHAT: true when COMMAND finds it, if need be after installing the Debian PACKAGE.
need() {
    "$1" >/dev/null || { apt_install "$2" && "$1" >/dev/null; } && return
    [ -z "${SULAM_NO_SKIP:-}" ] || die "$2 tidak ada, padahal SULAM_NO_SKIP melarang melewati: $3."
    skipped="$skipped
!! DILEWATI (skipped): $3, karena $2 tidak terpasang dan tidak dapat dipasang di sini.
!!   Obatnya: jalankan sebagai root, atau minta administrator: apt-get install $2"
    return 1
}

# suite NAME TITLE COMMAND...: run tests with a data folder of their own. Skips are told before each run, because
# the last run's closing lines must be the last output.
suite() {
    [ -z "$skipped" ] || printf '%s\n' "$skipped"
    step "$2"
    mkdir "$work/$1"
    export SULAM_VAR="$work/$1"
    shift 2
    "$@"
}

skipped=""
postgres=yes browser=yes
need postgres_bin postgresql "uji di PostgreSQL" || postgres=no
need find_chromium chromium "uji peramban" || browser=no
need find_soffice libreoffice-calc-nogui "membuka buku kerja di LibreOffice" || true

step "Gaya kode (ruff)"
$python -m ruff check .
$python -m ruff format --check .

step "Setelan produksi (check --deploy)"
env SULAM_ENV=production ALLOWED_HOSTS=sulam.example DATABASE_URL=postgresql://sulam@127.0.0.1/sulam \
    SECRET_KEY="$(random_secret)" SULAM_NIK_KEY="$(random_secret)" SULAM_NIK_INDEX_KEY="$(random_secret)" \
    $python manage.py check --deploy --fail-level WARNING

step "Migrasi lengkap"
$python manage.py makemigrations --check --dry-run

suite sqlite "Uji di SQLite" $python -m pytest -n auto -m "not e2e and not fuzz"
if [ "$postgres" = yes ]; then
    suite postgres "Uji yang sama di PostgreSQL" sh .ci/postgres.sh $python -m pytest -n auto -m "not e2e and not fuzz"
fi
if [ "$browser" = yes ]; then
    suite browser "Uji peramban (Chromium)" $python -m pytest -m e2e
fi
