"""Every sum of every sheet is what plain SQL says; sheets agree with each other, and so do formats and readers."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.libreoffice import sheets_of
from tests.reports.ledger import SHEETS, Book, Ledger, export, read_book, read_csv, sql

CODE, YEAR = "3.31.02.2.01.0005", "2025"
TRAININGS = """
    FROM programs_training t JOIN programs_budgetline b ON b.id = t.budget_line_id
    JOIN programs_nomenclaturenode n ON n.id = b.node_id
    WHERE b.fiscal_year_id = 2025 AND n.code = '3.31.02.2.01.0005'"""
IDS = f"(SELECT t.id {TRAININGS})"
ENROLMENTS = f"""
    FROM participants_enrolment e JOIN participants_person p ON p.id = e.person_id
    WHERE e.training_id IN {IDS} AND e.status <> 'withdrawn'"""
HAS_NIB = "EXISTS (SELECT 1 FROM participants_business u WHERE u.person_id = p.id AND u.nib <> '')"
MARKS = f"FROM participants_attendance a JOIN programs_session s ON s.id = a.session_id WHERE a.training_id IN {IDS}"
LINES = f"FROM programs_expense x WHERE x.training_id IN {IDS}"
WITHOUT_LINES = f"{TRAININGS} AND NOT EXISTS (SELECT 1 FROM programs_expense x WHERE x.training_id = t.id)"
BUDGET_LINES = f"""
    FROM programs_budgetline b WHERE EXISTS (SELECT 1 FROM programs_training t WHERE t.budget_line_id = b.id
    AND t.id IN {IDS})"""
CEILINGS = f"SUM(COALESCE(b.ceiling_revised, b.ceiling_original)) {BUDGET_LINES}"
LEFT = f"SELECT SUM(COALESCE(t.ceiling, 0)) - SUM(COALESCE(t.realised, 0)) {TRAININGS}"
FIGURES = {
    ("Ringkasan", "Jumlah Pelatihan"): f"SELECT COUNT(*) {TRAININGS}",
    ("Ringkasan", "Peserta L"): f"SELECT COUNT(*) {ENROLMENTS} AND p.sex = 'L'",
    ("Ringkasan", "Peserta P"): f"SELECT COUNT(*) {ENROLMENTS} AND p.sex = 'P'",
    ("Ringkasan", "Jumlah Peserta"): f"SELECT COUNT(*) {ENROLMENTS}",
    ("Ringkasan", "Pagu"): f"SELECT SUM(t.ceiling) {TRAININGS}",
    ("Ringkasan", "Realisasi"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Ringkasan", "Sisa"): LEFT,
    ("Rekap", "Jumlah Hari"): None,  # dates are subtracted differently on each database; see the test of days
    ("Rekap", "Target Peserta"): f"SELECT SUM(t.target_people) {TRAININGS}",
    ("Rekap", "Peserta L"): f"SELECT COUNT(*) {ENROLMENTS} AND p.sex = 'L'",
    ("Rekap", "Peserta P"): f"SELECT COUNT(*) {ENROLMENTS} AND p.sex = 'P'",
    ("Rekap", "Jumlah Peserta"): f"SELECT COUNT(*) {ENROLMENTS}",
    ("Rekap", "Mengundurkan Diri"): (
        f"SELECT COUNT(*) FROM participants_enrolment e WHERE e.training_id IN {IDS} AND e.status = 'withdrawn'"
    ),
    ("Rekap", "Hadir Menurut Rekap"): f"SELECT SUM(t.reported_people) {TRAININGS}",
    ("Rekap", "Orang-Sesi Hadir"): f"SELECT COUNT(*) {MARKS} AND a.presence = 'hadir'",
    ("Rekap", "Orang-Hari Hadir"): (
        f"SELECT COUNT(*) FROM (SELECT DISTINCT a.enrolment_id, s.date {MARKS} AND a.presence = 'hadir') d"
    ),
    ("Rekap", "Disabilitas"): f"SELECT COUNT(*) {ENROLMENTS} AND p.disability <> ''",
    ("Rekap", "Ber-NIB"): f"SELECT COUNT(*) {ENROLMENTS} AND {HAS_NIB}",
    ("Rekap", "Pagu"): f"SELECT SUM(t.ceiling) {TRAININGS}",
    ("Rekap", "Realisasi"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Rekap", "Sisa"): LEFT,
    ("Rekap", "RT Diundang"): f"SELECT COUNT(*) FROM programs_invitedrt i WHERE i.training_id IN {IDS}",
    ("Rekap", "RT Tanpa Peserta"): (
        f"SELECT COUNT(*) FROM programs_invitedrt i WHERE i.training_id IN {IDS} AND NOT EXISTS (SELECT 1 "
        "FROM participants_enrolment e WHERE e.training_id = i.training_id AND e.represents_rt = i.rt "
        "AND e.status <> 'withdrawn')"
    ),
    ("Peserta", "Dihitung Peserta"): f"SELECT COUNT(*) {ENROLMENTS}",
    ("Hadir", "Orang-Sesi Hadir"): f"SELECT COUNT(*) {MARKS} AND a.presence = 'hadir'",
    ("Hadir", "Orang-Hari Hadir"): (
        f"SELECT COUNT(*) FROM (SELECT DISTINCT a.enrolment_id, s.date {MARKS} AND a.presence = 'hadir') d"
    ),
    ("Keuangan", "Rencana"): f"SELECT SUM(t.ceiling) {TRAININGS}",
    ("Keuangan", "Realisasi"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Mata Anggaran", "Jumlah Pelatihan"): f"SELECT COUNT(*) {TRAININGS}",
    ("Mata Anggaran", "Pagu Mata Anggaran"): f"SELECT {CEILINGS}",
    ("Mata Anggaran", "Realisasi Pelatihan Ini"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Mata Anggaran", "Sisa Pagu"): (f"SELECT (SELECT {CEILINGS}) - (SELECT SUM(t.realised) {TRAININGS})"),
    ("Realisasi Anggaran", "Pagu Murni"): f"SELECT SUM(b.ceiling_original) {BUDGET_LINES}",
    ("Realisasi Anggaran", "Pagu Berlaku"): f"SELECT {CEILINGS}",
    ("Realisasi Anggaran", "Jumlah Pelatihan"): f"SELECT COUNT(*) {TRAININGS}",
    ("Realisasi Anggaran", "Jumlah Peserta"): f"SELECT COUNT(*) {ENROLMENTS}",
    ("Realisasi Anggaran", "Realisasi"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Realisasi Anggaran", "Sisa Pagu"): f"SELECT (SELECT {CEILINGS}) - (SELECT SUM(t.realised) {TRAININGS})",
    ("Belanja per Rekening", "Baris Belanja"): f"SELECT COUNT(*) {LINES}",
    ("Belanja per Rekening", "Rencana"): f"SELECT SUM(t.ceiling) {TRAININGS}",
    ("Belanja per Rekening", "Realisasi"): f"SELECT SUM(t.realised) {TRAININGS}",
    ("Belanja per Rekening", "Sisa"): LEFT,
}
ROWS = {
    "Ringkasan": f"SELECT COUNT(DISTINCT t.office_id) {TRAININGS}",
    "Rekap": f"SELECT COUNT(*) {TRAININGS}",
    "Peserta": f"SELECT COUNT(*) FROM participants_enrolment e WHERE e.training_id IN {IDS}",
    "Hadir": f"SELECT COUNT(*) {MARKS}",
    "Mata Anggaran": f"SELECT COUNT(*) {BUDGET_LINES}",
}


@pytest.fixture(scope="module")
def file(shared_ledger: Ledger, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """The audit workbook of 2025 and the founding code, as the supervisor of the organizer takes it.

    Another organizer has no line of this code, so the SQL above needs no scope; scope has its own tests.
    """
    with django_db_blocker.unblock():
        receipt = export(
            "audit", shared_ledger.supervisor, tmp_path_factory.mktemp("book"), year=YEAR, budget_line=CODE
        )
    return receipt.files[0]


@pytest.fixture
def book(ledger: Ledger, file: Path) -> Book:
    return read_book(file)


def test_every_sum_is_what_sql_says(book: Book) -> None:
    wrong = []
    for (sheet, label), query in FIGURES.items():
        if query is None:
            continue
        said = {
            "sql": sql(query),
            "rows": book.sum(sheet, label).quantize(Decimal("0.01")),
            "foot": Decimal(str(book.feet[sheet][label])).quantize(Decimal("0.01")),
            "told": Decimal(str(book.told(f"Lembar {sheet}")[f"Total {label}"])).quantize(Decimal("0.01")),
        }
        if len(set(said.values())) > 1:
            wrong.append((sheet, label, said))
    assert not wrong


def test_no_sum_is_left_untested(book: Book) -> None:
    summed = {
        (sheet, label)
        for sheet, foot in book.feet.items()
        for label, value in foot.items()
        if value is not None and label not in {"No", "Persen Realisasi"}
    }
    assert summed == set(FIGURES)
    assert book.formulas == len(FIGURES) + 5  # and five percentages


def test_rows_are_what_sql_counts(book: Book) -> None:
    assert {sheet: len(book.rows[sheet]) for sheet in ROWS} == {sheet: sql(query) for sheet, query in ROWS.items()}
    assert {sheet: book.told(f"Lembar {sheet}")["Jumlah baris"] for sheet in ROWS} == {
        sheet: sql(query) for sheet, query in ROWS.items()
    }
    assert [row["No"] for row in book.rows["Peserta"]] == list(range(1, len(book.rows["Peserta"]) + 1))


def test_days_are_first_and_last_day_included(book: Book) -> None:
    for row in book.rows["Rekap"]:
        assert (row["Tanggal Selesai"] - row["Tanggal Mulai"]).days + 1 == row["Jumlah Hari"]
    assert book.feet["Rekap"]["Jumlah Hari"] == book.sum("Rekap", "Jumlah Hari")


def test_sheets_agree_training_by_training(book: Book) -> None:
    pairs = (
        ("Peserta", "Dihitung Peserta", "Jumlah Peserta"),
        ("Hadir", "Orang-Sesi Hadir", "Orang-Sesi Hadir"),
        ("Hadir", "Orang-Hari Hadir", "Orang-Hari Hadir"),
        ("Keuangan", "Rencana", "Pagu"),
        ("Keuangan", "Realisasi", "Realisasi"),
    )
    for recap in book.rows["Rekap"]:
        number = recap["Nomor Pelatihan"]
        for sheet, label, recap_label in pairs:
            total = sum(row[label] or 0 for row in book.rows[sheet] if row["Nomor Pelatihan"] == number)
            assert round(total, 2) == (recap[recap_label] or 0), (number, sheet, label)


def test_money_says_where_it_comes_from(book: Book, ledger: Ledger) -> None:
    origins: dict[str, list[str]] = {}
    for row in book.rows["Keuangan"]:
        origins.setdefault(row["Nomor Pelatihan"], []).append(row["Sumber Angka"])
    told = {word: origins.get(training.number) for word, training in ledger.trainings.items()}
    assert told["plain"] == told["zero"] == told["unknown"] == ["Angka rekap"]
    assert told["lines"] == ["Rincian belanja"] * 2
    assert told["contradiction"] == ["Rincian belanja"] * 2 + ["Selisih"]
    assert told["last_year"] is told["foreign"] is None
    (difference,) = [row for row in book.rows["Keuangan"] if row["Sumber Angka"] == "Selisih"]
    assert (difference["Rencana"], difference["Realisasi"]) == (44100000, 4200000.25)
    (unknown,) = [row for row in book.rows["Rekap"] if row["Nomor Pelatihan"] == ledger.trainings["unknown"].number]
    assert (unknown["Pagu"], unknown["Realisasi"], unknown["Sisa"]) == (None, None, None)


def test_names_come_from_the_official_table(book: Book) -> None:
    row = book.rows["Rekap"][0]
    assert (row["Kode Program"], row["Kode Kegiatan"], row["Kode Sub Kegiatan"]) == ("3.31.02", "3.31.02.2.01", CODE)
    assert row["Nama Program"] == "PROGRAM PERENCANAAN DAN PEMBANGUNAN INDUSTRI"
    assert row["Nama Kegiatan"].startswith("Penyusunan dan Evaluasi Rencana Pembangunan Industri")


def test_rts_that_sent_nobody_are_named(book: Book) -> None:
    named = [row["Nama RT Tanpa Peserta"] for row in book.rows["Rekap"] if row["RT Tanpa Peserta"]]
    assert named == ["RT 901, RT 902"]


@pytest.mark.parametrize("identifier", ["trainings", "participants", "attendance", "finance", "budget", "accounts"])
def test_single_reports_are_the_sheets_of_the_audit_workbook(
    ledger: Ledger, book: Book, tmp_path: Path, identifier: str
) -> None:
    export(identifier, ledger.supervisor, tmp_path, year=YEAR, budget_line=CODE)
    alone = read_book(tmp_path / f"{identifier}.xlsx")
    for sheet in alone.rows.keys() - {"Keterangan"}:
        assert (alone.rows[sheet], alone.feet[sheet]) == (book.rows[sheet], book.feet[sheet])


def test_csv_holds_the_same_rows_under_the_same_digest(ledger: Ledger, tmp_path: Path) -> None:
    options = {"year": YEAR, "budget_line": CODE}
    workbook = export("audit", ledger.supervisor, tmp_path, **options)
    files = export("audit", ledger.supervisor, tmp_path, "csv", **options)
    assert [path.name for path in files.files] == [
        "audit-ringkasan.csv",
        "audit-rekap.csv",
        "audit-peserta.csv",
        "audit-hadir.csv",
        "audit-keuangan.csv",
        "audit-mata-anggaran.csv",
        "audit-realisasi-anggaran.csv",
        "audit-belanja-per-rekening.csv",
        "audit-temuan.csv",
        "audit-keterangan.csv",
    ]
    assert files.record.content_digest == workbook.record.content_digest
    assert files.record.sums == workbook.record.sums
    rows = read_csv(tmp_path / "audit-rekap.csv")
    realised = sum(Decimal(row["Realisasi"].replace(",", ".") or 0) for row in rows)
    assert realised == sql(FIGURES["Rekap", "Realisasi"])


def test_libreoffice_computes_the_same(file: Path, book: Book, tmp_path: Path) -> None:
    """It opens the file without repair, computes every formula itself, and finds the same rows and sums."""
    found = sheets_of(file, tmp_path)
    assert set(found) == set(SHEETS)
    for sheet in ("Ringkasan", "Rekap", "Peserta", "Hadir", "Keuangan"):
        lines = found[sheet]
        header = next(line for line in lines if line[0] == "No")
        first = lines.index(header) + 1
        rows = lines[first : first + len(book.rows[sheet])]
        foot = lines[first + len(rows)]
        assert foot[0] == "JUMLAH"
        for index, label in enumerate(header):
            if (sheet, label) in FIGURES:
                assert Decimal(foot[index]).quantize(Decimal("0.01")) == book.sum(sheet, label).quantize(
                    Decimal("0.01")
                )
                told = [Decimal(line[index] or 0) for line in rows]
                assert told == [Decimal(str(row[label] or 0)) for row in book.rows[sheet]]
            elif label in {"Nama Pelatihan", "Alamat", "NIK", "Nomor Pelatihan", "Uraian"}:
                assert [line[index].strip() for line in rows] == [
                    (row[label] or "").strip() for row in book.rows[sheet]
                ]
