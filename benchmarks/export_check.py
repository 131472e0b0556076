"""Whether a measured export wrote what it should: the rows of the file that name a training, counted."""

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

NUMBER = re.compile(r"\d{4}\.35\.07\.\d\d\.\d{6}")  # as export_world numbers its trainings
FIRST = 3  # the number is one of the first cells in each variant


def count(rows: Iterable[Sequence[Any]]) -> int:
    """Return how many rows begin with a participant's training."""
    return sum(any(isinstance(cell, str) and NUMBER.fullmatch(cell) for cell in row[:FIRST]) for row in rows)


def main(file: str) -> None:
    """Print the count."""
    path = Path(file)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            found = count(csv.reader(handle))
    else:
        with CalamineWorkbook.from_path(path) as workbook:
            found = count(workbook.get_sheet_by_index(0).iter_rows())
    sys.stdout.write(str(found))
