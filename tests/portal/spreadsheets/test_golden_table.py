"""The same 20 people in every form a list comes in: whatever the program, the cleaned values are equal."""

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.identity import normalise_nik
from portal.spreadsheets.cells import (
    parse_attendance,
    parse_date,
    parse_integer,
    parse_money,
    parse_phone,
    parse_rt_rw,
    parse_sex,
    parse_text,
)
from portal.spreadsheets.headers import data_rows, find_header
from portal.spreadsheets.reading import read_workbook

from .golden import COLUMNS, FORMS, NAMES, NUMBER_OF_ROWS, people

PARSERS: dict[str, Callable[[Any], Any]] = {
    "nik": normalise_nik,
    "name": parse_text,
    "sex": parse_sex,
    "birth_date": parse_date,
    "rt_rw": parse_rt_rw,
    "phone": parse_phone,
    "present": parse_attendance,
    "workers": parse_integer,
    "turnover": parse_money,
    "notes": parse_text,
}


def cleaned(content: bytes, filename: str) -> list[dict[str, Any]]:
    (sheet,) = read_workbook(content, filename).sheets
    match = find_header(sheet.rows, COLUMNS)
    assert match.ok
    assert not sheet.formulas - {cell for cell in sheet.formulas if cell[1] == match.columns["notes"]}
    return [
        {name: PARSERS[name](values[index]) for name, index in match.columns.items()}
        for _, values in data_rows(sheet, match)
    ]


def expected() -> list[dict[str, Any]]:
    """Say the cleaned values once more, by hand."""
    names = [" ".join(unicodedata.normalize("NFC", name).split()) for name in NAMES]
    notes = {"  ": None, "a\n\nb": "a b", None: None}
    return [
        {
            "nik": row[0],
            "name": names[number],
            "sex": "PLPL"[number % 4],
            "birth_date": date(1960 + number, number % 12 + 1, number + 1),
            "rt_rw": (f"{number + 1:03}", f"{number % 9 + 1:03}"),
            "phone": f"+62812345{number:05}",
            "present": ["hadir", "hadir", "hadir", "alpa", "izin", "sakit"][number % 6],
            "workers": number * 7,
            "turnover": Decimal("1234567.50") * number,
            "notes": notes.get(row[9], row[9]),
        }
        for number, row in enumerate(people())
    ]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_people_in_every_form(form):
    extension, build = FORMS[form]
    rows = cleaned(build(), f"daftar.{extension}")
    assert len(rows) == NUMBER_OF_ROWS
    assert rows == expected()


def test_there_are_many_forms():
    assert len(FORMS) >= 12
    assert len({build() for _, build in FORMS.values()}) == len(FORMS)
