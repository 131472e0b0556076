"""Sheets of expenses: judged with figures, written with their sums, and only into the sender's own trainings."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.enums import YearState
from portal.importing import pipeline
from portal.importing.registry import resource_classes
from portal.importing.resources import PlannedRow
from portal.importing.undo import undo
from portal.models import FiscalYear, ImportBatch, User
from programs.actions.expenses import settle_figures, settle_trainings
from programs.models import Expense, Training
from programs.resources.expenses import ExpenseResource
from tests.factories.portal import UserFactory
from tests.factories.programs import BudgetLineFactory, ExpenseAccountFactory, ExpenseFactory, TrainingFactory
from tests.factories.world import World
from tests.programs.sheets import judge, said, sent
from tests.roles import client_of

FEE, FOOD = "5.1.02.02.01.0003", "5.1.02.01.01.0052"
NUMBER = "2025.35.07.33.777"
CELLS = {
    "number": NUMBER,
    "account": FEE,
    "description": "Honorarium narasumber",
    "volume": 2,
    "unit": "orang jam",
    "unit_price": "900.000",
    "realised": "1.800.000",
}
HEADINGS = (
    "Nomor Pelatihan;Kode Rekening;Uraian;Volume;Satuan;Harga Satuan;Jumlah;Realisasi;Cara Bayar;No SP2D;Tgl SP2D"
)
SHEET = f"""{HEADINGS}
{NUMBER};{FEE};Honorarium narasumber;2;orang jam;900.000;1.800.000;1.800.000;LS;SP2D/01/2025;21-07-2025
{NUMBER};5.1.02.01.001.00052;Konsumsi peserta;60;dus;35.000;2.100.000;2.000.000;UP/GU;SP2D/02/2025;22/07/2025
JUMLAH;;;;;;3.900.000;3.800.000;;;
"""


@pytest.fixture
def officer(db: None) -> User:
    ExpenseAccountFactory(code=FEE)
    ExpenseAccountFactory(code=FOOD, name="Belanja Makanan dan Minuman Rapat")
    return UserFactory(programme_officer=True)


@pytest.fixture
def training(officer: User) -> Training:
    line = BudgetLineFactory(organizer=officer.agency)
    return TrainingFactory(budget_line=line, number=NUMBER, ceiling=None, realised=None)


def judged(user: User, *rows: dict[str, Any]) -> list[PlannedRow]:
    return judge(ExpenseResource(user=user), *rows)


def checked(user: User, text: str = SHEET) -> ImportBatch:
    return sent("expenses", user, text)


def test_lines_are_written_with_their_sums_and_twice_is_the_same(officer: User, training: Training) -> None:
    batch = checked(officer)
    assert batch.counts == {"new": 2, "changed": 0, "same": 0, "rejected": 0, "skipped": 0}
    assert batch.rows_warned == 0
    assert [message["level"] for row in batch.rows.all() for message in row.messages] == ["note"]
    pipeline.apply(batch, by=officer)
    training.refresh_from_db()
    assert (training.ceiling, training.realised) == (Decimal(3_900_000), Decimal(3_800_000))
    food = Expense.objects.get(account__code=FOOD)
    assert (food.planned, food.method, food.sp2d_date) == (Decimal(2_100_000), "GU", date(2025, 7, 22))
    assert (food.office, food.organizer) == (training.office, officer.agency)
    again = checked(officer, SHEET.replace("Honorarium narasumber", "HONORARIUM NARASUMBER"))
    assert again.counts == {"new": 0, "changed": 0, "same": 2, "rejected": 0, "skipped": 0}
    assert Expense.history.count() == 2


def test_a_changed_line_settles_again_and_can_be_taken_back(officer: User, training: Training) -> None:
    pipeline.apply(checked(officer), by=officer)
    text = f"Nomor Pelatihan;Kode Rekening;Uraian;Realisasi\n{NUMBER};{FEE};Honorarium narasumber;1.700.000\n"
    batch = checked(officer, text)
    assert batch.counts["changed"] == 1
    pipeline.apply(batch, by=officer)
    training.refresh_from_db()
    assert (training.ceiling, training.realised) == (Decimal(3_900_000), Decimal(3_700_000))
    assert training.history.latest().history_change_reason == f"impor {batch.pk}"
    undo(batch, by=officer)
    training.refresh_from_db()
    assert (training.realised, Expense.objects.get(account__code=FEE).realised) == (3_800_000, 1_800_000)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"number": "2025.35.07.33.999"}, "Pelatihan 2025.35.07.33.999 tidak ditemukan. Periksa nomornya."),
        ({"account": "5.1.02.99.01.0001"}, "tidak ada di tabel rekening"),
        ({"account": "5.1.02.02"}, "bukan rekening terendah"),
        ({"account": "5.1.02.02.01.0009"}, "tidak berlaku pada tahun 2025"),
        ({"account": "honor"}, "bukan kode rekening"),
        ({"volume": None}, "wajib untuk belanja yang belum tercatat"),
        ({"volume": "1,005"}, "Koma di sini"),
        ({"unit_price": "1.000.000.000.000"}, "Periksa jumlah nolnya"),
        ({"volume": 900_000_000}, "Volume × harga satuan terlalu besar"),
        (
            {"amount": "1.900.000"},
            "Jumlah Rp1.900.000,00 tidak sama dengan volume × harga satuan: 2,00 × Rp900.000,00 = Rp1.800.000,00.",
        ),
        ({"method": "Tunai"}, "Pilih salah satu"),
        ({"sp2d_number": "SP2D/01"}, "Nomor dan tanggal SP2D harus terisi keduanya"),
        ({"sp2d_date": "21-07-2025"}, "Nomor dan tanggal SP2D harus terisi keduanya"),
    ],
)
def test_reasons_to_refuse_a_row(officer: User, training: Training, cells: dict, words: str) -> None:
    ExpenseAccountFactory(code="5.1.02.02", level="objek")
    ExpenseAccountFactory(code="5.1.02.02.01.0009", valid_to=2024)
    (row,) = judged(officer, CELLS | cells)
    assert row.verdict == "rejected"
    assert len(said(row)) == 1
    assert words in said(row)[0]


def test_a_rounded_total_is_no_contradiction(officer: User, training: Training) -> None:
    (row,) = judged(officer, CELLS | {"volume": "1,33", "unit_price": "1.000.001", "amount": "1.330.001"})
    assert (row.verdict, said(row)) == ("new", [])


def test_odd_figures_are_warnings(officer: User, training: Training) -> None:
    cells = {"realised": "1.900.000", "sp2d_number": "1", "sp2d_date": "05-01-2026"}
    (row,) = judged(officer, CELLS | cells)
    assert row.verdict == "new"
    assert said(row, "warning") == [
        "Realisasi Rp1.900.000,00 melebihi rencana Rp1.800.000,00.",
        "Tanggal SP2D 05-01-2026 di luar tahun anggaran 2025.",
    ]


def test_a_budget_line_that_would_be_overspent_is_a_warning(officer: User, training: Training) -> None:
    """The line has 250 million; another training has spent 249 of it."""
    TrainingFactory(budget_line=training.budget_line, realised=Decimal(248_500_000))
    rows = judged(officer, CELLS, CELLS | {"account": FOOD, "realised": None})
    sentence = "Realisasi mata anggaran ini menjadi Rp250.300.000,00, melebihi pagunya Rp250.000.000,00."
    assert [said(row, "warning") for row in rows] == [[sentence], []]
    (row,) = judged(officer, CELLS | {"realised": "1.500.000"})
    assert said(row, "warning") == []


def test_lines_take_the_place_of_the_recap_and_say_so_once(officer: User, training: Training) -> None:
    Training.objects.filter(pk=training.pk).update(realised=Decimal(43_500_000))
    rows = judged(officer, CELLS, CELLS | {"account": FOOD})
    sentence = "Rekap mencatat realisasi Rp43.500.000,00; setelah disimpan menjadi jumlah rincian Rp3.600.000,00."
    assert [said(row, "warning") for row in rows] == [[sentence], []]


def test_totals_go_on_through_later_chunks(officer: User, training: Training) -> None:
    TrainingFactory(budget_line=training.budget_line, realised=Decimal(247_000_000))
    resource = ExpenseResource(user=officer)
    resource.prepare()
    first, second = (
        [PlannedRow(sheet="Belanja", number=number, cells=CELLS | {"account": account})]
        for number, account in enumerate((FEE, FOOD), start=2)
    )
    resource.plan(first)
    batch = ImportBatch(resource="expenses", agency=officer.agency, by=officer)
    resource.write(first, batch)
    resource.plan(second)
    assert said(first[0], "warning") == []
    assert said(second[0], "warning")[0].startswith("Realisasi mata anggaran ini menjadi Rp250.600.000,00")


def test_the_same_line_twice_in_a_file_is_refused(officer: User, training: Training) -> None:
    row = f"{NUMBER};{FEE};Honor narasumber;1;orang;1.000;;;;;\n"
    batch = checked(officer, f"{HEADINGS}\n{row}{row.replace('Honor', 'HONOR')}")
    assert batch.counts["rejected"] == 2
    assert batch.rows.first().messages[0]["message"].startswith("Belanja sama dengan baris 3.")


@pytest.mark.parametrize(("status", "words"), [("verified", "sudah diverifikasi"), ("cancelled", "sudah dibatalkan")])
def test_a_locked_training_is_refused_but_what_stands_is_the_same(
    officer: User, training: Training, status: str, words: str
) -> None:
    pipeline.apply(checked(officer), by=officer)
    Training.objects.filter(pk=training.pk).update(status=status)
    assert checked(officer).counts["same"] == 2
    (row,) = judged(officer, CELLS | {"realised": "1.000.000"})
    assert row.verdict == "rejected"
    assert words in said(row)[0]


def test_a_closed_year_refuses_every_row(officer: User, training: Training) -> None:
    FiscalYear.objects.update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=UserFactory(administrator=True)
    )
    batch = checked(officer)
    assert batch.counts["rejected"] == 2
    assert {
        message["message"] for row in batch.rows.all() for message in row.messages if message["level"] == "error"
    } == {"Tahun anggaran 2025 sudah ditutup. Minta administrator membukanya kembali."}


@pytest.mark.parametrize("name", ["operator_a", "head_a", "supervisor", "auditor", "administrator", "nobody"])
def test_other_roles_do_not_see_the_sheet(two_agencies: World, name: str) -> None:
    user = getattr(two_agencies, name)
    assert ExpenseResource not in resource_classes(user)
    client = client_of(user)
    for page in ("upload", "template"):
        assert client.get(reverse(f"importing:{page}", args=["expenses"])).status_code in {403, 404}


def test_an_operator_writes_nothing_even_past_the_pages(two_agencies: World) -> None:
    ExpenseAccountFactory(code=FEE)
    text = SHEET.replace(NUMBER, two_agencies.a.training.number)
    batch = checked(two_agencies.operator_a, text)
    assert (batch.counts["new"], batch.counts["changed"]) == (0, 0)
    assert "Peran Anda tidak boleh menambah data ini" in str(batch.rows.first().messages)


def test_a_foreign_training_answers_like_a_missing_one(two_agencies: World) -> None:
    """B's training and its expense stand in the database; the officer of A learns nothing of either."""
    expense, missing = two_agencies.b.expense, "2025.35.07.21.998"
    cells = CELLS | {"account": expense.account.code, "description": expense.description, "realised": "1"}
    foreign = two_agencies.b.training.number
    answers = []
    for number in (foreign, missing):
        (row,) = judged(two_agencies.pptk, cells | {"number": number})
        assert (row.verdict, row.new, row.changes) == ("rejected", [], {})
        answers.append([(one.level, one.column, one.message.replace(number, "X")) for one in row.messages])
    assert answers[0] == answers[1] == [("error", "Nomor Pelatihan", "Pelatihan X tidak ditemukan. Periksa nomornya.")]
    (own,) = judged(two_agencies.pptk, cells | {"number": two_agencies.a.training.number})
    assert own.verdict == "new"


