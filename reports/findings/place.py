"""Where participants come from."""

import itertools
from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Substr

from participants.queries import taking_part
from programs.models import InvitedRt
from programs.rules import rt_name
from reports.enums import Severity
from reports.findings.base import WIDTH, Finding, Rule, Scope, naming, parted
from reports.findings.people import listed_people
from reports.findings.registry import register

REGENCY_LENGTH = len("35.07")
SHOWN_RTS = 10


@register
class RtWithoutPeople(Rule):
    """An RT that was invited and that nobody represents, by the rule of programs.rules.absent_rts.

    Who names no RT stands for the one they live in; an invitation without RW is met by that RT of any RW.
    """

    identifier = "rt_without_people"
    severity = Severity.LOW
    label = "RT diundang tetapi tidak diwakili"
    sentence = "{count} RT diundang tetapi tidak diwakili: {rts}."
    regulation = "Pemerataan: undangan per RT"

    def query(self, scope: Scope) -> Iterator[Finding]:
        came = taking_part().filter(training=OuterRef("training"))
        of_rt = Q(represents_rt=OuterRef("rt")) | Q(represents_rt="", person__rt=OuterRef("rt"))
        of_both = Q(represents_rt=OuterRef("rt"), represents_rw=OuterRef("rw")) | Q(
            represents_rt="", person__rt=OuterRef("rt"), person__rw=OuterRef("rw")
        )
        met = (Q(rw="") & Q(Exists(came.filter(of_rt)))) | (~Q(rw="") & Q(Exists(came.filter(of_both))))
        rows = scope.within(InvitedRt.objects.all(), scope.held).exclude(met)
        columns = (*naming("training__"), "rt", "rw")
        ordered = rows.order_by("training_id", "rt", "rw").values_list(*columns)
        for name, group in itertools.groupby(ordered, key=lambda row: row[:WIDTH]):
            absent = [parted(row)[1] for row in group]
            words = ", ".join(rt_name(*rt) for rt in absent[:SHOWN_RTS])
            more = f", dan {len(absent) - SHOWN_RTS} lainnya" if len(absent) > SHOWN_RTS else ""
            figures = {"count": len(absent), "rts": words + more}
            yield self.about_training(name, figures, basis=(rt_name(*rt) for rt in absent))


@register
class Outsiders(Rule):
    """People whose village lies in another regency than the office that recorded them."""

    identifier = "outsiders"
    severity = Severity.MEDIUM
    label = "Peserta berdomisili di luar kabupaten"
    sentence = "{count} peserta berdomisili di luar kabupaten: {people}."
    regulation = "Sasaran kegiatan kabupaten: domisili peserta (kode wilayah Kemendagri)"

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = scope.within(taking_part().filter(person__village__isnull=False), scope.live).annotate(
            home=Substr("person__village", 1, REGENCY_LENGTH),
            here=Substr("office__region", 1, REGENCY_LENGTH),
            words=Concat("person__name", Value(" ("), "person__village__name", Value(")")),
        )
        rows = rows.exclude(home=F("here")).order_by("training_id", "person__name", "person_id")
        yield from listed_people(self, rows.values_list(*naming("training__"), "person", "words"))
