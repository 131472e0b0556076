"""The template of a resource: an empty workbook with what each column wants and what may be named."""

import io
from typing import Any

import xlsxwriter

from portal.importing.resources import SheetResource

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EMPTY_ROWS = 500  # how far the template is prepared: text cells keep all 16 digits of a NIK
WIDTH = 18


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
