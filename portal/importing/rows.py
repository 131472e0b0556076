"""The words of the desk: a line on its way, what is said about it, and the refusal of a whole file."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from portal.actions.imports import ImportRefused
from portal.enums import Verdict
from portal.identity import mask_nik
from portal.spreadsheets.workbook import ErrorValue

__all__ = ["CHANGE", "ERROR", "FORMULA", "NOTE", "WARNING", "WRITES", "ImportRefused", "Message", "PlannedRow", "plain"]

FORMULA = ErrorValue("=")  # staged in place of a cell that holds a formula: its value is not the sender's own
ERROR, WARNING, NOTE, CHANGE = "error", "warning", "note", "change"
LONG_NUMBER = re.compile(r"\d{16,}")
WRITES = {Verdict.NEW, Verdict.CHANGED}


def plain(text: str) -> str:
    """Return text from a file as it may be stored and shown beside the cells: no NIK, and no NUL (PostgreSQL).

    A longer run of digits may hold a NIK too: spreadsheets number sheets of one name.
    """
    return LONG_NUMBER.sub(lambda run: mask_nik(run.group()[-4:]), text.replace("\0", "\ufffd"))


@dataclass(frozen=True)
class Message:
    """One sentence about one cell (or, without column, about the row)."""

    level: str  # ERROR blocks the row; WARNING and NOTE do not; CHANGE tells old and new
    column: str  # as the user knows it
    value: str  # as it may be shown: short, a NIK masked
    message: str
    name: str = ""  # of the column, for the page that mends it
    suggestion: str = ""  # the nearest word that would do

    def as_json(self) -> dict[str, str]:
        """Return what is stored, without empty parts."""
        parts = {
            "level": self.level,
            "column": plain(self.column),
            "value": plain(self.value),
            "message": plain(self.message),
        }
        if self.name:
            parts["name"] = self.name
        if self.suggestion:
            parts["suggestion"] = self.suggestion
        return parts


@dataclass(slots=True)
class PlannedRow:
    """A staged line: raw cells, clean values, what is wrong, and what would be written."""

    sheet: str
    number: int
    cells: dict[str, Any]
    pk: int | None = None  # of the staged row
    skipped: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    verdict: str = Verdict.SAME
    key: Hashable = None
    new: list[Any] = field(default_factory=list)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)  # label -> (old, new), of the user's own rows

    @property
    def rejected(self) -> bool:
        """True when anything said about the row blocks it."""
        return any(message.level == ERROR for message in self.messages)

    @property
    def writes(self) -> bool:
        """True when the row would be written."""
        return self.verdict in WRITES
