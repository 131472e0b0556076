"""What was corrected after a fiscal year was closed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.models import FiscalYear
from portal.scoping import visible
from portal.spreadsheets.sheets import Column, Kind, SheetSpec
from reports.base import Exporter
from reports.corrections import Change, Correction, causes, changes, corrections, year_events
from reports.enums import FigureKind
from reports.exporters.fields import NUMBER
from reports.figures.of_year import label_of
from reports.filters import CorrectionFilterSet
from reports.registry import register

CORRECTIONS = (
    NUMBER,
    Column("kind", "Jenis", width=14),
    Column("label", "Objek", width=48),
    Column("figure", "Angka", width=28),
    Column("closed", "Saat Ditutup", Kind.NUMBER, 20),
    Column("now", "Sekarang", Kind.NUMBER, 20),
    Column("difference", "Selisih", Kind.NUMBER, 20),
    Column("remark", "Keterangan", width=30),
    Column("cause", "Perubahan", width=60),
)
CHANGES = (
    NUMBER,
    Column("at", "Waktu", Kind.DATETIME, 17),
    Column("by", "Oleh", width=24),
    Column("verb", "Tindakan", width=12),
    Column("data", "Data", width=16),
    Column("label", "Objek", width=48),
    Column("detail", "Isi Perubahan", width=60),
    Column("reason", "Alasan", width=36),
)
STEPS = (
    NUMBER,
    Column("at", "Waktu", Kind.DATETIME, 17),
    Column("step", "Langkah", width=24),
    Column("by", "Oleh", width=24),
    Column("asked_by", "Diminta Oleh", width=24),
    Column("reason", "Alasan", width=60),
)


@register
class CorrectionsExporter(Exporter):
    """Closed figure, figure now, difference, who and why."""

    identifier = "corrections"
    label = "Koreksi setelah tutup buku"
    description = "Angka saat tahun anggaran ditutup, angka sekarang, selisihnya, dan siapa yang mengubahnya."
    filterset_class = CorrectionFilterSet
    notes = (
        "Sel kosong pada Saat Ditutup atau Sekarang: angka itu belum diisi, atau objeknya tidak ada saat itu.",
        "Angka mata anggaran dan SKPD adalah jumlah seluruh pelatihannya dan hanya disajikan kepada perangkat daerah "
        "pemilik anggaran dan pemeriksa.",
    )

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        """Compare in the scope of the asking user: what is gone is no longer among the rows."""
        year = visible(FiscalYear, self.user).filter(pk=self.params.get("year") or 0, closings__gt=0).first()
        if year is None:
            return [SheetSpec("Koreksi", CORRECTIONS, [], totals=False)]
        serial = int(self.params.get("closing") or 1)
        steps = year_events(year.pk)
        found = corrections(year.pk, serial, self.user)
        made = changes(found, closed_at(steps, serial), self.user)
        return [
            SheetSpec("Koreksi", CORRECTIONS, _lines(found, made), totals=False),
            SheetSpec("Perubahan", CHANGES, _changes(found, made), totals=False),
            SheetSpec(
                "Tutup Buku", STEPS, [[number, *_step(step)] for number, step in enumerate(steps, 1)], totals=False
            ),
        ]


def closed_at(steps: Iterable[Any], serial: int) -> datetime:
    """Return when a year was closed for the `serial`th time."""
    return next(step.at for step in steps if step.closed and step.serial == serial)


def _lines(found: Sequence[Correction], made: Sequence[Change]) -> Iterator[list[Any]]:
    because = causes(found, made)
    for number, one in enumerate(found, 1):
        subject = one.subject
        yield [
            number,
            FigureKind(subject.kind).label,
            subject.label,
            label_of(one.figure),
            one.closed,
            one.now,
            one.difference,
            one.remark,
            because[subject.kind, subject.object_id],
        ]


def _changes(corrected: Sequence[Correction], made: Sequence[Change]) -> Iterator[list[Any]]:
    labels = {(one.subject.kind, one.subject.object_id): one.subject.label for one in corrected}
    for number, change in enumerate(made, 1):
        training = (FigureKind.TRAINING, change.training_id)
        label = labels.get(training) or next(
            (found for line in change.line_ids if (found := labels.get((FigureKind.LINE, line)))), ""
        )
        yield [number, change.at, change.by, change.verb, change.data, label, change.detail, change.reason]


def _step(step: Any) -> list[Any]:
    name = f"Ditutup (ke-{step.serial})" if step.closed else "Dibuka kembali"
    return [step.at, name, str(step.by or "sistem"), str(step.asked_by or ""), step.reason]
