"""How a sheet prints, and the charts beside its table."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from portal.spreadsheets.sheets import Column, SheetSpec

FOLIO = 14  # 8.5 x 13 in, the F4 of Indonesian offices
PAGE_CHARACTERS = 230  # of column width on one readable landscape page
CHART_ROWS = 18
COLOURS = ("#2F6F5E", "#D08A3C", "#4F7CAC", "#9C5A7B")


def set_up_page(sheet: Worksheet, spec: SheetSpec, header: int, footer: str) -> None:
    """Set landscape folio, as many pages wide as stay readable, the header on each page, page numbers."""
    sheet.set_paper(FOLIO)
    sheet.set_landscape()
    pages = math.ceil(sum(column.width for column in spec.columns) / PAGE_CHARACTERS)
    sheet.fit_to_pages(pages, 0)
    if pages > 1:
        sheet.repeat_columns(0, 1)  # what names the row stands on every page
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(header)
    sheet.set_footer(f"&L&8{spec.title}&C&8Halaman &P dari &N&R&8{footer}")


def columns_of_first_page(columns: Sequence[Column], share: float = 1) -> int:
    """Return how many columns (at least one) stand on the first printed page, or on the given share of it."""
    total = sum(column.width for column in columns)
    room = share * total / math.ceil(total / PAGE_CHARACTERS)
    return max(1, sum(1 for reach in itertools.accumulate(column.width for column in columns) if reach <= room))


def draw_charts(book: xlsxwriter.Workbook, sheet: Worksheet, spec: SheetSpec, header: int, rows: int) -> None:
    """Put the charts of a table to the right of it, one below the other."""
    places = {column.key: index for index, column in enumerate(spec.columns)}
    for number, chart in enumerate(spec.charts if rows else ()):
        drawn: Any = book.add_chart({"type": chart.shape} | ({"subtype": "stacked"} if chart.stacked else {}))
        for key, colour in zip(chart.values, itertools.cycle(COLOURS), strict=False):
            series: dict[str, Any] = {
                "name": spec.columns[places[key]].label,
                "categories": [sheet.name, header + 1, places[chart.labels], header + rows, places[chart.labels]],
                "values": [sheet.name, header + 1, places[key], header + rows, places[key]],
            }
            drawn.add_series(series if chart.shape == "pie" else series | {"fill": {"color": colour}})
        drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
        drawn.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
        drawn.set_legend({"position": "bottom"})
        drawn.set_size({"width": 620, "height": CHART_ROWS * 18})
        sheet.insert_chart(header + number * CHART_ROWS, len(spec.columns) + 1, drawn, {"object_position": 3})
