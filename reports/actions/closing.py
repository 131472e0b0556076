"""Closing a fiscal year keeps its figures, once for each closing; see portal.closing."""

from django.db import transaction

from portal.actions.bulk import insert_rows
from portal.closing import on_closing
from portal.models import FiscalYear
from programs.models import BudgetLine, Training
from reports.figures.of_year import subjects_of
from reports.models import ClosingFigure

CHUNK = 5_000


@on_closing
@transaction.atomic
def freeze_figures(year: FiscalYear) -> int:
    """Write the figures of every training, budget line and SKPD of the year as they stand now; return how many."""
    trainings = Training.objects.filter(budget_line__fiscal_year=year)
    rows = [
        ClosingFigure(
            year=year,
            serial=year.closings,
            kind=subject.kind,
            object_id=subject.object_id,
            label=subject.label,
            office_id=subject.office_id,
            organizer_id=subject.organizer_id,
            line_id=subject.line_id,
            figure=figure,
            value=value,
        )
        for subject in subjects_of(trainings, BudgetLine.objects.filter(fiscal_year=year))
        for figure, value in subject.values.items()
    ]
    for start in range(0, len(rows), CHUNK):
        insert_rows(ClosingFigure, rows[start : start + CHUNK])
    return len(rows)
