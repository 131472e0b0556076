"""Workbooks that the desk gives out: the template of a resource, and the rows it had to refuse."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from portal.importing.resources import FORMULA, SheetResource
from portal.models import ImportBatch
from portal.spreadsheets.sheets import safe_markup

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EMPTY_ROWS = 500  # how far the template is prepared: text cells keep all 16 digits of a NIK
WIDTH, REASON_WIDTH = 18, 70


def template_file(resource: SheetResource) -> bytes:
    """Return an empty workbook: Data (to fill in), Petunjuk (what each column wants), Pilihan (what may be named)."""
    resource.prepare()
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": f"Templat {resource.label}", "author": "Sulam", "comments": resource.identifier})
        head = book.add_format({"bold": True, "bg_color": "#D6EAE6", "border": 1, "text_wrap": True, "valign": "top"})
        choices = resource.choices()
        _data_sheet(book, resource, head, choices)
        _help_sheet(book, resource, head)
        _choice_sheet(book, choices, head, resource)
    return buffer.getvalue()


def _data_sheet(book: Any, resource: SheetResource, head: Any, choices: dict[str, list[str]]) -> None:
    sheet = book.add_worksheet("Data")
    text, plain = book.add_format({"num_format": "@"}), book.add_format()
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    sheet.freeze_panes(1, 0)
    headings = [(name, column.label, column) for name, column in resource.columns.items()]
    for index, (name, label, column) in enumerate(headings):
        kind = text if column.widget.is_text else (day if name in {"start", "end", "birth_date"} else plain)
        sheet.set_column(index, index, WIDTH, kind)
        sheet.write_string(0, index, label, head)
        if choices.get(name):
            letter = xlsxwriter.utility.xl_col_to_name(list(choices).index(name))
            source = f"=Pilihan!${letter}$2:${letter}${len(choices[name]) + 1}"
            sheet.data_validation(
                1, index, EMPTY_ROWS, index, {"validate": "list", "source": source, "error_type": "warning"}
            )
    for index, label in enumerate(resource.example_dynamic(), start=len(headings)):
        sheet.set_column(index, index, WIDTH)
        sheet.write_string(0, index, label, head)


def _help_sheet(book: Any, resource: SheetResource, head: Any) -> None:
    sheet = book.add_worksheet("Petunjuk")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, wrap)
    sheet.set_column(1, 1, 10, wrap)
    sheet.set_column(2, 3, 46, wrap)
    sheet.merge_range(0, 0, 0, 3, resource.intro, wrap)
    sheet.set_row(0, 60)
    for index, label in enumerate(("Judul kolom", "Wajib", "Penjelasan", "Contoh")):
        sheet.write_string(2, index, label, head)
    for row, column in enumerate(resource.columns.values(), start=3):
        cells = (column.label, "ya" if column.required else "", column.help_text, column.example)
        for index, cell in enumerate(cells):
            sheet.write_string(row, index, cell, wrap)


def _choice_sheet(book: Any, choices: dict[str, list[str]], head: Any, resource: SheetResource) -> None:
    sheet = book.add_worksheet("Pilihan")
    for index, (name, options) in enumerate(choices.items()):
        sheet.set_column(index, index, 30)
        sheet.write_string(0, index, resource.heading_of(name), head)
        for row, option in enumerate(options, start=1):
            sheet.write_string(row, index, option)


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
