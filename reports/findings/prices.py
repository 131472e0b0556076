"""What was booked where, and what one unit of it cost."""

import itertools
from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from programs.models import Expense, UnitCostCap
from programs.rules import Cap, cap_in_force
from reports.enums import Severity
from reports.findings.accounts import CLASSIFICATION, MEETING_FEES
from reports.findings.base import WIDTH, Finding, Rule, Scope, naming, parted
from reports.findings.registry import register

# What the account for meetings is meant for; a training of such a title may use it.
MEETINGS = ("rapat", "sosialisasi", "bimtek", "bimbingan teknis", "workshop", "lokakarya", "seminar")


@register
class UnitCostOverCap(Rule):
    """A price above the cap of its year, account and unit; the most specific cap holds (programs.rules)."""

    identifier = "unit_cost_over_cap"
    severity = Severity.HIGH
    label = "Harga satuan melebihi batas"
    sentence = "“{description}”: {price:rp} per {unit}, batasnya {cap:rp} ({regulation})."
    regulation = "Perpres 33/2020 tentang SHSR, diganti Perpres 72/2025: batas tertinggi; standar harga daerah"

    def query(self, scope: Scope) -> Iterator[Finding]:
        caps = UnitCostCap.objects.filter(
            account=OuterRef("account"), fiscal_year=OuterRef("training__budget_line__fiscal_year")
        )
        lines = scope.within(Expense.objects.all(), scope.trainings).filter(
            Exists(caps.filter(cap__lt=OuterRef("unit_price"))),
            account__unit_cost_caps__fiscal_year=F("training__budget_line__fiscal_year"),
        )
        cap_columns = (f"account__unit_cost_caps__{name}" for name in ("item", "unit", "cap", "regulation"))
        columns = (*naming("training__"), "pk", "description", "unit", "unit_price", "volume", *cap_columns)
        rows = lines.order_by("pk").values_list(*columns)
        for _, same_line in itertools.groupby(rows, key=lambda row: row[WIDTH]):
            candidates = list(same_line)
            name, (pk, description, unit, price, volume, *_) = parted(candidates[0])
            cap = cap_in_force(description, unit, [Cap(*row[WIDTH + 5 :]) for row in candidates])
            if cap and price > cap.amount:
                figures = {
                    "description": description,
                    "price": price,
                    "unit": unit,
                    "cap": cap.amount,
                    "regulation": cap.regulation,
                }
                excess = (price - cap.amount) * volume
                yield self.about_training(name, figures, part=f"expense:{pk}", amount=excess)


@register
class MeetingFeesForTraining(Rule):
    """Fees of a training booked on the account that excludes trainings by its own note."""

    identifier = "meeting_fees_for_training"
    severity = Severity.MEDIUM
    label = "Rekening honorarium rapat dipakai untuk pelatihan"
    sentence = (
        "{count} rincian senilai {total:rp} memakai rekening 5.1.02.02.01.0003, yang menurut catatannya tidak termasuk "
        "kegiatan pendidikan dan pelatihan; untuk itu ada 5.1.02.02.01.0011."
    )
    regulation = f"Catatan rekening 5.1.02.02.01.0003 dan .0011 pada {CLASSIFICATION}"

    def query(self, scope: Scope) -> Iterator[Finding]:
        meetings = reduce(or_, (Q(title__icontains=word) for word in MEETINGS))
        lines = Expense.objects.filter(account__code__in=MEETING_FEES)
        lines = scope.within(lines, scope.trainings.exclude(meetings)).values(*naming("training__"))
        rows = lines.annotate(count=Count("pk"), total=Sum("planned"), paid=Sum("realised"))
        for row in rows.values_list(*naming("training__"), "count", "total", "paid"):
            name, (count, total, paid) = parted(row)
            figures = {"count": count, "total": paid or total}
            yield self.about_training(name, figures, basis=(count, total, paid), amount=paid or total)
