"""Files damaged at random through the upload page: a sentence or a page of rows, never a fault of the portal.

Run by .ci/fuzz.sh. FUZZ_FILES (2000) and FUZZ_SECONDS (300) bound it; a failure is made smaller before it is told.
With `-n`, each worker takes its part of the files.
"""

import os
import time
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.enums import BatchState
from portal.importing.registry import resource_classes
from tests.hostile.files import FILES
from tests.hostile.mutations import Change, damaged
from tests.hostile.posting import CLASS_NAME, Desk, counted
from tests.samples import FILES as SAMPLES

pytestmark = pytest.mark.fuzz
FUZZ_FILES = int(os.environ.get("FUZZ_FILES", "2000"))
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "300"))
PARTS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
LARGEST_SEED = 100_000
RESOURCES = {"rekap-pelatihan-2025.xlsx": "trainings", "daftar-hadir-clumprit.xlsx": "attendance"}
WEIGHTS = dict.fromkeys((path.name for path in SAMPLES.iterdir()), 40)
HUGE = {"A1", "A4", "A12"}  # what they do to a machine is known, and takes too long to do it often
NUMBERS = st.integers(0, 2**16 - 1)


@cache
def seeds() -> dict[str, tuple[str, bytes]]:
    """Return label -> (file name, content) of every file to start from: the samples and our own small ones.

    A file that is read to its rows can be damaged in more ways than one refused at the door, so those come up more.
    """
    samples = [(path.name, path.name, path.read_bytes()) for path in SAMPLES.iterdir() if path.suffix != ".json"]
    ours = [(str(file), file.filename, file.build()) for file in FILES if file.attack not in HUGE]
    return {label: (name, content) for label, name, content in samples + ours if 0 < len(content) < LARGEST_SEED}


def labels() -> list[str]:
    """Return the labels as often as they should come up."""
    read = {str(file) for file in FILES if file.accepted}
    return [label for label in sorted(seeds()) for _ in range(WEIGHTS.get(label, 4 if label in read else 1))]


class Run:
    """How far the fuzzing came; after a failure the clock no longer counts, so that hypothesis can make it smaller."""

    def __init__(self) -> None:
        self.started, self.done, self.answers, self.failed = (
            time.monotonic(),
            0,
            {"refused": 0, "asks": 0, "rows": 0, "saved": 0},
            False,
        )

    @property
    def is_over(self) -> bool:
        return not self.failed and time.monotonic() - self.started > FUZZ_SECONDS


def try_out(desk: Desk, resource: str, filename: str, content: bytes) -> str:
    """Upload one file and tell which kind of answer came; raises AssertionError for any other."""
    before = counted()
    answer = desk.upload(content, filename, resource=resource)
    assert answer.page.status_code == 200
    assert not CLASS_NAME.search(answer.html)
    assert answer.unclear() == answer.own_faults() == []
    assert counted() == before
    assert desk.left_behind() == []
    if answer.refusal:
        return "refused"
    if answer.question:
        return "asks"
    assert answer.batch is not None
    assert desk.client.get(reverse("importing:problems", args=[answer.batch.pk])).status_code == 200
    assert desk.give_back(answer.batch, content, filename).status_code == 200
    return "saved" if desk.save(answer).batch.state == BatchState.APPLIED else "rows"


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_files(part: int, desk: Desk, capsys: Any) -> None:
    run, offered = Run(), [cls.identifier for cls in resource_classes(desk.sample.operator)]

    @settings(
        max_examples=FUZZ_FILES // PARTS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(labels()),
        st.one_of(st.none(), st.none(), st.sampled_from(offered)),  # mostly where such a file belongs
        st.lists(st.builds(Change, NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=4),
    )
    def fuzz(label: str, resource: str | None, changes: list[Change]) -> None:
        if run.is_over:
            return
        filename, content = seeds()[label]
        point = transaction.savepoint()
        try:
            wanted = resource or RESOURCES.get(label, "participants")
            run.answers[try_out(desk, wanted, filename, damaged(content, changes))] += 1
            run.done += 1
        except BaseException:
            run.failed = True
            raise
        finally:
            transaction.savepoint_rollback(point)
            desk.empty()

    try:
        fuzz()
    finally:
        with capsys.disabled():
            seconds = time.monotonic() - run.started
            told = f"part {part}: {run.done} damaged files in {seconds:.0f} s: {run.answers}"
            os.write(2, f"\n{told}\n".encode())  # what a worker of xdist writes there is seen
