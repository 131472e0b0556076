"""A world with many participants, written past the row versions: only what an export reads."""

from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection

from participants.enums import Education, EnrolmentStatus
from participants.models import Business, Enrolment, Person
from programs.models import Training
from tests.factories.portal import UserFactory
from tests.samples import Sample

AUDITOR = "auditor.ukur"
PEOPLE, BATCH = 30, 5_000
NAMES = ("Siti Aminah", "Budi Santoso", "Dewi Lestari & Rekan", "M. Arif", "Endang S", "Sri Wahyuni", "Joko Purnomo")
STREETS = ("Jl. Raya Clumprit", "Dusun Krajan & Sekitarnya", "Jl. Masjid, Dusun Sumber Gentong, No.", "")


def main(rows: str) -> None:
    """Migrate, make the sample world, and add `rows` enrolments of as many people, thirty a training."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    world = Sample()
    first, count = world.founding, int(rows)
    trainings = _trainings(first, -(-count // PEOPLE))
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        people = Person.objects.bulk_create(_person(first, number) for number in numbers)
        Business.objects.bulk_create(
            Business(
                person=person,
                office_id=first.office_id,
                name=f"Usaha {person.pk}",
                nib=f"{person.pk:013d}",
                kbli_code="14111",
                product="Busana",
                workers=2,
                turnover=12_000_000,
                turnover_year=2024,
            )
            for person in people
            if person.pk % 5 < 3
        )
        Enrolment.objects.bulk_create(
            Enrolment(
                training=trainings[number // PEOPLE],
                person=person,
                office_id=first.office_id,
                organizer_id=first.organizer_id,
                status=EnrolmentStatus.ENROLLED,
                pre_score=number % 100,
                represents_rt=f"{number % 30 + 1:03d}",
                represents_rw="002",
            )
            for number, person in zip(numbers, people, strict=True)
        )
    UserFactory(auditor=True, username=AUDITOR)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _trainings(like: Training, count: int) -> list[Training]:
    made = []
    for number in range(count):
        start = date(like.start.year, 1, 6) + timedelta(days=number % 300)
        made.append(
            Training(
                number=f"{like.start.year}.35.07.33.{number + 5000:06d}",
                title=f"Pelatihan Menjahit Angkatan {number}",
                field="Menjahit",
                budget_line=like.budget_line,
                office=like.office,
                organizer=like.organizer,
                village=like.village,
                start=start,
                end=start + timedelta(days=1),
                ceiling=45_000_000,
            )
        )
    return Training.objects.bulk_create(made)


def _person(like: Training, number: int) -> Person:
    index = f"{number:064x}"
    return Person(
        office_id=like.office_id,
        nik_cipher=b"x",
        nik_index=index,
        nik_last4=f"{number % 10_000:04d}",
        name=f"{NAMES[number % len(NAMES)]} {number}",
        sex="LP"[number % 2],
        birth_place="Malang",
        birth_date=date(1970, 1, 1) + timedelta(days=number % 12_000) if number % 20 else None,
        address=f"{street} {number % 9_973}" if (street := STREETS[number % len(STREETS)]) else "",
        rt=f"{number % 30 + 1:03d}",
        rw="002",
        village=like.village,
        phone=f"+6281{number:09d}",
        education=Education.values[number % len(Education.values)],
        occupation="Penjahit",
    )
