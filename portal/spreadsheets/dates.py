"""Dates as people in Indonesia type them. Day before month, always; what could be read two ways is refused."""

import calendar
import re
from datetime import date, datetime, time, timedelta

from portal.spreadsheets.cell_text import CellError, parse_short, refuse_error
from portal.spreadsheets.workbook import Value

FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
# Spellings that are not simply the first three letters or the full name; English ones come from Excel itself.
OTHER_SPELLINGS = {
    "pebruari": 2,
    "peb": 2,
    "mrt": 3,
    "may": 5,
    "agt": 8,
    "ags": 8,
    "agust": 8,
    "aug": 8,
    "august": 8,
    "sept": 9,
    "oct": 10,
    "october": 10,
    "nopember": 11,
    "nop": 11,
    "dec": 12,
    "december": 12,
    "january": 1,
    "february": 2,
    "march": 3,
    "june": 6,
    "july": 7,
}
MONTH_NUMBERS = (
    {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
    | {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
    | OTHER_SPELLINGS
)
MIDNIGHT = r"(?:[ T]00[:.]00(?:[:.]00)?)?"
ISO = re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){MIDNIGHT}")
NUMERIC = re.compile(rf"([0-9]{{1,2}}) ?[-/. ] ?([0-9]{{1,2}}) ?[-/. ] ?([0-9]+){MIDNIGHT}")
NAMED = re.compile(r"([0-9]{1,2}) ?[-/. ]? ?([a-z]+)\.? ?[-/., ]? ?([0-9]+)", re.IGNORECASE)
WEEKDAY = re.compile(r"(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad),? +", re.IGNORECASE)

TIMED = re.compile(r".*[0-9],?(?: +|T)(?:pukul |jam )?[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?wib)?", re.IGNORECASE)
SERIAL = re.compile(r"[1-9][0-9]{4}")
# Excel counts days from here; before serial 61 it counts a 29 February 1900 that never was.
SERIAL_START, FIRST_TRUE_SERIAL = date(1899, 12, 30), 61

CURE = "Tulis hari/bulan/tahun lengkap, misalnya 17/08/1985 atau 17 Agustus 1985."


def parse_date(value: Value) -> date | None:
    """Return the date in a cell, or None when empty.

    Accepts date cells, dd/mm/yyyy (also - and .), yyyy-mm-dd and "4 Januari 2003". Raises CellError for two-digit
    years, month before day, impossible dates, a time of day, years outside 1900-2100 and bare numbers: 46022 may be
    the inside of an Excel date, but 10185 may as well be 01-01-85, and 1985 is just a year. The cure then names the
    date that the number would be, for the user to judge.
    """
    refuse_error(value)
    if isinstance(value, datetime):
        if value.time() != time():
            raise _timed()
        value = value.date()
    if isinstance(value, date):
        return _in_range(value.year, value.month, value.day)
    if isinstance(value, int | float | time):
        raise CellError(
            "Sel berisi angka atau jam, bukan tanggal.",
            "Ubah format sel menjadi Tanggal (Date), atau tulis hari/bulan/tahun lengkap, misalnya 17/08/1985."
            + _serial_hint(value),
        )
    text = parse_short(value, "Isi sel bukan tanggal.", CURE)
    return None if text is None else _from_text(WEEKDAY.sub("", text, count=1))


def _from_text(text: str) -> date:
    if match := ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _in_range(year, month, day)
    if match := NUMERIC.fullmatch(text):
        day_digits, month_digits, year_digits = match.groups()
        month = int(month_digits)
    elif match := NAMED.fullmatch(text):
        day_digits, month_name, year_digits = match.groups()
        month = MONTH_NUMBERS.get(month_name.lower(), 0)
        if not month:
            raise CellError(f'Nama bulan "{month_name}" tidak dikenal.', CURE)
    elif TIMED.fullmatch(text):
        raise _timed()
    else:
        raise CellError("Isi sel bukan tanggal.", CURE + (_serial_hint(int(text)) if SERIAL.fullmatch(text) else ""))
    if len(year_digits) != 4:
        raise CellError("Tahun harus empat digit; dua digit dapat berarti 1900-an atau 2000-an.", CURE)
    return _in_range(int(year_digits), month, int(day_digits))


def _in_range(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(f"Tahun {year} di luar {FIRST_YEAR}-{LAST_YEAR}.", "Periksa tahunnya.")
    if not 1 <= month <= 12:
        swapped = " Tampaknya bulan ditulis sebelum hari." if 1 <= day <= 12 and month <= 31 else ""
        raise CellError(f"Bulan {month} tidak ada.{swapped}", CURE)
    last_day = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last_day:
        raise CellError(
            f"Tanggal {day} {MONTHS[month - 1]} {year} tidak ada; bulan itu berakhir tanggal {last_day}.",
            "Periksa tanggalnya pada KTP atau dokumen aslinya.",
        )
    return date(year, month, day)


def _timed() -> CellError:
    return CellError("Sel memuat tanggal beserta jam.", "Hapus jamnya, sisakan tanggalnya saja.")


def _serial_hint(value: float | time) -> str:
    """Return a sentence with the date that a bare number would be inside Excel, or nothing when it would be none."""
    if isinstance(value, bool | time) or not FIRST_TRUE_SERIAL <= value < 10**5 or value != int(value):
        return ""
    day = SERIAL_START + timedelta(days=int(value))
    return f" Bila ini nomor seri Excel, tanggalnya {day:%d-%m-%Y}." if day.year <= LAST_YEAR else ""
