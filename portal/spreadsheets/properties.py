"""Custom document properties by which our own templates and answers are recognised when they come back."""

import re
from collections.abc import Iterable

from portal.spreadsheets.cell_text import FORBIDDEN
from portal.spreadsheets.container import XmlPart, attribute

OWN_NAME = re.compile(r"sulam[A-Za-z0-9_. -]{0,60}")
MOST_PROPERTIES = 20
LONGEST_VALUE = 200
# .xlsx: <property name="…"><vt:lpwstr>…; .ods: <meta:user-defined meta:name="…">…
PROPERTIES = ("property", "user-defined")
TEXTS = ("lpwstr", "lpstr", "bstr", "user-defined")


class PropertyReader:
    """Reads the part of a container that holds them. Anybody can write these, so only short plain text is taken."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._part = XmlPart(self._start, self._end)
        self._name: str | None = None
        self._text: list[str] = []

    def read(self, chunks: Iterable[bytes]) -> dict[str, str]:
        """Return what was found by name. Raises UnreadableFile when the part is not well-formed."""
        self._part.read(chunks)
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in PROPERTIES:
            name = attribute(attributes, "name") or ""
            is_text = attribute(attributes, "value-type") in (None, "string")
            self._name = name if is_text and OWN_NAME.fullmatch(name) else None
        if tag in TEXTS and self._name:
            self._text = []
            self._part.collect_text(self._text)

    def _end(self, tag: str) -> None:
        if tag in TEXTS and self._name:
            self._part.collect_text(None)
            value = "".join(self._text).strip()
            if 0 < len(value) <= LONGEST_VALUE and not FORBIDDEN.search(value) and len(self._found) < MOST_PROPERTIES:
                self._found.setdefault(self._name, value)
        if tag in PROPERTIES:
            self._name = None