def test_an_organizer_reaches_trainings_that_other_offices_hold_for_it(two_agencies: World) -> None:
    (row,) = judged(
        two_agencies.pptk,
        CELLS | {"number": two_agencies.cross.training.number, "account": two_agencies.a.expense.account.code},
    )
    assert row.verdict == "new"


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow_with_rows(officer: User, django_assert_num_queries: Any, count: int) -> None:
    line = BudgetLineFactory(organizer=officer.agency)
    expenses = [ExpenseFactory(training=TrainingFactory(budget_line=line)) for _ in range(count)]
    cells = [
        CELLS
        | {"number": one.training.number, "account": one.account.code, "description": one.description, "realised": "5"}
        for one in expenses
    ]
    officer.has_perm("programs.add_expense")  # the cached rights of a request
    resource = ExpenseResource(user=officer)
    with django_assert_num_queries(2):  # accounts, years
        resource.prepare()
    rows = [PlannedRow(sheet="Belanja", number=number, cells=one) for number, one in enumerate(cells, start=2)]
    with django_assert_num_queries(3):  # trainings, their lines, what the budget lines have realised
        resource.plan(rows)
    assert {row.verdict for row in rows} == {"changed"}


@pytest.mark.parametrize("count", [1, 3])
def test_sums_of_many_trainings_are_one_query(officer: User, django_assert_num_queries: Any, count: int) -> None:
    line = BudgetLineFactory(organizer=officer.agency)
    trainings = [ExpenseFactory(training=TrainingFactory(budget_line=line)).training for _ in range(count)]
    settle_trainings(trainings, by=officer)
    with django_assert_num_queries(3):  # savepoint, sums, release
        settle_trainings(trainings, by=officer)
    assert {(one.ceiling, one.realised) for one in Training.objects.all()} == {(Decimal(1_800_000), Decimal(1_800_000))}


def test_a_training_without_lines_keeps_its_figures(officer: User) -> None:
    training = TrainingFactory(budget_line__organizer=officer.agency)
    settle_figures(training, by=officer)
    training.refresh_from_db()
    assert (training.ceiling, training.realised, training.version) == (Decimal(45_000_000), Decimal(43_500_000), 1)
