"""`manage.py export_report`: names, options and exit codes as written in the design."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from reports.models import ExportRecord
from tests.factories.portal import UserFactory
from tests.reports.ledger import Ledger, read_book, read_csv


def run(*arguments: str) -> tuple[int, str, str]:
    """Return (exit code, stdout, stderr)."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("export_report", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_audit_workbook(ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "audit.xlsx"
    code, out, err = run(
        "audit", "--as", "pengawas", "--year", "2025", "--budget-line", "3.31.02.02.01.05", "--output", str(target)
    )
    assert (code, err) == (0, "")
    book = read_book(target)
    assert f"Rekap: {len(book.rows['Rekap'])} baris; pagu Rp" in out
    assert f"Berkas: {target}" in out
    assert list(tmp_path.iterdir()) == [target]
    record = ExportRecord.objects.order_by("at").last()
    assert (record.by, record.filters["year"]) == (ledger.supervisor, "2025")
    assert str(record.pk) in out


def test_csv_makes_one_file_a_sheet(ledger: Ledger, tmp_path: Path) -> None:
    options = ("--as", "pemeriksa", "--year", "2025", "--office", "35.07.33", "--format", "csv", "--output")
    assert run("audit", *options, str(tmp_path / "audit.csv"))[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audit-belanja-per-rekening.csv",
        "audit-hadir.csv",
        "audit-keterangan.csv",
        "audit-keuangan.csv",
        "audit-mata-anggaran.csv",
        "audit-peserta.csv",
        "audit-realisasi-anggaran.csv",
        "audit-rekap.csv",
        "audit-ringkasan.csv",
        "audit-temuan.csv",
    ]
    assert run("trainings", *options, str(tmp_path / "rekap.csv"))[0] == 0
    assert {path.name for path in tmp_path.glob("rekap*")} == {"rekap.csv", "rekap-keterangan.csv"}
    assert read_csv(tmp_path / "rekap.csv") == read_csv(tmp_path / "audit-rekap.csv")
    assert {row["Kecamatan"] for row in read_csv(tmp_path / "rekap.csv")} == {"Pagelaran"}


def test_an_older_file_is_replaced(ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "rekap.xlsx"
    target.write_text("lama")
    assert run("trainings", "--as", "pengawas", "--year", "2025", "--output", str(target))[0] == 0
    assert read_book(target).rows["Rekap"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"--as": "entah"}, "Pengguna “entah” tidak ada."),
        ({"--as": "nonaktif"}, "Pengguna “nonaktif” tidak aktif atau masa aksesnya sudah berakhir."),
        ({"--as": "admin"}, "Laporan “audit” tidak tersedia bagi Pengelola; pilihannya: tidak ada."),
        ({"id": "rahasia"}, "Laporan “rahasia” tidak tersedia bagi"),
        ({"--year": "1999"}, "Tahun anggaran:"),
        ({"--year": "dua ribu"}, "Tahun anggaran:"),
        ({"--budget-line": "xyz"}, "Kode anggaran:"),
        ({"--office": "35.07.99"}, "Kecamatan:"),
        ({"--format": "pdf"}, "Bentuk berkas “pdf” tidak ada; pilih xlsx, csv, zip."),
        ({"--output": "tidak-ada/audit.xlsx"}, "tidak ada; buat dahulu atau pilih folder lain."),
        ({"--output": "."}, "bukan nama berkas"),
    ],
)
def test_refusals(ledger: Ledger, tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    UserFactory(username="nonaktif", supervisor=True, is_active=False)
    UserFactory(username="admin", name="Pengelola", administrator=True)
    values = {"id": "audit", "--as": "pengawas", "--year": "2025", "--output": "audit.xlsx"} | changes
    values["--output"] = str(tmp_path / values["--output"])
    report = values.pop("id")
    before = ExportRecord.objects.count()
    code, out, err = run(report, *(text for pair in values.items() for text in pair))
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())
    assert ExportRecord.objects.count() == before


def test_an_empty_year_of_ones_own_is_no_error(ledger: Ledger, tmp_path: Path) -> None:
    code, out, _ = run(
        "trainings", "--as", "operator", "--year", "2024", "--budget-line", "2.17", "--output", str(tmp_path / "a.xlsx")
    )
    assert code == 0
    assert "Rekap: 0 baris" in out
