"""Judging rows of a sheet of this app, and what was said about them."""

from typing import Any

from portal.importing import pipeline
from portal.importing.resources import SheetResource
from portal.importing.rows import PlannedRow
from portal.models import ImportBatch, User


def judge(resource: SheetResource, *rows: dict[str, Any]) -> list[PlannedRow]:
    """Return rows of these cells, planned; the first stands in Excel row 2."""
    resource.prepare()
    planned = [PlannedRow(sheet="Data", number=number, cells=cells) for number, cells in enumerate(rows, start=2)]
    resource.plan(planned)
    return planned


def said(row: PlannedRow, level: str = "error") -> list[str]:
    """Return the sentences of one level."""
    return [message.message for message in row.messages if message.level == level]


def sent(identifier: str, user: User, text: str) -> ImportBatch:
    """Return the batch of a CSV file, read and judged."""
    batch = pipeline.receive(text.encode(), "lembar.csv", resource=identifier, by=user)
    pipeline.stage(batch)
    return batch
