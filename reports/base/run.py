"""One export from the question to the record. Whoever asks (page, command line) goes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.identity import mask_text
from portal.scoping import may_look
from portal.spreadsheets.chunks import Redact
from portal.spreadsheets.csv_writing import CsvWriter
from portal.spreadsheets.digests import ContentDigest
from portal.spreadsheets.sheets import SheetResult, SheetSpec
from portal.spreadsheets.writing import WorkbookWriter
from reports.actions.exports import record_export
from reports.base.explanation import Explained, explanation, scope_in_words, wib
from reports.base.exporter import Exporter, ExportRefused, Selection
from reports.base.frame import frame_of
from reports.models import ExportRecord
from reports.queries import batches_behind, snapshot
from reports.rules import new_code

PROPERTY_CHARACTERS = 255  # of one value, more Excel does not take
FORMATS = ("xlsx", "csv")
MASKED = Redact(mask_text, shortest=16)
NOT_PERMITTED = "Peran Anda tidak boleh mengekspor laporan. Hubungi administrator bila seharusnya boleh."


@dataclass(frozen=True)
class Receipt:
    """What an export left behind: its record, the figures of each sheet, the files."""

    record: ExportRecord
    sheets: Sequence[SheetResult]
    files: Sequence[Path]


def run_export(
    exporter: Exporter,
    *,
    user: Any,
    params: Mapping[str, Any],
    file_format: str,
    target: Path,
    request: HttpRequest | None = None,
) -> Receipt:
    """Write the report to `target` (CSV: one file a table, named after it) and keep the record of it.

    Raises ExportRefused when the role may not, a filter is invalid, or the format is unknown; no file is left then.
    """
    if not (may_look(user) and user.has_perm(exporter.permission)):
        raise ExportRefused([NOT_PERMITTED])
    if file_format not in FORMATS:
        raise ExportRefused([f"Bentuk berkas “{file_format}” tidak ada; pilih {' atau '.join(FORMATS)}."])
    selection = Selection.of(exporter, user, params)
    digest = ContentDigest()
    record = ExportRecord(
        exporter=exporter.identifier,
        filters=selection.query.dict(),
        description=selection.sentence[:500],
        by=user,
        agency=user.agency,
        at=timezone.now(),
        format=file_format,
        code=new_code(),
    )
    with snapshot():
        specs = list(exporter.sheets(selection.rows))
        with _writer(exporter, record, target, digest, single=len(specs) == 1) as writer:
            heading = _heading(exporter, user, selection, record.at)
            written = [(spec, writer.write(_headed(spec, heading))) for spec in specs]
            batches, others = batches_behind(selection.rows, user)
            record.content_digest = digest.hexdigest()
            writer.write(explanation(Explained(record, exporter, user, selection, written, batches, others)))
            _describe(writer, record)
    results = [result for _, result in written]
    record.rows, record.sums = sum(result.rows for result in results), _sums(results)
    record.sheets = getattr(writer, "sheets", [])
    try:
        record_export(record, writer.files, label=exporter.label, request=request)
    except BaseException:
        for path in writer.files:
            path.unlink(missing_ok=True)
        raise
    return Receipt(record, results, writer.files)


def _writer(
    exporter: Exporter, record: ExportRecord, target: Path, digest: ContentDigest, *, single: bool
) -> WorkbookWriter | CsvWriter:
    """Somebody's remark may hold a NIK; no run of 16 digits leaves in any text."""
    if record.format == "csv":
        return CsvWriter(target, single=single, redact=MASKED, digest=digest)
    return WorkbookWriter(
        target,
        title=exporter.label,
        author=record.by.name or record.by.username,
        comment=f"Kode verifikasi {record.code}",
        frame=frame_of(record.by, timezone.localdate(record.at)),
        redact=MASKED,
        digest=digest,
    )


def _describe(writer: WorkbookWriter | CsvWriter, record: ExportRecord) -> None:
    """Say the same in the properties of the document, which every program shows without opening a sheet."""
    if isinstance(writer, WorkbookWriter):
        writer.describe(
            {
                "Sulam nomor ekspor": str(record.pk),
                "Sulam kode verifikasi": record.code,
                "Sulam sidik isi": record.content_digest,
                "Sulam saringan": record.description[:PROPERTY_CHARACTERS],
                "Sulam versi": settings.VERSION,
            }
        )


def _heading(exporter: Exporter, user: Any, selection: Selection, at: datetime) -> Sequence[str]:
    return (
        exporter.label,
        f"Saringan: {selection.sentence}",
        f"Cakupan: {scope_in_words(user)}. Nilai uang dalam rupiah.",
        f"Dibuat {wib(at)} oleh {user.name or user.username}",
    )


def _headed(spec: SheetSpec, heading: Sequence[str]) -> SheetSpec:
    return replace(spec, heading_lines=[f"{heading[0]} – {spec.title}", *heading[1:]])


def _sums(results: Sequence[SheetResult]) -> dict[str, dict[str, str]]:
    found = {}
    for result in results:
        found[result.title] = {"rows": str(result.rows)} | {key: str(value) for key, value in result.sums.items()}
        found |= _sums(result.below)
    return found
