"""The list of participants."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.spreadsheets.sheets import SheetSpec
from reports.base import Exporter
from reports.exporters import notes, sheets
from reports.queries import people
from reports.registry import register


@register
class ParticipantsExporter(Exporter):
    """One line an enrolment."""

    identifier = "participants"
    label = "Daftar peserta"
    description = "Satu baris per peserta per pelatihan, dengan usaha dan RT yang diwakili; NIK disamarkan."
    may_show_nik = True
    notes = (notes.PEOPLE, notes.DISABILITY)

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        return [sheets.participant_sheet(rows, full_nik=self.full_nik)]

    def size(self, rows: QuerySet) -> int:
        return people.count_of_people(rows)
