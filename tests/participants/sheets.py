"""Sheets of people for the desk: rows go in as they were read, verdicts and messages come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from portal.importing import pipeline, staging
from portal.importing.judging import resource_of
from portal.importing.resources import PlannedRow, SheetResource
from portal.models import ImportBatch, ImportRow
from portal.spreadsheets.workbook import Sheet, Workbook

PEOPLE = ("NIK", "Nama", "L/P", "Tanggal Lahir", "RT/RW")


@dataclass
class Outcome:
    """A judged batch. Row 0 of `verdicts` is the first line of data."""

    batch: ImportBatch

    @property
    def rows(self) -> list[ImportRow]:
        return list(self.batch.rows.order_by("pk"))

    @property
    def verdicts(self) -> list[str]:
        return [row.verdict for row in self.rows]

    def said(self, level: str, line: int | None = None) -> list[str]:
        """Return `Column: sentence` of every message of a level, of one line (from 0) or of all."""
        rows = self.rows if line is None else [self.rows[line]]
        return [
            f"{message['column']}: {message['message']}".removeprefix(": ")
            for row in rows
            for message in row.messages
            if message["level"] == level
        ]


@dataclass
class Desk:
    """The desk of one user for one training."""

    monkeypatch: pytest.MonkeyPatch
    user: Any
    training: Any
    resource: str = "participants"

    def look(self, headings: Sequence[Any], *lines: Sequence[Any], above: Sequence[Sequence[Any]] = ()) -> Outcome:
        """Stage and judge rows; nothing is written."""
        rows = [tuple(row) for row in (*above, headings, *lines)]
        book = Workbook("xlsx", (Sheet("Data", rows),))
        self.monkeypatch.setattr(staging, "open_workbook", lambda content, filename: book)
        batch = pipeline.receive(
            repr(rows).encode(), "uji.xlsx", resource=self.resource, by=self.user, target=self.training.number
        )
        pipeline.stage(batch)
        pipeline.check(batch, self.user)
        return Outcome(batch)

    def save(self, headings: Sequence[Any], *lines: Sequence[Any]) -> Outcome:
        """Stage, judge and write what is not refused; what was seen must be what is written."""
        outcome = self.look(headings, *lines)
        pipeline.apply(outcome.batch, by=self.user, seen_plan=outcome.batch.plan)
        return outcome

    def fresh(self, outcome: Outcome) -> tuple[SheetResource, list[PlannedRow]]:
        """Return a resource that has read nothing yet, and the staged rows unjudged."""
        rows = [PlannedRow(sheet=row.sheet, number=row.number, cells=row.cells, pk=row.pk) for row in outcome.rows]
        return resource_of(outcome.batch, self.user), rows
