#!/bin/sh
# Install lock files into a virtual environment: install.sh DIRECTORY LOCK...
# --no-build-isolation: what comes as source is built by the pinned builder, not by one fetched unchecked.
set -eu
cd "$(dirname "$0")/.."

directory=$1
shift
for lock in "$@"; do
    printf 'Memasang %s ...\n' "$lock"
    "$directory/bin/python" -m pip install -qq --require-hashes --no-build-isolation -r "$lock"
done
