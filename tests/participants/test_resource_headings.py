"""Headings of attendance sheets: which session they mean, and when they mean none."""

from datetime import date, datetime
from typing import Any

import pytest

from participants.resources.headings import Schedule, heading_of_name, name_of_heading
from programs.models import Session

FIRST, SECOND, THIRD = date(2025, 7, 14), date(2025, 7, 15), date(2025, 7, 17)


def schedule(*sessions: tuple[date, int]) -> Schedule:
    return Schedule(Session(pk=number, date=day, order=order) for number, (day, order) in enumerate(sessions, start=1))


ONE_A_DAY = schedule((FIRST, 1), (SECOND, 1), (THIRD, 1))
TWO_A_DAY = schedule((FIRST, 1), (FIRST, 2), (SECOND, 1), (SECOND, 2))
RUNNING = schedule((FIRST, 1), (FIRST, 2), (SECOND, 3))
ONE_DAY = schedule((FIRST, 1), (FIRST, 2))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        (FIRST, "2025-07-14"),
        (datetime(2025, 7, 14), "2025-07-14"),
        ("14/07/2025", "2025-07-14"),
        ("Senin, 14 Juli 2025", "2025-07-14"),
        ("14 Juli", "--07-14"),
        ("Senin, 14 Jul", "--07-14"),
        ("14/7", "--07-14"),
        ("Hari 1", "hari:1"),
        ("HARI KE-2", "hari:2"),
        ("Hari ke 2", "hari:2"),
        ("Hari II", "hari:2"),
        ("Hari kedua", "hari:2"),
        ("Sesi 1", "sesi:1"),
        ("Sesi ke-10", "sesi:10"),
        ("Pertemuan III", "sesi:3"),
        ("14/07/2025 Sesi 2", "2025-07-14/2"),
        ("14 Juli (sesi 2)", "--07-14/2"),
        ("14-07-2025 - Sesi II", "2025-07-14/2"),
        ("Hari 1 Sesi 2", "hari:1/2"),
        ("Hari ke-1, sesi ke-2", "hari:1/2"),
    ],
)
def test_headings_that_mean_a_session(heading: Any, name: str):
    assert name_of_heading(heading) == name


@pytest.mark.parametrize(
    "heading",
    [
        "Hari",
        "Sesi",
        "Keterangan",
        "Hari/Tanggal",
        "14/07/25",
        "Juli 2025",
        "31 Februari",
        "32/13",
        "Hari 100",
        1,
        14.07,
        None,
    ]
    + ["Ket. sesi 1", "H-1", "Hari raya", "x" * 61],
)
def test_headings_that_mean_nothing(heading: Any):
    assert name_of_heading(heading) is None


@pytest.mark.parametrize(
    "heading", ["14-07-2025", "14 Juli", "Hari 1", "Sesi 3", "14-07-2025 Sesi 2", "Hari 1 Sesi 2", "14 Juli Sesi 2"]
)
def test_a_name_is_written_as_a_heading_that_means_the_same(heading: str):
    assert heading_of_name(name_of_heading(heading)) == heading


@pytest.mark.parametrize("plan", [ONE_A_DAY, TWO_A_DAY, RUNNING, ONE_DAY])
def test_the_headings_of_a_schedule_lead_back_to_it(plan: Schedule):
    found = [plan.find(name_of_heading(heading)) for heading in plan.headings()]
    assert found == [(session, "") for session in plan.sessions]


@pytest.mark.parametrize(
    ("plan", "heading", "number"),
    [
        (ONE_A_DAY, "15/07/2025", 2),
        (ONE_A_DAY, "17 Juli", 3),
        (ONE_A_DAY, "Hari 3", 3),
        (ONE_A_DAY, "Sesi 3", 3),
        (ONE_A_DAY, "Hari 3 Sesi 1", 3),
        (TWO_A_DAY, "Hari 2 Sesi 1", 3),
        (TWO_A_DAY, "15 Juli sesi 2", 4),
        (RUNNING, "Sesi 3", 3),
        (RUNNING, "Hari 2", 3),
        (RUNNING, "15/07/2025", 3),
        (ONE_DAY, "Sesi 2", 2),
    ],
)
def test_one_session_is_found(plan: Schedule, heading: str, number: int):
    session, fault = plan.find(name_of_heading(heading))
    assert (session and session.pk, fault) == (number, "")


@pytest.mark.parametrize(
    ("plan", "heading", "words"),
    [
        (ONE_A_DAY, "16/07/2025", "bukan hari pelatihan"),
        (ONE_A_DAY, "14/07/2024", "bukan hari pelatihan"),
        (ONE_A_DAY, "14 Agustus", "bukan hari pelatihan"),
        (ONE_A_DAY, "Hari 4", "hanya 3 hari"),
        (ONE_A_DAY, "Hari 0", "hanya 3 hari"),
        (ONE_A_DAY, "Sesi 4", "mempunyai 3 sesi"),
        (ONE_A_DAY, "Sesi 0", "mempunyai 3 sesi"),
        (ONE_A_DAY, "Hari 1 Sesi 2", "tidak mempunyai sesi 2; yang ada: 1"),
        (TWO_A_DAY, "14/07/2025", "mempunyai 2 sesi. Tulis sesinya di judul kolom, misalnya 14/07/2025 Sesi 1."),
        (TWO_A_DAY, "Hari 2", "misalnya 15/07/2025 Sesi 1"),
        (TWO_A_DAY, "Sesi 2", "berulang tiap hari. Tulis tanggalnya"),
        (RUNNING, "Sesi 4", "mempunyai 3 sesi"),
        (RUNNING, "Hari 2 Sesi 1", "yang ada: 3"),
        (schedule((date(2024, 7, 14), 1), (FIRST, 1)), "14 Juli", "dua tahun"),
        (schedule(), "Hari 1", "hanya 0 hari"),
        (schedule(), "Sesi 1", "mempunyai 0 sesi"),
    ],
)
def test_nothing_is_guessed(plan: Schedule, heading: str, words: str):
    session, fault = plan.find(name_of_heading(heading))
    assert session is None
    assert words in fault
