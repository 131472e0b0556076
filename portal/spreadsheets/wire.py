"""The language between the child process and the portal: exit codes, and a workbook as blocks of typed columns.

A first line of JSON names the sheets. Then follow, sheet by sheet, blocks of rows: a line of JSON with the number of
rows and the kind and size of each column, then the columns. Most of a workbook is text, which is joined with a
separator rather than quoted: splitting costs a fraction of parsing. The child may have been taken over by the file, so
nothing is believed: whatever is not a workbook within the limits is damage, and no more is ever built than was sent.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import prod
from typing import Any, BinaryIO, NoReturn

from portal.spreadsheets.workbook import EXTRA_ROWS, ErrorValue, Limits, Sheet, UnreadableFile, Value, Workbook, damaged

# Exit codes of the child. DONE: a workbook on stdout; REFUSED: [cause, cure]; BROKEN: where it broke, for the log.
DONE, REFUSED, TOO_BIG, BROKEN = 0, 3, 4, 5

BLOCK_ROWS = 1_000
# Kinds of a column. TEXTS: joined, "" for an empty cell. CHOICES: a byte for each row, then the texts they stand for.
# DATES: joined, "" for an empty cell. VALUES: JSON with tags. EMPTY: nothing.
TEXTS, CHOICES, DATES, VALUES, EMPTY = "tcdve"
SEPARATOR = "\x1f"
MOST_CHOICES = 250
LONGEST_REFUSAL = 8_000

PackedColumn = tuple[str, bytes]
NONE = type(None)
TYPES = {NONE, str, int, float, bool, date, datetime, time, ErrorValue}
KINDS = {"xlsx", "xls", "ods", "csv"}


@dataclass(frozen=True)
class PackedSheet:
    """One sheet on its way; `height` and `width` are those of the table without its empty edges."""

    name: str
    width: int
    height: int
    blocks: list[bytes]
    formulas: set[tuple[int, int]] = field(default_factory=set)


def encode_texts(texts: Sequence[str], distinct: Sequence[str]) -> PackedColumn:
    """Return a packed column of texts; "" is an empty cell. `distinct` are the same texts, each once."""
    joined = SEPARATOR.join(distinct)
    if joined.count(SEPARATOR) != len(distinct) - 1:
        return encode_values([text or None for text in texts])
    if len(distinct) <= MOST_CHOICES and 2 * len(distinct) <= len(texts):
        numbers = {text: number for number, text in enumerate(distinct)}
        return CHOICES, bytes(map(numbers.__getitem__, texts)) + joined.encode()
    return TEXTS, (joined if len(distinct) == len(texts) else SEPARATOR.join(texts)).encode()


def encode_values(values: Sequence[Value]) -> PackedColumn:
    """Return a packed column of any values."""
    kinds = set(map(type, values))
    if kinds == {date}:
        return DATES, SEPARATOR.join(map(date.isoformat, values)).encode()
    if kinds == {date, NONE}:
        return DATES, SEPARATOR.join(value.isoformat() if value else "" for value in values).encode()
    return VALUES, json.dumps(values, default=tagged, allow_nan=False, separators=(",", ":")).encode()


def encode_block(rows: int, columns: Sequence[PackedColumn | None]) -> bytes:
    """Return a block of so many rows; columns that are None or left out at the end are empty."""
    packed = [column or (EMPTY, b"") for column in columns]
    head = json.dumps([rows, [[kind, len(payload)] for kind, payload in packed]], separators=(",", ":"))
    return b"".join([head.encode(), b"\n", *(payload for _, payload in packed)])


def encode(kind: str, sheets: Sequence[PackedSheet], hidden: Sequence[str], properties: dict[str, str]) -> list[bytes]:
    """Return the workbook in pieces."""
    head = {
        "kind": kind,
        "hidden": hidden,
        "properties": properties,
        "sheets": [[sheet.name, sheet.width, sheet.height, sorted(sheet.formulas)] for sheet in sheets],
    }
    line = json.dumps(head, separators=(",", ":")).encode()
    return [line, b"\n", *(block for sheet in sheets for block in sheet.blocks)]


def decode(stream: BinaryIO, limits: Limits) -> Workbook:
    """Return the workbook that the child wrote. Raises UnreadableFile when it is none."""
    try:
        head = json.loads(stream.readline())
        sizes = [(width, height) for _, width, height, _ in head["sheets"]]
        if head["kind"] not in KINDS or len(sizes) > limits.sheets or sum(map(prod, sizes)) > limits.area:
            raise ValueError("This is no workbook.")
        return Workbook(
            kind=head["kind"],
            sheets=tuple(_sheet(stream, limits, *entry) for entry in head["sheets"]),
            hidden_sheets=tuple(map(_text, head["hidden"])),
            properties={_text(name): _text(value) for name, value in head["properties"].items()},
        )
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise damaged() from error


def decode_refusal(stream: BinaryIO) -> UnreadableFile:
    """Return the refusal that the child wrote, or the one for a damaged file when it wrote something else."""
    try:
        cause, cure = map(_text, json.loads(stream.read(LONGEST_REFUSAL)))
    except (ValueError, TypeError, RecursionError):
        return damaged()
    return UnreadableFile(cause, cure)


def _sheet(
    stream: BinaryIO, limits: Limits, name: str, width: int, height: int, formulas: list[tuple[int, int]]
) -> Sheet:
    if not (0 <= width <= limits.columns and 0 <= height <= limits.rows + EXTRA_ROWS and bool(width) == bool(height)):
        raise ValueError("This sheet is too large.")
    rows: list[tuple[Value, ...]] = []
    # One object for texts that many blocks repeat.
    known: dict[str, str] = {}
    while len(rows) < height:
        count, heads = json.loads(stream.readline())
        if not 0 < count <= height - len(rows) or len(heads) > width:
            raise ValueError("This block does not fit.")
        columns = [_column(kind, stream.read(size), count, known) for kind, size in heads]
        if any(len(column) != count for column in columns):
            raise ValueError("This column does not fit.")
        columns += [[None] * count] * (width - len(columns))
        # Equal rows without anything are one object.
        rows += zip(*columns, strict=True) if heads else [(None,) * width] * count
    return Sheet(_text(name), rows, frozenset((int(row), int(column)) for row, column in formulas))


def _column(kind: str, payload: bytes, count: int, known: dict[str, str]) -> Sequence[Value]:
    if kind == VALUES:
        values = json.loads(payload, object_hook=untagged, parse_constant=_no_number)
        if not TYPES.issuperset(map(type, values)):
            raise ValueError("These are no values.")
        return values
    if kind == EMPTY:
        return [None] * count
    if kind == CHOICES:
        choices = [known.setdefault(text, text) or None for text in payload[count:].decode().split(SEPARATOR)]
        return [choices[number] for number in payload[:count]]
    texts = payload.decode().split(SEPARATOR)
    if kind == DATES:
        return [date.fromisoformat(text) if text else None for text in texts]
    if kind == TEXTS:
        return [text or None for text in texts] if "" in texts else texts
    raise ValueError("This is no kind of column.")


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("This is no text.")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} has no place in a sheet.")


def tagged(value: Any) -> dict[str, str]:
    """Return a value that JSON does not know as a mapping that `untagged` understands. Raises TypeError."""
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
    "@error": lambda code: ErrorValue(_text(code)),
}


def untagged(mapping: dict[str, Any]) -> Any:
    """Return the value behind a mapping made by `tagged`, and any other mapping as it is."""
    if len(mapping) == 1:
        (tag, value), *_ = mapping.items()
        if tag in _READERS:
            return _READERS[tag](value)
    return mapping
