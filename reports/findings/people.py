"""Who took part: how many, how often, where else at the same time, and whether anybody could look them up.

Two of the rules look beyond the rows of the scope, because the same person is recorded by each office anew. What they
tell of other trainings depends on who asks: whoever may see those reads which they are, everybody else only that they
exist. The fingerprint is of what stands in the database, so that it is the same for both.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat

from participants.models import Enrolment
from participants.queries import taking_part
from portal.enums import AgencyKind
from portal.identity import mask_nik
from portal.scoping import visible
from programs.enums import TrainingStatus
from programs.models import Training
from programs.queries import count_of
from reports.enums import Severity
from reports.findings.base import WIDTH, Finding, Office, Rule, Scope, names_of, naming, parted
from reports.findings.registry import register

REPEATS = 2  # trainings of one field in one year
NIK_RULE = "NIK sah dan hanya satu kali per peserta; satu orang tidak dapat berada di dua tempat"


def elsewhere(user: Any) -> str:
    """Return how a training that this user may not see is spoken of."""
    if user.agency and user.agency.kind == AgencyKind.OFFICE:
        return "pelatihan lain di kecamatan lain"
    return "pelatihan lain di luar cakupan Anda"


def _counted(rows: QuerySet, link: str, expression: Any) -> Subquery:
    counts = rows.order_by().values(link).annotate(n=expression).values("n")
    return Subquery(counts, output_field=IntegerField())


@register
class SameTimeElsewhere(Rule):
    """The same NIK in two trainings whose days overlap, of whichever offices."""

    identifier = "same_time_elsewhere"
    severity = Severity.HIGH
    label = "Orang yang sama pada tanggal yang beririsan"
    sentence = "{name} (NIK {nik}) mengikuti pelatihan ini {start:d} s.d. {end:d}, dan saat itu juga {other}."
    regulation = NIK_RULE

    def query(self, scope: Scope) -> Iterator[Finding]:
        others = (
            taking_part()
            .exclude(training__status=TrainingStatus.CANCELLED)
            .filter(
                person__nik_index=OuterRef("person__nik_index"),
                training__start__lte=OuterRef("training__end"),
                training__end__gte=OuterRef("training__start"),
            )
            .exclude(training=OuterRef("training"))
        )
        rows = scope.within(taking_part().filter(person__nik_index__isnull=False), scope.live)
        rows = rows.filter(Exists(others)).annotate(
            other=Subquery(self.named(others, scope.user)),
            others=_counted(others, "person__nik_index", Count("training", distinct=True)),
            which=_counted(others, "person__nik_index", Sum("training")),
        )
        of_person = ("person", "person__name", "person__nik_last4", "training__start", "training__end")
        columns = (*naming("training__"), *of_person, "other", "others", "which")
        for row in rows.values_list(*columns):
            name, (pk, person, last4, start, end, other, count, which) = parted(row)
            figures = {
                "name": person,
                "nik": mask_nik(last4),
                "start": start,
                "end": end,
                "other": other or elsewhere(scope.user),
            }
            yield self.about_training(name, figures, part=f"person:{pk}", basis=(start, end, count, which))

    @staticmethod
    def named(others: QuerySet[Enrolment], user: Any) -> QuerySet:
        """Return the words for one of the other trainings, for one that the user may see if there is one; else NULL.

        What the user may see stands in a CASE: as a condition it would be where the database begins, and it would walk
        through all that the user may see once for each finding.
        """
        seen = {"training__in": visible(Training, user).order_by().values("pk")}
        words = Concat(
            Value("“"),
            "training__title",
            Value("” ("),
            "training__number",
            Value(") di Kecamatan "),
            "office__region__name",
        )
        first = Case(When(**seen, then=0), default=1)
        rows = others.order_by(first, "training__start", "training_id")
        return rows.annotate(words=Case(When(**seen, then=words), default=None)).values("words")[:1]


@register
class SamePeopleAgain(Rule):
    """The same NIK in several trainings of one field and year; without a NIK, the same person of the office."""

    identifier = "same_people_again"
    severity = Severity.LOW
    label = "Peserta berulang pada bidang yang sama"
    sentence = "{name} ({number}) tercatat pada {count} pelatihan bidang {field} tahun {year}{where}."
    regulation = "Keluhan “peserta itu-itu saja”: pemerataan kesempatan ikut pelatihan"

    def query(self, scope: Scope) -> Iterator[Finding]:
        everywhere = (
            taking_part()
            .exclude(training__status=TrainingStatus.CANCELLED)
            .filter(
                training__field=OuterRef("training__field"),
                training__budget_line__fiscal_year=OuterRef("training__budget_line__fiscal_year"),
            )
        )
        by_nik = everywhere.filter(person__nik_index=OuterRef("person__nik_index"))
        by_person = everywhere.filter(person=OuterRef("person"))
        of_person = ("person", "person__name", "person__nik_last4", "person__local_number", "person__nik_index")
        subject = ("training__field", "training__budget_line__fiscal_year")
        office = ("office", "office__region", "office__region__name")
        rows = scope.within(taking_part().exclude(training__field=""), scope.live)
        groups = rows.values(*of_person, *subject, *office).annotate(
            own=Count("pk"),
            count=Coalesce(
                _counted(by_nik, "person__nik_index", Count("training", distinct=True)),
                _counted(by_person, "person", Count("training", distinct=True)),
            ),
        )
        columns = (*of_person, *subject, *office, "own", "count")
        for row in groups.filter(count__gte=REPEATS).values_list(*columns):
            pk, name, last4, local, _, field, year, *place, own, count = row
            figures = {
                "name": name,
                "number": f"NIK {mask_nik(last4)}" if last4 else local,
                "count": count,
                "field": field,
                "year": year,
                "where": f", {count - own} di antaranya di luar pilihan atau cakupan Anda" if count > own else "",
            }
            yield self.about_person(pk, f"{year}:{field}", Office(*place), figures, basis=(count,))


@register
class PeopleAgainstTarget(Rule):
    """A training that was held with fewer or more people than planned."""

    identifier = "people_against_target"
    severity = Severity.LOW
    label = "Jumlah peserta berbeda dengan target"
    sentence = "{people} peserta, {difference} {word} daripada target {target}."
    regulation = "Target keluaran pada DPA/KAK"

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = scope.held.annotate(people=count_of(taking_part(), "training"))
        rows = rows.filter(target_people__isnull=False).exclude(people=F("target_people"))
        for row in rows.values_list(*naming(), "people", "reported_people", "target_people"):
            name, (listed, reported, target) = parted(row)
            people = listed or reported or 0  # of a recap without a list of people, what the recap says
            if people != target:
                difference, word = abs(people - target), "kurang" if people < target else "lebih"
                figures = {"people": people, "difference": difference, "word": word, "target": target}
                yield self.about_training(name, figures, basis=(people, target))


@register
class WithoutNik(Rule):
    """People known by a local number only: nobody can tell whether they exist, or came under another name too.

    A NIK of an impossible structure is refused at every door, so that a missing one is all that is left to find.
    """

    identifier = "without_nik"
    severity = Severity.MEDIUM
    label = "Peserta belum ber-NIK"
    sentence = "{count} peserta hanya mempunyai nomor sementara: {people}."
    regulation = "NIK 16 digit (UU Adminduk); bukti bahwa peserta nyata"

    def query(self, scope: Scope) -> Iterator[Finding]:
        rows = scope.within(taking_part().filter(person__nik_index__isnull=True), scope.live)
        rows = rows.order_by("training_id", "person__name", "person_id")
        yield from listed_people(self, rows.values_list(*naming("training__"), "person", "person__name"))


def listed_people(rule: Rule, rows: Any) -> Iterator[Finding]:
    """Yield one finding a training from rows of its naming, key of a person, and what is said of that person."""
    for name, group in itertools.groupby(rows, key=lambda row: row[:WIDTH]):
        people = [parted(row)[1] for row in group]
        figures = {"count": len(people), "people": names_of([words for _, words in people])}
        yield rule.about_training(name, figures, basis=sorted(pk for pk, _ in people))
