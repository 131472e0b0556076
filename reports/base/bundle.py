"""The audit bundle: one archive with the files of an export and a list of their digests."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

from reports.actions.exports import sha256_of
from reports.base.explanation import wib
from reports.base.frame import verification_address
from reports.models import ExportRecord

MANIFEST, README = "SHA256SUMS", "BACA-DULU.txt"


def pack(target: Path, files: Sequence[Path], record: ExportRecord) -> None:
    """Write the archive. `sha256sum -c SHA256SUMS` checks what was unpacked from it."""
    words = _readme(record)
    lines = [f"{sha256_of([path])}  {path.name}" for path in files]
    lines.append(f"{hashlib.sha256(words.encode()).hexdigest()}  {README}")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, "\n".join(lines) + "\n")
        archive.writestr(README, words)
        for path in files:
            archive.write(path, path.name)


def _readme(record: ExportRecord) -> str:
    return (
        f"Berkas pemeriksaan dari Sulam, dibuat {wib(record.at)}.\n"
        f"Kode verifikasi: {record.code}\n"
        f"Halaman verifikasi: {verification_address(record.code)}\n\n"
        f"{MANIFEST} memuat SHA-256 setiap berkas. Di Linux: sha256sum -c {MANIFEST}. Di Windows: certutil -hashfile\n"
        "NAMA-BERKAS SHA256, lalu bandingkan. Buku kerja dapat juga diunggah pada halaman verifikasi portal.\n"
    )
