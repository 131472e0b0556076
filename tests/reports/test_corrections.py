"""What was corrected after closing: figure then, figure now, who and why; in the scope of whoever asks."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.actions.fiscal_years import close_year
from portal.models import FiscalYear
from programs.models import Training
from reports.base import ExportRefused
from reports.base.verification import State, verify
from reports.corrections import GONE, MOVED, NEW, Correction, causes, changes, corrections, year_events
from reports.queries import snapshot
from tests.factories.programs import BudgetLineFactory
from tests.ooxml import faults
from tests.reports.edits import Clock
from tests.reports.ledger import export, read_book
from tests.reports.test_untouched import with_other_bytes
from tests.reports.year_end import REASON, YearEnd, closed_year, corrected_year
from tests.roles import client_of

PAGE = "/laporan/tutup-buku/2025/"


@pytest.fixture
def made(db: None, clock: Clock) -> YearEnd:
    return corrected_year(clock)


def found(made: YearEnd, user: Any, serial: int = 1) -> dict[tuple[str, int, str], Correction]:
    return {
        (one.subject.kind, one.subject.object_id, one.figure): one
        for one in corrections(made.year.pk, serial, getattr(made, user))
    }


def told(made: YearEnd, user: str) -> tuple[list[Any], dict[tuple[str, int], str]]:
    """Return the changes and the causes that this user reads."""
    user = getattr(made, user)
    rows = corrections(made.year.pk, 1, user)
    since = next(step.at for step in year_events(made.year.pk) if step.closed)
    versions = changes(rows, since, user)
    return versions, causes(rows, versions)


def test_nothing_differs_right_after_closing(db: None, clock: Clock) -> None:
    made = closed_year(clock)
    assert not found(made, "auditor")
    assert told(made, "auditor") == ([], {})


def test_every_corrected_figure_is_found(made: YearEnd) -> None:
    line, owner = made.line.pk, made.line.organizer_id
    account = "account:5.1.02.02.001.00003"
    money = {
        key: (one.closed, one.now, one.difference, one.remark)
        for key, one in found(made, "supervisor").items()
        if key[:2] != ("training", made.gone.pk)
    }
    pay = (Decimal("1800000.00"), Decimal("2000000.00"), Decimal("200000.00"), "")
    assert money == {
        ("training", made.spent.pk, "realised"): pay,
        ("training", made.spent.pk, "ceiling"): (
            Decimal("45000000.00"),
            Decimal("2000001.00"),
            Decimal("-42999999"),
            "",
        ),
        ("training", made.spent.pk, account): pay,
        ("training", made.fuller.pk, "people"): (2, 3, 1, ""),
        ("training", made.fuller.pk, "person_days"): (2, 3, 1, ""),
        ("training", made.late.pk, "ceiling"): (None, Decimal("45000000.00"), Decimal("45000000.00"), NEW),
        ("training", made.late.pk, "realised"): (None, 5, 5, NEW),
        ("training", made.late.pk, "people"): (None, 0, 0, NEW),
        ("training", made.late.pk, "person_days"): (None, 0, 0, NEW),
        **{
            (kind, pk, figure): (Decimal(before), Decimal(after), Decimal(after) - Decimal(before), "")
            for kind, pk in (("line", line), ("organizer", owner))
            for figure, before, after in (
                ("ceiling", "250000000.00", "250000100.00"),
                ("planned", "8000004.00", "6000003.00"),
                ("realised", "7200000.00", "5600005.00"),
                (account, "7200000.00", "5600000.00"),
                ("people", "8", "7"),
                ("person_days", "8", "7"),
            )
        },
    }
    gone = [one for key, one in found(made, "supervisor").items() if key[:2] == ("training", made.gone.pk)]
    assert {one.remark for one in gone} == {GONE}
    assert {one.now for one in gone} == {None}
    assert "Pelatihan gone" in gone[0].subject.label


def test_figures_come_in_the_order_of_reading(made: YearEnd) -> None:
    rows = corrections(2025, 1, made.supervisor)
    assert [kind for kind, *_ in dict.fromkeys((one.subject.kind,) for one in rows)] == [
        "organizer",
        "line",
        "training",
    ]


@pytest.mark.parametrize(
    ("user", "names"),
    [
        ("operator", {"spent", "fuller", "late"}),
        ("other_operator", {"gone"}),
        ("other_supervisor", set()),
        ("administrator", set()),
        ("auditor", {"spent", "fuller", "late", "gone"}),
    ],
)
def test_everybody_reads_the_corrections_of_the_own_rows(made: YearEnd, user: str, names: set[str]) -> None:
    seen = {(kind, pk) for kind, pk, _ in found(made, user)}
    wanted = {("training", getattr(made, name).pk) for name in names}
    if user == "auditor":
        wanted |= {("line", made.line.pk), ("organizer", made.line.organizer_id)}
    assert seen == wanted
    versions, _ = told(made, user)
    assert {change.training_id for change in versions if change.training_id} == {
        pk for kind, pk in wanted if kind == "training"
    }


def test_who_changed_what_and_why(made: YearEnd) -> None:
    versions, because = told(made, "supervisor")
    assert [change.at for change in versions] == sorted(change.at for change in versions)
    lines = {(change.by, change.verb, change.data, change.reason): change.detail for change in versions}
    assert lines["Operator Pagelaran", "Diubah", "belanja", "koreksi SPJ"] == (
        "realisasi: 1.800.000,00 → 2.000.000,00; nomor SP2D: "
        f"{made.spent.expenses.get().history.earliest().sp2d_number} → SP2D/77777/2025"
    )
    assert lines["Pengawas Disperindag", "Diubah", "mata anggaran", ""] == "pagu perubahan: (kosong) → 250.000.100,00"
    assert lines["Operator Pagelaran", "Dibuat", "kepesertaan", "impor berkas instansi lain"] == "status: Terdaftar"
    assert ("Pengawas Disperindag", "Dihapus", "pelatihan", "") in lines
    assert not any(change.training_id == made.calm.pk for change in versions), "its figures are the same"
    assert because["training", made.fuller.pk].startswith("2 perubahan oleh Operator Pagelaran; terakhir ")
    assert because["training", made.fuller.pk].endswith(", impor berkas instansi lain")
    assert "Pengawas Disperindag" in because["line", made.line.pk]
    assert "Operator Pagelaran" in because["organizer", made.line.organizer_id]


def test_the_file_behind_an_import_is_named_to_who_may_see_it(made: YearEnd) -> None:
    for user, reason in (("operator", "impor susulan.xlsx"), ("supervisor", "impor berkas instansi lain")):
        assert reason in {change.reason for change in told(made, user)[0]}


def test_a_training_that_was_moved_leaves_its_later_life_unread(made: YearEnd) -> None:
    """Its former organizer learns that it went, not what became of it on the other's money."""
    calm = Training.objects.get(pk=made.calm.pk)
    calm.budget_line = BudgetLineFactory(organizer=made.foreign.organizer)
    calm._history_user = made.operator
    calm.save()
    calm.title = "Rahasia dinas lain"
    calm.save()
    rows = [one for key, one in found(made, "supervisor").items() if key[:2] == ("training", calm.pk)]
    assert {one.remark for one in rows} == {GONE}
    versions, because = told(made, "supervisor")
    assert not any("Rahasia" in change.detail for change in versions)
    (row,) = [one for key, one in found(made, "auditor").items() if key[:2] == ("training", calm.pk)]
    assert (row.remark, row.closed, row.now) == (MOVED, None, None), "its own figures are the same"
    versions, because = told(made, "auditor")
    assert any("Rahasia" in change.detail for change in versions)
    for line in (made.line, calm.budget_line):
        assert "Operator Pagelaran" in because["line", line.pk]


