"""Sheets of realisation out of SIPD-RI: what is read, what is refused, and which sheet is in force."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.enums import BatchState, YearState
from portal.importing import pipeline, repair
from portal.importing.registry import resource_classes
from portal.importing.resources import PlannedRow
from portal.importing.undo import undo
from portal.models import FiscalYear, ImportBatch, User
from portal.spreadsheets.cells import CellError
from programs.models import SipdRow, SipdUpload
from programs.reconciliation import in_force
from programs.resources.sipd import BLOCKED, LEFT_OUT, REPLACED, SipdResource
from programs.resources.sipd_columns import parse_realised, parse_sipd_account
from tests.factories.portal import FiscalYearFactory, UserFactory
from tests.factories.programs import SUB_ACTIVITY, FundSourceFactory, SipdRowFactory, SipdUploadFactory
from tests.factories.world import World
from tests.programs.sheets import judge, said, sent
from tests.roles import client_of

HONOR, MEALS = "5.1.02.02.01.0003", "5.1.02.01.01.0052"
EXCISE = "2.2.1.01.01.0001"
CELLS = {"year": "2025", "code": SUB_ACTIVITY, "account": HONOR, "fund_code": "1.1", "realised": "1.800.000"}
SHEET = f"""PEMERINTAH KABUPATEN MALANG;;;;;;;;;
LAPORAN REALISASI ANGGARAN BELANJA;;;;;;;;;
Tahun;Kode SKPD;Nama SKPD;Kode Sub Kegiatan;Nama Sub Kegiatan;Kode Akun;Uraian;Kode Sumber Dana;Anggaran;Realisasi
2025;3.31.0.00;Disperindag;3.31.02.2.01;Penyusunan dan Evaluasi;;;;9.000.000;4.550.000
2025;3.31.0.00;Disperindag;{SUB_ACTIVITY};Pemberdayaan;5.1.02;Belanja Barang dan Jasa;1.1;9.000.000;4.550.000
2025;3.31.0.00;Disperindag;3.31.02.2.01.05;Pemberdayaan;5.1.02.02.001.00003;Honorarium;1.1;2.000.000;Rp1.800.000,00
2025;3.31.0.00;Disperindag;3.31.02.02.01.0005;Pemberdayaan;5.1.02.02.01.0003;Honorarium;{EXCISE};3.000.000;2.750.000,50
2025;3.31.0.00;Disperindag;{SUB_ACTIVITY};Pemberdayaan;{MEALS};Makanan;1.1;4.000.000;-
JUMLAH;;;;;;;;9.000.000;4.550.000,50
"""


@pytest.fixture
def officer(db: None) -> User:
    FiscalYearFactory()
    FundSourceFactory()
    FundSourceFactory(code=EXCISE, name="DBH Cukai Hasil Tembakau (CHT)")
    return UserFactory(programme_officer=True)


def judged(user: User, *rows: dict[str, Any]) -> list[PlannedRow]:
    return judge(SipdResource(user=user), *rows)


def saved(user: User, text: str = SHEET) -> ImportBatch:
    return pipeline.apply(sent("sipd", user, text), by=user)


def lines() -> list[tuple]:
    return list(SipdRow.objects.order_by("pk").values_list("code", "account", "fund", "realised"))


def sheet(*rows: str) -> str:
    return "\n".join(["Tahun;Kode Sub Kegiatan;Kode Rekening;Sumber Dana;Realisasi;Nomor SP2D;Tanggal SP2D", *rows, ""])


# --- reading --------------------------------------------------------------------------------------------------------
def test_a_sheet_goes_through_unchanged(officer: User) -> None:
    """Old and new spellings, subtotals of kegiatan and account, rupiah as people write it, two sources, a dash."""
    batch = saved(officer)
    assert batch.counts == {"new": 3, "changed": 0, "same": 2, "rejected": 0, "skipped": 0}
    assert batch.notices == []
    left_out = [row.number for row in batch.rows.all() if [one["message"] for one in row.messages] == [LEFT_OUT]]
    assert left_out == [4, 5]
    assert lines() == [
        (SUB_ACTIVITY, HONOR, "1.1", Decimal("1800000.00")),
        (SUB_ACTIVITY, HONOR, EXCISE, Decimal("2750000.50")),
        (SUB_ACTIVITY, MEALS, "1.1", Decimal("0.00")),
    ]
    upload = SipdUpload.objects.get()
    assert (upload.organizer, upload.fiscal_year_id, upload.source) == (officer.agency, 2025, batch)


def test_one_row_an_sp2d(officer: User) -> None:
    text = sheet(
        f"2025;{SUB_ACTIVITY};{HONOR};PAD;1.000.000;SP2D/1/2025;21-07-2025",
        f"2025;{SUB_ACTIVITY};{HONOR};PAD;800.000;SP2D/2/2025;04-08-2025",
        f"2025;{SUB_ACTIVITY};{HONOR};PAD;(100.000);STS/9/2025;",
    )
    assert saved(officer, text).counts["new"] == 3
    found = SipdRow.objects.order_by("pk").values_list("sp2d_number", "realised", "sp2d_date__month")
    assert list(found) == [("SP2D/1/2025", 1_000_000, 7), ("SP2D/2/2025", 800_000, 8), ("STS/9/2025", -100_000, None)]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"code": "lain-lain"}, "bukan kode nomenklatur"),
        ({"code": 3.31}, "tersimpan sebagai angka"),
        ({"account": None}, "lewati baris ini bila hanya baris jumlah"),
        ({"account": "honor"}, "bukan kode rekening"),
        ({"account": "5.1.02.02.01.0003.01"}, "bukan kode rekening"),
        ({"realised": "1,234,567"}, "tulisan Inggris"),
        ({"realised": "banyak"}, "bukan angka"),
        ({"year": "2019"}, "Tahun anggaran 2019 belum ada"),
        ({"fund": "DBH Cukai Hasil Tembakau (CHT)"}, "menyebut dua sumber yang berbeda"),
        ({"unit": "Dinas Koperasi dan Usaha Mikro"}, "SKPD tidak dikenal"),
    ],
)
def test_reasons_to_refuse_a_row(officer: User, cells: dict, words: str) -> None:
    (row,) = judged(officer, CELLS | cells)
    assert row.verdict == "rejected"
    assert len(said(row)) == 1
    assert words in said(row)[0]


@pytest.mark.parametrize("unit", ["Dinas Perindustrian dan Perdagangan", "DISPERINDAG", None])
def test_rows_of_the_own_agency_by_either_name(officer: User, unit: str | None) -> None:
    (row,) = judged(officer, CELLS | {"unit": unit})
    assert (row.verdict, row.messages) == ("new", [])


def test_a_source_that_we_do_not_know_is_kept_with_a_warning(officer: User) -> None:
    (row,) = judged(officer, CELLS | {"fund_code": None, "fund": "Dana Otonomi Khusus"})
    assert (row.verdict, row.new[0].fund) == ("new", "Dana Otonomi Khusus")
    assert "tidak ada di tabel portal" in said(row, "warning")[0]
    (row,) = judged(officer, CELLS | {"fund_code": "9.9", "fund": "PAD"})
    assert (row.new[0].fund, said(row, "warning")) == ("1.1", [])


def test_an_sp2d_of_another_year_is_a_warning(officer: User) -> None:
    (row,) = judged(officer, CELLS | {"sp2d_number": "1", "sp2d_date": "02-01-2026"})
    assert said(row, "warning") == ["Tanggal SP2D 02-01-2026 di luar tahun anggaran 2025."]


def test_a_sheet_without_a_column_of_realisation_waits_for_a_decision(officer: User) -> None:
    batch = sent("sipd", officer, f"Kode Sub Kegiatan;Kode Rekening;Anggaran\n{SUB_ACTIVITY};{HONOR};1.000\n")
    assert batch.state == BatchState.COLUMNS
    assert "kolom Realisasi tidak ada" in " ".join(batch.notices)


def test_a_row_twice_is_refused_twice(officer: User) -> None:
    row = f"2025;{SUB_ACTIVITY};{HONOR};PAD;1.000;SP2D/1;21-07-2025"
    batch = sent("sipd", officer, sheet(row, row.replace(HONOR, "5.1.2.2.1.3").replace("PAD", "1.1")))
    assert batch.counts["rejected"] == 2
    assert batch.rows.first().messages[0]["message"].startswith("Baris SIPD sama dengan baris 3.")


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("1.234.567,50", "1234567.50"),
        ("Rp 48.250.000,-", "48250000"),
        ("-1.000", "-1000"),
        ("(2.500,25)", "-2500.25"),
        ("-Rp1.000", "-1000"),
        (-750, "-750"),
        (1250.5, "1250.50"),
        ("-", "0"),
        ("–", "0"),
    ],
)
def test_realisation_as_people_write_it(value: Any, amount: str) -> None:
    assert parse_realised(value) == Decimal(amount)


@pytest.mark.parametrize("value", ["(banyak)", "--1", "1.23", True])
def test_realisation_that_is_none(value: Any) -> None:
    with pytest.raises(CellError):
        parse_realised(value)
    assert parse_realised(None) is None


def test_accounts_of_any_length() -> None:
    assert parse_sipd_account("5.1.02.02.001.00003 Honorarium Narasumber") == HONOR
    assert parse_sipd_account("5.1.2.2.1.3") == HONOR
    assert parse_sipd_account("5.1.02.02.01") == ""
    assert parse_sipd_account(None) is None


def test_a_hostile_file_is_refused_with_a_sentence(officer: User) -> None:
    batch = pipeline.receive(b"PK\x03\x04" + b"\0" * 200, "realisasi.xlsx", resource="sipd", by=officer)
    with pytest.raises(pipeline.ImportRefused, match=r"[a-z]{4,}.*\."):
        pipeline.stage(batch)
    assert (batch.state, SipdUpload.objects.count()) == (BatchState.REFUSED, 0)


# --- which sheet is in force ------------------------------------------------------------------------------------------
def test_a_newer_sheet_takes_the_place_and_gives_it_back(officer: User) -> None:
    first = saved(officer)
    second = saved(officer, sheet(f"2025;{SUB_ACTIVITY};{MEALS};PAD;5.000;;"))
    assert second.counts["new"] == 1, "what is in the former sheet alone is not carried over"
    assert [one.source for one in in_force(SipdUpload.objects.all())] == [second]
    assert SipdRow.objects.count() == 4
    undo(second, by=officer)
    assert [one.source for one in in_force(SipdUpload.objects.all())] == [first]
    assert SipdRow.objects.count() == 3


def test_sheets_of_two_years_stand_side_by_side(officer: User) -> None:
    FiscalYearFactory(year=2024)
    saved(officer, sheet(*(f"{year};{SUB_ACTIVITY};{HONOR};PAD;5.000;;" for year in (2024, 2025))))
    assert sorted(in_force(SipdUpload.objects.all()).values_list("fiscal_year", flat=True)) == [2024, 2025]


def test_the_same_bytes_again_write_nothing(officer: User) -> None:
    saved(officer)
    assert sent("sipd", officer, SHEET).counts == {"new": 0, "changed": 0, "same": 5, "rejected": 0, "skipped": 0}
    saved(officer, sheet(f"2025;{SUB_ACTIVITY};{MEALS};PAD;5.000;;"))
    assert sent("sipd", officer, SHEET).counts["new"] == 3, "another sheet is in force: this one is to be so again"


def test_rows_mended_after_saving_join_their_own_sheet(officer: User) -> None:
    text = sheet(f"2025;{SUB_ACTIVITY};{HONOR};PAD;1.000;;", f"2025;{SUB_ACTIVITY};{MEALS};PAD;1,234,567;;")
    batch = saved(officer, text)
    assert (batch.counts["new"], batch.counts["rejected"]) == (1, 1)
    _mend(batch, officer)
    assert (batch.counts["new"], batch.counts["same"]) == (1, 1)
    pipeline.apply(batch, by=officer)
    assert (SipdUpload.objects.count(), SipdRow.objects.filter(upload__source=batch).count()) == (1, 2)


def test_rows_mended_after_their_sheet_was_replaced_are_refused(officer: User) -> None:
    text = sheet(f"2025;{SUB_ACTIVITY};{HONOR};PAD;1.000;;", f"2025;{SUB_ACTIVITY};{MEALS};PAD;1,234,567;;")
    batch = saved(officer, text)
    saved(officer)
    _mend(batch, officer)
    assert batch.counts["rejected"] == 1
    assert batch.rows.get(number=3).messages[0]["message"] == REPLACED


def _mend(batch: ImportBatch, user: User) -> None:
    row = batch.rows.get(number=3)
    repair.mend(batch, cells={(row.pk, "realised"): "1.234.567"}, left_out={}, words={}, remember=False, by=user)
    pipeline.check(batch, user)


def test_a_closed_year_refuses_every_row(officer: User) -> None:
    FiscalYear.objects.update(
        state=YearState.CLOSED, closed_at=timezone.now(), closed_by=UserFactory(administrator=True)
    )
    assert sent("sipd", officer, SHEET).counts["rejected"] == 3


# --- who --------------------------------------------------------------------------------------------------------------
def test_only_an_organizer_sends_sheets(two_agencies: World) -> None:
    (row,) = judged(two_agencies.operator_a, CELLS)
    assert (row.verdict, said(row)) == ("rejected", [BLOCKED])


@pytest.mark.parametrize("name", ["operator_a", "head_a", "supervisor", "auditor", "administrator", "nobody"])
def test_other_roles_do_not_see_the_sheet(two_agencies: World, name: str) -> None:
    user = getattr(two_agencies, name)
    assert SipdResource not in resource_classes(user)
    for page in ("upload", "template"):
        assert client_of(user).get(reverse(f"importing:{page}", args=["sipd"])).status_code in {403, 404}
    if not user.has_perm("portal.import_importbatch"):
        with pytest.raises(PermissionDenied):
            pipeline.receive(b"x", "sipd.csv", resource="sipd", by=user)


def test_sheets_of_another_organizer_are_neither_met_nor_replaced(two_agencies: World) -> None:
    """Even the same bytes: the other dinas has sent them before."""
    text = sheet(f"2025;{SUB_ACTIVITY};{HONOR};1.1;7.000;;")
    mine = sent("sipd", two_agencies.pptk, text)
    foreign = two_agencies.b.sipdupload
    ImportBatch.objects.filter(pk=foreign.source_id).update(sha256=mine.sha256)
    pipeline.check(mine, two_agencies.pptk)
    assert mine.counts["new"] == 1
    pipeline.apply(mine, by=two_agencies.pptk)
    assert SipdUpload.objects.get(source=mine).organizer == two_agencies.disperindag
    assert foreign.lines.count() == 1
    assert foreign in in_force(SipdUpload.objects.all())


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow_with_rows(officer: User, django_assert_num_queries: Any, count: int) -> None:
    accounts = [HONOR, MEALS, "5.1.02.04.01.0003"][:count]
    cells = [CELLS | {"account": account, "realised": "5.000"} for account in accounts]
    upload = SipdUploadFactory(organizer=officer.agency)
    for account in accounts:
        SipdRowFactory(upload=upload, account=account, sp2d_number="")
    officer.has_perm("programs.add_sipdupload")  # the cached rights of a request
    resource = SipdResource(user=officer)
    resource.batch = upload.source
    with django_assert_num_queries(3):  # years, sources, budget lines
        resource.prepare()
    rows = [PlannedRow(sheet="SIPD", number=number, cells=one) for number, one in enumerate(cells, start=2)]
    with django_assert_num_queries(2):  # sheets of the years, rows of the own sheet
        resource.plan(rows)
    assert {row.verdict for row in rows} == {"changed"}
