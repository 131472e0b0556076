"""Handing out files of exports: nothing stays on the disk, no cache keeps them."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse

from reports.models import ExportRecord

CONTENT_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def zipped(path: Path, files: Sequence[Path]) -> Path:
    """Return one archive of the files: CSV has no second sheet, and none shall lose its Keterangan."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def in_one_file(record: ExportRecord) -> tuple[str, BinaryIO]:
    """Return name and content of what an export hands out, from the files that were kept."""
    kept = list(record.files.exclude(content="").order_by("pk"))
    if record.format != "csv":
        return kept[0].name, kept[0].content.open("rb")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in kept:
            with one.content.open("rb") as file:
                archive.writestr(one.name, file.read())
    content.seek(0)
    return f"{Path(kept[0].name).stem}.zip", content


def attachment(file: BinaryIO, name: str) -> FileResponse:
    """Return the response; the open file outlives its folder."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[Path(name).suffix])
    response["Cache-Control"] = "no-store, private"
    return response
