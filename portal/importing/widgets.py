"""Cells to values, as widgets of django-import-export; the parsing itself is in portal.spreadsheets.cells.

Every widget raises CellError (cause, cure) for a cell it refuses and returns None for an empty one.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from import_export import widgets

from portal.identity import InvalidNik, mask_nik, normalise_nik
from portal.spreadsheets.cells import CellError, parse_text
from portal.spreadsheets.layout import header_key

TITLE_OF_PLACE = re.compile(r"^(desa|ds|kelurahan|kel|kecamatan|kec)\b[. ]+", re.IGNORECASE)


class CellWidget(widgets.Widget):
    """A cell read by one parser."""

    is_text = True  # how the template formats the column

    def __init__(self, parse: Callable[[Any], Any], *, is_text: bool = True):
        super().__init__()
        self.parse = parse
        self.is_text = is_text

    def clean(self, value: Any, row: Mapping | None = None, **kwargs: Any) -> Any:
        return self.parse(value)

    def mask(self, value: Any) -> Any:
        """Return a raw cell as messages may repeat it."""
        return value


class TextWidget(CellWidget):
    """Text of at most `max_length` characters."""

    def __init__(self, max_length: int):
        super().__init__(lambda value: parse_text(value, max_length))


class NikWidget(CellWidget):
    """A NIK; number cells are refused, because Excel has already lost the 16th digit."""

    def __init__(self) -> None:
        super().__init__(self._parse)

    @staticmethod
    def _parse(value: Any) -> str | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return normalise_nik(value)
        except InvalidNik as fault:
            raise CellError(fault.cause, fault.cure) from None

    def mask(self, value: Any) -> str:
        """Return the masked form, also of cells that are no NIK: they may be nearly one."""
        if isinstance(value, int | float):
            return f"{mask_nik(f'{value:.0f}'[-4:])} (angka)"
        text = str(value).strip()
        return mask_nik(text[-4:]) if len(text) > 4 else text


class ChoiceWidget(CellWidget):
    """A word out of a list, recognised by `code_of(text)`; None of that is a refusal that names the list."""

    def __init__(self, code_of: Callable[[str], str | None], labels: Mapping[str, str]):
        super().__init__(self._parse)
        self.code_of = code_of
        self.labels = labels

    @property
    def offered(self) -> list[str]:
        """Return what a template may list."""
        return list(self.labels.values())

    def _parse(self, value: Any) -> str | None:
        text = parse_text(value)
        if text is None:
            return None
        code = self.code_of(text)
        if code is None:
            raise CellError("Isian ini tidak dikenal.", f"Pilih salah satu: {', '.join(self.labels.values())}.")
        return code


class NameWidget(CellWidget):
    """A row found by its name among `options` (name -> row), set before the check from what the user may see.

    A near miss is suggested and never corrected in silence.
    """

    def __init__(self, noun: str):
        super().__init__(self._parse)
        self.noun = noun
        self.place = ""
        self.options: dict[str, Any] = {}
        self.names: dict[str, str] = {}

    @property
    def offered(self) -> list[str]:
        """Return what a template may list."""
        return list(self.names.values())

    def offer(self, rows: Mapping[str, Any], *, place: str = "") -> None:
        """Set what may be named; several spellings may lead to one row."""
        self.options = {header_key(name): row for name, row in rows.items()}
        self.names = {header_key(name): name for name in rows}
        self.place = place

    def _parse(self, value: Any) -> Any:
        text = parse_text(value)
        if text is None:
            return None
        text = TITLE_OF_PLACE.sub("", text)
        found = self.options.get(header_key(text))
        if found is None:
            near = get_close_matches(header_key(text), self.options, n=1, cutoff=0.7)
            hint = f"Mungkin maksud Anda “{self.names[near[0]]}”." if near else "Periksa ejaannya di lembar Pilihan."
            place = f" di {self.place}" if self.place else ""
            raise CellError(f"{self.noun} tidak dikenal{place}.", hint)
        return found
