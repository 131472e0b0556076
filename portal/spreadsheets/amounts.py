"""Amounts and counts in Indonesian notation: dots group thousands, a comma starts the decimals."""

import re
from decimal import Decimal

from portal.spreadsheets.cell_text import EXACT_DIGITS, CellError, parse_short, refuse_error
from portal.spreadsheets.workbook import Value, format_count

CURRENCY = re.compile(r"(rp\.?|idr)\s*", re.IGNORECASE)
# "Rp48.250.000,-" is how receipts write a whole amount.
NO_CENTS = re.compile(r",\s*[-=]+$")
INDONESIAN = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
ENGLISH = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
DOTTED = re.compile(r"[0-9]+\.[0-9]+")
NEGATIVE = re.compile(r"[-−–]\s*[0-9].*|\(.*\)")
NOTHING = {"-", "–", "—"}
CENTS = Decimal("0.01")

CURE = "Tulis angkanya saja dengan titik untuk ribuan dan koma untuk desimal, misalnya 1.234.567 atau 87,5."


def parse_money(value: Value) -> Decimal | None:
    """Return rupiah with two decimals, or None for an empty cell or a dash.

    Accepts numbers, "48.250.000", "1.234.567,50", "Rp 1.000", "Rp48.250.000,-". Raises CellError for negative amounts,
    more than two decimals, and notations that can be read two ways ("1,234.56", "1.23").
    """
    number = _parse(value, CURRENCY)
    if number is None:
        return None
    rounded = number.quantize(CENTS)
    # Sums of binary fractions are off by far less than this.
    if abs(number - rounded) > Decimal("0.00001"):
        raise CellError("Rupiah paling banyak dua angka di belakang koma.", "Bulatkan nilainya.")
    return rounded


def parse_integer(value: Value, minimum: int = 0, maximum: int = 1_000_000_000) -> int | None:
    """Return a whole number between the bounds, or None for an empty cell or a dash. Raises CellError."""
    number = _parse(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellError("Nilai harus bilangan bulat.", "Hapus angka di belakang koma.")
    if not minimum <= number <= maximum:
        raise CellError(f"Nilai harus antara {format_count(minimum)} dan {format_count(maximum)}.", "Periksa angkanya.")
    return int(number)


def parse_decimal(value: Value) -> Decimal | None:
    """Return a number of at least 0, or None for an empty cell or a dash. Raises CellError."""
    return _parse(value)


def _parse(value: Value, prefix: re.Pattern[str] | None = None) -> Decimal | None:
    refuse_error(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < 0:
            raise _negative()
        return _limited(abs(Decimal(str(value))))
    text = parse_short(value, "Isi sel bukan angka.", CURE)
    if text is None or text in NOTHING:
        return None
    if prefix and (match := prefix.match(text)):
        text = NO_CENTS.sub("", text[match.end() :])
    match = INDONESIAN.fullmatch(text)
    if not match:
        raise _not_a_number(text)
    whole, fraction = match.groups()
    if fraction and len(fraction) == 3 and len(whole) <= 3 and whole != "0":
        raise CellError("Koma di sini dapat berarti ribuan atau desimal.", CURE)
    return _limited(Decimal(f"{whole.replace('.', '')}.{fraction or 0}"))


def _limited(number: Decimal) -> Decimal:
    if number >= 10**EXACT_DIGITS:
        raise CellError(f"Angka lebih dari {EXACT_DIGITS} digit.", "Periksa jumlah nolnya.")
    return number


def _negative() -> CellError:
    return CellError("Nilai tidak boleh negatif.", "Tulis angka tanpa tanda minus.")


def _not_a_number(text: str) -> CellError:
    if NEGATIVE.fullmatch(text):
        return _negative()
    if ENGLISH.fullmatch(text):
        return CellError("Koma dipakai untuk ribuan seperti tulisan Inggris.", CURE)
    if DOTTED.fullmatch(text):
        return CellError("Titik di sini dapat berarti ribuan atau desimal.", CURE)
    return CellError("Isi sel bukan angka.", CURE)
