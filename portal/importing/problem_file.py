"""The rows that the desk had to refuse, as a workbook to mend and to send back into the same import."""

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from portal.identity import ANY_NIK
from portal.importing.resources import SheetResource
from portal.importing.rows import ERROR, FORMULA
from portal.importing.template_file import FONT, LINE_POINTS, OPTIONS, WIDTH, set_up_print
from portal.models import ImportBatch
from portal.spreadsheets.sheets import lines_needed, safe_markup
from portal.spreadsheets.workbook import ErrorValue

REASON_WIDTH = 70
ORIGIN, ORIGIN_HEADING = "sulam_origin", "Lembar dan baris asal"  # the heading must not be changed by the sender


def problem_file(batch: ImportBatch, resource: SheetResource) -> bytes:
    """Return the rejected rows in the sender's own layout, faulty cells coloured, origin and reasons last."""
    columns = batch.layout.get("columns", [])
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": "Baris bermasalah", "author": "Sulam"})
        book.set_custom_property("sulam_import", str(batch.pk))
        base = FONT | {"valign": "top"}
        head = book.add_format(base | {"bold": True, "bg_color": "#D6EAE6", "border": 1, "text_wrap": True})
        text = book.add_format(base | {"num_format": "@"})
        bad = book.add_format(base | {"num_format": "@", "bg_color": "#F8D7DA"})
        wrap = book.add_format(base | {"text_wrap": True, "font_color": "#5A5A5A"})
        sheet = book.add_worksheet("Baris bermasalah")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, WIDTH, text)
        sheet.set_column(len(columns), len(columns), 22)
        sheet.set_column(len(columns) + 1, len(columns) + 1, REASON_WIDTH)
        for index, heading in enumerate([*(heading for _, heading in columns), ORIGIN_HEADING, "Alasan ditolak"]):
            sheet.write_string(0, index, safe_markup(heading), head)
        sheet.set_row(0, 2 * LINE_POINTS)
        for line, row in enumerate(batch.rows.filter(verdict="rejected").order_by("id").iterator(), start=1):
            errors = [message for message in row.messages if message["level"] == ERROR]
            cells, faulty = row.cells, {message.get("name") for message in errors}
            for index, (name, _) in enumerate(columns):
                style = bad if name in faulty else text
                sheet.write_string(line, index, safe_markup(editable(resource, name, cells.get(name))), style)
            reasons = "\n".join(f"{error['column']}: {error['message']}".lstrip(": ") for error in errors)
            sheet.write_string(line, len(columns), f"{row.sheet}, baris {row.number}", wrap)
            sheet.write_string(line, len(columns) + 1, safe_markup(reasons), wrap)
            sheet.set_row(line, LINE_POINTS * lines_needed(reasons, REASON_WIDTH))
        # NIK and codes are text on purpose; without this Excel marks each of them with a green corner.
        sheet.ignore_errors({"number_stored_as_text": xl_range(1, 0, max(batch.rows_rejected, 1), len(columns))})
        set_up_print(sheet, resource)
        sheet.set_landscape()
        sheet.repeat_rows(0)
    return buffer.getvalue()


def editable(resource: SheetResource, name: str, value: Any) -> str:
    """Return a raw cell as text to mend, which reads back as it was meant.

    Given back empty are a NIK kept as a number (its last digit is lost, and somebody must type it from the card) and a
    NIK that stands in a column of something else (it would be shown in full). Empty then means: as it is.
    """
    if value is None or value == FORMULA or isinstance(value, ErrorValue):
        return ""
    secret = name in resource.columns and resource.columns[name].widget.secret
    if isinstance(value, int | float) and not isinstance(value, bool):
        if secret:
            return ""
        text = f"{value:.0f}" if float(value).is_integer() else str(value).replace(".", ",")
    elif isinstance(value, bool):
        text = "ya" if value else "tidak"
    elif isinstance(value, datetime) and (value.hour or value.minute or value.second):
        text = f"{value:%d-%m-%Y %H:%M}"
    elif isinstance(value, date):
        text = f"{value:%d-%m-%Y}"
    else:
        text = str(value).strip()
    return "" if ANY_NIK.search(text) and not secret else text
