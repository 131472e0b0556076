"""The template of a resource: an empty workbook with what each column wants and what this user may name in it."""

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from portal.importing.columns import Column
from portal.importing.resources import SheetResource
from portal.spreadsheets.cells import parse_date, parse_money
from portal.spreadsheets.sheets import lines_needed, safe_markup

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EMPTY_ROWS = 500  # how far drop-downs, hints and lines reach; the formats of text and dates hold for whole columns
CODES, LABELS = 0, 1  # rows of the header, counted from 0
WIDTH = 18
NARROWEST, WIDEST = 11, 34
CHOICE_WIDTH, WIDEST_CHOICE = 16, 90
FOLIO = 14  # 8.5 x 13 in, the F4 of Indonesian offices
HELP_WIDTHS = (26, 8, 58, 36)
FONT = {"font_name": "Arial", "font_size": 10}
LINE_POINTS = 13.5  # LibreOffice does not grow rows of wrapped text by itself when it opens a file
MESSAGE = 255  # what Excel shows beside a cell
TEMPLATE, SCOPE = "sulam_template", "sulam_scope"  # custom properties: what a file was made for, and for whom
RULES = (
    "Isi lembar Data mulai baris 3. Jangan mengubah dua baris judulnya.",
    "Judul hijau tua wajib diisi. Sel yang kosong tidak menghapus data yang sudah ada di portal.",
    "Kolom berpanah menawarkan isian dari lembar Pilihan, yaitu yang boleh Anda sebut.",
)


@dataclass(frozen=True)
class _Formats:
    """The looks of a template."""

    code: Any
    needed: Any
    optional: Any
    text: Any
    day: Any
    money: Any
    plain: Any
    grid: Any
    title: Any
    note: Any
    wrap: Any
    head: Any


def template_file(resource: SheetResource) -> bytes:
    """Return an empty workbook: Data (to fill in), Petunjuk (what each column wants), Pilihan (what may be named)."""
    resource.offer()
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        title, scope = f"Templat {resource.label}", str(resource.user.agency.name)
        book.set_properties({"title": title, "author": "Sulam", "company": scope})
        book.set_custom_property(TEMPLATE, f"{resource.identifier} {resource.template_version}", "text")
        book.set_custom_property(SCOPE, scope, "text")
        formats, choices = _formats(book), resource.choices()
        _data_sheet(book, resource, formats, choices)
        _help_sheet(book, resource, formats, f"{title} · {scope}")
        _choice_sheet(book, resource, formats, choices)
    return buffer.getvalue()


