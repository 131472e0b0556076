"""What the rows of a list of participants would write, and the writing of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from participants.actions.enrolments import enrol_people
from participants.models import Business, Enrolment, Person
from participants.queries import among
from participants.resources.businesses import BUSINESS_FIELDS
from participants.resources.recorded import Recorded
from portal.actions.bulk import unsaved
from portal.models import ImportBatch
from portal.scoping import VanishedRow, visible
from programs.models import Training

NIK_FIELDS = ("nik_index", "nik_cipher", "nik_last4")


@dataclass(slots=True)
class Planned:
    """What one row would write. Objects are made only when it is written: most plans are only looked at."""

    person: Recorded | None = None  # None: somebody new
    given: dict[str, Any] = field(default_factory=dict)  # fields of somebody new
    nik: str = ""  # to be given to the person
    changed: list[str] = field(default_factory=list)  # fields, with their new values in `person`
    enrols: bool = False
    business: Business | None = None  # a changed one
    business_given: dict[str, Any] = field(default_factory=dict)  # fields of a new one

    @property
    def writes(self) -> bool:
        """True when there is anything to write."""
        return self.enrols or bool(self.nik or self.changed or self.business_given or self.business)


def write_plans(plans: Sequence[Planned], training: Training, *, by: Any, source: ImportBatch) -> None:
    """Write a chunk of plans; each new NIK is encrypted here, once. Raises VanishedRow when a person is no more."""
    known = {plan.person.pk for plan in plans if plan.person is not None}
    people = {person.pk: person for person in among(visible(Person, by).order_by(), "pk", known)}
    if len(people) != len(known):
        raise VanishedRow("Some people are no more.")
    given = ({"office_id": training.office_id, **plan.given} for plan in plans if plan.person is None)
    new_people = unsaved(Person, given)
    coming = iter(new_people)
    changed_people, fields, enrolled, businesses = [], set(), [], []
    for plan in plans:
        if plan.person is None:
            person = next(coming)
        else:
            person = people[plan.person.pk]
            if plan.changed or plan.nik:
                changed_people.append(person)
                fields.update(plan.changed, NIK_FIELDS if plan.nik else ())
            for name in plan.changed:
                setattr(person, name, getattr(plan.person, name))
        if plan.nik:
            person.set_nik(plan.nik)
        if plan.enrols:
            enrolled.append(person)
        if plan.business_given:
            businesses.append(Business(person=person, **plan.business_given))
    enrol_people(
        new_people=new_people,
        changed_people=changed_people,
        person_fields=fields,
        enrolments=_enrolments(enrolled, training),
        new_businesses=businesses,
        changed_businesses=[plan.business for plan in plans if plan.business is not None],
        business_fields=tuple(BUSINESS_FIELDS.values()),
        by=by,
        source=source,
    )


def _enrolments(people: Sequence[Person], training: Training) -> list[Enrolment]:
    """Return new enrolments; who names no other RT stands for their own."""
    enrolments = unsaved(Enrolment, ({"represents_rt": person.rt, "represents_rw": person.rw} for person in people))
    for enrolment, person in zip(enrolments, people, strict=True):
        enrolment.training, enrolment.person = training, person
    return enrolments
