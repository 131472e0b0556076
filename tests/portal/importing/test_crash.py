"""kill -9 in the middle of an apply: nothing half-written, the batch says so, a second try succeeds.

Real commits are needed, so this runs the command line doors in processes of their own, on a database of their own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.samples import FILES, FOUNDING

ROOT = Path(__file__).resolve().parents[3]
CLEAN = str(FILES / "peserta-clumprit-2025.xlsx")

# Applies the sample and is killed by its own hand at the N-th statement that writes.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
left = int(sys.argv[1])
def count(execute, sql, params, many, context):
    global left
    if sql.startswith(("INSERT INTO \\"participants", "INSERT INTO \\"portal_auditevent")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(count):
    options = ["--as", "operator.pagelaran", "--training", sys.argv[3], "--apply"]
    call_command("import_workbook", "participants", sys.argv[2], *options)
"""
STATE = """
import django
django.setup()
from participants.models import Enrolment, Person
from portal.actions.jobs import sweep
from portal.models import ImportBatch
print(sweep(), Person.objects.count(), Person.history.count(), Enrolment.objects.count(),
      *ImportBatch.objects.order_by("created_at").values_list("state", flat=True))
"""
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.samples import Sample
Sample()
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Any]:
    """A portal of its own in a folder of its own; `run(code, *args)` runs Python in it."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"SULAM_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}

    def run(code: str, *args: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", code, *args], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
        )

    prepared = run(PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    return run


def test_a_killed_import_leaves_nothing_and_can_be_repeated(house: Any):
    for number, point in enumerate((1, 2, 4, 7), start=1):
        killed = house(KILLED, str(point), CLEAN, FOUNDING)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert house(STATE).stdout.split() == ["1", "0", "0", "0", *["interrupted"] * number]
    done = house(KILLED, "0", CLEAN, FOUNDING)
    assert (done.returncode, done.stdout) == (0, "Disimpan: 30 baru, 0 berubah, 0 sama, 0 ditolak.\n"), done.stderr
    assert house(STATE).stdout.split() == ["0", "30", "30", "30", *["interrupted"] * 4, "applied"]
