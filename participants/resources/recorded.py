"""People as a check needs them: light, because most rows of a list that comes again change nobody."""

from collections.abc import Iterable
from typing import Any

from participants.models import Person
from portal.models import Region

PERSON_FIELDS = (
    *("name", "sex", "birth_place", "birth_date", "address", "rt", "rw"),
    *("phone", "education", "occupation", "disability"),
)
LOADED = ("pk", "nik_index", "nik_last4", "local_number", "village_id", *PERSON_FIELDS)


class Recorded:
    """What the database says about one person. It can be compared and changed like a Person, but not saved."""

    _meta = Person._meta  # names the fields in messages
    village: Region | None = None

    def __init__(self, values: Iterable[Any]):
        self.__dict__.update(zip(LOADED, values, strict=True))
