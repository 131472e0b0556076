"""A year of Disperindag in both systems with a difference of every kind, and the sums of it in plain SQL."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from programs.models import Expense, SipdUpload, Training
from tests.factories.portal import AgencyFactory
from tests.factories.programs import (
    SUB_ACTIVITY,
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    FundSourceFactory,
    SipdRowFactory,
    SipdUploadFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.reports.ledger import sql

HONOR, MEALS, TRAVEL, PAPER = "5.1.02.02.01.0003", "5.1.02.01.01.0052", "5.1.02.04.01.0003", "5.1.02.01.01.0025"
EXCISE, ELSEWHERE = "2.2.1.01.01.0001", "3.31.03.2.01.0003"
KINDS = {"different": 1, "sipd": 1, "sulam": 1, "unexplained": 2, "equal": 2, "outside": 1}


@dataclass
class Books:
    """Both sides. `foreign` is the sheet of another dinas on the same codes."""

    upload: SipdUpload
    older: SipdUpload
    foreign: SipdUpload
    trainings: dict[str, Training]


def build_books() -> Books:
    """Make the world; the accounts of our table are written in the longer spelling."""
    line = BudgetLineFactory()
    excise = BudgetLineFactory(organizer=line.organizer, fund_source=FundSourceFactory(code=EXCISE, name="DBH CHT"))
    older, upload = (SipdUploadFactory(organizer=line.organizer) for _ in range(2))
    trainings = {
        "first": TrainingFactory(budget_line=line, realised=Decimal("5300000.25")),
        "second": TrainingFactory(budget_line=line, realised=Decimal("1250000.00")),
        "excise": TrainingFactory(budget_line=excise, realised=Decimal("2750000.50")),
        "recap": TrainingFactory(budget_line=line, realised=Decimal("43500000.00")),
        "contradiction": TrainingFactory(budget_line=excise, realised=Decimal("700000.00")),
    }
    _spend(trainings["first"], HONOR, "1800000.25", "SP2D/1/2025")
    _spend(trainings["first"], MEALS, "3500000.00", "SP2D/2/2025")
    _spend(trainings["second"], MEALS, "500000.00", "SP2D/3/2025")
    _spend(trainings["second"], TRAVEL, "750000.00")
    _spend(trainings["excise"], HONOR, "2750000.50")
    _spend(trainings["contradiction"], PAPER, "0.00")
    _book(upload, HONOR, "1800000.25", sp2d_number="SP2D-1-2025")
    _book(upload, MEALS, "3500000.00", sp2d_number="SP2D/2/2025")
    _book(upload, MEALS, "475000.00", sp2d_number="SP2D/3/2025")
    _book(upload, HONOR, "2750000.50", fund=EXCISE)
    _book(upload, PAPER, "125000.00")
    _book(upload, PAPER, "99000000.00", code=ELSEWHERE, name="Pengawasan Perizinan")
    _book(older, HONOR, "1.00")
    other = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    foreign_line = BudgetLineFactory(organizer=other, node=nomenclature_path(SUB_ACTIVITY))
    _spend(TrainingFactory(budget_line=foreign_line, realised=Decimal("999.00")), HONOR, "999.00")
    foreign = SipdUploadFactory(organizer=other)
    _book(foreign, HONOR, "888000000.00", description="RAHASIA-DISKOPUM")
    return Books(upload, older, foreign, trainings)


def _spend(training: Training, code: str, amount: str, sp2d: str = "") -> Expense:
    *front, detail, last = code.split(".")
    longer = ".".join([*front, detail.zfill(3), last.zfill(5)])
    return ExpenseFactory(
        training=training,
        account=ExpenseAccountFactory(code=longer, name=f"Rekening {code}"),
        realised=Decimal(amount),
        sp2d_number=sp2d,
        sp2d_date=training.end if sp2d else None,
    )


def _book(upload: SipdUpload, account: str, amount: str, **other: Any) -> None:
    values = {"sp2d_number": "", "sp2d_date": None, "account_name": f"SIPD {account}"} | other
    SipdRowFactory(upload=upload, account=account, realised=Decimal(amount), **values)


def sipd_total(upload: SipdUpload, code: str = "%") -> Decimal:
    """Return what a sheet says was spent, as SQL gives it."""
    return sql("SELECT SUM(realised) FROM programs_sipdrow WHERE upload_id = %s AND code LIKE %s", upload.pk, code)


def sulam_total(upload: SipdUpload) -> Decimal:
    """Return what the trainings of the sheet's organizer and year spent, as SQL gives it."""
    return sql(
        "SELECT SUM(t.realised) FROM programs_training t JOIN programs_budgetline b ON b.id = t.budget_line_id "
        "WHERE b.organizer_id = %s AND b.fiscal_year_id = %s",
        upload.organizer_id,
        upload.fiscal_year_id,
    )
