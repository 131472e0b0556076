#!/bin/sh
# Make a virtual environment from nothing: venv.sh DIRECTORY [LOCK...]
# Every file that runs is checked against the lock's hashes, the installer and the builder too.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

directory=$1
shift
python=$(find_python)

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    apt_install "$package" || die "Modul venv belum terpasang. Minta administrator komputer menjalankan:" \
        "apt-get install $package (Python's venv module is missing.)"
fi

printf 'Menyiapkan %s dengan %s (beberapa menit, sekali saja)\n' "$directory" "$("$python" --version)"
"$python" -m venv --clear "$directory"
sh .ci/install.sh "$directory" requirements-build.lock "$@"
