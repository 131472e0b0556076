"""Who a person is to the portal: a NIK, or a number of the office until there is one."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Length

from participants.models import Person
from participants.rules import local_number
from portal.models import Agency


@transaction.atomic
def identify(person: Person, nik: str | None) -> Person:
    """Give an unsaved or changed person the normalised `nik`, or a local number when they have neither; return it.

    The caller saves in the same transaction: the office's row is locked, so no two people get one number.
    """
    if nik:
        person.set_nik(nik)
    else:
        number_people([person])
    return person


@transaction.atomic
def number_people(people: Sequence[Person]) -> None:
    """Give those who have neither NIK nor local number the next numbers of their office, in the order given.

    One lock and one query for each office, however many people; the caller saves them in the same transaction.
    """
    waiting: dict[int, list[Person]] = {}
    for person in people:
        if not person.nik_index and not person.local_number:
            waiting.setdefault(person.office_id, []).append(person)
    for pk, group in waiting.items():
        office = Agency.objects.select_for_update().get(pk=pk)
        for serial, person in enumerate(group, start=_next_serial(office)):
            person.local_number = local_number(office.region_id, serial)


def _next_serial(office: Agency) -> int:
    prefix = local_number(office.region_id, 0)[:-4]
    taken = Person.objects.filter(office=office, local_number__startswith=prefix)
    # The longest first: L-…-10000 comes after L-…-9999.
    last = taken.order_by(Length("local_number").desc(), "-local_number").values_list("local_number", flat=True).first()
    return int(last.removeprefix(prefix)) + 1 if last else 1
