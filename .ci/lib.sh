# Shared by the scripts beside it; each of them sets `set -eu` and stands in the repository's root.

# Tell why nothing more can be done, and stop.
die() {
    printf 'sulam: %s\n' "$*" >&2
    exit 1
}

# Print the first Python that is new enough. PYTHON in the environment goes first.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    die "Perlu Python 3.11 atau lebih baru. Pasang dahulu: apt-get install python3 python3-venv" \
        "(Python 3.11 or newer is needed.)"
}

# Install Debian packages; false when that is not possible here. A failure prints apt's own reason.
apt_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    export DEBIAN_FRONTEND=noninteractive
    if [ -z "${apt_is_updated:-}" ]; then
        apt-get update -qq || return 1
        apt_is_updated=1
    fi
    printf 'Memasang paket Debian: %s\n' "$*"
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# Print the folder of the newest PostgreSQL server; false when there is none.
postgres_bin() {
    for initdb in $(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -rV) $(command -v initdb || true); do
        dirname "$initdb"
        return
    done
    return 1
}

find_chromium() {
    command -v chromium || command -v chromium-browser
}

find_soffice() {
    command -v soffice
}

# Print a random secret of 64 hexadecimal digits.
random_secret() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Leave the user's own portal alone: nothing of it in the environment, data in a temporary folder ($work).
test_environment() {
    unset DATABASE_URL SULAM_ENV HOST PORT
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    export SULAM_VAR="$work"
}
