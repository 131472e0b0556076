"""Who a person is to the portal: a NIK, or a number of the office until there is one."""

from django.db import transaction

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
    elif not person.nik_index and not person.local_number:
        person.local_number = _next_local_number(person.office)
    return person


def _next_local_number(office: Agency) -> str:
    Agency.objects.select_for_update().get(pk=office.pk)
    prefix = local_number(office.region_id, 0)[:-4]
    taken = Person.objects.filter(office=office, local_number__startswith=prefix)
    serials = [number.removeprefix(prefix) for number in taken.values_list("local_number", flat=True)]
    return local_number(office.region_id, max((int(serial) for serial in serials if serial.isdigit()), default=0) + 1)
