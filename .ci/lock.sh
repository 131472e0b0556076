#!/bin/sh
# Write the lock files from the requirement files: every version, direct or not, with the registry's hashes.
# Machine settings of pip (extra indexes, local wheel folders) are left out: their hashes would be true here only.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL PIP_CONSTRAINT
export PIP_CONFIG_FILE=/dev/null
export CUSTOM_COMPILE_COMMAND="make lock"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$(find_python)
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pip-tools==7.6.2

# What tests run with is what users run with: the development lock may add to the runtime lock, never differ from it.
compile() {
    "$work/venv/bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras --annotation-style line \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file "$@"
}
compile requirements-build.lock requirements-build.txt
compile requirements.lock requirements.txt
compile requirements-dev.lock --constraint requirements.lock requirements-dev.txt
