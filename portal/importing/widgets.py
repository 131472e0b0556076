"""Cells to values, as widgets of django-import-export; the parsing itself is in portal.spreadsheets.cells.

Every widget raises CellError (cause, cure) for a cell it refuses and returns None for an empty one. Where a word out of
a list was nearly hit, the error carries it as `suggestion`: offered to the sender, never taken in silence.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from import_export import widgets

from portal.identity import InvalidNik, mask_nik, mask_text, normalise_nik
from portal.spreadsheets.cell_text import refuse_error
from portal.spreadsheets.cells import CellError, parse_text
from portal.spreadsheets.layout import header_key

TITLE_OF_PLACE = re.compile(r"^(desa|ds|kelurahan|kel|kecamatan|kec)\b[. ]+", re.IGNORECASE)
NEAR_ENOUGH = 0.7
NIK_SIZED = 10**15  # a number from here on may be a NIK
NOTHING = {"-", "–", "—"}


class CellWidget(widgets.Widget):
    """A cell read by one parser."""

    is_text = True  # how the template formats the column
    secret = False  # never shown in full, and never taken from a number cell
    absent = ""  # what is written when there is nothing to write, and that is a real choice

    def __init__(self, parse: Callable[[Any], Any], *, is_text: bool = True):
        super().__init__()
        self.parse = parse
        self.is_text = is_text

    def clean(self, value: Any, row: Mapping | None = None, **kwargs: Any) -> Any:
        return self.parse(value)

    def mask(self, value: Any) -> Any:
        """Return a raw cell as messages may repeat it; a NIK that slipped into a wrong column is masked too."""
        if isinstance(value, str):
            return mask_text(value)
        if isinstance(value, int | float) and abs(value) >= NIK_SIZED:
            return mask_nik(f"{value:.0f}"[-4:])
        return value


class TextWidget(CellWidget):
    """Text of at most `max_length` characters."""

    def __init__(self, max_length: int):
        super().__init__(lambda value: parse_text(value, max_length))


class NikWidget(CellWidget):
    """A NIK; number cells are refused, because Excel has already lost the 16th digit."""

    secret = True

    def __init__(self) -> None:
        super().__init__(self._parse)

    @staticmethod
    def _parse(value: Any) -> str | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        refuse_error(value)
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
    """A word out of a list, recognised by `code_of(text)`; None of that is a refusal that names the list.

    labels: code -> what is offered; words: other spellings of a code, for the suggestion. A dash is an empty cell.
    """

    def __init__(
        self, code_of: Callable[[str], str | None], labels: Mapping[str, str], *, words: Mapping[str, str] | None = None
    ):
        super().__init__(self._parse)
        self.code_of = code_of
        self.labels = labels
        self.words = {header_key(word): code for word, code in (words or {}).items()}
        self.words |= {header_key(label): code for code, label in labels.items()}

    @property
    def offered(self) -> list[str]:
        """Return what a template may list."""
        return list(self.labels.values())

    def _parse(self, value: Any) -> str | None:
        text = parse_text(value)
        if text is None or text in NOTHING:
            return None
        code = self.code_of(text)
        if code is None:
            near = nearest(text, self.words)
            cure = f"Pilih salah satu: {', '.join(self.labels.values())}."
            raise refusal("Isian ini tidak dikenal.", cure, self.labels[self.words[near]] if near else None)
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
        return list(dict.fromkeys(self.names.values()))

    def offer(self, rows: Mapping[str, Any], *, place: str = "", also: Iterable[tuple[str, str]] = ()) -> None:
        """Set what may be named. `also`: (short name, name); one that two rows share names neither."""
        shorts: dict[str, set[str]] = {}
        for short, name in also:
            shorts.setdefault(header_key(short), set()).add(name)
        self.names = {header_key(name): name for name in rows}
        self.names |= {key: name for key, (name, *more) in shorts.items() if key not in self.names and not more}
        self.options = {key: rows[name] for key, name in self.names.items()}
        self.place = place

    def _parse(self, value: Any) -> Any:
        text = parse_text(value)
        if text is None:
            return None
        text = TITLE_OF_PLACE.sub("", text)
        found = self.options.get(header_key(text))
        if found is None:
            near = nearest(text, self.options)
            hint = f"Mungkin maksud Anda “{self.names[near]}”." if near else "Periksa ejaannya di lembar Pilihan."
            place = f" di {self.place}" if self.place else ""
            raise refusal(f"{self.noun} tidak dikenal{place}.", hint, self.names[near] if near else None)
        return found


def nearest(text: str, keys: Iterable[str]) -> str | None:
    """Return the one of `keys` (see `header_key`) that is most like the text, or None when none is near."""
    found = get_close_matches(header_key(text), keys, n=1, cutoff=NEAR_ENOUGH)
    return found[0] if found else None


def refusal(cause: str, cure: str, suggestion: str | None) -> CellError:
    """Return the error of a word that is not on its list; `suggestion` is the offered word nearest to it."""
    fault = CellError(cause, cure)
    fault.suggestion = suggestion
    return fault
