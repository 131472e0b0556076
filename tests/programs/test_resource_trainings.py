"""The recap of trainings: which recorded training a row means, when a row may change one, and what stays untouched."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portal.enums import YearState
from portal.importing import pipeline
from portal.importing.resources import PlannedRow
from portal.models import FiscalYear, ImportBatch, User
from programs.models import Training
from programs.resources.trainings import TrainingResource
from programs.rules import locked_fault, titles_alike
from tests.factories.portal import UserFactory
from tests.factories.programs import SUB_ACTIVITY, BudgetLineFactory, ExpenseFactory, TrainingFactory
from tests.factories.world import World
from tests.samples import Sample

TITLE = "Pelatihan Menjahit bagi Pelaku IKM Konveksi"
CELLS = {
    "code": SUB_ACTIVITY,
    "title": TITLE,
    "start": "14-07-2025",
    "end": "15-07-2025",
    "office": "Pagelaran",
    "realised": "10.000.000",
}
HEADINGS = "Nomor Pelatihan;Kode Sub Kegiatan;Nama Pelatihan;Mulai;Selesai;Kecamatan"


@pytest.fixture
def sample(db: None) -> Sample:
    return Sample()


def judged(user: User, *rows: dict[str, Any]) -> list[PlannedRow]:
    resource = TrainingResource(user=user)
    resource.prepare()
    planned = [PlannedRow(sheet="Rekap", number=number, cells=cells) for number, cells in enumerate(rows, start=2)]
    resource.plan(planned)
    return planned


def said(row: PlannedRow, level: str = "error") -> list[str]:
    return [message.message for message in row.messages if message.level == level]


def checked(user: User, text: str) -> ImportBatch:
    batch = pipeline.receive(text.encode(), "rekap.csv", resource="trainings", by=user)
    pipeline.stage(batch)
    pipeline.check(batch, user)
    return batch


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (TITLE, TITLE.upper(), True),
        (TITLE, "Pelatihan Menjahit bg Pelaku IKM Konveksi", True),
        (TITLE, "Pelatihan Batik Cap", False),
        ("Pelatihan Batik Cap", "Pelatihan Batik Tulis", False),
    ],
)
def test_titles_that_are_nearly_the_same(first: str, second: str, alike: bool) -> None:
    assert titles_alike(first, second) == alike


def test_a_similar_training_is_pointed_out_and_not_matched(sample: Sample) -> None:
    (row,) = judged(sample.officer, CELLS | {"title": "Pelatihan Menjahit bg Pelaku IKM Konveksi"})
    assert row.verdict == "new"
    assert said(row, "warning") == [
        f"Mirip dengan pelatihan “{TITLE}” ({sample.founding.number}) yang sudah ada; isi kolom Nomor Pelatihan bila "
        "memang sama."
    ]


def test_every_similar_training_is_named(sample: Sample) -> None:
    TrainingFactory(
        budget_line=sample.line, office=sample.office("Pagelaran"), title=f"{TITLE}s", start=date(2025, 7, 14)
    )
    (row,) = judged(sample.officer, CELLS | {"title": f"{TITLE}!"})
    assert (row.verdict, len(said(row, "warning"))) == ("new", 2)


@pytest.mark.parametrize(
    "cells", [{"batch": 2}, {"start": "13-07-2025"}, {"office": "Turen"}, {"title": "Pelatihan Bordir"}]
)
def test_another_batch_day_office_or_subject_is_simply_new(sample: Sample, cells: dict) -> None:
    (row,) = judged(sample.officer, CELLS | cells)
    assert (row.verdict, row.messages) == ("new", [])


def test_a_number_changes_the_title_and_the_batch(sample: Sample) -> None:
    cells = CELLS | {"number": sample.founding.number, "title": "Pelatihan Menjahit Dasar", "batch": 2}
    (row,) = judged(sample.officer, cells)
    assert (row.verdict, row.new) == ("changed", [sample.founding])
    assert {"nama pelatihan", "angkatan", "realisasi"} == set(row.changes)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"number": "2025.35.07.33.999"}, "Nomor Pelatihan", "tidak ditemukan"),
        ({"office": "Turen"}, "Nomor Pelatihan", "milik pelatihan di Kecamatan Pagelaran"),
        ({"start": "13-07-2024", "end": "14-07-2024"}, "Mulai", "dari tahun 2025"),
        ({"title": "Sama Persis"}, "Nama Pelatihan", "sudah dipakai pelatihan 2025.35.07.33.555"),
    ],
)
def test_a_number_that_contradicts_its_row_is_refused(sample: Sample, cells: dict, column: str, words: str) -> None:
    BudgetLineFactory(organizer=sample.organizer, fiscal_year__year=2024)
    where = {"office": sample.office("Pagelaran"), "start": date(2025, 7, 14), "number": "2025.35.07.33.555"}
    TrainingFactory(budget_line=sample.line, title="Sama Persis", **where)
    (row,) = judged(sample.officer, CELLS | {"number": sample.founding.number} | cells)
    assert row.verdict == "rejected"
    assert [(message.column, words in message.message) for message in row.messages] == [(column, True)]


def test_number_and_name_of_one_training_are_a_double(sample: Sample) -> None:
    row = f"{SUB_ACTIVITY};{TITLE};14-07-2025;15-07-2025;Pagelaran\n"
    batch = checked(sample.officer, f"{HEADINGS}\n{sample.founding.number};{row};{row}")
    assert batch.counts["rejected"] == 2
    said = [message["message"] for row in batch.rows.all() for message in row.messages]
    assert [sentence.split(".")[0] for sentence in said] == [
        "Pelatihan sama dengan baris 3",
        "Pelatihan sama dengan baris 2",
    ]


LOCKS = {  # status -> who may still change such a training by a sheet
    "draft": ("operator", "officer"),
    "returned": ("operator", "officer"),
    "submitted": ("officer",),
    "approved": ("officer",),
    "running": ("operator", "officer"),
    "finished": ("operator", "officer"),
    "verified": (),
    "cancelled": (),
}


@pytest.mark.parametrize("user", ["operator", "officer"])
@pytest.mark.parametrize(("status", "may"), LOCKS.items())
def test_who_may_change_a_training_of_which_status(
    sample: Sample, status: str, may: tuple[str, ...], user: str
) -> None:
    Training.objects.filter(pk=sample.founding.pk).update(status=status)
    same = {key: value for key, value in CELLS.items() if key != "realised"}
    changes, stands = judged(getattr(sample, user), CELLS)[0], judged(getattr(sample, user), same)[0]
    assert stands.verdict == "same"
    assert changes.verdict == ("changed" if user in may else "rejected")
    assert said(changes) == ([] if user in may else [locked_fault(status, verifier=user == "officer")])
    assert locked_fault("draft", verifier=False) == ""


def test_totals_that_contradict_the_expense_lines_are_refused(sample: Sample) -> None:
    ExpenseFactory(training=sample.founding)
    (row,) = judged(sample.officer, CELLS | {"ceiling": "1.800.000", "realised": "1.700.000"})
    assert said(row) == [
        "Realisasi berbeda dengan jumlah rincian belanja di portal, Rp1.800.000,00. "
        "Perbaiki rinciannya, atau kosongkan sel ini."
    ]
    (row,) = judged(sample.officer, CELLS | {"ceiling": "1.900.000", "realised": "1.800.000"})
    assert said(row)[0].startswith("Pagu berbeda dengan jumlah rincian belanja di portal, Rp1.800.000,00.")


def test_a_closed_year_is_refused_by_name_and_by_number(sample: Sample) -> None:
    FiscalYear.objects.update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=UserFactory(administrator=True)
    )
    for row in judged(sample.officer, CELLS, CELLS | {"number": sample.founding.number}):
        assert said(row) == ["Tahun anggaran 2025 sudah ditutup. Minta administrator membukanya kembali."]


def test_numbers_go_on_through_later_chunks(sample: Sample) -> None:
    resource = TrainingResource(user=sample.officer)
    resource.prepare()
    batch = ImportBatch.objects.create(resource="trainings", agency=sample.organizer, by=sample.officer, size=0)
    for number in (2, 3):
        rows = [PlannedRow(sheet="Rekap", number=number, cells=CELLS | {"title": f"Pelatihan Bordir Tahap {number}"})]
        resource.plan(rows)
        assert (rows[0].verdict, rows[0].messages) == ("new", [])
        resource.write(rows, batch)
    numbers = Training.objects.filter(source=batch).order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["2025.35.07.33.002", "2025.35.07.33.003"]


def test_a_training_of_another_office_is_never_met(two_agencies: World) -> None:
    """The same day, title and number stand in the database, for the neighbour."""
    foreign = two_agencies.b.training
    line = two_agencies.a.budgetline
    cells = CELLS | {"title": foreign.title, "start": foreign.start, "end": foreign.end, "office": None}
    BudgetLineFactory(node=line.node, organizer=line.organizer, fund_source__code="9.9", fund_source__name="Hanya A")
    named, unknown, by_name = judged(
        two_agencies.operator_a,
        cells | {"fund": "Hanya A", "number": foreign.number},
        cells | {"fund": "Hanya A", "number": "2025.35.07.21.998"},
        cells | {"fund": "Hanya A"},
    )
    assert [message.message for message in named.messages] == [message.message for message in unknown.messages]
    assert said(named) == ["Nomor pelatihan ini tidak ditemukan. Kosongkan untuk pelatihan baru."]
    assert (by_name.verdict, by_name.messages) == ("new", [])


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow_with_rows(sample: Sample, django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        TrainingFactory(
            budget_line=sample.line,
            office=sample.office("Pagelaran"),
            title=f"Kursus {number}",
            start=date(2025, 7, 14),
            realised=Decimal(1),
        )
    sample.officer.has_perm("programs.add_training")  # the cached rights of a request
    resource = TrainingResource(user=sample.officer)
    with django_assert_num_queries(5):  # offices, sources, villages, budget lines, numbers
        resource.prepare()
    rows = [
        PlannedRow(sheet="Rekap", number=number + 2, cells=CELLS | {"title": f"Kursus {number}"})
        for number in range(count)
    ]
    with django_assert_num_queries(2):  # trainings of those days, sums of their expense lines
        resource.plan(rows)
    assert {row.verdict for row in rows} == {"changed"}
