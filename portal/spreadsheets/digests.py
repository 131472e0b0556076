"""What a cell holds, in the one spelling that enters a digest, whichever program saved the file.

A line is a row: its cells in order, empty ones at the end left out. A number carries a mark in front, so that 30 and
the text "30" differ; a date is its serial number, as in the file itself.
"""

import hashlib
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any

from portal.spreadsheets.sheets import clean_cell

CELL_END, LINE_END, NUMBER_MARK = "\x1f", "\x1e", "\x1d"  # no text that clean_cell returns holds one of them
DAY_ZERO = date(1899, 12, 30).toordinal()  # serial numbers are right from 1 March 1900 on
DIGITS = Context(prec=15)  # what every program keeps of a number; behind them they differ
PLACES = 10  # of the share of a day: what fifteen digits leave


def number_text(value: Any) -> str:
    """Return a number without exponent and without zeros that say nothing: `45000000`, `0.9667`."""
    text = str(int(value)) if isinstance(value, int) else str(value)
    if len(text) > DIGITS.prec or "E" in text or "e" in text:
        text = format(DIGITS.create_decimal(text), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def serial_text(value: date | datetime) -> str:
    """Return the serial number of a date, of a naive moment with its share of the day.

    Moments are rounded to seconds: what is smaller comes back different from each program.
    """
    if not isinstance(value, datetime):
        return str(value.toordinal() - DAY_ZERO)
    if value.microsecond:
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    share = (value - datetime.combine(value.date(), time())) / timedelta(days=1)
    return number_text(value.toordinal() - DAY_ZERO + round(share, PLACES))


def canonical(value: Any) -> str:
    """Return one cell, written by us or read from a file; '' for an empty one.

    Raises TypeError for what no cell holds.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_cell(value)
    if isinstance(value, int | float | Decimal):
        return NUMBER_MARK + number_text(value)
    if isinstance(value, date):
        return NUMBER_MARK + serial_text(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def line_of(cells: Iterable[str]) -> bytes:
    """Return the line of a row from its canonical cells."""
    return encoded(CELL_END.join(cells).rstrip(CELL_END) + LINE_END)


def encoded(lines: str) -> bytes:
    """Return lines as they enter a digest; a file that was forged may hold half of a pair of surrogates."""
    return lines.encode("utf-8", "surrogatepass")


class ContentDigest:
    """SHA-256 over lines in order, counted by `worker`, an executor with one thread, beside what makes the lines."""

    def __init__(self, worker: Executor | None = None) -> None:
        self._hash, self._worker = hashlib.sha256(), worker
        self._last: Future[None] | None = None

    def add(self, cells: Iterable[Any]) -> None:
        """Take one row of plain values into account."""
        self.add_lines(line_of(map(canonical, cells)))

    def add_lines(self, lines: bytes) -> None:
        """Take rows into account that are lines already."""
        if self._worker:
            self._last = self._worker.submit(self._hash.update, lines)
        else:
            self._hash.update(lines)

    def hexdigest(self) -> str:
        """Return the digest so far."""
        if self._last:
            self._last.result()
        return self._hash.hexdigest()
