"""Sheets of a DPA or of SIPD-RI become budget lines of the sender's own agency, and of no other."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.enums import YearState
from portal.importing import pipeline
from portal.importing.registry import resource_classes
from portal.importing.resources import PlannedRow
from portal.importing.undo import undo
from portal.models import FiscalYear, ImportBatch, User
from programs.models import BudgetLine
from programs.resources.budget_lines import LEFT_OUT, BudgetLineResource
from tests.factories.portal import FiscalYearFactory, UserFactory
from tests.factories.programs import (
    SUB_ACTIVITY,
    BudgetLineFactory,
    FundSourceFactory,
    NomenclatureNodeFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.factories.world import World
from tests.programs.sheets import judge, said, sent
from tests.roles import client_of

OTHER = "3.31.02.2.01.0003"
PAD = "Pendapatan Asli Daerah (PAD)"
CELLS = {"year": "2025", "code": SUB_ACTIVITY, "fund": PAD, "original": "250.000.000", "target": "1 dokumen"}
DPA = f"""DOKUMEN PELAKSANAAN ANGGARAN;;;;;
Kode;Uraian;Tahun (TA);Sumber Dana;Pagu Sebelum Perubahan;Pagu Sesudah Perubahan
3.31;URUSAN PEMERINTAHAN BIDANG PERINDUSTRIAN;;;650.000.000;
3.31.02;PROGRAM PERENCANAAN DAN PEMBANGUNAN INDUSTRI;;;650.000.000;
3.31.02.2.01;Penyusunan dan Evaluasi Rencana Pembangunan Industri Kabupaten/Kota;;;650.000.000;
3.31.02.2.01.05;Koordinasi, Sinkronisasi, dan Pelaksanaan Pemberdayaan Industri dan Peran Serta Masyarakat;2025;{PAD};\
400.000.000;450.000.000
5.1.02.02.01.0003;Honorarium Narasumber;;;100.000.000;
3.31.02.02.01.0003;Nomenklatur 3.31.02.2.01.0003;TA 2025;2.2.1.01.01.0001;250.000.000;-
JUMLAH;;;;650.000.000;
"""


@pytest.fixture
def officer(db: None) -> User:
    FiscalYearFactory()
    nomenclature_path()
    NomenclatureNodeFactory(code=OTHER)
    FundSourceFactory()
    FundSourceFactory(code="2.2.1.01.01.0001", name="DBH Cukai Hasil Tembakau (CHT)")
    return UserFactory(programme_officer=True)


def judged(user: User, *rows: dict[str, Any]) -> list[PlannedRow]:
    return judge(BudgetLineResource(user=user), *rows)


def checked(user: User, text: str = DPA) -> ImportBatch:
    return sent("budget_lines", user, text)


def close_year() -> None:
    FiscalYear.objects.update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=UserFactory(administrator=True)
    )


def test_a_real_sheet_goes_through_unchanged_and_twice(officer: User) -> None:
    batch = checked(officer)
    assert batch.counts == {"new": 2, "changed": 0, "same": 4, "rejected": 0, "skipped": 0}
    assert batch.rows_warned == 0
    notes = {row.number: [message["message"] for message in row.messages] for row in batch.rows.all()}
    assert {number for number, messages in notes.items() if messages == [LEFT_OUT]} == {3, 4, 5, 7}
    pipeline.apply(batch, by=officer)
    lines = BudgetLine.objects.order_by("node__code")
    assert [(line.node.code, line.organizer, line.ceiling_original, line.ceiling_revised) for line in lines] == [
        (OTHER, officer.agency, Decimal(250_000_000), None),
        (SUB_ACTIVITY, officer.agency, Decimal(400_000_000), Decimal(450_000_000)),
    ]
    again = checked(officer)
    assert again.counts == {"new": 0, "changed": 0, "same": 6, "rejected": 0, "skipped": 0}
    assert BudgetLine.history.count() == 2


def test_a_changed_ceiling_is_written_and_can_be_taken_back(officer: User) -> None:
    line = BudgetLineFactory(organizer=officer.agency)
    text = f"TA;Kode;Sumber Dana;Pagu Perubahan\n2025;{SUB_ACTIVITY};PAD;300.000.000\n"
    batch = checked(officer, text)
    assert batch.counts["changed"] == 1
    pipeline.apply(batch, by=officer)
    line.refresh_from_db()
    assert (line.ceiling_original, line.ceiling_revised) == (Decimal(250_000_000), Decimal(300_000_000))
    assert line.history.latest().history_user == officer
    undo(batch, by=officer)
    line.refresh_from_db()
    assert line.ceiling_revised is None


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"code": "3.31.02.2.01.0099"}, "tidak ada di tabel nomenklatur"),
        ({"year": "2019"}, "Tahun anggaran 2019 belum ada"),
        ({"year": "dua ribu"}, "bukan tahun anggaran"),
        ({"code": 3.31}, "tersimpan sebagai angka"),
        ({"fund": "Dana Tak Dikenal"}, "tidak dikenal"),
        ({"fund": None}, "Sumber dana kosong"),
        ({"fund_code": "2.2.1.01.01.0001"}, "bukan “Pendapatan Asli Daerah (PAD)”"),
        ({"original": None}, "Pagu murni kosong"),
        ({"original": "-1"}, "negatif"),
    ],
)
def test_reasons_to_refuse_a_row(officer: User, cells: dict, words: str) -> None:
    (row,) = judged(officer, CELLS | cells)
    assert row.verdict == "rejected"
    assert len(said(row)) == 1
    assert words in said(row)[0]


def test_a_code_that_ended_before_the_year_is_refused(officer: User) -> None:
    NomenclatureNodeFactory(code="3.31.02.2.01.0001", valid_to=2024)
    (row,) = judged(officer, CELLS | {"code": "3.31.02.2.01.0001"})
    assert said(row) == [
        "Kode 3.31.02.2.01.0001 hanya berlaku 2020–2024. Periksa kode dan tahun anggarannya.",
    ]


@pytest.mark.parametrize("fund", [PAD, "PENDAPATAN ASLI DAERAH", "PAD", "1.1", 1.1, "1.1 Pendapatan Asli Daerah (PAD)"])
def test_a_fund_source_by_name_or_code(officer: User, fund: Any) -> None:
    (row,) = judged(officer, CELLS | {"fund": fund})
    assert (row.verdict, row.new[0].fund_source.code) == ("new", "1.1")


def test_another_name_is_a_warning_and_the_code_decides(officer: User) -> None:
    (row,) = judged(officer, CELLS | {"name": "Pemberdayaan IKM"})
    assert row.verdict == "new"
    assert len(said(row, "warning")) == 1
    assert f"{SUB_ACTIVITY} adalah “Koordinasi, Sinkronisasi" in said(row, "warning")[0]
    (row,) = judged(officer, CELLS | {"name": nomenclature_path().name.upper()})
    assert row.messages == []


def test_without_a_year_the_only_open_one_is_read_aloud(officer: User) -> None:
    (row,) = judged(officer, {key: value for key, value in CELLS.items() if key != "year"})
    assert said(row, "warning") == ["Kosong; dibaca TA 2025, satu-satunya tahun yang terbuka."]
    assert row.new[0].fiscal_year_id == 2025
    FiscalYearFactory(year=2026)
    (row,) = judged(officer, CELLS | {"year": " "})
    assert said(row) == ["Tahun anggaran kosong. Isi tahunnya, misalnya 2026."]


def test_a_ceiling_below_what_is_used_is_a_warning_with_figures(officer: User) -> None:
    line = BudgetLineFactory(organizer=officer.agency)
    training = {"budget_line": line, "ceiling": Decimal(60_000_000), "realised": Decimal(55_000_000)}
    TrainingFactory(**training)
    TrainingFactory(**training)
    TrainingFactory(**training | {"realised": None}, status="cancelled")
    (row,) = judged(officer, CELLS | {"revised": "100.000.000"})
    assert row.verdict == "changed"
    assert said(row, "warning") == [
        "Pagu menjadi Rp100.000.000,00, kurang dari pelatihan di bawahnya: rencana Rp120.000.000,00, "
        "realisasi Rp110.000.000,00."
    ]
    (row,) = judged(officer, CELLS | {"revised": "120.000.000"})
    assert said(row, "warning") == []


def test_a_closed_year_refuses_every_row(officer: User) -> None:
    BudgetLineFactory(organizer=officer.agency)
    close_year()
    rows = judged(officer, CELLS, CELLS | {"code": OTHER})
    sentence = "Tahun anggaran 2025 sudah ditutup. Minta administrator membukanya kembali."
    assert [said(row) for row in rows] == [[sentence], [sentence]]
    batch = checked(officer)
    assert (batch.counts["rejected"], batch.counts["new"], batch.counts["changed"]) == (2, 0, 0)


def test_the_same_line_twice_in_a_file_is_refused(officer: User) -> None:
    text = f"TA;Kode;Sumber Dana;Pagu\n2025;{SUB_ACTIVITY};PAD;1.000\n2025;3.31.02.2.01.05;1.1;2.000\n"
    batch = checked(officer, text)
    assert batch.counts["rejected"] == 2
    assert batch.rows.first().messages[0]["message"].startswith("Mata anggaran sama dengan baris 3.")


def test_only_an_organizer_imports_budget_lines(two_agencies: World) -> None:
    """The right alone is not enough: the lines would belong to an office."""
    rows = judged(two_agencies.operator_a, CELLS, {"code": "3.31"})
    sentence = "Mata anggaran hanya diimpor oleh perangkat daerah pemilik anggaran, atas namanya sendiri."
    assert [(row.verdict, said(row)) for row in rows] == [("rejected", [sentence]), ("rejected", [sentence])]


@pytest.mark.parametrize("name", ["operator_a", "head_a", "supervisor", "auditor", "administrator", "nobody"])
def test_other_roles_do_not_see_the_sheet(two_agencies: World, name: str) -> None:
    user = getattr(two_agencies, name)
    assert BudgetLineResource not in resource_classes(user)
    client = client_of(user)
    for page in ("upload", "template"):
        assert client.get(reverse(f"importing:{page}", args=["budget_lines"])).status_code in {403, 404}
    if not user.has_perm("portal.import_importbatch"):
        with pytest.raises(PermissionDenied):
            pipeline.receive(b"x", "dpa.csv", resource="budget_lines", by=user)


def test_lines_of_another_organizer_are_neither_met_nor_touched(two_agencies: World) -> None:
    """Both organizers have this code, year and source; the officer of one meets only the own line."""
    foreign = two_agencies.b.budgetline
    before = foreign.ceiling_original
    (row,) = judged(two_agencies.pptk, CELLS | {"original": "1.000"})
    assert row.verdict == "changed"
    assert row.new == [two_agencies.a.budgetline]
    batch = checked(two_agencies.pptk, f"TA;Kode;Sumber Dana;Pagu\n2025;{SUB_ACTIVITY};PAD;1.000\n")
    pipeline.apply(batch, by=two_agencies.pptk)
    foreign.refresh_from_db()
    assert foreign.ceiling_original == before


def test_with_and_without_the_foreign_line_the_answer_is_the_same(two_agencies: World) -> None:
    node = NomenclatureNodeFactory(code=OTHER)
    asked = CELLS | {"code": OTHER}
    BudgetLineFactory(organizer=two_agencies.koperasi, node=node, ceiling_original=Decimal(1))
    (with_it,) = judged(two_agencies.pptk, asked)
    BudgetLine.objects.filter(node=node).delete()
    (without,) = judged(two_agencies.pptk, asked)
    assert (with_it.verdict, with_it.messages, with_it.changes) == (without.verdict, without.messages, without.changes)


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow_with_rows(officer: User, django_assert_num_queries: Any, count: int) -> None:
    codes = [SUB_ACTIVITY, OTHER, "3.31.02.2.01.0001"][:count]
    for code in codes:
        line = BudgetLineFactory(organizer=officer.agency, node=NomenclatureNodeFactory(code=code))
        TrainingFactory(budget_line=line)
    cells = [CELLS | {"code": code, "original": "100.000"} for code in codes]
    officer.has_perm("programs.add_budgetline")  # the cached rights of a request
    resource = BudgetLineResource(user=officer)
    with django_assert_num_queries(3):  # years, nodes, sources
        resource.prepare()
    rows = [PlannedRow(sheet="DPA", number=number, cells=one) for number, one in enumerate(cells, start=2)]
    with django_assert_num_queries(2):  # existing lines, what trainings use of them
        resource.plan(rows)
    assert {row.verdict for row in rows} == {"changed"}
