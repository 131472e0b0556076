"""A year of three offices and two organizers with every oddity of the books, and the files read back."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from django.db import connection

from participants.enums import EnrolmentStatus, Presence
from portal.models import Agency, User
from programs.models import BudgetLine, Training
from reports.base import Receipt, run_export
from reports.registry import permitted_exporters
from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, FiscalYearFactory, ImportBatchFactory, UserFactory, make_nik
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    FundSourceFactory,
    InvitedRtFactory,
    SessionFactory,
    TrainingFactory,
    nomenclature_path,
)

PAYLOADS = ("=1+1", "+62812", "-1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "<r><t>x</t></r>", "=cmd|'/C calc'!A0")
SHEETS = (
    *("Ringkasan", "Rekap", "Peserta", "Hadir", "Keuangan"),
    *("Realisasi Anggaran", "Belanja per Rekening", "Temuan", "Keterangan"),
)
NIK_IN_TEXT = make_nik(77, date(1980, 5, 17), "P")


@dataclass
class Ledger:
    """The agencies, users and budget lines that tests name; trainings by a word that says what is odd about them."""

    organizer: Agency
    other_organizer: Agency
    line: BudgetLine
    supervisor: User
    other_supervisor: User
    operator: User
    auditor: User
    trainings: dict[str, Training] = field(default_factory=dict)


def build_ledger() -> Ledger:
    """Make the world."""
    offices = [AgencyFactory(region__code=code) for code in ("35.07.33", "35.07.21", "35.07.09")]
    line = BudgetLineFactory(ceiling_revised=Decimal("275000000.50"))
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    foreign = BudgetLineFactory(organizer=other, node=nomenclature_path("2.17.06.2.01.0002"))
    excise = BudgetLineFactory(organizer=line.organizer, fund_source=FundSourceFactory(code="2.2.1.01.01.0001"))
    last_year = BudgetLineFactory(organizer=line.organizer, fiscal_year=FiscalYearFactory(year=2024))
    ledger = Ledger(
        organizer=line.organizer,
        other_organizer=other,
        line=line,
        supervisor=UserFactory(supervisor=True, username="pengawas"),
        other_supervisor=UserFactory(supervisor=True, username="pengawas.lain", agency=other),
        operator=UserFactory(operator=True, username="operator", agency=offices[0]),
        auditor=UserFactory(auditor=True, username="pemeriksa"),
    )
    plans: dict[str, dict[str, Any]] = {
        "plain": {"office": offices[0], "budget_line": line},
        "lines": {"office": offices[1], "budget_line": line, "ceiling": Decimal("4600000.75")},
        "contradiction": {"office": offices[2], "budget_line": line, "realised": Decimal("5000000.25")},
        "zero": {"office": offices[0], "budget_line": line, "ceiling": Decimal(0), "realised": Decimal(0)},
        "unknown": {"office": offices[1], "budget_line": line, "ceiling": None, "realised": None},
        "overspent": {"office": offices[2], "budget_line": excise, "ceiling": Decimal("100.10"), "realised": 300},
        "last_year": {"office": offices[0], "budget_line": last_year},
        "foreign": {"office": offices[0], "budget_line": foreign, "title": "Pelatihan Milik Dinas Lain"},
    }
    for number, (word, values) in enumerate(plans.items()):
        year = values["budget_line"].fiscal_year_id
        values.setdefault("title", f"{PAYLOADS[number]} pelatihan {word}")
        start = date(year, 3, 1) + timedelta(days=20 * number)
        ledger.trainings[word] = TrainingFactory(start=start, source=_batch(ledger, word), **values)
    for number, training in enumerate(ledger.trainings.values()):
        _fill(training, people=number % 4 + 1, payload=PAYLOADS[number % len(PAYLOADS)])
    _pay(ledger.trainings["lines"], "4600000.75", "4000000.10")
    _pay(ledger.trainings["contradiction"], "900000.00", "800000.00")
    plain = ledger.trainings["plain"]
    plain.notes, plain.reported_people = f"Catatan dengan NIK {NIK_IN_TEXT} di tengah", 9
    plain.save()
    for rt in ("901", "902"):
        InvitedRtFactory(training=plain, rt=rt)
    return ledger


def _batch(ledger: Ledger, word: str) -> Any:
    return ImportBatchFactory(by=ledger.operator, filename="rekap-kantor.xlsx") if word in {"plain", "lines"} else None


def _fill(training: Training, *, people: int, payload: str) -> None:
    """Two days, the second with two sessions; some stay away, one withdraws after the first day, one has no NIK."""
    days = [training.start, training.start + timedelta(days=1), training.start + timedelta(days=1)]
    sessions = [
        SessionFactory(training=training, date=day, order=order) for day, order in zip(days, (1, 1, 2), strict=True)
    ]
    for number in range(people + 1):
        withdrawn = number == people
        person = PersonFactory(
            office=training.office,
            sex="LP"[number % 2],
            disability="daksa" if number == 1 else "",
            address=payload,
            **({"nik": None} if number == 2 else {}),
        )
        if number % 2:
            BusinessFactory(person=person, nib=f"91200{number:08d}", turnover=Decimal("1500000.50"), turnover_year=2024)
            BusinessFactory(person=person, nib="")
        enrolment = EnrolmentFactory(
            training=training,
            person=person,
            status=EnrolmentStatus.WITHDRAWN if withdrawn else EnrolmentStatus.ENROLLED,
        )
        marks = [Presence.PRESENT] * 3 if number % 3 else [Presence.PRESENT, Presence.SICK, Presence.PRESENT]
        for session, mark in list(zip(sessions, marks, strict=True))[: 1 if withdrawn else 3]:
            AttendanceFactory(enrolment=enrolment, session=session, presence=mark)


def _pay(training: Training, planned: str, realised: str) -> None:
    """Two lines; of the first the volume is broken, of the second nothing was paid by SP2D yet."""
    half = (Decimal(planned) / 2).quantize(Decimal("0.01"))
    ExpenseFactory(training=training, volume=Decimal("0.50"), unit_price=half * 2, realised=Decimal(realised))
    ExpenseFactory(
        training=training,
        account=ExpenseAccountFactory(code="5.1.02.01.001.00052", name="Belanja Makanan dan Minuman Rapat"),
        description="=1+1",
        volume=Decimal("1"),
        unit_price=Decimal(planned) - half,
        realised=Decimal(0),
        method="",
        sp2d_number="",
        sp2d_date=None,
    )
    if training.title.endswith("lines"):
        training.realised = Decimal(realised)
        training.save()


@dataclass
class Book:
    """A workbook read back: rows as dictionaries by header, the foot, and everything as plain text."""

    rows: dict[str, list[dict[str, Any]]]
    feet: dict[str, dict[str, Any]]
    text: str
    formulas: int

    def sum(self, sheet: str, label: str) -> Decimal:
        """Return the sum of a column over its rows, computed here."""
        return sum((Decimal(str(row[label])) for row in self.rows[sheet] if row[label] is not None), Decimal(0))

    def told(self, part: str) -> dict[str, Any]:
        """Return what Keterangan says in one part, by item."""
        return {row["Butir"]: row["Isi"] for row in self.rows["Keterangan"] if row["Bagian"] == part}


def export(identifier: str, user: User, folder: Path, file_format: str = "xlsx", **params: str) -> Receipt:
    """Run an exporter that the user is permitted to run."""
    exporter = permitted_exporters(user)[identifier]()
    target = folder / f"{identifier}.{file_format}"
    return run_export(exporter, user=user, params=params, file_format=file_format, target=target)


def read_book(path: Path) -> Book:
    """Read a workbook with openpyxl: values as stored, then formulas counted."""
    rows: dict[str, list[dict[str, Any]]] = {}
    feet: dict[str, dict[str, Any]] = {}
    words: list[str] = []
    values = openpyxl.load_workbook(path, data_only=True)
    for sheet in values:
        lines = list(sheet.iter_rows(values_only=True))
        words += [str(cell) for line in lines for cell in line if cell is not None]
        _take(sheet.title, lines, rows, feet)
    formulas = openpyxl.load_workbook(path)
    numbered = (line for sheet in formulas for line in sheet.iter_rows() if line[0].value is not None)  # no groups
    count = sum(cell.data_type == "f" for line in numbered for cell in line)
    return Book(rows, feet, "\n".join(words), count)


def text_of(path: Path) -> str:
    """Return everything that a reader of the file can see."""
    return read_book(path).text if path.suffix == ".xlsx" else path.read_text(encoding="utf-8-sig")


def _take(title: str, lines: list[tuple], rows: dict, feet: dict) -> None:
    """Split a sheet into its tables at header rows (first cell "No" or "Bagian") and feet ("JUMLAH")."""
    header: tuple | None = None
    for before, line in zip([(None,), *lines], lines, strict=False):
        if line[0] in {"No", "Bagian"}:
            if title in rows:
                title = before[0]
            header, rows[title] = line, []
        elif line[0] == "JUMLAH":
            feet[title], header = dict(zip(header, line, strict=True)), None
        elif header and line[0] is not None:  # a line without a number repeats the sum of the lines below it
            rows[title].append({label: value for label, value in zip(header, line, strict=True) if label})


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read one of our CSV files."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def sql(query: str, *params: Any) -> Decimal:
    """Return one figure as plain SQL gives it, money to the cent."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        (value,) = cursor.fetchone()
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))
