"""What several tables of figures need: who counts, who is the same person, rupiah to the cent."""

from decimal import Decimal
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast, Coalesce

from participants.models import Enrolment
from participants.queries import taking_part
from programs.models import Training
from programs.rules import CENTS


def people_of(trainings: QuerySet[Training]) -> QuerySet[Enrolment]:
    """Return the enrolments that count as participants of these trainings, in no order."""
    return taking_part().filter(training__in=trainings.order_by().values("pk")).order_by()


def same_person() -> Coalesce:
    """Return the expression over enrolments that is equal for one person: the NIK whatever the office, else the row."""
    return Coalesce("person__nik_index", Cast("person", CharField()))


def to_cents(amount: Any) -> Decimal | None:
    """Return a sum of the database in rupiah with two decimals, None for none; SQLite adds up in binary fractions."""
    return None if amount is None else Decimal(amount).quantize(CENTS)


def plus(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """Return the sum of two figures of which each may be unknown; None when both are."""
    return (first or Decimal(0)) + (second or Decimal(0)) if first is not None or second is not None else None
