"""What leaves the portal: only the user's own rows, no NIK, no formula, nothing without a record."""

import hashlib
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from portal.actions.audit import broken_links
from portal.enums import AuditAction
from portal.identity import ANY_NIK
from portal.models import AuditEvent
from portal.scoping import visible
from portal.spreadsheets.sheets import clean_text
from programs.models import Training
from reports.actions.exports import sha256_of
from reports.base import ExportRefused, run_export
from reports.exporters.audit import AuditExporter
from reports.models import ExportRecord
from reports.registry import permitted_exporters, register
from reports.rules import grouped
from tests.reports.ledger import NIK_IN_TEXT, PAYLOADS, SHEETS, Ledger, export, read_book, text_of

ALL = (
    *("audit", "trainings", "participants", "attendance", "finance"),
    *("budget", "accounts", "years", "repeats", "coverage", "persons", "sipd"),
)


def numbers_in(path: Path) -> set[str]:
    """Return the training numbers that a workbook holds."""
    return {
        row["Nomor Pelatihan"]
        for sheet, rows in read_book(path).rows.items()
        for row in rows
        if "Nomor Pelatihan" in row
    }


@pytest.mark.parametrize("who", ["supervisor", "other_supervisor", "operator", "auditor"])
def test_rows_are_those_the_user_may_see(ledger: Ledger, tmp_path: Path, who: str) -> None:
    user = getattr(ledger, who)
    export("audit", user, tmp_path)
    own = set(visible(Training, user).values_list("number", flat=True))
    assert own
    assert numbers_in(tmp_path / "audit.xlsx") == own
    assert (len(own) == len(ledger.trainings)) is (who == "auditor")


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("identifier", ALL)
def test_no_nik_leaves(ledger: Ledger, tmp_path: Path, identifier: str, file_format: str) -> None:
    receipt = export(identifier, ledger.auditor, tmp_path, file_format)
    for path in receipt.files:
        text = text_of(path)
        assert not ANY_NIK.search(text)
        assert NIK_IN_TEXT not in text
    assert not ANY_NIK.search(json.dumps([receipt.record.filters, receipt.record.sums, receipt.record.description]))


def test_nik_is_masked_and_its_absence_shown(ledger: Ledger, tmp_path: Path) -> None:
    export("audit", ledger.supervisor, tmp_path)
    book = read_book(tmp_path / "audit.xlsx")
    shown = {row["NIK"] for row in book.rows["Peserta"]}
    assert all(nik.startswith("••••••••••••") and len(nik) == 16 or nik.startswith("L-35.07.") for nik in shown)
    assert {nik[:2] for nik in shown} == {"••", "L-"}
    assert {row["NIK"] for row in book.rows["Hadir"]} <= shown
    (notes,) = [row["Keterangan"] for row in book.rows["Rekap"] if row["Keterangan"]]
    assert notes == f"Catatan dengan NIK ••••••••••••{NIK_IN_TEXT[-4:]} di tengah"


def test_no_column_tells_who_is_disabled(ledger: Ledger, tmp_path: Path) -> None:
    export("audit", ledger.auditor, tmp_path)
    book = read_book(tmp_path / "audit.xlsx")
    assert "Disabilitas" not in book.rows["Peserta"][0]
    assert "daksa" not in book.text
    assert "Disabilitas hanya disajikan sebagai jumlah per pelatihan" in book.text


def test_text_of_people_is_never_a_formula(ledger: Ledger, tmp_path: Path) -> None:
    export("audit", ledger.auditor, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "audit.xlsx")
    formulas = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert all(formula.startswith(("=SUBTOTAL(109,", "=IF(")) for formula in formulas)
    addresses = {row["Alamat"].strip() for row in read_book(tmp_path / "audit.xlsx").rows["Peserta"]}
    assert addresses == {clean_text(payload).strip() for payload in PAYLOADS}


def test_keterangan_names_everything(ledger: Ledger, tmp_path: Path, settings) -> None:
    settings.PUBLIC_ADDRESS = "https://sulam.example.go.id"
    params = {"year": "2025", "budget_line": "3.31.02.2.01.05", "office": "35.07.33"}
    receipt = export("audit", ledger.supervisor, tmp_path, **params)
    book = read_book(tmp_path / "audit.xlsx")
    assert tuple(openpyxl.load_workbook(tmp_path / "audit.xlsx").sheetnames) == SHEETS
    told = book.told("Laporan")
    assert told["Pengguna"] == f"{ledger.supervisor.name} (pengawas)"
    assert (told["Peran"], told["Instansi"]) == ("Pengawas kegiatan", "Dinas Perindustrian dan Perdagangan")
    assert told["Cakupan"] == "Pelatihan pada mata anggaran Dinas Perindustrian dan Perdagangan, di semua kecamatan"
    assert told["Dibuat"].endswith(" WIB")
    assert told["Jumlah baris"] == receipt.record.rows
    filters = book.told("Saringan")
    assert filters["Tahun anggaran"] == "2025"
    assert filters["Kode anggaran"].startswith("3.31.02.2.01.0005 Koordinasi")
    assert filters["Alamat"] == (
        "https://sulam.example.go.id/laporan/pelatihan/?year=2025&budget_line=3.31.02.2.01.05&office=35.07.33"
    )
    check = book.told("Pemeriksaan")
    assert check["Nomor ekspor"] == str(receipt.record.pk)
    assert check["Sidik isi (SHA-256)"].replace(" ", "") == receipt.record.content_digest
    assert check["Kode verifikasi"] == receipt.record.code
    assert check["Halaman verifikasi"].endswith(f"/laporan/verifikasi/{receipt.record.code}/")
    document = openpyxl.load_workbook(tmp_path / "audit.xlsx")
    assert document.properties.description == f"Kode verifikasi {receipt.record.code}"
    assert document.custom_doc_props["Sulam sidik isi"].value == receipt.record.content_digest
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as package:
        assert package.read("xl/media/image1.png").startswith(b"\x89PNG")
    assert book.told("Asal data") == {"Berkas impor instansi lain": 1}


