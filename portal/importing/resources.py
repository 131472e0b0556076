"""The base of every sheet that can be imported.

A resource declares its columns (labels, synonyms, widgets) as fields of django-import-export and says how rows become
objects; the order of the work is the same for all: clean each cell, refuse doubles within the file, find what exists
in the user's own rows, compare, and only then write. Preview and apply run the same `plan`.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from import_export import fields, resources

from portal.enums import Verdict
from portal.importing.widgets import CellWidget
from portal.models import ImportBatch
from portal.spreadsheets.cells import CellError
from portal.spreadsheets.layout import HeaderColumn
from portal.spreadsheets.workbook import ErrorValue

FORMULA = ErrorValue("=")  # staged in place of a cell that holds a formula: its value is not the sender's own
SHOWN_VALUE = 60


class Column(fields.Field):
    """A column of a sheet. `key` columns identify the row and stand beside every message about it."""

    def __init__(
        self,
        label: str,
        widget: CellWidget,
        *,
        synonyms: Iterable[str] = (),
        required: bool = False,
        help_text: str = "",
        example: str = "",
    ):
        super().__init__(column_name=label, widget=widget)
        self.label, self.required = label, required
        self.synonyms = tuple(synonyms)
        self.help_text, self.example = help_text, example


@dataclass(frozen=True)
class Message:
    """One sentence about one cell (or, without column, about the row)."""

    level: str  # "error" blocks the row, "warning" does not
    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"level": self.level, "column": self.column, "value": self.value, "message": self.message}


@dataclass
class PlannedRow:
    """A staged line on its way: raw cells, clean values, what is wrong, and what would be written."""

    sheet: str
    number: int
    cells: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    verdict: str = Verdict.SAME
    key: Hashable = None
    new: list[Any] = field(default_factory=list)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)  # label -> (old, new), of the user's own rows

    @property
    def rejected(self) -> bool:
        return any(message.level == "error" for message in self.messages)


class ImportRefused(Exception):
    """The whole file is refused; the message is an Indonesian sentence with cause and cure. Nothing was written."""


class SheetResource(resources.Resource):  # noqa: TID251  (the one allowed place)
    """Base of all importable sheets. Subclasses set the class attributes, `prepare`, `plan_row` and `write`."""

    do_not_call_in_templates: ClassVar[bool] = True  # pages show the class itself
    identifier: ClassVar[str]
    label: ClassVar[str]
    intro: ClassVar[str] = ""
    needs_training: ClassVar[bool] = False
    add_permission: ClassVar[str]
    change_permission: ClassVar[str]
    key_label: ClassVar[str] = "Baris"  # how a double within the file is named

    def __init__(self, *, user: Any, target: str = ""):
        super().__init__()
        self.user, self.target = user, target

    # --- what the sheet looks like ----------------------------------------------------------------------------
    @property
    def columns(self) -> dict[str, Column]:
        """Return name -> column, in the order of the template."""
        return self.fields

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

    def choices(self) -> dict[str, list[str]]:
        """Return column name -> what may be written there, for the template; call `prepare` first."""
        return {
            name: column.widget.offered
            for name, column in self.columns.items()
            if getattr(column.widget, "offered", None)
        }

    def example_dynamic(self) -> list[str]:
        """Return headings of undeclared columns for the template (two example dates of attendance)."""
        return []

    # --- the work ---------------------------------------------------------------------------------------------
    def plan(self, rows: Sequence[PlannedRow]) -> None:
        """Fill values, messages and verdict of every row, with a fixed number of queries."""
        self.prepare()
        for row in rows:
            self._clean(row)
            row.key = self.key_of(row)
        self._refuse_doubles(rows)
        ready = [row for row in rows if not row.rejected]
        self.look_up(ready)
        for row in ready:
            self.plan_row(row)
            self._check_verb(row)
        for row in rows:
            if row.rejected:
                row.verdict, row.new, row.changes = Verdict.REJECTED, [], {}

    def prepare(self) -> None:
        """Load what cells may name (villages, offices, budget lines), from what the user may see."""

    def look_up(self, rows: Sequence[PlannedRow]) -> None:
        """Load the existing objects of all rows at once, from what the user may see."""

    def key_of(self, row: PlannedRow) -> Hashable:
        """Return the natural key of a cleaned row; None when a cell it needs is missing or refused."""
        raise NotImplementedError

    def plan_row(self, row: PlannedRow) -> None:
        """Set the verdict of one row and remember what to write."""
        raise NotImplementedError

    def write(self, rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
        """Write the rows that are new or changed, in bulk, inside the caller's transaction."""
        raise NotImplementedError

    def cross_check(self, row: PlannedRow) -> None:
        """Judge the cells of one row against each other."""

    # --- helpers ----------------------------------------------------------------------------------------------
    def error(self, row: PlannedRow, name: str, message: str) -> None:
        """Refuse a row because of one cell."""
        self._say(row, "error", name, message)

    def warn(self, row: PlannedRow, name: str, message: str) -> None:
        """Mark a row as odd; it can be saved."""
        self._say(row, "warning", name, message)

    def _say(self, row: PlannedRow, level: str, name: str, message: str) -> None:
        value = self.shown(name, row.cells.get(name))
        row.messages.append(Message(level, self.heading_of(name) if name else "", value, message))

    def _clean(self, row: PlannedRow) -> None:
        for name, raw in row.cells.items():
            if raw == FORMULA:
                self.error(row, name, "Sel berisi rumus. Salin lalu tempel sebagai nilai (Paste Values).")
                continue
            try:
                row.values[name] = self.clean_cell(name, raw, row)
            except CellError as fault:
                self.error(row, name, f"{fault.cause} {fault.cure}")
        failed = {message.column for message in row.messages}
        for name, column in self.columns.items():
            if column.required and row.values.get(name) is None and column.label not in failed:
                self.error(row, name, "Wajib diisi, tetapi kosong. Lengkapi sel ini lalu unggah lagi.")
        self.cross_check(row)

    def clean_cell(self, name: str, raw: Any, row: PlannedRow) -> Any:
        """Return the value of one cell, or raise CellError."""
        return self.columns[name].widget.clean(raw, row.cells)

    def _refuse_doubles(self, rows: Sequence[PlannedRow]) -> None:
        """Two lines with one key: nobody but the sender knows which is right, so both are refused."""
        groups: dict[Hashable, list[PlannedRow]] = defaultdict(list)
        for row in rows:
            if row.key is not None:
                groups[row.key].append(row)
        for group in groups.values():
            for row in group if len(group) > 1 else ():
                others = ", ".join(self._place(other, row) for other in group if other is not row)
                name = self.key_column(row)
                self.error(row, name, f"{self.key_label} sama dengan {others}. Hapus atau perbaiki salah satunya.")

    def _place(self, row: PlannedRow, seen_from: PlannedRow) -> str:
        return f"baris {row.number}" + ("" if row.sheet == seen_from.sheet else f" lembar {row.sheet}")

    def key_column(self, row: PlannedRow) -> str:
        """Return the column that messages about the natural key point at."""
        return next(iter(self.columns))

    def _check_verb(self, row: PlannedRow) -> None:
        """A row that updates needs the right to change, not only the right to add."""
        needed = {Verdict.NEW: self.add_permission, Verdict.CHANGED: self.change_permission}.get(row.verdict)
        if needed and not self.user.has_perm(needed):
            verb = "menambah" if row.verdict == Verdict.NEW else "mengubah"
            self.error(row, "", f"Peran Anda tidak boleh {verb} data ini. Hubungi administrator bila seharusnya boleh.")

    def compare(self, row: PlannedRow, obj: Any, names: dict[str, Any]) -> list[str]:
        """Set attributes of `obj` that a non-empty cell changes; note old and new; return the changed names.

        An empty cell keeps what is there: a list without phone numbers must not erase phone numbers.
        """
        changed = []
        for name, value in names.items():
            old = getattr(obj, name)
            if value is not None and old != value:
                setattr(obj, name, value)
                changed.append(name)
                label = str(obj._meta.get_field(name).verbose_name)
                row.changes[label] = (str(old if old is not None else ""), str(value))
        return changed


_registry: dict[str, type[SheetResource]] = {}


def register_resource(cls: type[SheetResource]) -> type[SheetResource]:
    """Class decorator: make a resource available to the desk and the command line."""
    if cls.identifier in _registry:
        raise ValueError(f"Two resources are called {cls.identifier}.")
    _registry[cls.identifier] = cls
    return cls


def resource_classes(user: Any = None) -> list[type[SheetResource]]:
    """Return the resources this user may import; all of them without a user."""
    return [cls for cls in _registry.values() if user is None or user.has_perm(cls.add_permission)]


def resource_class(identifier: str) -> type[SheetResource] | None:
    """Return the resource of that name, or None."""
    return _registry.get(identifier)
