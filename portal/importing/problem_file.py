"""The rows that the desk had to refuse, as a workbook to mend and send back."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from portal.importing.resources import FORMULA, SheetResource
from portal.importing.template_file import OPTIONS, WIDTH
from portal.models import ImportBatch
from portal.spreadsheets.sheets import safe_markup

REASON_WIDTH = 70


def problem_file(batch: ImportBatch, resource: SheetResource) -> bytes:
    """Return the rejected rows as they came, faulty cells coloured, row number first and reasons last."""
    columns = batch.layout.get("columns", [])
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": "Baris bermasalah", "author": "Sulam", "comments": f"impor {batch.pk}"})
        head = book.add_format({"bold": True, "bg_color": "#D6EAE6", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "valign": "top"})
        bad = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#F8D7DA"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Baris bermasalah")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, WIDTH, text)
        sheet.set_column(len(columns), len(columns), 22)
        sheet.set_column(len(columns) + 1, len(columns) + 1, REASON_WIDTH)
        headings = [*(heading for _, heading in columns), "Lembar dan baris asal", "Alasan ditolak"]
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, safe_markup(heading), head)
        for line, row in enumerate(batch.rows.filter(verdict="rejected").order_by("id"), start=1):
            errors = [message for message in row.messages if message["level"] == "error"]
            cells, faulty = row.cells, {message["column"] for message in errors}
            for index, (name, _) in enumerate(columns):
                style = bad if resource.heading_of(name) in faulty else text
                sheet.write_string(line, index, safe_markup(_as_text(cells.get(name))), style)
            reasons = "\n".join(f"{error['column']}: {error['message']}".lstrip(": ") for error in errors)
            sheet.write_string(line, len(columns), f"{row.sheet}, baris {row.number}", wrap)
            sheet.write_string(line, len(columns) + 1, safe_markup(reasons), wrap)
    return buffer.getvalue()


def _as_text(value: Any) -> str:
    """Return a raw cell as text that reads back as it was meant; a number NIK stays refused, for its end is lost."""
    if value is None or value == FORMULA:
        return ""
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
