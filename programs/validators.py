"""Codes and amounts: one spelling inside, every known spelling at the door."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError

SUB_ACTIVITY = re.compile(r"(\d)\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.(\d{1,4})")
PREFIX = re.compile(r"\d(\.\d{1,2}){0,4}")
GROUPS = re.compile(r"\d{1,5}(\.\d{1,5})*")
WIDTHS = (1, 2, 2, 1, 2, 4)  # Kepmendagri 900.1.15.5-1317/2023: d.dd.dd.k.dd.dddd


def normalise_code(value: str) -> str:
    """Return a nomenclature code of any level in the spelling of Kepmendagri 900.1.15.5-1317/2023.

    Older documents write two digits for the sub kegiatan (`.05`) and pad the kewenangan (`.02.` for `.2.`); both are
    the same code. Raises ValidationError for anything that is not a code.
    """
    code = str(value).strip().strip(".").replace(" ", "")
    if not (SUB_ACTIVITY.fullmatch(code) or PREFIX.fullmatch(code)):
        raise ValidationError(f"“{value}” bukan kode nomenklatur. Contoh yang benar: 3.31.02.2.01.0005.")
    parts = [str(int(part)).zfill(width) for part, width in zip(code.split("."), WIDTHS, strict=False)]
    if len(parts) > 3 and len(parts[3]) > 1:
        raise ValidationError(f"“{value}” bukan kode nomenklatur: bagian keempat (kewenangan) hanya satu angka.")
    return ".".join(parts)


def groups_of(code: str) -> str:
    """Return a code of any table without leading zeros in its groups: `5.1.02.02.001.00003` is `5.1.2.2.1.3`."""
    return ".".join(str(int(group)) for group in code.split("."))


def code_key(text: str) -> str:
    """Return what the spellings of one code have in common: its groups, or, for what is no code, its small letters."""
    return groups_of(text) if GROUPS.fullmatch(text) else text.casefold()


def validate_code(value: str) -> None:
    """Raise ValidationError unless the code is in its one stored spelling."""
    if normalise_code(value) != value:
        raise ValidationError(f"Tulis kode sebagai {normalise_code(value)}.")


def validate_amount(value: Decimal) -> None:
    """Raise ValidationError for negative rupiah."""
    if value < 0:
        raise ValidationError("Nilai rupiah tidak boleh kurang dari nol.")
