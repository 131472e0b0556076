"""kill -9 in the midst of saving 5,000 rows: nothing half-written, the batch says so, a second try saves once.

Real commits are needed, so processes of their own do it, each on a copy of one prepared database. 500 of the people are
known before and change; 4,500 are new. See `crashing` for what the processes do and what they look at.
"""

import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from portal.enums import BatchState, JobState
from tests.portal.importing.house import House, Nursery

POINTS = 20
COUNTS = {"new": 4_500, "changed": 500, "same": 0, "rejected": 0, "skipped": 0}
SAVED = {  # table -> number of rows
    "Person": 5_000,
    "HistoricalPerson": 500 + 5_000,
    "Enrolment": 5_000,
    "HistoricalEnrolment": 5_000,
    "Business": 1_666,
    "HistoricalBusiness": 1_666,
}
INTERRUPTED = "Penyimpanan terhenti di tengah jalan. Tidak ada yang tersimpan; ulangi."
DEAD = "Terhenti: proses yang mengerjakannya mati."
TWICE = "Impor ini sudah disimpan; tidak ada yang disimpan dua kali."
KILLED = -signal.SIGKILL


class Prepared:
    """A house with the list ready to be saved, and what saving it does call by call."""

    def __init__(self, house: House):
        self.house = house.build()
        counts, self.tables = house.run("prepare")
        assert counts == COUNTS
        with house.copied("count") as copy:
            self.calls = copy.run("save", 0, ends=KILLED)
        self.points = points_of(self.calls)

    def check(self, wreck: dict[str, Any], saved: bool) -> None:
        """I1, I3, I4: all of it once, or nothing, table by table."""
        assert wreck["faults"] == []
        assert (wreck["state"] == BatchState.APPLIED) == saved
        assert (wreck["counts"], wreck["files"]) == (COUNTS, 0 if saved else 1)
        if saved:
            rows = {name: count for name, (count, _) in wreck["tables"].items()}
            before = {name: count for name, (count, _) in self.tables.items()}
            assert rows == before | SAVED | {"AuditEvent": before["AuditEvent"] + 1}
        else:
            assert wreck["tables"] == self.tables


def points_of(calls: list[str]) -> list[int]:
    """Return at which calls to die: around the claim, at the end, and evenly between; 0 is after the last.

    The first commit is that of the claim, the last that of the import; nothing had to be swept.
    """
    commits = [number for number, call in enumerate(calls, start=1) if call == "after commit"]
    claimed, count = commits[0], len(calls)
    first, last = [claimed - 2, claimed], [count - 2, count - 1, count]
    between = POINTS - len(first) - len(last) - 1
    width = (count - 3 - claimed) / between
    return [*first, *(claimed + 1 + int(number * width) for number in range(between)), *last, 0]


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def prepared(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    house = House.new(nursery, tmp_path_factory.mktemp("crash") / "prepared")
    try:
        yield Prepared(house)
    finally:
        house.remove()


def test_the_points_are_everywhere(prepared: Prepared):
    """Around the claim and the commits, and between them in three chunks of six tables."""
    for table in SAVED:
        stores = re.compile(rf'(INSERT INTO|COPY) "participants_{table.lower()}"')
        assert len([call for call in prepared.calls if stores.match(call)]) >= 3, table
    assert len(set(prepared.points)) == POINTS
    died_at = [prepared.calls[point - 1] for point in prepared.points[:-1]]
    assert died_at[0] == 'UPDATE "portal_importbatch" SET "state"'
    assert died_at[-3:] == ['INSERT INTO "portal_auditevent" ("chain",', "before commit", "after commit"]


@pytest.mark.parametrize("number", range(POINTS))
def test_a_killed_import_is_nothing_or_all(prepared: Prepared, number: int):
    point = prepared.points[number]
    with prepared.house.copied(f"point-{number}") as house:
        calls = house.run("save", point, ends=KILLED)
        assert calls == prepared.calls[: point or None]
        wreck, second, third = house.run("recover")
    saved, claimed = point in {0, len(prepared.calls)}, number > 0
    prepared.check(wreck, saved)
    assert wreck["swept"] == (claimed and not saved)
    if not saved:
        state = BatchState.INTERRUPTED if claimed else BatchState.CHECKED
        assert (wreck["state"], wreck["reason"]) == (state, INTERRUPTED if claimed else "")
    prepared.check(second, True)
    assert second["answer"] == (TWICE if saved else "")
    assert third == {"answer": TWICE, "tables": second["tables"]}


@pytest.mark.parametrize("when", ["taken", "midst", "saved"])
def test_a_killed_worker_leaves_a_job_that_failed(prepared: Prepared, when: str):
    """A dead job is not run again; a new one saves the list, if it is not saved already, and the next is refused."""
    before = 5  # calls of taking the job, and of the sweep that finds it at work
    at = {"taken": before, "midst": before + len(prepared.calls) // 2, "saved": before + len(prepared.calls)}[when]
    with prepared.house.copied(f"job-{when}") as house:
        assert house.run("work", at, ends=KILLED)[before:] == prepared.calls[: at - before]
        wreck, dead, new, another = house.run("recover_job")
    prepared.check(wreck, when == "saved")
    assert (
        wreck["state"]
        == {
            "taken": BatchState.CHECKED,
            "midst": BatchState.INTERRUPTED,
            "saved": BatchState.APPLIED,
        }[when]
    )
    jobs = [[JobState.FAILED, DEAD]]
    assert wreck["jobs"] == jobs
    assert dead == {"tables": wreck["tables"], "jobs": jobs}
    jobs.append([JobState.FAILED, TWICE] if when == "saved" else [JobState.DONE, ""])
    assert new["jobs"] == jobs
    prepared.check(new, True)
    assert another == new | {"jobs": [*jobs, [JobState.FAILED, TWICE]]}
