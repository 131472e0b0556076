"""Strict reading of the environment: a value that cannot be understood stops the start, it never becomes a default."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_WAL_SAFE = (3, 51, 3)  # older versions can corrupt a WAL database on reset, but for these back-ports:
SQLITE_WAL_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def env_text(name: str, default: str = "") -> str:
    """Return the variable as text, stripped."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool) -> bool:
    """Return True or False; raise ImproperlyConfigured for anything but `true`/`false`/`1`/`0`."""
    value = env_text(name).lower()
    if not value:
        return default
    if value not in {"true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in {"true", "1"}


def env_int(name: str, default: int) -> int:
    """Return a whole number; raise ImproperlyConfigured when it is not one."""
    value = env_text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return the comma-separated variable as a list without blanks."""
    value = env_text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def env_secret(name: str, *, keys_dir: Path, production: bool) -> str:
    """Return a secret from NAME, from the file in NAME_FILE, or (outside production) from `keys_dir`.

    The first run makes the missing file with mode 0600. Production never invents a secret: a key made in silence
    would be lost with the machine, and with it every NIK.
    """
    if value := env_text(name):
        return value
    if path := env_text(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="ascii").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from None
    if production:
        raise ImproperlyConfigured(f"{name} or {name}_FILE is required in production.")
    return _kept_secret(keys_dir / name.lower())


def _kept_secret(path: Path) -> str:
    """Return the secret in `path`, made once; O_EXCL lets two processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def sqlite_wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite has the fix of the WAL-reset corruption (3.51.3, back-ported to 3.50.7 and 3.44.6)."""
    if version >= SQLITE_WAL_SAFE:
        return True
    backport = SQLITE_WAL_BACKPORTS.get(tuple(version[:2]))
    return backport is not None and version[2] >= backport


def database(var_dir: Path) -> dict:
    """Return the DATABASES entry for DATABASE_URL, or the embedded SQLite in `var_dir`."""
    url = env_text("DATABASE_URL")
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///") if url else str(var_dir / "sulam.sqlite3")
        return _sqlite(path)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql:// or sqlite:///, not {parts.scheme}://.")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,  # sslmode and the like
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: str) -> dict:
    import sqlite3

    journal = "WAL" if sqlite_wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # IMMEDIATE: a transaction that reads and then writes waits its turn instead of failing at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # recursive_triggers: without it INSERT OR REPLACE walks around the append-only triggers.
            "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
        },
    }
