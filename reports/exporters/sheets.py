"""The sheets that reports are made of; the audit workbook is all of them."""

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from programs.models import Training
from reports import queries
from reports.exporters import columns
from reports.queries import people


def recap_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a training."""
    return columns.sheet_of("Rekap", columns.RECAP, queries.recap_rows(trainings))


def participant_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line an enrolment."""
    return columns.sheet_of("Peserta", columns.PARTICIPANTS, people.participant_rows(trainings))


def attendance_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a person and session."""
    return columns.sheet_of("Hadir", columns.ATTENDANCE, people.attendance_rows(trainings))


def finance_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line of money; below it the ceilings of the budget lines behind the trainings."""
    ceilings = columns.sheet_of("Mata Anggaran", columns.BUDGET, queries.budget_rows(trainings))
    return columns.sheet_of("Keuangan", columns.MONEY, queries.money_rows(trainings), below=[ceilings])
