"""When a training was held."""

from collections.abc import Iterator

from django.db.models import F
from django.db.models.functions import ExtractYear

from reports.enums import Severity
from reports.findings.base import Finding, Rule, Scope, naming, parted
from reports.findings.registry import register


@register
class OutsideFiscalYear(Rule):
    """A training held before or after the year whose money it uses."""

    identifier = "outside_fiscal_year"
    severity = Severity.HIGH
    label = "Tanggal di luar tahun anggaran"
    sentence = "Dilaksanakan {start:d} s.d. {end:d}, di luar tahun anggaran {year}."
    regulation = "DPA/DPPA-SKPD berlaku untuk satu tahun anggaran"

    def query(self, scope: Scope) -> Iterator[Finding]:
        year = F("budget_line__fiscal_year")
        years = scope.live.annotate(first=ExtractYear("start"), last=ExtractYear("end"))
        rows = years.exclude(first=year, last=year)
        for row in rows.values_list(*naming(), "start", "end", "budget_line__fiscal_year"):
            name, (start, end, fiscal_year) = parted(row)
            yield self.about_training(name, {"start": start, "end": end, "year": fiscal_year})
