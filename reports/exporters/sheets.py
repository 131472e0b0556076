"""The sheets that several reports are made of; the audit workbook is all of them."""

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from programs.models import Training
from reports import queries
from reports.exporters import columns
from reports.exporters.columns_money import (
    ACCOUNT_LEVELS,
    ACCOUNTS,
    REALISATION,
    REALISATION_LEVELS,
    SUMMARY,
    SUMMARY_CHARTS,
)
from reports.exporters.fields import sheet_of
from reports.exporters.grouping import grouped_sheet, telling
from reports.figures.accounts import account_rows
from reports.figures.budget import realisation_rows
from reports.figures.summary import per_office
from reports.queries import people


def summary_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a kecamatan, with charts."""
    return sheet_of("Ringkasan", SUMMARY, per_office(trainings), charts=SUMMARY_CHARTS, spelled="realised")


def recap_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a training."""
    return sheet_of("Rekap", columns.RECAP, queries.recap_rows(trainings), spelled="realised")


def participant_sheet(trainings: QuerySet[Training], *, full_nik: bool = False) -> SheetSpec:
    """One line an enrolment."""
    fields = columns.PARTICIPANTS_WITH_NIK if full_nik else columns.PARTICIPANTS
    return sheet_of("Peserta", fields, people.Participants(trainings, full_nik=full_nik))


def attendance_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a person and session."""
    return sheet_of("Hadir", columns.ATTENDANCE, people.attendance_rows(trainings))


def finance_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line of money; below it the ceilings of the budget lines behind the trainings."""
    ceilings = sheet_of("Mata Anggaran", columns.BUDGET, queries.budget_rows(trainings))
    rows = queries.money_rows(trainings)
    return sheet_of("Keuangan", columns.MONEY, rows, below=[ceilings], spelled="realised")


def realisation_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line a budget line, under its programme and kegiatan."""
    found = realisation_rows(trainings)
    return grouped_sheet("Realisasi Anggaran", REALISATION, found, telling(REALISATION_LEVELS, found))


def account_sheet(trainings: QuerySet[Training]) -> SheetSpec:
    """One line an account and year."""
    found = account_rows(trainings)
    return grouped_sheet("Belanja per Rekening", ACCOUNTS, found, telling(ACCOUNT_LEVELS, found))
