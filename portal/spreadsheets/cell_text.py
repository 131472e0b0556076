"""Text of one cell, and the error every cell parser raises."""

import re
import unicodedata
from datetime import date, time

from portal.spreadsheets.workbook import ErrorValue, Value

# Shortest text that none of the short parsers (dates, amounts, phones, ...) can make sense of.
SHORT_TEXT = 60
# Excel keeps 15 digits of a number and turns the rest into zeros.
EXACT_DIGITS = 15

INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Controls, direction overrides and half characters; tab and line breaks are white space.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# The mark by which Excel users and our own CSV exports say "this is text".
TEXT_MARK = re.compile(r"'+(?=[\t\n\d]|\s*[=+\-@|%＝＋－＠])")


class CellError(Exception):
    """A cell is refused. `cause` and `cure` are Indonesian sentences; the caller adds row, column and value."""

    def __init__(self, cause: str, cure: str):
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure


def parse_text(value: Value, max_length: int = 255) -> str | None:
    """Return the text of a cell on one line in NFC, or None when empty.

    Numbers become text without ".0". Raises CellError for control characters, Excel errors, dates and logical values,
    numbers of more than 15 digits and text longer than `max_length` characters.
    """
    if value is None:
        return None
    text = value if isinstance(value, str) else _number_as_text(value)
    if FORBIDDEN.search(text):
        raise CellError("Isi sel memuat karakter kendali yang tidak terlihat.", "Ketik ulang isi sel itu.")
    text = INVISIBLE.sub("", text).strip()
    if mark := TEXT_MARK.match(text):
        text = text[mark.end() :]
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(text) > max_length:
        raise CellError(
            f"Isi sel terlalu panjang: {len(text)} karakter, batasnya {max_length}.", "Ringkas isi sel itu."
        )
    return text or None


def parse_short(value: Value, cause: str, cure: str) -> str | None:
    """Return the text of a cell whose kind is always short. Raises CellError with this cause when it is not."""
    text = parse_text(value, max_length=1_000_000)
    if text is not None and len(text) > SHORT_TEXT:
        raise CellError(cause, cure)
    return text


def refuse_error(value: Value) -> None:
    """Raise CellError when the cell holds an Excel error."""
    if isinstance(value, ErrorValue):
        raise CellError(f"Sel berisi kesalahan Excel {value.code}.", "Perbaiki rumusnya atau ketik langsung nilainya.")


def _number_as_text(value: Value) -> str:
    refuse_error(value)
    if isinstance(value, bool):
        raise CellError(
            f"Sel berisi nilai logika {str(value).upper()}.", "Ketik sendiri isinya, bukan TRUE atau FALSE."
        )
    if isinstance(value, date | time):
        raise CellError(
            "Excel mengubah isi sel ini menjadi tanggal atau jam.",
            "Ubah format sel menjadi Teks (Text), lalu ketik ulang isinya.",
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if abs(value) >= 10**EXACT_DIGITS:
        raise CellError(
            f"Sel berisi angka lebih dari {EXACT_DIGITS} digit; Excel mengganti digit selebihnya dengan nol.",
            "Ubah format sel menjadi Teks (Text), lalu ketik ulang semua digitnya.",
        )
    return str(value)
