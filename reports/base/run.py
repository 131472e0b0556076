"""One export from the question to the record. Whoever asks (page, command line) goes through here."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

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
from reports.models import ExportRecord
from reports.queries import batches_behind, snapshot

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
    export_id, at, digest = uuid.uuid4(), timezone.now(), ContentDigest()
    with snapshot():
        specs = list(exporter.sheets(selection.rows))
        with _writer(exporter, user, export_id, file_format, target, digest, single=len(specs) == 1) as writer:
            heading = _heading(exporter, user, selection, at)
            written = [(spec, writer.write(_headed(spec, heading))) for spec in specs]
            batches, others = batches_behind(selection.rows, user)
            content = digest.hexdigest()
            told = Explained(export_id, exporter, user, at, selection, written, content, batches, others)
            writer.write(explanation(told))
    results = [result for _, result in written]
    try:
        record = record_export(
            export_id=export_id,
            label=exporter.label,
            values={
                "exporter": exporter.identifier,
                "filters": selection.query.dict(),
                "description": selection.sentence[:500],
                "format": file_format,
                "rows": sum(result.rows for result in results),
                "sums": _sums(results),
                "sha256": sha256_of(writer.files),
                "content_digest": content,
            },
            at=at,
            by=user,
            request=request,
        )
    except BaseException:
        for path in writer.files:
            path.unlink(missing_ok=True)
        raise
    return Receipt(record, results, writer.files)


def _writer(
    exporter: Exporter,
    user: Any,
    export_id: uuid.UUID,
    file_format: str,
    target: Path,
    digest: ContentDigest,
    *,
    single: bool,
) -> WorkbookWriter | CsvWriter:
    """Somebody's remark may hold a NIK; no run of 16 digits leaves in any text."""
    if file_format == "csv":
        return CsvWriter(target, single=single, redact=MASKED, digest=digest)
    return WorkbookWriter(
        target,
        title=exporter.label,
        author=user.name or user.username,
        comment=f"Nomor ekspor {export_id}",
        redact=MASKED,
        digest=digest,
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


def sha256_of(files: Sequence[Path]) -> str:
    """Return SHA-256 of the file; of several, SHA-256 of the list that `sha256sum` prints for them in this order."""
    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    listing = "".join(f"{digest}  {path.name}\n" for digest, path in zip(digests, files, strict=True))
    return hashlib.sha256(listing.encode()).hexdigest()
