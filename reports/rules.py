"""Rules of reports as pure functions: what a file is called, and the digest that recognises its values."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def file_stem(identifier: str, year: str, code: str, at: datetime) -> str:
    """Return the name of an export without its ending, `audit-2025-3.31.02.2.01.0005-20261124-0930`.

    `at` is local time. Neither names nor free text enter it: file names travel further than files.
    """
    safe = [part for part in (year, code) if part.replace(".", "").isdigit()]
    return "-".join([identifier, *safe, f"{at:%Y%m%d-%H%M}"])


def canonical(value: Any) -> str | None:
    """Return one cell in the only spelling that enters a digest; equal for equal values whatever the file's format."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float | Decimal):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") or "0" if "." in text else text
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


class ContentDigest:
    """SHA-256 over titles, headers and rows in order; the same for the workbook and the CSV of one export."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, cells: Iterable[Any]) -> None:
        """Take one line (title, header or row) into account."""
        line = json.dumps([canonical(cell) for cell in cells], ensure_ascii=False, separators=(",", ":"))
        self._hash.update(line.encode() + b"\n")

    def hexdigest(self) -> str:
        """Return the digest so far."""
        return self._hash.hexdigest()


def grouped(digest: str) -> str:
    """Return a digest in groups of eight: easier to compare by eye, and never mistaken for a long number."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
