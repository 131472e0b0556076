"""SIPD-RI against Sulam: what agrees, what does not, and on which side."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum

from portal.formatting import rupiah
from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from programs.enums import MatchKind
from programs.filters import WholeLineFilterSet
from programs.reconciliation import ComparedLine, Scope, scope_of, sums_by_budget_line, sums_by_kind
from programs.rules.bookings import Sp2dPart
from reports.base import Exporter
from reports.registry import register

NAMED = 10  # trainings behind one figure; more are counted
NUMBER = Column("no", "No", Kind.INTEGER, 6)
MONEY = (
    Column("sipd", "Realisasi SIPD", Kind.RUPIAH, 19, total=True),
    Column("sulam", "Realisasi Sulam", Kind.RUPIAH, 19, total=True),
    Column("gap", "Selisih", Kind.RUPIAH, 19, total=True),
)
LINE = (
    Column("year", "Tahun Anggaran", Kind.YEAR, 10),
    Column("organizer", "SKPD", width=30),
    Column("code", "Kode Sub Kegiatan", width=19),
    Column("name", "Nama Sub Kegiatan", width=36),
    Column("fund", "Sumber Dana", width=24),
)
ACCOUNT = (
    Column("account", "Kode Rekening", width=19),
    Column("account_name", "Nama Rekening", width=34),
    Column("kind", "Hasil", width=22),
)
WHY = (Column("sp2d", "SP2D yang Berbeda", width=40), Column("trainings", "Pelatihan di Sulam", width=30))
KINDS = (Column("kind", "Hasil", width=26), Column("count", "Jumlah", Kind.INTEGER, 12, total=True))
SHEETS = (
    *LINE[:2],
    Column("file", "Berkas", width=19),
    Column("sha256", "SHA-256", width=36),
    Column("uploaded", "Disimpan", Kind.DATETIME, 24),
    Column("by", "Oleh", width=19),
    Column("lines", "Baris", Kind.INTEGER, 19, total=True),
    MONEY[0],
)
MISSING = (*LINE[:2], Column("trainings", "Jumlah Pelatihan", Kind.INTEGER, 19, total=True), MONEY[1])


@register
class SipdExporter(Exporter):
    """Whole budget lines, both ways."""

    identifier = "sipd"
    label = "Rekonsiliasi SIPD"
    description = "Realisasi menurut SIPD-RI dan menurut Sulam: ringkasan, selisih, dan yang cocok, per rekening."
    permission = "programs.view_sipdupload"
    filterset_class = WholeLineFilterSet
    notes = (
        "Yang dibandingkan adalah sub kegiatan yang mempunyai pelatihan dalam laporan ini, dengan lembar SIPD yang "
        "berlaku, yaitu unggahan terakhir perangkat daerah itu untuk tahunnya.",
        "Selisih = SIPD dikurangi Sulam; jumlah seluruh selisih sama dengan total SIPD dikurangi total Sulam.",
        "Tanpa rincian di Sulam: angka rekap pelatihan tanpa belanja per rekening, atau beda angka pelatihan dengan "
        "rinciannya, sehingga total Sulam sama dengan Realisasi di Rekap.",
        "Sumber dana sebuah sub kegiatan dibandingkan hanya bila semua barisnya di SIPD menyebutnya.",
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        scope = scope_of(rows)
        equal = [line for line in scope.lines if line.kind == MatchKind.EQUAL]
        others = [line for line in scope.lines if line.kind != MatchKind.EQUAL]
        columns = (*LINE, *ACCOUNT, *MONEY, *WHY)
        return [
            _summary(scope),
            _sheet("Selisih", columns, map(_cells, others)),
            _sheet("Cocok", columns, map(_cells, equal)),
        ]


def _sheet(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], below: Sequence[SheetSpec] = ()
) -> SheetSpec:
    numbered = ([number, *row] for number, row in zip(itertools.count(1), rows, strict=False))
    return SheetSpec(title, (NUMBER, *columns), numbered, below=below)


def _cells(line: ComparedLine) -> list[Any]:
    match = line.match
    return [
        *_budget_line(line),
        line.account,
        line.account_name,
        match.kind.label,
        match.sipd,
        match.sulam,
        match.gap,
        "; ".join(map(_part, match.parts)),
        numbers_of(line),
    ]


def _budget_line(line: ComparedLine) -> list[Any]:
    key = line.match.key
    return [key.year, line.organizer, key.code, line.name, line.fund]


def _part(part: Sp2dPart) -> str:
    return f"{part.number or 'tanpa nomor'}: SIPD {rupiah(part.sipd)}, Sulam {rupiah(part.sulam)}"


def numbers_of(line: ComparedLine) -> str:
    """Return the numbers of the trainings behind our figure, the first ones by name and the rest counted."""
    numbers = [number for _, number in line.match.trainings]
    more = f" dan {len(numbers) - NAMED} lagi" if len(numbers) > NAMED else ""
    return ", ".join(numbers[:NAMED]) + more


def _summary(scope: Scope) -> SheetSpec:
    kinds = ([kind.label, one.count, one.sipd, one.sulam, one.gap] for kind, one in sums_by_kind(scope.lines).items())
    budget_lines = ([*_budget_line(one.like), one.sipd, one.sulam, one.gap] for one in sums_by_budget_line(scope.lines))
    below = [
        _sheet("Per mata anggaran", (*LINE, *MONEY), budget_lines),
        _sheet("Lembar SIPD yang dipakai", SHEETS, _uploads(scope)),
        _sheet("Belum ada lembar SIPD, tidak dibandingkan", MISSING, _missing(scope)),
    ]
    return _sheet("Ringkasan", (*KINDS, *MONEY), kinds, below)


def _uploads(scope: Scope) -> Iterator[list[Any]]:
    for one in scope.uploads:
        source = one.source
        yield [
            one.fiscal_year_id,
            one.organizer.name,
            source.filename,
            source.sha256,
            source.applied_at,
            source.by.name or source.by.username,
            one.line_count,
            one.realised,
        ]


def _missing(scope: Scope) -> Iterator[Sequence[Any]]:
    groups = scope.without_upload.order_by().values_list("budget_line__fiscal_year", "organizer__name")
    yield from groups.annotate(Count("pk"), Sum("realised")).order_by("budget_line__fiscal_year", "organizer__name")