def test_imports_behind_the_rows_are_named_to_who_may_see_them(ledger: Ledger, tmp_path: Path) -> None:
    for user, told in ((ledger.auditor, True), (ledger.operator, True), (ledger.other_supervisor, False)):
        export("trainings", user, tmp_path)
        sources = read_book(tmp_path / "trainings.xlsx").told("Asal data")
        assert ("rekap-kantor.xlsx" in sources) is told
    assert sources == {"Berkas impor": "Tidak ada; data diketik di portal"}


def test_an_export_is_on_record(ledger: Ledger, tmp_path: Path) -> None:
    receipt = export("audit", ledger.supervisor, tmp_path, year="2025", office="35.07.33")
    record = ExportRecord.objects.visible_to(ledger.supervisor).get()
    assert record == receipt.record
    assert (record.exporter, record.format, record.by) == ("audit", "xlsx", ledger.supervisor)
    assert record.filters == {"year": "2025", "office": "35.07.33"}
    assert record.description == "Tahun anggaran: 2025; Kecamatan: Kecamatan Pagelaran"
    assert record.sha256 == hashlib.sha256((tmp_path / "audit.xlsx").read_bytes()).hexdigest()
    assert record.rows == sum(len(read_book(tmp_path / "audit.xlsx").rows[name]) for name in SHEETS[:-1])
    assert record.sums["Rekap"]["realised"] == "43500000.00"
    event = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert (event.user, event.object_id) == (ledger.supervisor, str(record.pk))
    assert event.data == {"rows": record.rows, "sha256": grouped(record.sha256)}
    assert not list(broken_links())


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"year": "1999"}, "Tahun anggaran:"),
        ({"year": "dua ribu"}, "Tahun anggaran:"),
        ({"budget_line": "bukan kode"}, "Kode anggaran:"),
        ({"office": "35.07.99"}, "Kecamatan:"),
        ({"status": "selesai"}, "Status:"),
        ({"start_after": "2025-13-40"}, "Mulai sejak:"),
        ({"start_after": "2025-08-01", "start_before": "2025-07-01"}, "Mulai sejak: Tanggal awal 01-08-2025"),
        ({"q": NIK_IN_TEXT}, "Kata kunci: NIK tidak boleh dipakai"),
    ],
)
def test_an_invalid_filter_exports_nothing(ledger: Ledger, tmp_path: Path, params: dict, sentence: str) -> None:
    with pytest.raises(ExportRefused) as refusal:
        export("audit", ledger.supervisor, tmp_path, **params)
    assert refusal.value.sentences[0].startswith(sentence)
    assert not list(tmp_path.iterdir())
    assert not ExportRecord.objects.exists()


def test_another_organizers_office_cannot_be_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    """The choice does not exist for an operator of another kecamatan, exactly like a code that exists nowhere."""
    for code in ("35.07.21", "35.07.99"):
        with pytest.raises(ExportRefused, match="Kecamatan:"):
            export("trainings", ledger.operator, tmp_path, office=code)


def test_an_unknown_format_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="Bentuk berkas “pdf” tidak ada"):
        run_export(AuditExporter(), user=ledger.auditor, params={}, file_format="pdf", target=tmp_path / "a.pdf")


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_without_its_record_no_file_leaves(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    def fail(*values: object, **options: object) -> None:
        raise RuntimeError("tidak tercatat")

    monkeypatch.setattr("reports.base.run.record_export", fail)
    with pytest.raises(RuntimeError):
        export("audit", ledger.auditor, tmp_path, file_format)
    assert not list(tmp_path.iterdir())


def test_an_empty_selection_is_a_report_too(ledger: Ledger, tmp_path: Path) -> None:
    receipt = export("audit", ledger.supervisor, tmp_path, q="tidak ada yang bernama begini")
    book = read_book(tmp_path / "audit.xlsx")
    assert receipt.record.rows == 0
    assert book.feet["Rekap"]["Realisasi"] == 0


def test_identifiers_are_unique(ledger: Ledger) -> None:
    # in the order of the page; the last one is about closed years, see test_corrections
    assert tuple(permitted_exporters(ledger.auditor)) == (*ALL, "corrections")
    with pytest.raises(ValueError, match="audit"):
        register(type("Another", (AuditExporter,), {}))


def test_several_files_have_one_digest(tmp_path: Path) -> None:
    """It is the SHA-256 of what `sha256sum a.csv b.csv` prints."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    listing = "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in ("a.csv", "b.csv"))
    assert sha256_of([tmp_path / "a.csv", tmp_path / "b.csv"]) == hashlib.sha256(listing.encode()).hexdigest()