def test_steps_of_the_lock(made: YearEnd) -> None:
    close_year(made.year, by=made.administrator)
    steps = year_events(2025)
    assert [(step.closed, step.serial, step.by, step.asked_by, step.reason) for step in steps] == [
        (True, 1, made.administrator, None, ""),
        (False, 1, made.supervisor, made.administrator, REASON),
        (True, 2, made.administrator, None, ""),
    ]
    assert not found(made, "auditor", serial=2)
    assert found(made, "auditor", serial=1)


def test_a_past_day_knows_no_later_correction(made: YearEnd, clock: Clock) -> None:
    closed_on = year_events(2025)[0].at
    with snapshot(closed_on):
        assert not found(made, "auditor")
        assert [step.closed for step in year_events(2025)] == [True]
    with snapshot(clock.now):
        assert found(made, "auditor")


# --- the file -------------------------------------------------------------------------------------------------------
def test_the_workbook(made: YearEnd, tmp_path: Path) -> None:
    receipt = export("corrections", made.supervisor, tmp_path, year="2025")
    book = read_book(tmp_path / "corrections.xlsx")
    rows = book.rows["Koreksi"]
    assert len(rows) == len(found(made, "supervisor"))
    (row,) = [row for row in rows if row["Jenis"] == "Mata anggaran" and row["Angka"] == "Realisasi"]
    assert (row["Saat Ditutup"], row["Sekarang"], row["Selisih"]) == (7200000, 5600005, -1599995)
    assert "terakhir" in row["Perubahan"]
    assert {row["Objek"] for row in book.rows["Perubahan"]} >= {f"{made.spent.number} Pelatihan spent"}
    assert [row["Langkah"] for row in book.rows["Tutup Buku"]] == ["Ditutup (ke-1)", "Dibuka kembali"]
    assert book.rows["Tutup Buku"][1]["Alasan"] == REASON
    assert receipt.record.filters == {"year": "2025"}


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "Tahun anggaran: Pilih tahun yang pernah ditutup."),
        ({"year": "2024"}, "Tahun anggaran:"),
        ({"year": "2025", "closing": "2"}, "Penutupan ke-: Tahun anggaran 2025 baru ditutup 1 kali."),
        ({"year": "2025", "closing": "0"}, "Penutupan ke-:"),
        ({"year": "2025", "q": "jahit", "office": "35.07.33"}, "hapus saringan Kata kunci, Kecamatan"),
    ],
)
def test_filters_it_does_not_know_are_refused(made: YearEnd, tmp_path: Path, params: dict, sentence: str) -> None:
    BudgetLineFactory(fiscal_year__year=2024)
    with pytest.raises(ExportRefused) as refusal:
        export("corrections", made.supervisor, tmp_path, **params)
    assert sentence in refusal.value.sentences[0]


