"""Parsers for one cell, gathered in one place. Pure: a value in, a clean value or None (empty cell) out.

Each raises CellError(cause, cure) in Indonesian; the caller knows the row, the column and the value.
"""

from portal.spreadsheets.amounts import parse_decimal, parse_integer, parse_money
from portal.spreadsheets.cell_text import CellError, parse_text
from portal.spreadsheets.dates import parse_date
from portal.spreadsheets.people import (
    parse_attendance,
    parse_nib,
    parse_phone,
    parse_rt,
    parse_rt_rw,
    parse_rw,
    parse_sex,
    split_address,
)

__all__ = [
    "CellError",
    "parse_attendance",
    "parse_date",
    "parse_decimal",
    "parse_integer",
    "parse_money",
    "parse_nib",
    "parse_phone",
    "parse_rt",
    "parse_rt_rw",
    "parse_rw",
    "parse_sex",
    "parse_text",
    "split_address",
]
