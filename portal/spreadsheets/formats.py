"""The look of cells: one font, quiet borders, Indonesian dates, numbers with thousands."""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from portal.spreadsheets.row_stream import Style
from portal.spreadsheets.sheets import Kind

NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "#,##0",
    Kind.YEAR: "0",
    Kind.NUMBER: "#,##0.00",
    Kind.RUPIAH: "#,##0.00",
    Kind.PERCENT: "0.00%",
    Kind.DATE: "dd-mm-yyyy",
    Kind.DATETIME: "dd-mm-yyyy hh:mm",
}
SIZES = {"heading": 13, "subheading": 12, "letterhead": 12, "address": 9, "note": 9}
LINE = "#B7C3BD"


class Formats:
    """The cell formats of one workbook, made when first asked for."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, role: str, kind: str = Kind.TEXT) -> Any:
        """Return the format of a role (cell, quoted, group, header, foot, heading, subheading, note, …)."""
        if (role, kind) not in self._made:
            self._made[role, kind] = self._book.add_format(dict(_properties(role, kind)))
        return self._made[role, kind]

    def number(self, role: str, kind: str = Kind.TEXT) -> int:
        """Return its number in the styles of the workbook."""
        return self.of(role, kind)._get_xf_index()

    def column(self, kind: str, role: str = "cell") -> Any:
        """Return the style of a column, for a column of any kind by the kind of each cell."""
        if kind == Kind.ANY:
            return {each: self.column(each, role) for each in Kind if each != Kind.ANY}
        return Style(self.number(role, kind), self.number("quoted" if role == "cell" else role, kind))

    def picture(self, sheet: Any, column: int, png: bytes) -> None:
        """Put a picture at the top of a column, below the header that every printed page repeats."""
        sheet.insert_image(2, column, "gambar.png", {"image_data": io.BytesIO(png), "object_position": 3})


def _properties(role: str, kind: str) -> Iterator[tuple[str, Any]]:
    yield "font_name", "Arial"
    yield "font_size", SIZES.get(role, 10)
    if role in {"heading", "subheading", "letterhead", "header", "foot", "group"}:
        yield "bold", True
    if role in {"heading", "letterhead", "address"}:
        yield "align", "center"
    if role == "address":
        yield "bottom", 6  # the double line under a letterhead
    if role in SIZES:
        return
    yield from {"border": 1, "border_color": LINE, "valign": "top"}.items()
    if role == "header":
        yield from {"text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DDEBE4"}.items()
        return
    yield "num_format", NUMBER_FORMATS.get(kind, "General")
    if role in {"foot", "group"}:
        yield "bg_color", "#F1F5F3" if role == "foot" else "#F7F9F8"
    if role != "foot" and kind == Kind.TEXT:
        yield "text_wrap", True
        yield "quote_prefix", role == "quoted"  # stays text also when somebody edits the cell
