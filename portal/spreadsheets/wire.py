"""The language between the child process and the portal: exit codes and typed JSON."""

import json
from datetime import date, datetime, time
from typing import Any

from portal.spreadsheets.workbook import ErrorValue, Sheet, Workbook

# Exit codes of the child. DONE: a workbook on stdout; REFUSED: [cause, cure]; BROKEN: where it broke, for the log.
DONE, REFUSED, TOO_BIG, BROKEN = 0, 3, 4, 5


def encode(workbook: Workbook) -> str:
    """Return the workbook as JSON text."""
    document = {
        "kind": workbook.kind,
        "hidden": workbook.hidden_sheets,
        "sheets": [
            {"name": sheet.name, "rows": sheet.rows, "formulas": sorted(sheet.formulas)} for sheet in workbook.sheets
        ],
    }
    return json.dumps(document, default=tagged, allow_nan=False, separators=(",", ":"))


def decode(text: str | bytes) -> Workbook:
    """Return the workbook written by `encode`. Raises ValueError or KeyError on anything else."""
    document = json.loads(text, object_hook=untagged)
    sheets = tuple(
        Sheet(
            name=sheet["name"],
            rows=[tuple(row) for row in sheet["rows"]],
            formulas=frozenset((row, column) for row, column in sheet["formulas"]),
        )
        for sheet in document["sheets"]
    )
    return Workbook(kind=document["kind"], sheets=sheets, hidden_sheets=tuple(document["hidden"]))


def tagged(value: Any) -> dict[str, str]:
    # datetime before date: a datetime is a date too.
    if isinstance(value, datetime):
        return {"@datetime": value.isoformat()}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, time):
        return {"@time": value.isoformat()}
    if isinstance(value, ErrorValue):
        return {"@error": value.code}
    raise TypeError(f"{type(value).__name__} has no place in a sheet")


_READERS = {
    "@datetime": datetime.fromisoformat,
    "@date": date.fromisoformat,
    "@time": time.fromisoformat,
    "@error": ErrorValue,
}


def untagged(mapping: dict[str, Any]) -> Any:
    if len(mapping) == 1:
        (tag, value), *_ = mapping.items()
        if tag in _READERS:
            return _READERS[tag](value)
    return mapping
