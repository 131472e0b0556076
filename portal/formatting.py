"""Rupiah and dates as Indonesian officials write them (EBI: no space after Rp, dots for thousands, a decimal comma)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from num2words import num2words

from portal.spreadsheets.dates import MONTHS

NOTHING = "–"


def amount(value: Decimal | int | None) -> str:
    """Return `1.234.567,00` for rupiah, '' for None; what a form field shows and reads back."""
    if value is None:
        return ""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def rupiah(value: Decimal | int | None) -> str:
    """Return `Rp1.234.567,00`; a dash for None, a minus sign (it never breaks a line) for what was overspent."""
    if value is None:
        return NOTHING
    return f"{'−' if value < 0 else ''}Rp{amount(abs(value))}"


def percent(part: Decimal | int | None, whole: Decimal | int | None) -> str:
    """Return `87,5%` for a share of a whole; a dash when there is no whole."""
    if part is None or not whole:
        return NOTHING
    return f"{part / whole:.1%}".replace(".", ",")


def nip(number: str) -> str:
    """Return `NIP. 19700101 199503 1 001`, the groups of birth, appointment, sex and serial; `NIP.` for ''."""
    parts = (number[:8], number[8:14], number[14:15], number[15:])
    return " ".join(["NIP.", *filter(None, parts)])


def tanggal(value: date | None) -> str:
    """Return `14-07-2025`; a dash for None."""
    return f"{value:%d-%m-%Y}" if value else NOTHING


def tanggal_panjang(value: date | None) -> str:
    """Return `14 Juli 2025`; a dash for None."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else NOTHING


def as_shown(value: object) -> str:
    """Return any stored value as a person reads it: dates, amounts, yes and no in Indonesian."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d-%m-%Y %H.%M}"
    if isinstance(value, date):
        return tanggal(value)
    return amount(value) if isinstance(value, Decimal) else str(value)


def in_words(amount: Decimal | int) -> str:
    """Return an amount of rupiah as receipts spell it: `Empat puluh lima juta rupiah`, sen only when there are any."""
    whole, sen = divmod(round(abs(Decimal(amount)) * 100), 100)
    text = f"{num2words(int(whole), lang='id')} rupiah"
    if sen:
        text += f" {num2words(int(sen), lang='id')} sen"
    text = f"minus {text}" if amount < 0 else text
    return text[0].upper() + text[1:]
