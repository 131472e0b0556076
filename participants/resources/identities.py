"""Who a row of a list of participants means: by NIK, by the number of the office, or by name and birth date."""

from collections.abc import Hashable
from datetime import date
from typing import Any, NamedTuple

from participants.resources.cells import NO_NIK, is_nik
from participants.resources.known import Home, Known, KnownPeople
from participants.rules import name_key
from portal.identity import index_nik


class Identity(NamedTuple):
    """What a row says about who it is, and whom of the people with a local number that means.

    `key` is None when a cell it needs is missing or refused. `people` holds one person, none (somebody new, or known by
    NIK alone), or several that only the sender can tell apart.
    """

    key: Hashable
    nik: str = ""
    number: str = ""
    people: tuple[Known, ...] = ()

    @property
    def person(self) -> Known | None:
        """Return the one person meant, if it is one."""
        return self.people[0] if len(self.people) == 1 else None


def identity_of(values: dict[str, Any], known: KnownPeople) -> Identity:
    """Return who a cleaned row means. Rows with a NIK have its blind index as key."""
    nik, number = values.get("nik"), values.get("local_number")
    if is_nik(nik):
        index = index_nik(nik)
        person = known.by_number.get(number) if number else known.by_index.get(index)
        return Identity(index, nik, number or "", (person,) if person else ())
    if nik is None:  # empty or refused: an error already
        return Identity(None)
    number = number or (nik if nik != NO_NIK else None)
    if number:
        person = known.by_number.get(number)
        return Identity(
            ("person", person.pk) if person else ("number", number), "", number, (person,) if person else ()
        )
    return _by_name(values, known)


def _by_name(values: dict[str, Any], known: KnownPeople) -> Identity:
    name, born, home = values.get("name"), born_of(values), home_of(values)
    if name is None:
        return Identity(None)
    people = tuple(known.matches(name, born, home))
    if len(people) == 1:
        return Identity(("person", people[0].pk), people=people)
    key = ("born", name_key(name), born.isoformat()) if born else ("home", name_key(name), *home.key)
    return Identity(key, people=people)


def born_of(values: dict[str, Any]) -> date | None:
    """Return the birth date, from its own column or from the one that holds place and date."""
    return values.get("birth_date") or (values.get("birth") or (None, None))[1]


def home_of(values: dict[str, Any]) -> Home:
    """Return where a person lives, gathered from up to five columns; a column of its own beats the address."""
    rt, rw, address = values.get("address") or (None, None, None)
    rt, rw = values.get("rt_rw") or (values.get("rt") or rt, values.get("rw") or rw)
    hamlet = values.get("hamlet")
    if hamlet and name_key(hamlet) not in name_key(address or ""):
        hamlet = hamlet if name_key(hamlet).startswith("dusun") else f"Dusun {hamlet}"
        address = f"{hamlet}, {address}" if address else hamlet
    return Home(address, rt, rw)
