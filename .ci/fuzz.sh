#!/bin/sh
# Damage files at random and send them through the upload page: FUZZ_FILES (2000) of them, for at most FUZZ_SECONDS
# (300). Arguments go to pytest. On PostgreSQL: sh .ci/postgres.sh sh .ci/fuzz.sh
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

database=${DATABASE_URL:-}
test_environment
[ -z "$database" ] || export DATABASE_URL="$database"
.venv/bin/python -m pytest -q -n auto -m fuzz tests/hostile/test_fuzz.py "$@"
