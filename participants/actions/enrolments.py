"""Writing people, enrolments and attendance in bulk; single rows come through the forms of the back office."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from participants.actions.people import number_people
from participants.models import Attendance, Business, Enrolment, Person
from portal.actions.bulk import recheck_rows, write_rows
from portal.models import ImportBatch


@transaction.atomic
def enrol_people(
    *,
    new_people: Sequence[Person] = (),
    changed_people: Sequence[Person] = (),
    person_fields: Iterable[str] = (),
    enrolments: Sequence[Enrolment] = (),
    new_businesses: Sequence[Business] = (),
    changed_businesses: Sequence[Business] = (),
    business_fields: Iterable[str] = (),
    by: Any,
    source: ImportBatch | None = None,
) -> None:
    """Write people first, then what hangs on them; enrolments come before businesses.

    New people without a NIK get the next local numbers of their office. The order matters to an organizer, who sees a
    person only through an enrolment it pays for; so the writer's scope is read again once, after everything stands.
    """
    reason = f"impor {source.pk}" if source else "dicatat"
    number_people(new_people)
    source_id = source.pk if source else None  # plain keys: setting a related object costs more than storing it
    for row in [*new_people, *enrolments]:
        row.source_id = source_id
    write_rows(
        Person, new=new_people, changed=changed_people, fields=person_fields, by=by, reason=reason, recheck=False
    )
    write_rows(Enrolment, new=enrolments, by=by, reason=reason)
    write_rows(Business, new=new_businesses, changed=changed_businesses, fields=business_fields, by=by, reason=reason)
    recheck_rows(Person, [*new_people, *changed_people], by=by)


@transaction.atomic
def record_attendance(
    *, new: Sequence[Attendance], changed: Sequence[Attendance], by: Any, source: ImportBatch | None = None
) -> None:
    """Write marks of presence; a changed mark keeps the import that first brought it."""
    for row in new:
        row.source_id = source.pk if source else None
    reason = f"impor {source.pk}" if source else "dicatat"
    write_rows(Attendance, new=new, changed=changed, fields=["presence"], by=by, reason=reason)
