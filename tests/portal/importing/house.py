"""Portals with real commits: processes that may die, each portal on a database and in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[3]
NURSERY = "import django; django.setup(); from tests.portal.importing import crashing; crashing.serve()"
ON_POSTGRESQL = urlsplit(os.environ.get("DATABASE_URL", "")).scheme in {"postgres", "postgresql"}


class Nursery:
    """A process that has Django at hand and forks one for each call: starting Django takes longer than the calls."""

    def __init__(self, folder: Path):
        env = os.environ | {"SULAM_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: dict[str, Any]) -> int:
        """Run one call and return its exit code, -9 for a killed one."""
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass(frozen=True)
class House:
    """Files and SQLite in `folder`; on PostgreSQL the database `name` on the server of the suite."""

    nursery: Nursery
    folder: Path
    name: str

    @classmethod
    def new(cls, nursery: Nursery, folder: Path) -> Self:
        """Return one that is not built yet, on the kind of database that the suite runs on."""
        return cls(nursery, folder, f"sulam_{uuid.uuid4().hex}" if ON_POSTGRESQL else str(folder / "sulam.sqlite3"))

    def build(self, model: Self | None = None) -> Self:
        """Make it, empty or like another one in which nobody is at work."""
        if model:
            shutil.copytree(model.folder, self.folder)
        else:
            self.folder.mkdir()
        if ON_POSTGRESQL:
            template = model.name if model else "template1"
            _tell_server("CREATE DATABASE {} TEMPLATE {}", self.name, template)
        return self

    def remove(self) -> None:
        """Leave nothing behind, whoever still holds on to it."""
        if ON_POSTGRESQL:
            # Not WITH (FORCE): that would also end autovacuum, which is the server's own and no business of this role.
            # A plain DROP asks it to go and waits for it; what the dead process left behind is ours to end.
            ended = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
            )
            _tell_server(ended, values=[self.name])
            _tell_server("DROP DATABASE IF EXISTS {}", self.name)
        shutil.rmtree(self.folder)

    @contextmanager
    def copied(self, name: str) -> Iterator[Self]:
        """Lend a copy in a folder beside this one."""
        copy = self.new(self.nursery, self.folder.with_name(name)).build(self)
        try:
            yield copy
        finally:
            copy.remove()

    def run(self, call: str, *args: Any, ends: int = 0) -> list[Any]:
        """Run a function of `crashing` in a process and return what it said; it must end with code `ends`."""
        said = self.folder / "said"
        order = {"call": call, "args": args, "said": str(said), "database": self.name, "files": str(self.folder)}
        code, text = self.nursery.run(order), said.read_text()
        assert code == ends, text
        return [json.loads(line) for line in text.splitlines()]


def _tell_server(statement: str, *names: str, values: Sequence[Any] = ()) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values or None)
