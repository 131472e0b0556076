"""Who of an office has, or once had, no NIK: found by the office's own number, or by name and birth date."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from participants.models import Person
from participants.rules import name_key
from portal.identity import mask_nik
from portal.models import Agency
from portal.scoping import visible

NAMED = 5  # people that one message names


class Home(NamedTuple):
    """Where somebody lives, as far as a sheet says."""

    address: str | None
    rt: str | None
    rw: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what is compared."""
        return name_key(self.address or ""), self.rt or "", self.rw or ""


class Known(NamedTuple):
    """A person of the office who has a local number."""

    pk: int
    number: str
    name: str
    born: date | None
    address: str
    rt: str
    rw: str
    nik_index: str | None
    nik_last4: str

    @property
    def masked(self) -> str:
        """Return the masked NIK, or the number."""
        return mask_nik(self.nik_last4) or self.number


class KnownPeople:
    """The people of one office who have a local number; those who were given a NIK since then keep it as history."""

    def __init__(self, people: Iterable[Known] = ()):
        self.by_number: dict[str, Known] = {}
        self.by_index: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = {}
        for person in people:
            self.by_number[person.number] = person
            if person.nik_index:
                self.by_index[person.nik_index] = person
            self._by_name.setdefault(name_key(person.name), []).append(person)

    @classmethod
    def of(cls, office: Agency, user: object) -> "KnownPeople":
        """Return those of an office that the user may see. One query."""
        rows = visible(Person, user).filter(office=office, local_number__isnull=False).order_by("pk")
        fields = ("pk", "local_number", "name", "birth_date", "address", "rt", "rw", "nik_index", "nik_last4")
        return cls(Known(*row) for row in rows.values_list(*fields).iterator(chunk_size=2_000))

    def matches(self, name: str, born: date | None, home: Home) -> list[Known]:
        """Return who a row without NIK may mean: the same name and birth date, without one the same name and home.

        Those who have a NIK by now count only when nobody else does: then the sheet is older than the NIK.
        """
        if born:
            found = [person for person in self._named(name) if person.born == born]
        else:
            place = home.key
            found = [
                person
                for person in self._named(name)
                if person.born is None and Home(person.address, person.rt, person.rw).key == place
            ]
        return [person for person in found if not person.nik_index] or found

    def twins(self, name: str, born: date) -> list[Known]:
        """Return those without NIK who have this name and birth date: perhaps the NIK is theirs."""
        return [person for person in self._named(name) if person.born == born and not person.nik_index]

    def namesakes(self, name: str, born: date | None) -> list[Known]:
        """Return those without NIK and of this name whom a missing birth date keeps from being recognised."""
        return [
            person for person in self._named(name) if not person.nik_index and (born is None or person.born is None)
        ]

    def _named(self, name: str) -> list[Known]:
        return self._by_name.get(name_key(name), []) if self._by_name else []


def numbers_of(people: Iterable[Known]) -> str:
    """Return the numbers of a few people, for a message."""
    numbers = [person.masked for person in people]
    return ", ".join(numbers[:NAMED]) + (f" dan {len(numbers) - NAMED} lainnya" if len(numbers) > NAMED else "")
