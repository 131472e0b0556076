"""Many people behind one telephone or one door: how invented lists are often filled."""

import itertools
from collections.abc import Iterator

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Lower

from participants.queries import taking_part
from reports.enums import Severity
from reports.findings.base import WIDTH, Finding, Rule, Scope, names_of, naming, parted
from reports.findings.registry import register

SAME_PHONE, SAME_ADDRESS = 3, 5  # people of one training; a family may come in twos, neighbours in threes
SHOWN_DIGITS = 4
FICTITIOUS = "Pola peserta fiktif: nama dan alamat yang hanya “dicatut”"


class SharedContact(Rule):
    """Base: people of one training who share what `place` names. A finding is known by the first of its people."""

    threshold: int
    part: str
    place: tuple[str, ...]
    shown: str  # the column that the sentence quotes

    def rows(self, scope: Scope) -> QuerySet:
        """Return the participants who gave something, with `place`, the columns that they must share."""
        raise NotImplementedError

    def quoted(self, value: str) -> str:
        """Return the shared value as the sentence writes it."""
        return value

    def query(self, scope: Scope) -> Iterator[Finding]:
        together = Window(Count("pk"), partition_by=[F("training"), *map(F, self.place)])
        rows = self.rows(scope).annotate(together=together).filter(together__gte=self.threshold)
        rows = rows.order_by("training_id", *self.place, "person_id")
        # Behind a filter on a window Django gives one column for two that are the same, so none stands here twice.
        columns = list(dict.fromkeys((*naming("training__"), *self.place, "person", "person__name", self.shown)))
        shared = WIDTH + len(self.place)
        for _, group in itertools.groupby(rows.values_list(*columns), key=lambda row: row[:shared]):
            lines = list(group)
            name, _ = parted(lines[0])
            people = [row[shared] for row in lines]
            figures = {
                "count": len(lines),
                "value": self.quoted(lines[0][columns.index(self.shown)]),
                "people": names_of([row[shared + 1] for row in lines]),
            }
            yield self.about_training(name, figures, part=f"{self.part}:{people[0]}", basis=people)


@register
class SamePhone(SharedContact):
    """One telephone number for several participants."""

    identifier = "same_phone"
    severity = Severity.MEDIUM
    label = "Satu nomor telepon untuk banyak peserta"
    sentence = "{count} peserta memakai satu nomor telepon yang berakhir {value}: {people}."
    regulation = FICTITIOUS
    threshold, part, shown = SAME_PHONE, "phone", "person__phone"
    place = ("person__phone",)

    def rows(self, scope: Scope) -> QuerySet:
        return scope.within(taking_part().exclude(person__phone=""), scope.live)

    def quoted(self, value: str) -> str:
        return value[-SHOWN_DIGITS:]


@register
class SameAddress(SharedContact):
    """One address for many participants. A hamlet alone is no address: only those with a number are compared."""

    identifier = "same_address"
    severity = Severity.LOW
    label = "Satu alamat untuk banyak peserta"
    sentence = "{count} peserta beralamat sama, {value}: {people}."
    regulation = FICTITIOUS
    threshold, part, shown = SAME_ADDRESS, "address", "person__address"
    place = ("street", "person__rt", "person__rw", "person__village_id")

    def rows(self, scope: Scope) -> QuerySet:
        with_number = taking_part().filter(person__address__regex="[0-9]")
        return scope.within(with_number, scope.live).annotate(street=Lower("person__address"))
