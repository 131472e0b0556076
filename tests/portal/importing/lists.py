"""Lists of participants made by code: the same people each time, of nobody's acquaintance."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from participants.models import Person
from tests.factories.participants import BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import make_nik
from tests.imports.desk import csv_file
from tests.samples import Sample

HEADINGS = ("NIK", "Nama", "L/P", "Tanggal Lahir", "RT", "Desa", "No HP", "Pekerjaan", "Nama Usaha", "Produk")
NO_NIK = "belum ada NIK"
Line = tuple[Any, ...]


def line(serial: int, *, nik: str = "", job: str = "Penjahit", business: str = "") -> Line:
    """Return one person of Clumprit; equal serials are equal people."""
    sex, born = "LP"[serial % 2], date(1970, 1, 1) + timedelta(days=serial * 173 % 12_000)
    nik = nik or make_nik(serial, born, sex)
    product = "Keripik" if business else ""
    phone = f"0812{serial:08d}"
    return (
        nik,
        f"Peserta {_word(serial)}",
        sex,
        born,
        f"{serial % 31 + 1:03d}",
        "Clumprit",
        phone,
        job,
        business,
        product,
    )


def many_lines(count: int) -> list[Line]:
    """Return that many people; every third has a business."""
    return [line(serial, business="" if serial % 3 else f"Usaha {serial}") for serial in range(1, count + 1)]


def content_of(lines: Iterable[Line]) -> bytes:
    """Return the list as a CSV file."""
    return csv_file([HEADINGS, *lines])


def fifty_lines(sample: Sample) -> list[Line]:
    """Return 50 lines of every kind, after recording the people whom some of them speak of.

    30 new people with a NIK, a third with a business, and 4 without; 5 known people who enrol and change; 5 enrolled
    who change, one of them with a changed and one with a new business; 5 enrolled who stay the same; 1 rejected.
    """
    lines = [line(serial, business="" if serial % 3 else f"Usaha {serial}") for serial in range(1, 31)]
    lines += [line(serial, nik=NO_NIK) for serial in range(31, 35)]
    for serial in range(35, 40):
        _known(sample, serial)
        lines.append(line(serial, job="Pedagang", business=f"Usaha {serial}"))
    changing = [_known(sample, serial, enrolled=True) for serial in range(40, 45)]
    BusinessFactory(person=changing[0], name="Usaha 40", product="Tempe")
    businesses = {40: "Usaha 40", 41: "Usaha 41"}
    lines += [line(serial, job="Pedagang", business=businesses.get(serial, "")) for serial in range(40, 45)]
    for serial in range(45, 50):
        _known(sample, serial, enrolled=True)
        lines.append(line(serial))
    return [*lines, line(50, nik="12345")]


COUNTS = {"new": 39, "changed": 5, "same": 5, "rejected": 1, "skipped": 0}
# What saving the fifty lines adds to the tables, and the row versions it writes as (created, changed).
ADDED = {"Person": 34, "Enrolment": 39, "Business": 16}
VERSIONS = {"Person": (34, 10), "Enrolment": (39, 0), "Business": (16, 1)}


def _known(sample: Sample, serial: int, *, enrolled: bool = False) -> Person:
    nik, name, sex, born, rt, _, phone, job, *_ = line(serial)
    person = PersonFactory(
        office=sample.office("Pagelaran"),
        nik=nik,
        name=name,
        sex=sex,
        birth_date=born,
        rt=rt,
        phone=f"+62{phone[1:]}",
        occupation=job,
    )
    if enrolled:
        EnrolmentFactory(training=sample.founding, person=person)
    return person


def _word(serial: int) -> str:
    """Return a number as letters: names have no digits."""
    return "".join(chr(ord("A") + int(digit)) for digit in f"{serial:04d}")