# --- the page -------------------------------------------------------------------------------------------------------
def page(user: Any, query: str = "") -> str:
    return client_of(user).get(f"{PAGE}{query}").content.decode()


def test_the_page_shows_figures_people_and_reasons(made: YearEnd) -> None:
    text = page(made.supervisor)
    for word in (
        "Rp1.800.000,00",
        "Rp2.000.000,00",
        "−Rp1.599.995,00",
        "Baru sesudah penutupan",
        "Tidak ada lagi pada tahun ini",
        "koreksi SPJ",
        REASON,
        "Pengawas Disperindag, diminta Administrator Kabupaten",
    ):
        assert word in text, word
    assert "/laporan/ekspor/corrections/?year=2025&amp;closing=1" in text
    assert "Pelatihan dinas lain" not in text
    assert "Mata anggaran" not in page(made.operator).split("<tbody>")[1]


def test_the_page_compares_with_the_closing_that_is_asked_for(made: YearEnd) -> None:
    close_year(made.year, by=made.administrator)
    assert "Tidak ada angka yang berbeda dengan penutupan ke-2" in page(made.supervisor, "?closing=2")
    for query in ("", "?closing=1", "?closing=9", "?closing=x"):
        assert "berbeda dengan penutupan ke-1" in page(made.supervisor, query)


def test_a_year_that_was_never_closed_says_so(db: None, supervisor: Any) -> None:
    FiscalYear.objects.create(year=2025)
    assert "belum pernah ditutup" in page(supervisor)
    assert client_of(supervisor).get("/laporan/tutup-buku/2031/").status_code == 404


def test_the_way_from_the_year_to_the_page(made: YearEnd) -> None:
    address = "/admin/portal/fiscalyear/2025/change/"
    assert PAGE in client_of(made.supervisor).get(address).content.decode()
    assert PAGE not in client_of(made.administrator).get(address).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_a_fixed_number_of_questions(made: YearEnd, rows: int, django_assert_num_queries: Any) -> None:
    for row in [made.spent, made.fuller, made.calm][:rows]:
        Training.objects.get(pk=row.pk).expenses.get().delete()
    client: Client = client_of(made.supervisor)
    client.get(PAGE)
    with django_assert_num_queries(25):
        client.get(PAGE)


def test_the_workbook_is_sound_and_proves_itself(made: YearEnd, tmp_path: Path) -> None:
    export("corrections", made.supervisor, tmp_path, year="2025")
    path = tmp_path / "corrections.xlsx"
    assert faults(path) == []
    verdict = verify(with_other_bytes(path).read_bytes(), path.name, made.supervisor)
    assert (verdict.state, verdict.differences) == (State.UNCHANGED, ())
