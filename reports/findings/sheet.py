"""The findings as a sheet of the audit workbook."""

import itertools
from collections.abc import Iterator
from typing import Any

from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from reports.findings.base import Scope
from reports.findings.registry import find
from reports.findings.state import Judged, judged

TITLE = "Temuan"
COLUMNS = (
    Column("no", "No", Kind.INTEGER, 6),
    Column("severity", "Tingkat", width=9),
    Column("rule", "Aturan", width=34),
    Column("number", "Nomor Pelatihan", width=22),
    Column("title", "Nama Pelatihan", width=38),
    Column("office", "Kecamatan", width=18),
    Column("sentence", "Uraian", width=70),
    Column("amount", "Nilai (rupiah)", Kind.RUPIAH, 19),
    Column("regulation", "Dasar", width=44),
    Column("state", "Keadaan", width=16),
    Column("reason", "Alasan", width=40),
)
NOTE = (
    "Temuan dihitung dari data saat berkas dibuat; nilainya dapat tumpang tindih antaraturan sehingga tidak "
    "dijumlahkan. Temuan yang ditutup tetap ditulis dengan alasannya, dan terbuka lagi bila angkanya berubah."
)


def findings_sheet(scope: Scope) -> SheetSpec:
    """Return every finding of the scope, dismissed ones included, the grave ones first."""
    return SheetSpec(TITLE, COLUMNS, _rows(scope), totals=False)


def _rows(scope: Scope) -> Iterator[list[Any]]:
    """Run the rules only when the first row is wanted: inside the snapshot of the export."""
    for number, one in zip(itertools.count(1), judged(find(scope), scope.user), strict=False):
        yield [number, *_cells(one)]


def _cells(one: Judged) -> list[Any]:
    finding, training = one.finding, one.finding.training
    return [
        finding.rule.severity.label,
        finding.rule.label,
        training.number if training else "",
        training.title if training else "",
        finding.office.name,
        finding.sentence,
        finding.amount,
        finding.rule.regulation,
        one.state.label,
        one.note.reason if one.note else "",
    ]
