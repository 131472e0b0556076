"""What was spent against what was granted and planned, and whether the payment can be followed."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, Sum

from programs.models import Expense
from programs.queries import with_figures
from reports.enums import Severity
from reports.findings.base import Finding, Rule, Scope, naming, parted
from reports.findings.registry import register

ROUNDING = Decimal(1)  # rupiah; less is how volume × price was rounded, not how money was spent
CEILING = "Pagu DPA/DPPA-SKPD"
PLAN = "Rencana anggaran biaya (RAB) dalam DPA/DPPA-SKPD"


@register
class RealisedOverCeiling(Rule):
    """A training that spent more than its ceiling."""

    identifier = "realised_over_ceiling"
    severity = Severity.HIGH
    label = "Realisasi melebihi pagu"
    sentence = "Realisasi {realised:rp} melebihi pagu pelatihan {ceiling:rp}."
    regulation = CEILING

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = scope.trainings.filter(realised__gt=F("ceiling"))
        for row in rows.values_list(*naming(), "realised", "ceiling"):
            name, (realised, ceiling) = parted(row)
            yield self.about_training(name, {"realised": realised, "ceiling": ceiling}, amount=realised - ceiling)


@register
class RealisedOverPlan(Rule):
    """A training whose expense lines together spent more than they planned."""

    identifier = "realised_over_plan"
    severity = Severity.HIGH
    label = "Realisasi melebihi jumlah rencana belanja"
    sentence = "Rincian belanja terealisasi {paid:rp}, melebihi jumlah rencananya {plan:rp}."
    regulation = PLAN

    def query(self, scope: Scope) -> Iterator[Finding]:
        sums = {"paid": Sum("realised"), "plan": Sum("planned")}
        lines = scope.within(Expense.objects.all(), scope.trainings).values(*naming("training__"))
        rows = lines.annotate(**sums).filter(paid__gt=F("plan"))
        for row in rows.values_list(*naming("training__"), "paid", "plan"):
            name, (paid, plan) = parted(row)
            if paid - plan >= ROUNDING:
                yield self.about_training(name, {"paid": paid, "plan": plan}, amount=paid - plan)


@register
class LineOverPlan(Rule):
    """One expense line that spent more than it planned, also where another line spent less."""

    identifier = "line_over_plan"
    severity = Severity.MEDIUM
    label = "Realisasi satu rincian melebihi rencananya"
    sentence = "{account} “{description}”: realisasi {paid:rp} melebihi rencana {plan:rp}."
    regulation = PLAN

    def query(self, scope: Scope) -> Iterator[Finding]:
        lines = scope.within(Expense.objects.all(), scope.trainings).filter(realised__gt=F("planned"))
        columns = ("pk", "account__code", "description", "realised", "planned")
        for row in lines.values_list(*naming("training__"), *columns):
            name, (pk, account, description, paid, plan) = parted(row)
            if paid - plan >= ROUNDING:
                figures = {"account": account, "description": description, "paid": paid, "plan": plan}
                yield self.about_training(name, figures, part=f"expense:{pk}", amount=paid - plan)


@register
class FiguresDiffer(Rule):
    """A training whose own totals are not the sums of its expense lines."""

    identifier = "figures_differ"
    severity = Severity.MEDIUM
    label = "Angka pelatihan berbeda dengan rinciannya"
    sentence = (
        "Pagu {ceiling:rp} dan realisasi {realised:rp} pelatihan berbeda dengan jumlah rinciannya "
        "({plan:rp} dan {paid:rp})."
    )
    regulation = "Angka rekap harus sama dengan jumlah rincian belanja per rekening"

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = with_figures(scope.trainings).filter(planned__isnull=False)
        rows = rows.exclude(ceiling=F("planned"), realised=F("realised_lines"))
        for row in rows.values_list(*naming(), "ceiling", "realised", "planned", "realised_lines"):
            name, (ceiling, realised, plan, paid) = parted(row)
            differences = [abs((own or 0) - sum_) for own, sum_ in ((ceiling, plan), (realised, paid))]
            if max(differences) >= ROUNDING:
                figures = {"ceiling": ceiling, "realised": realised, "plan": plan, "paid": paid}
                yield self.about_training(name, figures, amount=max(differences))


@register
class WithoutSp2d(Rule):
    """Money that was spent and cannot be followed to an SP2D."""

    identifier = "without_sp2d"
    severity = Severity.MEDIUM
    label = "Realisasi tanpa nomor SP2D"
    sentence = "{count} rincian belanja senilai {paid:rp} terealisasi tanpa nomor SP2D."
    regulation = "Kelengkapan SPJ: SPP, SPM, SP2D"

    def query(self, scope: Scope) -> Iterator[Finding]:
        lines = scope.within(Expense.objects.filter(realised__gt=0, sp2d_number=""), scope.trainings)
        rows = lines.values(*naming("training__")).annotate(count=Count("pk"), paid=Sum("realised"))
        for row in rows.values_list(*naming("training__"), "count", "paid"):
            name, (count, paid) = parted(row)
            yield self.about_training(name, {"count": count, "paid": paid}, amount=paid)
