"""From a file to staged rows: sheets, headings, and what an office decided about headings before.

`ImportBatch.layout` keeps what was found: `columns` as [name, heading] in the file's order; `preset`, the known source
that the headings give away; and `headers`, one for each sheet with a header:
{"sheet", "fingerprint", "ok", "headings": [{"key", "letter", "text", "name"}], "missing": [names],
"duplicated": [keys], "suggestions": {key: name}}.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.actions.imports import TryLater, remember_columns
from portal.enums import BatchState
from portal.identity import ANY_NIK
from portal.importing.judging import resource_of
from portal.importing.resources import SheetResource
from portal.importing.rows import FORMULA, ImportRefused, PlannedRow, plain
from portal.models import ImportBatch, RememberedColumns
from portal.spreadsheets.headers import SILENT, find_header, fingerprint, heading_keys
from portal.spreadsheets.layout import HeaderMatch, header_key
from portal.spreadsheets.reading import Limits, ReaderBusy, Sheet, UnreadableFile, Workbook, read_workbook
from portal.spreadsheets.rows import data_rows

HELPER_SHEETS = {"petunjuk", "pilihan", "keterangan"}  # of our own templates and exports
SLOTS = settings.VAR_DIR / "run"
EMPTY = "Berkas ini tidak berisi baris data di bawah judul kolomnya."
Decided = Mapping[str, str | None]


def open_workbook(content: bytes, filename: str) -> Workbook:
    """Return what the sandbox read. Raises ImportRefused with its sentence, TryLater when the readers are busy."""
    SLOTS.mkdir(parents=True, exist_ok=True)
    limits = Limits(file_bytes=settings.IMPORT_MAX_BYTES, rows=settings.IMPORT_MAX_ROWS)
    try:
        return read_workbook(content, filename, limits, slots=SLOTS)
    except ReaderBusy as busy:
        raise TryLater(str(busy)) from None
    except UnreadableFile as refusal:
        raise ImportRefused(str(refusal)) from None


def read(batch: ImportBatch, content: bytes, resource: SheetResource) -> "Found":
    """Return what the sheets of a file hold, and note it on the batch, unsaved.

    The batch's state becomes COLUMNS when only a decision about its headings is missing. Raises ImportRefused.
    """
    workbook = open_workbook(content, batch.filename)
    found = Found(batch, resource)
    for sheet in workbook.sheets:
        if sheet.name.strip().lower() not in HELPER_SHEETS:
            found.take(sheet)
    notices = [f"Lembar tersembunyi “{name}” tidak dibaca." for name in workbook.hidden_sheets]
    notices += _template_notice(workbook, resource)
    undecided = not found.tables and any(header["headings"] for header in found.headers)
    if not (found.tables or undecided):
        raise ImportRefused(plain(" ".join([*found.faults, *notices])) or EMPTY)
    batch.state = BatchState.COLUMNS if undecided else BatchState.UPLOADED
    batch.notices = [plain(notice) for notice in [*notices, *found.notices, *found.faults]]
    batch.layout = {"columns": found.columns, "preset": found.preset, "headers": found.headers}
    return found


def _template_notice(workbook: Workbook, resource: SheetResource) -> list[str]:
    template = workbook.properties.get("sulam_template", "")
    name, _, version = template.rpartition(" ")
    if name and name != resource.identifier:
        raise ImportRefused("Berkas ini templat untuk jenis data lain. Pilih jenis data yang sesuai lalu unggah lagi.")
    if name and version != str(resource.template_version):
        return [f"Templat ini versi {version}; versi sekarang {resource.template_version}. Unduh yang baru bila perlu."]
    return []


class Found:
    """What the sheets of one file hold."""

    def __init__(self, batch: ImportBatch, resource: SheetResource):
        self.batch, self.resource = batch, resource
        self.columns: list[list[str]] = []
        self.headers: list[dict[str, Any]] = []
        self.tables: list[tuple[Sheet, HeaderMatch]] = []
        self.notices: list[str] = []
        self.faults: list[str] = []
        self.preset = ""
        remembered = RememberedColumns.objects.visible_to(batch.by).filter(
            agency=batch.agency_id, resource=batch.resource
        )
        self.decided: dict[str, Decided] = dict(remembered.values_list("fingerprint", "columns"))

    def take(self, sheet: Sheet) -> None:
        """Find the header of a sheet, or note why it is left out."""
        match = self._match(sheet, None)
        if match.header_rows and (decided := self.decided.get(fingerprint(match))):
            match = self._match(sheet, decided)
        if match.header_rows:
            self.headers.append(_described(sheet, match))
        if not match.ok:
            self.faults.append(_header_fault(sheet, match, self.resource))
            return
        if not self.columns:
            names = {index: str(key) for index, key in match.dynamic.items()}
            names |= {index: name for name, index in match.columns.items()}
            self.columns = [
                [names[index], plain(text) or names[index]] for index, _, text in match.headings if index in names
            ]
            self.preset = _preset(match, self.resource)
        self.notices += [
            f"Kolom {letter} “{heading}” pada lembar {sheet.name} tidak dikenal dan diabaikan."
            for letter, heading in match.unknown
        ]
        self.tables.append((sheet, match))

    def _match(self, sheet: Sheet, decided: Decided | None) -> HeaderMatch:
        resource = self.resource
        return find_header(sheet.rows, resource.header_columns(), dynamic=resource.dynamic_key, chosen=decided)

    @property
    def height(self) -> int:
        """Return how many lines the tables have at most."""
        return sum(len(sheet.rows) for sheet, _ in self.tables)

    def rows(self) -> Iterator[PlannedRow]:
        """Yield every line of data."""
        for sheet, match in self.tables:
            placed = [*match.columns.items(), *((str(key), index) for index, key in match.dynamic.items())]
            name, formulas = plain(sheet.name)[:60], sheet.formulas
            for number, values in data_rows(sheet, match):
                cells = {column: values[index] for column, index in placed}
                if formulas:
                    cells |= {column: FORMULA for column, index in placed if (number, index) in formulas}
                yield PlannedRow(sheet=name, number=number, cells=cells)


def _described(sheet: Sheet, match: HeaderMatch) -> dict[str, Any]:
    """Return a header as the page shows it, expected against found."""
    names: dict[int, str] = {index: name for name, index in match.columns.items()}
    letters = {letter: key for key, (_, letter, _) in zip(heading_keys(match), match.headings, strict=True)}
    return {
        "sheet": plain(sheet.name)[:60],
        "fingerprint": fingerprint(match),
        "ok": match.ok,
        "headings": [
            {
                "key": key,
                "letter": letter,
                "text": plain(text),
                "name": names.get(index, str(match.dynamic[index]) if index in match.dynamic else ""),
                "dynamic": index in match.dynamic,
            }
            for key, (index, letter, text) in zip(heading_keys(match), match.headings, strict=True)
            if key not in SILENT and not ANY_NIK.search(key)
        ],
        "missing": [column.name for column in match.missing],
        "duplicated": [letters[letter] for _, twice in match.duplicated for letter in twice if letter in letters],
        "suggestions": {letters[letter]: name for name, (letter, _) in match.suggestions.items() if letter in letters},
    }


def _preset(match: HeaderMatch, resource: SheetResource) -> str:
    """Return the known source whose tell-tale headings are all there, or ''."""
    found = {header_key(text) for _, _, text in match.headings}
    for label, signs in resource.presets.items():
        if {header_key(sign) for sign in signs} <= found:
            return label
    return ""


def _header_fault(sheet: Sheet, match: HeaderMatch, resource: SheetResource) -> str:
    wanted = ", ".join(column.label for column in resource.header_columns() if column.required)
    if not match.header_rows:
        return (
            f"Lembar {sheet.name} dilewati: judul kolom tidak ditemukan pada 30 baris pertama. Kolom wajib: {wanted}."
        )
    parts = [f"kolom {column.label} tidak ada" for column in match.missing]
    parts += [f"kolom {label} muncul lebih dari sekali ({', '.join(letters)})" for label, letters in match.duplicated]
    hints = [
        f"Kolom {letter} “{heading}” mungkin {resource.heading_of(name)}."
        for name, (letter, heading) in match.suggestions.items()
        if name in {column.name for column in match.missing}
    ]
    return f"Lembar {sheet.name} dilewati: {'; '.join(parts)}. {' '.join(hints)}".strip()


@transaction.atomic
def decide_columns(batch: ImportBatch, sheet: str, names: Sequence[str], *, by: Any) -> None:
    """Remember for the agency what each heading of one sheet means ('' = ignored); the caller stages again.

    Raises ImportRefused when a required column stays without a heading or a column is chosen twice.
    """
    header = next((one for one in batch.layout.get("headers", []) if one["sheet"] == sheet), None)
    resource = resource_of(batch, by)
    fits = header is not None and len(names) == len(header["headings"])
    if not fits or not {name for name in names if name} <= resource.columns.keys():
        raise ImportRefused("Susunan kolom berkas ini sudah berubah. Muat ulang halamannya.")
    chosen = [name for name in names if name]
    twice = sorted({resource.heading_of(name) for name in chosen if chosen.count(name) > 1})
    missing = [column.label for name, column in resource.columns.items() if column.required and name not in chosen]
    if twice:
        raise ImportRefused(f"Dua kolom berkas dipilih untuk {', '.join(twice)}. Abaikan salah satunya.")
    if missing:
        raise ImportRefused(f"Belum ada kolom berkas untuk {', '.join(missing)}.")
    decided = {
        heading["key"]: name or None
        for heading, name in zip(header["headings"], names, strict=True)
        if not heading["dynamic"]
    }
    remember_columns(batch, header["fingerprint"], decided, by=by)
