"""What a rule is, what it finds, and the rows it may look at."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any, NamedTuple, Self

from django.db.models import QuerySet
from django.utils import timezone

from portal.formatting import amount, rupiah, tanggal
from portal.identity import mask_text
from portal.scoping import visible
from portal.spreadsheets.digests import canonical
from programs.enums import TrainingStatus
from programs.models import Training
from reports.enums import Severity

NAMED = 5  # people that a sentence names; of the others it says how many they are
_OFFICE = ("office", "office__region", "office__region__name")
_TRAINING = ("pk", "number", "title", "organizer")


class Office(NamedTuple):
    """The kecamatan office that a finding concerns: key, code of its region, name of the kecamatan."""

    pk: int
    code: str
    name: str


class TrainingName(NamedTuple):
    """The training that a finding concerns."""

    pk: int
    number: str
    title: str
    organizer_id: int


class Scope:
    """The rows that a user asks about. `trainings` must come from `visible_to(user)`; filters may have narrowed it."""

    def __init__(self, user: Any, trainings: QuerySet[Training], *, today: date | None = None):
        self.user, self.trainings = user, trainings.order_by()
        self.today = today or timezone.localdate()

    @classmethod
    def of(cls, user: Any) -> Self:
        """Return everything the user may see."""
        return cls(user, visible(Training, user))

    def narrowed(self, **lookups: Any) -> Self:
        """Return the same scope over fewer trainings."""
        return type(self)(self.user, self.trainings.filter(**lookups), today=self.today)

    @property
    def live(self) -> QuerySet[Training]:
        """Return the trainings that were not called off."""
        return self.trainings.exclude(status=TrainingStatus.CANCELLED)

    @property
    def held(self) -> QuerySet[Training]:
        """Return the trainings whose last day has passed."""
        return self.live.filter(end__lt=self.today)

    @staticmethod
    def within(rows: QuerySet, trainings: QuerySet[Training]) -> QuerySet:
        """Return the rows that belong to the trainings."""
        return rows.filter(training__in=trainings.values("pk")).order_by()


class _Sentence(Formatter):
    """`{paid:rp}` rupiah, `{hours:n}` a number, `{start:d}` a date; without a format what `str` gives."""

    def format_field(self, value: Any, spec: str) -> str:
        if spec == "rp":
            return rupiah(value)
        if spec == "d":
            return tanggal(value)
        return number(value) if spec == "n" else super().format_field(value, spec)


def number(value: Decimal | int) -> str:
    """Return `1.234` or `58,8`, without zeros behind the comma."""
    text = amount(value)
    return text.rstrip("0").rstrip(",")


def names_of(people: Sequence[str]) -> str:
    """Return `Sulastri, Wiwik, dan 3 lainnya`."""
    rest = len(people) - NAMED
    return ", ".join(people[:NAMED]) + (f", dan {rest} lainnya" if rest > 0 else "")


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found. `key` is what it is about, `fingerprint` the figures it rests on, as SHA-256.

    Both are the same for everybody who sees the finding: a decision of one must be recognised by the others. `amount`
    is the money in question, rupiah, None where no sum can be named. `person_id` leads to a finding without training.
    """

    rule: "Rule"
    key: str
    fingerprint: str
    sentence: str
    office: Office
    training: TrainingName | None = None
    person_id: int | None = None
    amount: Decimal | None = None


class Rule:
    """One check. A subclass names itself and asks ONE question of the database; aggregates are the database's work.

    `sentence` is a template for the figures (see _Sentence); `regulation` says on what the rule rests.
    """

    identifier: str
    severity: Severity
    label: str
    sentence: str
    regulation: str

    def query(self, scope: Scope) -> Iterator[Finding]:
        """Yield the findings among the rows of the scope."""
        raise NotImplementedError

    def about_training(
        self,
        naming: Sequence[Any],
        figures: Mapping[str, Any],
        *,
        part: str = "",
        basis: Iterable[Any] | None = None,
        amount: Decimal | None = None,
    ) -> Finding:
        """Return a finding about a training, named by the columns of `naming()`, or about a `part` of it (`person:7`).

        `basis` are the figures that a decision rests on, when they are others than those of the sentence.
        """
        office, training = Office(*naming[: len(_OFFICE)]), TrainingName(*naming[len(_OFFICE) :])
        key = f"training:{training.pk}{':' if part else ''}{part}"
        return self._finding(key, office, figures, basis, training=training, amount=amount)

    def about_person(
        self, person_id: int, part: str, office: Office, figures: Mapping[str, Any], basis: Iterable[Any]
    ) -> Finding:
        """Return a finding about a person of an office, over several trainings."""
        return self._finding(f"person:{person_id}:{part}", office, figures, basis, person_id=person_id)

    def _finding(
        self, key: str, office: Office, figures: Mapping[str, Any], basis: Iterable[Any] | None, **about: Any
    ) -> Finding:
        facts = [self.identifier, key, *map(canonical, figures.values() if basis is None else basis)]
        fingerprint = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        sentence = mask_text(_Sentence().vformat(self.sentence, (), figures))
        return Finding(self, key, fingerprint, sentence, office, **about)


def naming(path: str = "") -> tuple[str, ...]:
    """Return the columns that name a training and its office, `path` being the way to the training (`training__`)."""
    return tuple(f"{path}{name}" for name in (*_OFFICE, *_TRAINING))


WIDTH = len(naming())  # how many columns of a row name its training; the figures follow


def parted(row: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return (columns that name the training, figures) of a row that begins with `naming()`."""
    return row[:WIDTH], row[WIDTH:]
