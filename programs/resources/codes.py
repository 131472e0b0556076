"""Codes as sheets write them: sub kegiatan, expense accounts and fund sources, alone or before their names."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError

from portal.importing.widgets import CellWidget, NameWidget
from portal.spreadsheets.cell_text import parse_short, refuse_error
from portal.spreadsheets.cells import CellError, parse_text
from portal.spreadsheets.layout import header_key, without_hints
from programs.models import FundSource
from programs.validators import GROUPS, groups_of, normalise_code

LONGEST = 500  # a code with its official name behind it
# "3.31.02.2.01.0005 Koordinasi, Sinkronisasi …", as the drop-down of the template writes it.
BEFORE_NAME = re.compile(r"(\d[\d. ]*)[^\w(]*[^\W\d].*")
PARTS = 6  # of the code of a sub kegiatan
HIGHER = ""  # what the code column gives for a row above or below the sub kegiatan
# Expense accounts (5.1.02…, second group of one digit) and the codes of an SKPD (seven or eight groups).
OTHER_CODE = re.compile(r"[4-6]\.\d(\.\d{2,5})*|\d\.\d{2}(\.\d{1,4}){5,6}")
YEAR = re.compile(r"(?:tahun anggaran|tahun|ta)?[ .:]*(\d{4})", re.IGNORECASE)
IN_PARENTHESES = re.compile(r"\(([^()]+)\)\s*$")


def code_text(value: Any) -> str | None:
    """Return the code of a cell without the name behind it, or None when empty.

    Raises CellError for a number or date cell: it has lost the zeros of its code.
    """
    if value is None:
        return None
    refuse_error(value)
    if not isinstance(value, str):
        raise CellError(
            "Kode tersimpan sebagai angka atau tanggal.", "Format kolom kode sebagai Teks lalu ketik ulang."
        )
    text = parse_text(value, LONGEST)
    match = BEFORE_NAME.fullmatch(text or "")
    return match[1].strip(" .") if match else text


def parse_code(value: Any) -> str | None:
    """Return a nomenclature code in its stored spelling, or None when empty. Raises CellError."""
    text = code_text(value)
    try:
        return None if text is None else normalise_code(text)
    except ValidationError as fault:
        raise CellError(fault.messages[0], "Salin kode dari DPA.") from None


def parse_line_code(value: Any) -> str | None:
    """Return the code of a sub kegiatan, HIGHER for any other code of a DPA, None when empty. Raises CellError."""
    text = code_text(value)
    if text and OTHER_CODE.fullmatch(text):
        return HIGHER
    code = parse_code(value)
    return code if code is None or code.count(".") == PARTS - 1 else HIGHER


def parse_year(value: Any) -> int | None:
    """Return a fiscal year (`2026`, `TA 2026`), or None when empty. Raises CellError."""
    text = parse_short(value, "Isi sel bukan tahun anggaran.", "Tulis empat angka, misalnya 2026.")
    if text is None:
        return None
    match = YEAR.fullmatch(text)
    if not match:
        raise CellError("Isi sel bukan tahun anggaran.", "Tulis empat angka, misalnya 2026.")
    return int(match[1])


def parse_account(value: Any) -> str | None:
    """Return the groups of an expense account, or None when empty; both lengths in use are the same account.

    Raises CellError.
    """
    text = code_text(value)
    if text is None:
        return None
    code = text.replace(" ", "").strip(".")
    if not GROUPS.fullmatch(code):
        raise CellError(f"“{text[:40]}” bukan kode rekening.", "Contoh yang benar: 5.1.02.02.01.0003.")
    return groups_of(code)


class CodeWidget(CellWidget):
    """A code; `offered` is what the template lists, each code with its name."""

    def __init__(self, parse: Callable[[Any], Any]):
        super().__init__(parse)
        self.offered: list[str] = []

    def offer(self, rows: Iterable[Any]) -> None:
        """Set what the template lists, from rows with `code` and `name`."""
        self.offered = [f"{code} {name}" for code, name in sorted({(row.code, row.name) for row in rows})]


class FundWidget(NameWidget):
    """A fund source by its name, by the short name in parentheses behind it, or by its code."""

    def __init__(self) -> None:
        super().__init__("Sumber dana")
        self.known: dict[str, FundSource] = {}

    def offer_sources(self, sources: Iterable[FundSource]) -> None:
        """Set what may be named; a short name that two sources share names neither."""
        rows = list(sources)
        self.offer({source.name: source for source in rows})
        shorts: dict[str, list[FundSource]] = {}
        for source in rows:
            inside = IN_PARENTHESES.search(source.name)
            for short in {without_hints(source.name), inside[1] if inside else ""}:
                shorts.setdefault(header_key(short), []).append(source)
        self.known = {short: found[0] for short, found in shorts.items() if short and len(found) == 1}
        self.known |= {groups_of(source.code): source for source in rows if GROUPS.fullmatch(source.code)}

    def _parse(self, value: Any) -> FundSource | None:
        text = parse_text(value)
        code = BEFORE_NAME.sub(r"\1", text or "").strip(" .")
        key = groups_of(code) if GROUPS.fullmatch(code) else header_key(text or "")
        return self.known.get(key) or super()._parse(value)
