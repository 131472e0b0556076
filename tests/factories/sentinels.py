"""Tokens in every text of the rows that somebody must not see: if one shows up in an answer, a scope is broken."""

from collections.abc import Iterator
from itertools import count

from django.db import models

PREFIX = "RAHASIA"
# Not somebody's words: keys, hashes, names of kinds, and numbers that point to other rows.
NO_WORDS = {"password", "sha256", "plan", "process", "nik_index", "nik_last4", "kind", "resource", "exporter", "target"}
RECORDS = {
    "auditevent",
    "exportrecord",
    "findingnote",
    "closingfigure",
}  # append-only: their tokens are given when they are made


def text_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the fields in which somebody's words stand: text without choices, keys and hashes."""
    for column in model._meta.concrete_fields:
        plain = isinstance(column, models.CharField | models.TextField) and not column.choices
        if plain and not column.primary_key and column.name not in NO_WORDS:
            yield column


def plant_tokens(rows: dict[str, models.Model], mark: str, tokens: dict[str, tuple[str, str]]) -> None:
    """Write an own token into every text field of every row, save, and note in `tokens` where it stands."""
    numbers = count(1)
    for name, row in rows.items():
        if name in RECORDS:
            continue
        place = (mark.lower(), name)
        for column in text_fields(type(row)):
            token = _token(column, mark, next(numbers))
            if token:
                setattr(row, column.name, token)
                tokens[token] = place
        if name == "importbatch":
            row.notices = [f"{PREFIX}-{mark}-NOTICE"]
            tokens[row.notices[0]] = place
        if name == "importrow":
            cell, message = f"{PREFIX}-{mark}-CELL", f"{PREFIX}-{mark}-MESSAGE"
            row.cells = {"name": cell}
            row.messages = [{"level": "warning", "column": "name", "value": "", "message": message}]
            tokens |= {cell: place, message: place}
        row.save()


def _token(column: models.Field, mark: str, number: int) -> str:
    """Return a token of the column's own form: digits where only digits make sense, '' where none fits."""
    side = ord(mark) % 10
    if column.name == "nib":
        return f"90{side}000000{number:04d}"
    if column.name == "phone":
        return f"+62899{side}77{number:05d}"
    token = f"{PREFIX}-{mark}-{number:04d}"
    return token if column.max_length is None or column.max_length >= len(token) else ""