def _formats(book: Any) -> _Formats:
    base = FONT
    head = base | {"bold": True, "border": 1, "border_color": "#9DB5AB", "text_wrap": True, "valign": "vcenter"}
    return _Formats(
        code=book.add_format(base | {"font_size": 7, "font_color": "#8A8A8A", "num_format": "@"}),
        needed=book.add_format(head | {"bg_color": "#1F6F5C", "font_color": "#FFFFFF", "align": "center"}),
        optional=book.add_format(head | {"bg_color": "#DDEBE4", "align": "center"}),
        text=book.add_format(base | {"num_format": "@"}),
        day=book.add_format(base | {"num_format": "dd-mm-yyyy"}),
        money=book.add_format(base | {"num_format": "#,##0"}),
        plain=book.add_format(base),
        grid=book.add_format({"border": 1, "border_color": "#B7C3BD"}),
        title=book.add_format(base | {"bold": True, "font_size": 13}),
        note=book.add_format(base | {"text_wrap": True, "valign": "top"}),
        wrap=book.add_format(base | {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B7C3BD"}),
        head=book.add_format(head | {"bg_color": "#DDEBE4"}),
    )


# --- Data ---------------------------------------------------------------------------------------------------------
def _data_sheet(book: Any, resource: SheetResource, formats: _Formats, choices: dict[str, list[str]]) -> None:
    sheet = book.add_worksheet("Data")
    letters = {name: xl_col_to_name(index) for index, name in enumerate(choices)}
    for index, (name, column) in enumerate(resource.template_columns.items()):
        sheet.set_column(index, index, _width(column), _cell_format(column, formats))
        sheet.write_string(CODES, index, name, formats.code)
        sheet.write_string(LABELS, index, column.label, formats.needed if column.required else formats.optional)
        letter, count = letters.get(name), len(choices.get(name, ()))
        source = f"=Pilihan!${letter}$2:${letter}${count + 1}" if letter else ""
        sheet.data_validation(LABELS + 1, index, LABELS + EMPTY_ROWS, index, _validation(column, source))
    more = resource.example_dynamic()
    for index, label in enumerate(more, start=len(resource.template_columns)):
        sheet.set_column(index, index, NARROWEST, formats.text)
        sheet.write_string(LABELS, index, label, formats.optional)
    _dress(sheet, resource, formats, len(resource.template_columns) + len(more) - 1)


def _dress(sheet: Any, resource: SheetResource, formats: _Formats, last: int) -> None:
    """Freeze the header, draw lines around rows that hold something, and set up the print."""
    sheet.set_row(CODES, 10)
    sheet.set_row(LABELS, 30)
    sheet.freeze_panes(LABELS + 1, 0)
    filled = f"=COUNTA($A{LABELS + 2}:${xl_col_to_name(last)}{LABELS + 2})>0"
    area = (LABELS + 1, 0, LABELS + EMPTY_ROWS, last)
    sheet.conditional_format(*area, {"type": "formula", "criteria": filled, "format": formats.grid})
    # Codes and NIK are text on purpose; without this Excel marks each of them with a green corner.
    sheet.ignore_errors({"number_stored_as_text": xl_range_abs(*area).replace("$", "")})
    set_up_print(sheet, resource)
    sheet.set_landscape()
    sheet.repeat_rows(CODES, LABELS)


def _width(column: Column) -> int:
    longest_word = max(len(word) for word in column.label.split())
    return min(max(NARROWEST, longest_word + 3, len(column.label) // 2 + 3, len(column.example) + 2), WIDEST)


def _cell_format(column: Column, formats: _Formats) -> Any:
    if column.widget.is_text:
        return formats.text
    return {parse_date: formats.day, parse_money: formats.money}.get(column.widget.parse, formats.plain)


def _validation(column: Column, source: str) -> dict[str, Any]:
    """Return the hint beside the cells of a column and, with a source of choices, its drop-down."""
    parts = ["Wajib diisi." if column.required else "", column.help_text]
    parts.append(f"Contoh: {column.example}" if column.example else "")
    hint = {"input_title": column.label[:32], "input_message": " ".join(filter(None, parts))[:MESSAGE]}
    if not source:
        return {"validate": "any", **hint}
    warning = {
        "error_type": "warning",
        "error_title": "Tidak ada di Pilihan",
        "error_message": "Isian ini tidak ada di lembar Pilihan dan mungkin ditolak. Tetap dipakai?",
    }
    return {"validate": "list", "source": source, **hint, **warning}


# --- Petunjuk and Pilihan -----------------------------------------------------------------------------------------
def _help_sheet(book: Any, resource: SheetResource, formats: _Formats, title: str) -> None:
    sheet = book.add_worksheet("Petunjuk")
    for index, width in enumerate(HELP_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, safe_markup(title), formats.title)
    lines = [line for line in (resource.intro, *RULES) if line]
    for row, line in enumerate(lines, start=1):
        sheet.merge_range(row, 0, row, 3, line, formats.note)
        sheet.set_row(row, LINE_POINTS * lines_needed(line, sum(HELP_WIDTHS)))
    top = len(lines) + 2
    for index, label in enumerate(("Kolom", "Wajib", "Penjelasan", "Contoh")):
        sheet.write_string(top, index, label, formats.head)
    for row, column in enumerate(resource.template_columns.values(), start=top + 1):
        cells = (column.label, "ya" if column.required else "", column.help_text, column.example)
        needed = max(lines_needed(cell, width) for cell, width in zip(cells, HELP_WIDTHS, strict=True))
        sheet.set_row(row, LINE_POINTS * needed)
        for index, cell in enumerate(cells):
            sheet.write(row, index, cell or None, formats.wrap)
    sheet.freeze_panes(top + 1, 0)
    set_up_print(sheet, resource)


def _choice_sheet(book: Any, resource: SheetResource, formats: _Formats, choices: dict[str, list[str]]) -> None:
    sheet = book.add_worksheet("Pilihan")
    for index, (name, options) in enumerate(choices.items()):
        longest = max((len(option) for option in options), default=0)
        sheet.set_column(index, index, min(max(CHOICE_WIDTH, longest + 2), WIDEST_CHOICE), formats.text)
        sheet.write_string(0, index, resource.heading_of(name), formats.head)
        for row, option in enumerate(options, start=1):
            sheet.write_string(row, index, safe_markup(option), formats.text)
    sheet.freeze_panes(1, 0)
    set_up_print(sheet, resource)


def set_up_print(sheet: Any, resource: SheetResource) -> None:
    """Make a sheet fit the width of the offices' paper, with a footer that names it."""
    sheet.set_paper(FOLIO)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{resource.label}&R&8Halaman &P dari &N")
