"""Is this file ours, and is it as it left us? By its bytes, else by the values in its cells."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from portal.importing.staging import SLOTS
from portal.scoping import visible
from portal.spreadsheets.comparing import Difference, compare, digest_of
from portal.spreadsheets.reading import Limits, Workbook, read_workbook
from reports.base.explanation import CODE, TITLE
from reports.base.exporter import ExportRefused, Selection
from reports.models import ExportedFile, ExportRecord
from reports.queries.changes import Change, changes_behind
from reports.registry import exporter_of
from reports.rules import read_code

MOST_DIFFERENCES = 200
MEGABYTE = 1024 * 1024
LIMITS = Limits(
    file_bytes=50 * MEGABYTE,
    unpacked_bytes=600 * MEGABYTE,
    rows=200_000,
    cells=6_000_000,
    cell_characters=32_767,
    output_bytes=400 * MEGABYTE,
    memory_bytes=1_500 * MEGABYTE,
    cpu_seconds=60,
    wall_seconds=120,
)

SAME_BYTES = "Berkas ini sama persis, bita demi bita, dengan yang diekspor portal."
SAME_VALUES = "Isi setiap sel sama dengan yang diekspor portal; berkasnya hanya disimpan ulang."
NOT_A_WORKBOOK = (
    "Berkas ini bukan hasil ekspor portal, atau sudah diubah. Selain buku kerja Excel (.xlsx), berkas hanya dikenali "
    "bila tidak berubah sama sekali."
)
UNKNOWN_CODE = "Kode verifikasi “{}” tidak dikenal: berkas ini bukan dari portal ini."
NO_CODE = "Lembar Keterangan dengan kode verifikasi tidak ada, sehingga berkas ini tidak dapat dikenali."
ANOTHER_FILE = "Kode verifikasi ini milik ekspor lain: tidak satu lembar pun sama dengan yang diekspor portal."
ONLY_SHEETS = "Isi berkas sudah berubah. Rinciannya hanya tampak bagi instansi pemilik ekspor dan pemeriksa."
NO_LONGER_KEPT = (
    "Isi berkas sudah berubah. Salinan aslinya sudah lewat masa simpan, sehingga selnya tidak dapat disebut."
)


class State(StrEnum):
    """What can be said of a file."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Verdict:
    """What is known about a file. `differences` are told only to who may see the export itself."""

    state: State
    sentence: str
    record: ExportRecord | None = None
    sheets: Sequence[str] = ()  # those that are not as they were
    differences: Sequence[Difference] = field(default_factory=tuple)
    more: bool = False  # there are differences beyond these


def find_record(code: str) -> ExportRecord | None:
    """Return the export of a verification code, in any spelling of it. For everybody: tell nothing personal of it."""
    known = read_code(code)
    return ExportRecord.objects.select_related("agency").filter(code=known).first() if known else None


def verify(content: bytes, filename: str, user: Any) -> Verdict:
    """Return what is known about a file; `user` decides whether differences are told, not whether it is recognised.

    Raises UnreadableFile for what cannot be read at all.
    """
    digest = hashlib.sha256(content).hexdigest()
    kept = ExportedFile.objects.select_related("record__agency").filter(sha256=digest).first()
    if kept:
        return Verdict(State.UNCHANGED, SAME_BYTES, kept.record)
    if PurePath(filename).suffix.lower() != ".xlsx":
        return Verdict(State.NOT_OURS, NOT_A_WORKBOOK)
    given = _read(content, filename)
    code = _code_in(given)
    record = find_record(code)
    if record is None:
        return Verdict(State.NOT_OURS, UNKNOWN_CODE.format(code) if code else NO_CODE)
    return _compared(record, given, user)


def _compared(record: ExportRecord, given: Workbook, user: Any) -> Verdict:
    expected = [(sheet["name"], sheet["digest"]) for sheet in record.sheets]
    found = [(sheet.name, digest_of(sheet)) for sheet in given.sheets]
    if found == expected and not given.hidden_sheets:
        return Verdict(State.UNCHANGED, SAME_VALUES, record)
    sheets = [name for name, digest in expected if (name, digest) not in found]
    if not set(expected) & set(found):
        return Verdict(State.CHANGED, ANOTHER_FILE, record, sheets)
    if not visible(ExportRecord, user).filter(pk=record.pk).exists():
        return Verdict(State.CHANGED, ONLY_SHEETS, record, sheets)
    original = _original(record)
    if original is None:
        return Verdict(State.CHANGED, NO_LONGER_KEPT, record, sheets)
    headers = {sheet["name"]: sheet["header"] for sheet in record.sheets}
    differences = list(itertools.islice(compare(original, given, headers), MOST_DIFFERENCES + 1))
    more = len(differences) > MOST_DIFFERENCES
    return Verdict(State.CHANGED, "", record, sheets, differences[:MOST_DIFFERENCES], more)


def _original(record: ExportRecord) -> Workbook | None:
    kept = record.files.exclude(content="").filter(name__endswith=".xlsx").first()
    if kept is None:
        return None
    with kept.content.open("rb") as file:
        return _read(file.read(), kept.name)


def _read(content: bytes, filename: str) -> Workbook:
    return read_workbook(content, filename, LIMITS, slots=SLOTS)


def _code_in(book: Workbook) -> str:
    """Return the code that stands on the sheet Keterangan, or '' for none."""
    for sheet in book.sheets:
        if sheet.name == TITLE:
            for row in sheet.rows:
                if CODE in row and row[-1] != CODE:
                    return str(row[row.index(CODE) + 1] or "")
    return ""


def changes_since(record: ExportRecord, user: Any) -> list[Change]:
    """Return what has changed since the export in the rows that its filters select for this user, newest first."""
    exporter = exporter_of(record.exporter)
    if exporter is None:
        return []
    try:
        rows = Selection.of(exporter(), user, record.filters).rows
    except ExportRefused:  # a filter names what this user may not, or what is no more
        return []
    return changes_behind(rows, record.at)
