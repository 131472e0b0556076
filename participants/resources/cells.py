"""Cells of sheets of people that portal.spreadsheets.cells does not know: who somebody is, their birth, a business."""

import re
from typing import Any

from portal.importing.widgets import NikWidget
from portal.spreadsheets.cells import CellError, parse_date, parse_integer, parse_text
from portal.spreadsheets.layout import header_key
from portal.spreadsheets.people import SEX_OF

NO_NIK = "belum ada NIK"  # the value of a cell that says so; an empty cell says nothing
NO_NIK_WORDS = {
    "belumada",
    "belumadanik",
    "belumpunya",
    "belumpunyanik",
    "tidakada",
    "tidakadanik",
    "tidakpunya",
    "tidakpunyanik",
    "belumrekam",
    "belumrekamktp",
    "belumrekamektp",
}
LOCAL_NUMBER = re.compile(r"L-[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{4,}")
# "Malang, 17 Agustus 1985": whatever stands before the first digit is the place.
BIRTH = re.compile(r"(?P<place>[^0-9]*?)[\s,;:/.-]*(?P<day>[0-9].*)")
BIRTH_CURE = "Tulis tempat, koma, lalu tanggal lengkap, misalnya Malang, 17 Agustus 1985."
KBLI = re.compile(r"([0-9]{5})(?![0-9]).*")
PEOPLE = re.compile(r"\s*(orang|org)\.?$", re.IGNORECASE)
NOT_DISABLED = {"tidak", "tidakada", "tidakcacat", "nondisabilitas", "tidakdisabilitas", "bukan", "normal"}
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100


class IdentityWidget(NikWidget):
    """A NIK, the number of the office of somebody who has none yet, or the word that there is no NIK (`NO_NIK`)."""

    absent = NO_NIK

    @staticmethod
    def _parse(value: Any) -> str | None:
        known = _without_nik(value)
        return known if known else NikWidget._parse(value)

    def mask(self, value: Any) -> str:
        """Return a NIK masked; a local number and the word for no NIK are no secret."""
        known = _without_nik(value)
        return str(value).strip() if known else super().mask(value)


def _without_nik(value: Any) -> str:
    """Return the local number or NO_NIK when the cell says so, else ''."""
    if not isinstance(value, str):
        return ""
    if header_key(value) in NO_NIK_WORDS:
        return NO_NIK
    number = "".join(value.split()).upper()
    return number if LOCAL_NUMBER.fullmatch(number) else ""


def is_nik(value: str | None) -> bool:
    """Tell whether the value of an IdentityWidget is a NIK."""
    return bool(value) and value[0].isdigit()


def parse_local_number(value: Any) -> str | None:
    """Return the number of a person without NIK, `L-35.07.33-0001`, or None when empty. Raises CellError."""
    text = parse_text(value)
    if text is None or text == "-":
        return None
    number = "".join(text.split()).upper()
    if not LOCAL_NUMBER.fullmatch(number):
        raise CellError("Ini bukan nomor sementara.", "Salin nomornya dari portal, misalnya L-35.07.33-0001.")
    return number


def parse_birth(value: Any) -> tuple[str | None, Any] | None:
    """Return (place, date) of a cell that holds both; either may be None. Raises CellError."""
    if value is None or not isinstance(value, str):
        day = parse_date(value)
        return (None, day) if day else None
    text = parse_text(value, 140)
    if text is None or text == "-":
        return None
    match = BIRTH.fullmatch(text)
    if match is None:
        raise CellError("Tanggal lahir tidak ada di sel ini.", BIRTH_CURE)
    try:
        day = parse_date(match["day"])
    except CellError as fault:
        raise CellError(fault.cause, BIRTH_CURE) from None
    return parse_text(match["place"].strip(), 80), day


def sex_code(text: str) -> str | None:
    """Return "L" or "P" for a word that means it, or None."""
    return SEX_OF.get(header_key(text))


def parse_disability(value: Any) -> str | None:
    """Return the kind of disability, '' for a word that says there is none, None for an empty cell or a dash."""
    text = parse_text(value, 80)
    if text is None or text == "-":
        return None
    return "" if header_key(text) in NOT_DISABLED else text


def parse_kbli(value: Any) -> str | None:
    """Return the five digits of a KBLI code, also of a cell that goes on with its name. Raises CellError."""
    text = parse_text(value)
    if text is None or text == "-":
        return None
    match = KBLI.fullmatch(text)
    if match is None:
        lost = " Nol di depan hilang bila sel berisi angka." if isinstance(value, int | float) else ""
        raise CellError(f"Kode KBLI harus 5 digit.{lost}", "Tulis 5 digit sebagai teks, misalnya 14111.")
    return match.group(1)


def parse_workers(value: Any) -> int | None:
    """Return a number of people, also of "3 orang"; None when empty. Raises CellError."""
    return parse_integer(PEOPLE.sub("", value) if isinstance(value, str) else value, 0, 10_000)


def parse_year(value: Any) -> int | None:
    """Return a year from 1990 to 2100, or None when empty. Raises CellError."""
    return parse_integer(value, EARLIEST_YEAR, LATEST_YEAR)
