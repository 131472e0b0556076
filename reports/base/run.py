"""One export from the question to the record. Whoever asks (page, command line) goes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.identity import mask_text
from portal.scoping import may_look
from portal.spreadsheets.chunks import Beat, Redact
from portal.spreadsheets.csv_writing import CsvWriter
from portal.spreadsheets.sheets import SheetResult, SheetSpec
from portal.spreadsheets.writing import WorkbookWriter
from reports import asof
from reports.actions.exports import record_export
from reports.base.bundle import pack
from reports.base.explanation import Explained, explanation, scope_in_words, wib
from reports.base.exporter import Exporter, ExportRefused, Selection
from reports.base.frame import frame_of
from reports.models import ExportRecord
from reports.queries import batches_behind, snapshot
from reports.rules import new_code

PROPERTY_CHARACTERS = 255  # of one value, more Excel does not take
MASKED = Redact(mask_text, shortest=16)
FULL_NIK = "participants.reveal_person"
NO_FULL_NIK = "Peran Anda tidak boleh mengambil NIK lengkap."
SHORTEST_REASON = 10
NO_REASON = "Tulis alasan mengambil NIK lengkap, paling sedikit 10 huruf: untuk apa dan surat tugas mana."
NOT_PERMITTED = "Peran Anda tidak boleh mengekspor laporan. Hubungi administrator bila seharusnya boleh."


@dataclass(frozen=True)
class Receipt:
    """What an export left behind: its record, the figures of each sheet, the files. The first file is handed out."""

    record: ExportRecord
    sheets: Sequence[SheetResult]
    files: Sequence[Path]


@dataclass(frozen=True)
class Order:
    """What is to be exported: the exporter, for whom, which rows, and who hears how many rows are written."""

    exporter: Exporter
    user: Any
    selection: Selection
    record: ExportRecord
    beat: Beat | None = None


def run_export(
    exporter: Exporter,
    *,
    user: Any,
    params: Mapping[str, Any],
    file_format: str,
    target: Path,
    per: date | None = None,
    request: HttpRequest | None = None,
    beat: Beat | None = None,
) -> Receipt:
    """Write the report to `target` (CSV: one file a table, named after it) and keep the record of it.

    With `per` the rows are read as they stood at the end of that day (reports.asof.parse_day judges what was typed).
    Raises ExportRefused when the role may not, a filter is invalid, or the format is unknown; no file is left then.
    """
    selection = permitted_selection(exporter, user, params, file_format)
    record = ExportRecord(
        exporter=exporter.identifier,
        filters=selection.query.dict() | ({"per": per.isoformat()} if per else {}),
        description=selection.sentence[:500],
        by=user,
        agency=user.agency,
        at=timezone.now(),
        format=file_format,
        code=new_code(),
    )
    exporter.user, exporter.params = user, selection.query.dict()
    order = Order(exporter, user, selection, record, beat)
    with snapshot(asof.end_of_day(per) if per else None):
        results, files = _bundle(order, target) if file_format == "zip" else _write(order, file_format, target)
    record.rows, record.sums = sum(result.rows for result in results), _sums(results)
    try:
        record_export(record, files, label=exporter.title, request=request)
    except BaseException:
        for path in files:
            path.unlink(missing_ok=True)
        raise
    return Receipt(record, results, files)


def permitted_selection(exporter: Exporter, user: Any, params: Mapping[str, Any], file_format: str) -> Selection:
    """Return the rows of an export that may be made. Raises ExportRefused."""
    if not (may_look(user) and user.has_perm(exporter.permission)):
        raise ExportRefused([NOT_PERMITTED])
    if exporter.full_nik and not user.has_perm(FULL_NIK):
        raise ExportRefused([NO_FULL_NIK])
    if exporter.full_nik and len(exporter.reason.strip()) < SHORTEST_REASON:
        raise ExportRefused([NO_REASON])
    if file_format not in exporter.formats:
        raise ExportRefused([f"Bentuk berkas “{file_format}” tidak ada; pilih {', '.join(exporter.formats)}."])
    return Selection.of(exporter, user, params)


def _write(order: Order, file_format: str, target: Path) -> tuple[list[SheetResult], list[Path]]:
    """Write the report in one format; return the figures of its sheets and the files."""
    exporter, record = order.exporter, order.record
    specs = list(exporter.sheets(order.selection.rows))
    with _writer(order, file_format, target, single=len(specs) == 1) as writer:
        heading = _heading(order)
        written = [(spec, writer.write(_headed(spec, heading))) for spec in specs]
        batches, others = batches_behind(order.selection.rows, order.user)
        record.content_digest = writer.content.hexdigest()
        told = Explained(record, exporter, order.user, order.selection, written, batches, others)
        writer.write(explanation(told))
        if isinstance(writer, WorkbookWriter):
            writer.describe(_properties(record))
    if isinstance(writer, WorkbookWriter):
        record.sheets = writer.sheets
    return [result for _, result in written], writer.files


def _bundle(order: Order, target: Path) -> tuple[list[SheetResult], list[Path]]:
    """Write workbook and CSV of the same rows into one archive, with a list of what is in it."""
    workbook = target.with_suffix(".xlsx")
    results, files = _write(order, "xlsx", workbook)
    digest = order.record.content_digest
    _, tables = _write(order, "csv", target.with_suffix(".csv"))
    if order.record.content_digest != digest:
        raise RuntimeError("The workbook and the CSV files of one snapshot differ.")
    pack(target, [*files, *tables], order.record)
    return results, [target, *files, *tables]


def _writer(order: Order, file_format: str, target: Path, *, single: bool) -> WorkbookWriter | CsvWriter:
    """Somebody's remark may hold a NIK; no run of 16 digits leaves in any text."""
    if file_format == "csv":
        return CsvWriter(target, single=single, redact=MASKED, beat=order.beat)
    record = order.record
    return WorkbookWriter(
        target,
        title=order.exporter.title,
        author=record.by.name or record.by.username,
        comment=f"{order.exporter.mark} Kode verifikasi {record.code}".strip(),
        frame=frame_of(record.by, timezone.localdate(record.at)),
        redact=MASKED,
        beat=order.beat,
    )


def _properties(record: ExportRecord) -> dict[str, str]:
    """Say the same in the properties of the document, which every program shows without opening a sheet."""
    return {
        "Sulam nomor ekspor": str(record.pk),
        "Sulam kode verifikasi": record.code,
        "Sulam sidik isi": record.content_digest,
        "Sulam saringan": record.description[:PROPERTY_CHARACTERS],
        "Sulam versi": settings.VERSION,
    }


def _heading(order: Order) -> Sequence[str]:
    lines = [
        order.exporter.title,
        f"Saringan: {order.selection.sentence}",
        f"Cakupan: {scope_in_words(order.user)}. Nilai uang dalam rupiah.",
        f"Dibuat {wib(order.record.at)} oleh {order.user.name or order.user.username}",
    ]
    lines += [f"{item}: {value}" for part, item, value in asof.told() if part == "Laporan"]
    return [*lines, order.exporter.warning] if order.exporter.warning else lines


def _headed(spec: SheetSpec, heading: Sequence[str]) -> SheetSpec:
    return replace(spec, heading_lines=[f"{heading[0]} – {spec.title}", *heading[1:]])


def _sums(results: Sequence[SheetResult]) -> dict[str, dict[str, str]]:
    found = {}
    for result in results:
        found[result.title] = {"rows": str(result.rows)} | {key: str(value) for key, value in result.sums.items()}
        found |= _sums(result.below)
    return found
