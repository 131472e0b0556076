"""The sheet "Keterangan": what the file holds, whose rows, by which filters, when, by whom, and its figures again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.enums import AgencyKind
from portal.models import ImportBatch
from portal.spreadsheets.sheets import Column, Kind, SheetResult, SheetSpec
from reports import asof
from reports.base.exporter import Exporter, Selection
from reports.base.frame import qr_picture, verification_address
from reports.models import ExportRecord
from reports.rules import grouped

TITLE = "Keterangan"
CODE = "Kode verifikasi"
COLUMNS = (
    Column("part", "Bagian", width=24),
    Column("item", "Butir", width=38),
    Column("value", "Isi", Kind.ANY, width=90),
)
MASKED = "NIK hanya ditampilkan empat digit terakhir; NIK lengkap dibuka satu per satu di portal dengan alasan."
NOTES = (
    "Nomor 16 digit di dalam teks bebas disamarkan dengan cara yang sama.",
    "Baris JUMLAH memakai rumus dan mengikuti saringan pembaca; angka seluruh baris tercatat pada lembar ini.",
    "Berkas CSV: UTF-8, pemisah titik koma, desimal koma, tanggal TTTT-BB-HH, tanpa baris JUMLAH; teks yang mirip "
    "rumus diawali tanda petik tunggal.",
)
Line = tuple[str, str, Any]


@dataclass(frozen=True)
class Explained:
    """Everything the sheet tells, gathered while the export ran."""

    record: ExportRecord
    exporter: Exporter
    user: Any
    selection: Selection
    sheets: Sequence[tuple[SheetSpec, SheetResult]]
    batches: Sequence[ImportBatch]
    other_batches: int


def wib(moment: datetime) -> str:
    """Return a moment as offices write it, `24-11-2026 09.30 WIB`."""
    return f"{timezone.localtime(moment):%d-%m-%Y %H.%M} WIB"


def scope_in_words(user: Any) -> str:
    """Return whose rows the user sees."""
    if user.sees_all_agencies:
        return "Seluruh instansi"
    if user.agency.kind == AgencyKind.OFFICE:
        return f"Pelatihan yang dicatat {user.agency.name}"
    return f"Pelatihan pada mata anggaran {user.agency.name}, di semua kecamatan"


def address_of(selection: Selection) -> str:
    """Return the address of the filter page that shows the same rows."""
    query = selection.query.urlencode()
    return f"{settings.PUBLIC_ADDRESS}{reverse('reports:trainings')}{'?' if query else ''}{query}"


def explanation(told: Explained) -> SheetSpec:
    """Return the sheet."""
    return SheetSpec(
        TITLE, COLUMNS, list(_lines(told)), totals=False, picture=qr_picture(verification_address(told.record.code))
    )


def _lines(told: Explained) -> Iterator[Line]:
    user, agency = told.user, told.user.agency
    yield "Laporan", "Nama", told.exporter.title
    yield "Laporan", "Isi", told.exporter.description
    yield "Laporan", "Dibuat", wib(told.record.at)
    yield from asof.told()
    yield "Laporan", "Pengguna", f"{user.name or user.username} ({user.username})"
    yield "Laporan", "Peran", user.get_role_display() or "-"
    yield "Laporan", "Instansi", agency.name if agency else "-"
    yield "Laporan", "Cakupan", scope_in_words(user)
    yield "Laporan", "Jumlah baris", sum(result.rows for _, result in told.sheets)
    if not told.selection.words:
        yield "Saringan", "Semua", "Tanpa saringan: seluruh pelatihan dalam cakupan"
    for label, value in told.selection.words:
        yield "Saringan", label, value
    yield "Saringan", "Alamat", address_of(told.selection)
    for spec, result in told.sheets:
        yield from _figures(spec, result)
    yield from _sources(told)
    for note in (told.exporter.warning or MASKED, *NOTES, *told.exporter.notes):
        yield "Catatan", "", note
    yield "Pemeriksaan", "Nomor ekspor", str(told.record.pk)
    yield "Pemeriksaan", CODE, told.record.code
    yield "Pemeriksaan", "Halaman verifikasi", verification_address(told.record.code)
    yield "Pemeriksaan", "Sidik isi (SHA-256)", grouped(told.record.content_digest)
    if version := getattr(settings, "VERSION", ""):
        yield "Pemeriksaan", "Versi portal", f"Sulam {version}"
    yield (
        "Pemeriksaan",
        "Cara",
        "Buka halaman verifikasi (atau pindai kode QR di samping), atau unggah buku kerja ini pada menu Verifikasi "
        "berkas di portal: sel yang berubah disebutkan satu per satu. Menyimpan ulang berkas tidak mengubah sidik isi.",
    )


def _figures(spec: SheetSpec, result: SheetResult) -> Iterator[Line]:
    part = f"Lembar {result.title}"
    yield part, "Jumlah baris", result.rows
    for column in spec.columns:
        if column.total:
            value = result.sums[column.key]
            yield part, f"Total {column.label}", Decimal(value) if column.kind == Kind.RUPIAH else value
    for table, below in zip(spec.below, result.below, strict=True):
        yield from _figures(table, below)


def _sources(told: Explained) -> Iterator[Line]:
    for batch in told.batches:
        by = f"diunggah {batch.by} pada {wib(batch.created_at)}"
        yield "Asal data", batch.filename, f"SHA-256 {batch.sha256[:12]}…, {by}"
    if told.other_batches:
        yield "Asal data", "Berkas impor instansi lain", told.other_batches
    if not told.batches and not told.other_batches:
        yield "Asal data", "Berkas impor", "Tidak ada; data diketik di portal"
