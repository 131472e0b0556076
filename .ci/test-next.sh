#!/bin/sh
# Run the suite on the newest Python found and the newest Django of the registry, to see what is coming.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

for minor in 19 18 17 16 15 14 13 12; do
    if "python3.$minor" --version >/dev/null 2>&1; then
        PYTHON=python3.$minor
        export PYTHON
        break
    fi
done

test_environment
sh .ci/venv.sh .venv-next
pip=".venv-next/bin/python -m pip install -qq --no-build-isolation"
$pip --upgrade Django
django=$(.venv-next/bin/python -m django --version)

# The newest Django is pinned, so that a library which cannot follow stops this here instead of holding Django back.
# [compat] brings the task API of Django 6 to Django 5.2 only.
sed -e "s/^Django==.*/Django==$django/" -e 's/\[compat\]//' requirements.txt >"$work/requirements.txt"
grep -v '^-r ' requirements-dev.txt >>"$work/requirements.txt"
$pip -r "$work/requirements.txt"

printf '\n== %s, Django %s\n' "$(.venv-next/bin/python --version)" "$django"
# What will be removed one day is listed at the end; only what is broken today fails.
.venv-next/bin/python -m pytest -n auto -m "not e2e and not fuzz" -W default::DeprecationWarning -W default::PendingDeprecationWarning
