"""The base of every sheet that can be imported.

A resource declares its columns (labels, synonyms, widgets) as fields of django-import-export and says how rows become
objects; the order of the work is the same for all: clean each cell, refuse doubles within the file, find what exists
in the user's own rows, compare, and only then write. Preview and apply run the same `plan`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model
from import_export import resources

from portal.enums import Verdict
from portal.importing.columns import Column
from portal.importing.rows import ERROR, FORMULA, NOTE, WARNING, ImportRefused, Message, PlannedRow
from portal.models import ImportBatch
from portal.spreadsheets.cells import CellError
from portal.spreadsheets.layout import HeaderColumn, header_key

__all__ = ["FORMULA", "Column", "ImportRefused", "Message", "PlannedRow", "SheetResource"]

SHOWN_VALUE = 60
REMEMBERED_CELLS = 5_000  # a column: then the memo is emptied, so that memory stays flat
UNREAD = object()
Place = tuple[str, int]  # sheet, Excel row


class SheetResource(resources.Resource):  # noqa: TID251  (the one allowed place)
    """Base of all importable sheets. Subclasses set the class attributes, `prepare`, `plan_row` and `write`.

    Rows come in chunks, so that a file of any length needs the same memory: `prepare` runs once, `look_up`, `plan_row`
    and `write` once a chunk.
    """

    do_not_call_in_templates: ClassVar[bool] = True  # pages show the class itself
    identifier: ClassVar[str]
    label: ClassVar[str]
    intro: ClassVar[str] = ""
    order: ClassVar[int] = 10  # on the first page of the desk
    needs_training: ClassVar[bool] = False
    add_permission: ClassVar[str]
    change_permission: ClassVar[str]
    key_label: ClassVar[str] = "Baris"  # how a double within the file is named
    key_columns: ClassVar[tuple[str, ...]] = ()
    presets: ClassVar[dict[str, frozenset[str]]] = {}  # a known source -> headings that give it away
    template_version: ClassVar[int] = 1
    written: ClassVar[tuple[type[Model], ...]] = ()  # what it writes, parents first; undo goes the other way

    def __init__(self, *, user: Any, target: str = ""):
        super().__init__()
        self.user, self.target = user, target
        self.batch: ImportBatch | None = None  # whose rows are judged; None for templates
        self.doubles: Mapping[str, Sequence[Place]] = {}  # key digest -> where it stands, for keys seen twice
        self.claims: dict[str, list[PlannedRow]] = defaultdict(list)  # key digest -> rows that get this key when saved
        self.remembered: Mapping[str, Mapping[str, str]] = {}  # column -> word as written -> word that is meant
        self._memos: dict[str, dict[Any, Any]] = defaultdict(dict)

    # --- what the sheet looks like ----------------------------------------------------------------------------
    @cached_property
    def columns(self) -> dict[str, Column]:
        """Return name -> column, in the order of the template."""
        return dict(self.fields)

    @property
    def template_columns(self) -> dict[str, Column]:
        """Return the columns that our own template offers."""
        return {name: column for name, column in self.columns.items() if column.in_template}

    def header_columns(self) -> list[HeaderColumn]:
        """Return the columns as the header search wants them."""
        return [
            HeaderColumn(name=name, label=column.label, synonyms=column.synonyms, required=column.required)
            for name, column in self.columns.items()
        ]

    def dynamic_key(self, value: Any) -> str | None:
        """Return a name for a column that is not declared (a date of attendance), or None."""
        return None

    def heading_of(self, name: str) -> str:
        """Return how messages name a column."""
        return self.columns[name].label if name in self.columns else name

    def shown(self, name: str, value: Any) -> str:
        """Return a cell as messages and previews may show it: short, and never a full NIK."""
        if value is None:
            return ""
        if value == FORMULA:
            return "(rumus)"
        if name in self.columns:
            value = self.columns[name].widget.mask(value)
        text = f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)
        return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"

    # --- what the desk offers ---------------------------------------------------------------------------------
    def targets(self) -> list[tuple[str, str]]:
        """Return (number, label) of the trainings the sheet may belong to."""
        return []

    def offered(self, name: str) -> list[str]:
        """Return the words that a column of choices takes; call `offer` first. Empty for free columns."""
        column = self.columns.get(name)
        return list(getattr(column.widget, "offered", ())) if column else []

    def choices(self) -> dict[str, list[str]]:
        """Return column name -> what may be written there, for the template; call `offer` first."""
        return {name: self.offered(name) for name in self.columns if self.offered(name)}

    def example_dynamic(self) -> list[str]:
        """Return headings of undeclared columns for the template (two example dates of attendance)."""
        return []

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        """Return (label, address) of the pages on which a saved batch can be seen."""
        return []

    # --- the work ---------------------------------------------------------------------------------------------
    def plan(self, rows: Sequence[PlannedRow]) -> None:
        """Fill values, messages and verdict of a chunk of rows, with a fixed number of queries."""
        for row in rows:
            if row.skipped:
                continue
            self._clean(row)
            row.key = self.key_of(row)
            self._refuse_double(row, row.key)
        ready = [row for row in rows if not (row.skipped or row.rejected)]
        self.look_up(ready)
        for row in ready:
            self.plan_row(row)
            self._check_verb(row)
        for row in rows:
            if row.skipped or row.rejected:
                row.verdict = Verdict.SKIPPED if row.skipped else Verdict.REJECTED
                row.new, row.changes = [], {}

    def prepare(self) -> None:
        """Load what cells may name (villages, offices, budget lines), from what the user may see."""

    def offer(self) -> None:
        """Load no more than the words that columns of choices take: for pages and templates, which judge nothing."""
        self.prepare()

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        """Load the existing objects of a chunk at once, from what the user may see."""

    def key_of(self, row: PlannedRow) -> Hashable:
        """Return the natural key of a cleaned row; None when a cell it needs is missing or refused."""
        raise NotImplementedError

    def plan_row(self, row: PlannedRow) -> None:
        """Set the verdict of one row and remember what to write."""
        raise NotImplementedError

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        """Write the rows of a chunk that are new or changed, in bulk, inside the caller's transaction."""
        raise NotImplementedError

    def cross_check(self, row: PlannedRow) -> None:
        """Judge the cells of one row against each other."""

    # --- helpers ----------------------------------------------------------------------------------------------
    def error(self, row: PlannedRow, name: str, message: str, *, suggestion: str = "") -> None:
        """Refuse a row because of one cell."""
        self._say(row, ERROR, name, message, suggestion)

    def warn(self, row: PlannedRow, name: str, message: str) -> None:
        """Mark a row as odd; it can be saved."""
        self._say(row, WARNING, name, message)

    def note(self, row: PlannedRow, name: str, message: str) -> None:
        """Tell what was understood; neither odd nor wrong."""
        self._say(row, NOTE, name, message)

    def _say(self, row: PlannedRow, level: str, name: str, message: str, suggestion: str = "") -> None:
        value = self.shown(name, row.cells.get(name))
        row.messages.append(Message(level, self.heading_of(name) if name else "", value, message, name, suggestion))

    def _clean(self, row: PlannedRow) -> None:
        values, memos = row.values, self._memos
        for name, raw in row.cells.items():
            if raw is None:
                values[name] = None
                continue
            # Most columns hold few different cells, so most cells were read before. True, 1 and 1.0 are three things.
            known = raw if type(raw) is str else (type(raw), raw)
            value = memos[name].get(known, UNREAD)
            if value is UNREAD:
                value = self._read(name, raw, known, row)
            if type(value) is CellError:
                suggestion = getattr(value, "suggestion", None) or ""
                self.error(row, name, f"{value.cause} {value.cure}".strip(), suggestion=suggestion)
                continue
            values[name] = value
            if name in self.remembered and (meant := self.remembered[name].get(header_key(str(raw)))):
                self.note(row, name, f"Dibaca sebagai “{meant}” menurut keputusan kantor Anda sebelumnya.")
        for name in self._required:
            if values.get(name) is None and not any(message.name == name for message in row.messages):
                self.error(row, name, self.columns[name].empty_message)
        self.cross_check(row)

    @cached_property
    def _required(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.required]

    def _read(self, name: str, raw: Any, known: Any, row: PlannedRow) -> Any:
        """Return the value of a cell, or the CellError that says why it has none, and remember it."""
        try:
            if raw == FORMULA:
                raise CellError("Sel berisi rumus.", "Tempel sebagai nilai (Paste Values), atau ketik isinya.")
            meant = self.remembered[name].get(header_key(str(raw)), raw) if name in self.remembered else raw
            value = self.clean_cell(name, meant, row)
        except CellError as fault:
            value = fault.with_traceback(None)
        memo = self._memos[name]
        if len(memo) >= REMEMBERED_CELLS:
            memo.clear()
        memo[known] = value
        return value

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        """Return the value of one cell, or raise CellError. It must not depend on the other cells of the row."""
        return self.columns[name].widget.clean(raw, row.cells)

    def claim(self, row: PlannedRow, key: Hashable) -> None:
        """Say which key a row that changes its own will have, so that no other line takes the same."""
        if key != row.key:
            self.claims[self.digest_of_key(key)].append(row)
            self._refuse_double(row, key)

    def _refuse_double(self, row: PlannedRow, key: Hashable) -> None:
        """Two lines with one key: nobody but the sender knows which is right, so both are refused."""
        if not self.doubles or key is None:
            return
        places = self.doubles.get(self.digest_of_key(key), ())
        if len(places) > 1:
            others = ", ".join(self._place(place, row) for place in places if place != (row.sheet, row.number))
            name = self.key_column(row)
            self.error(row, name, f"{self.key_label} sama dengan {others}. Hapus atau perbaiki salah satunya.")

    @staticmethod
    def digest_of_key(key: Hashable) -> str:
        """Return what is stored of a natural key: a keyed hash, because a key may be a name and a birth date."""
        return hashlib.blake2b(repr(key).encode(), digest_size=16, key=settings.NIK_INDEX_KEY).hexdigest()

    @staticmethod
    def _place(place: Place, row: PlannedRow) -> str:
        sheet, number = place
        return f"baris {number}" + ("" if sheet == row.sheet else f" lembar {sheet}")

    def key_column(self, row: PlannedRow) -> str:
        """Return the column that messages about the natural key point at."""
        return next(iter(self.key_columns or self.columns))

    def _check_verb(self, row: PlannedRow) -> None:
        """A row that updates needs the right to change, not only the right to add."""
        if not self._allowed.get(row.verdict, True):
            verb = "menambah" if row.verdict == Verdict.NEW else "mengubah"
            self.error(row, "", f"Peran Anda tidak boleh {verb} data ini. Hubungi administrator bila seharusnya boleh.")

    @cached_property
    def _allowed(self) -> dict[str, bool]:
        has = self.user.has_perm
        return {Verdict.NEW: has(self.add_permission), Verdict.CHANGED: has(self.change_permission)}

    def compare(self, row: PlannedRow, obj: Any, names: dict[str, Any]) -> list[str]:
        """Set attributes of `obj` that a non-empty cell changes; note old and new; return the changed names.

        An empty cell keeps what is there: a list without phone numbers must not erase phone numbers.
        """
        changed = []
        for name, value in names.items():
            if value is None:
                continue
            old = getattr(obj, name)
            if old != value:
                setattr(obj, name, value)
                changed.append(name)
                field = obj._meta.get_field(name)
                words = dict(field.flatchoices) if field.choices else {}
                row.changes[str(field.verbose_name)] = (
                    "" if old is None else str(words.get(old, old)),
                    str(words.get(value, value)),
                )
        return changed
