"""Databases for measured runs: the prepared world once, then a fresh copy of it for each side of each round.

On SQLite the folder with database and keys is copied; on PostgreSQL the database is made from a template, on the
server of DATABASE_URL, whose role must be allowed to create databases.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
# Our modules need Django set up before they are imported.
START = "import sys, importlib, django; django.setup(); importlib.import_module(sys.argv[1]).main(*sys.argv[2:])"
LONGEST_SECONDS = 1_800
LIMITS = {  # the benchmark is larger than what an office may upload
    "IMPORT_MAX_ROWS": "1000000",
    "IMPORT_MAX_MB": "100",
    "IMPORT_APPROVAL_ROWS": "0",
}


class RunFailed(Exception):
    """A measured process ended with a fault; the message is its last line."""


class House:
    """One portal: a folder with its keys and files, and a database."""

    def __init__(self, folder: Path, url: str):
        self.folder, self.url = folder, url
        self.env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.env |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "SULAM_VAR": str(folder), **LIMITS}
        if url:
            self.env["DATABASE_URL"] = url

    def command(self, module: str, *arguments: str) -> list[str]:
        """Return the command that runs `main` of one of our modules in this portal."""
        return [sys.executable, "-c", START, f"benchmarks.{module}", *arguments]

    def call(self, module: str, *arguments: str) -> str:
        """Run it and return what it printed. Raises RunFailed."""
        try:
            done = subprocess.run(  # noqa: S603  our own module
                self.command(module, *arguments),
                cwd=ROOT,
                env=self.env,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RunFailed(f"Not done after {LONGEST_SECONDS} s: {' '.join(arguments[:1])}.") from None
        if done.returncode:
            raise RunFailed((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
        return done.stdout

    def run(self, variant: str, file: Path) -> dict[str, Any]:
        """Run one measured variant and return its report."""
        return json.loads(self.call("runs", variant, str(file)))

    def analyze(self) -> None:
        """Bring the planner's statistics up to date, which the server does by itself a minute after a large write."""
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")


class Street:
    """Makes houses of one kind of database."""

    def __init__(self, folder: Path, server: str = ""):
        self.folder, self.server, self.count = folder, server, 0
        self.template = House(folder / "template", self._url("bench_template"))
        self.template.folder.mkdir(parents=True)

    def prepare(self, module: str = "prepare", *arguments: str) -> None:
        """Make the world once."""
        if self.server:
            self._execute("CREATE DATABASE {}", "bench_template")
        self.template.call(module, *arguments)

    @contextmanager
    def house(self) -> Iterator[House]:
        """Yield a fresh copy of the world and remove it afterwards."""
        self.count += 1
        name = f"bench_{self.count}"
        house = House(self.folder / name, self._url(name))
        shutil.copytree(self.template.folder, house.folder)
        if self.server:
            self._execute("CREATE DATABASE {} TEMPLATE bench_template", name)
        try:
            yield house
        finally:
            shutil.rmtree(house.folder)
            if self.server:
                self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        """Remove the template; the caller removes the folder."""
        if self.server:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", "bench_template")

    def version(self) -> str:
        """Return the name and version of the database."""
        if not self.server:
            import sqlite3

            return f"SQLite {sqlite3.sqlite_version}"
        with psycopg.connect(self.server) as connection:
            return f"PostgreSQL {connection.info.server_version // 10_000}.{connection.info.server_version % 10_000}"

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}")) if self.server else ""

    def _execute(self, statement: str, name: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
