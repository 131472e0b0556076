"""What trainings and budgets ask before a fiscal year is closed."""

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from portal.closing import ClosingCheck, register_checks
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Expense, Training
from programs.queries import with_realisation

HELD = (TrainingStatus.FINISHED, TrainingStatus.VERIFIED)
ENDED = (*HELD, TrainingStatus.CANCELLED)


def trainings_of(year: int) -> QuerySet[Training]:
    """Return the trainings of a fiscal year, of every agency."""
    return Training.objects.filter(budget_line__fiscal_year=year).order_by("number")


def held_in(year: int) -> QuerySet[Training]:
    """Return those that were held: finished or verified."""
    return trainings_of(year).filter(status__in=HELD)


def unpaid_expenses(year: int) -> QuerySet[Expense]:
    """Return the expense lines with a realisation but without an SP2D."""
    rows = Expense.objects.filter(training__budget_line__fiscal_year=year, realised__gt=0, sp2d_number="")
    return rows.select_related("training").order_by("training__number", "pk")


def overspent_lines(year: int) -> QuerySet[BudgetLine]:
    """Return the budget lines whose trainings spent more than the ceiling in force."""
    lines = with_realisation(BudgetLine.objects.filter(fiscal_year=year), Training.objects.all())
    ceiling = Coalesce("ceiling_revised", "ceiling_original")
    return lines.filter(realised__gt=ceiling).select_related("node").order_by("node__code", "pk")


register_checks(
    ClosingCheck(
        text="Pelatihan belum selesai dan belum dibatalkan",
        cure="Nyatakan selesai atau batalkan di halaman pelatihannya.",
        rows=lambda year: trainings_of(year).exclude(status__in=ENDED),
        agency="office",
        blocking=True,
    ),
    ClosingCheck(
        text="Pelatihan selesai tanpa realisasi",
        cure="Isi realisasinya; tulis 0 bila memang tidak ada belanja.",
        rows=lambda year: held_in(year).filter(realised__isnull=True),
        agency="organizer",
        blocking=True,
    ),
    ClosingCheck(
        text="Realisasi melebihi pagu mata anggaran",
        cure="Perbaiki realisasi pelatihannya, atau isi pagu perubahan mata anggaran.",
        rows=overspent_lines,
        agency="organizer",
        blocking=True,
    ),
    ClosingCheck(
        text="Realisasi melebihi pagu pelatihan",
        cure="Periksa angkanya; bila benar, jelaskan dalam keterangan pelatihan.",
        rows=lambda year: trainings_of(year).filter(realised__gt=F("ceiling")),
        agency="organizer",
    ),
    ClosingCheck(
        text="Belanja tanpa nomor SP2D",
        cure="Lengkapi nomor dan tanggal SP2D pada rincian belanjanya.",
        rows=unpaid_expenses,
        agency="organizer",
        page=lambda expense: expense.training,
    ),
)
