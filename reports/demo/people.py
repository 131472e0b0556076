"""Invented people: names put together from lists, NIK with a valid structure, numbers that cannot ring."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from participants.enums import Education, Sex
from participants.models import Business, Person
from portal.models import Agency, Region
from reports.demo.themes import Theme

GIVEN = {
    Sex.FEMALE: (
        "Anik", "Dewi", "Eka", "Endang", "Erna", "Fitri", "Indah", "Ismiati", "Khusnul", "Lilik", "Maisaroh",
        "Mujiati", "Nanik", "Ninik", "Nur", "Painem", "Ratna", "Rini", "Rukmini", "Sri", "Sulastri", "Sumiati",
        "Sunarti", "Tutik", "Umi", "Wahyuni", "Winarti", "Yuli",
    ),
    Sex.MALE: (
        "Agus", "Bambang", "Budi", "Didik", "Eko", "Hariyanto", "Heri", "Imam", "Joko", "Mulyono", "Mukhlis", "Purnomo",
        "Rudi", "Samsul", "Slamet", "Subandi", "Sugeng", "Suparman", "Sutrisno", "Suyitno", "Wahyu", "Yudi",
    ),
}  # fmt: skip
FAMILY = (
    "Astuti", "Fauzi", "Handayani", "Hidayat", "Kurniawan", "Kusuma", "Lestari", "Maulana", "Ningsih", "Nugroho",
    "Prasetyo", "Pratiwi", "Puspita", "Rahayu", "Rahmawati", "Santoso", "Saputra", "Setiawan", "Setyowati", "Susanti",
    "Utami", "Wibowo", "Widodo", "Wijayanti", "Wulandari", "Yulianti",
)  # fmt: skip
HAMLETS = ("Krajan", "Sumberjo", "Ngasem", "Bulu", "Tengah", "Kidul", "Lor", "Wetan", "Kulon", "Sukorejo")
SCHOOLS = (
    (Education.PRIMARY, 18),
    (Education.JUNIOR, 27),
    (Education.SENIOR, 42),
    (Education.DIPLOMA, 5),
    (Education.BACHELOR, 8),
)
OCCUPATIONS = ("Ibu rumah tangga", "Wiraswasta", "Petani", "Buruh harian", "Pedagang", "Karyawan swasta")
SHARE_OF_WOMEN = 0.72
FIRST_SERIAL = 9_000  # a serial of a real day seldom passes a few dozen, so these belong to nobody


def made_up_nik(area: str, born: date, sex: str, serial: int) -> str:
    """Return a NIK with a valid structure: area (6 digits), birth date with 40 added for women, serial."""
    day = born.day + (40 if sex == Sex.FEMALE else 0)
    return f"{area}{day:02d}{born:%m%y}{serial:04d}"


class Crowd:
    """Makes the people of all offices; each office's people are remembered, for some come a second time."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.known: dict[int, list[Person]] = {}
        self.taken: set[str] = set()

    def new_person(self, office: Agency, villages: Sequence[Region], *, on: date) -> Person:
        """Return an unsaved person of 18 to 60 years on a day, living in one of the villages (the first, mostly)."""
        draw = self.random
        known = self.known.setdefault(office.pk, [])
        sex = Sex.FEMALE if draw.random() < SHARE_OF_WOMEN else Sex.MALE
        born = on - timedelta(days=draw.randint(18 * 366, 60 * 365))
        nik = self._nik(office, born, sex, len(known))
        person = Person(
            office=office,
            name=f"{draw.choice(GIVEN[sex])} {draw.choice(FAMILY)}",
            sex=sex,
            birth_place="Malang",
            birth_date=born,
            address=f"Dusun {draw.choice(HAMLETS)}",
            rt=f"{draw.randint(1, 32):03d}",
            rw=f"{draw.randint(1, 8):03d}",
            village=villages[0] if draw.random() < 0.7 else draw.choice(villages),
            phone=f"+628000{draw.randrange(10**6):06d}" if draw.random() < 0.85 else "",
            education=draw.choices([level for level, _ in SCHOOLS], [share for _, share in SCHOOLS])[0],
            occupation=draw.choice(OCCUPATIONS),
            disability="Disabilitas fisik" if draw.random() < 0.02 else "",
        )
        person.set_nik(nik)
        known.append(person)
        return person

    def _nik(self, office: Agency, born: date, sex: str, number: int) -> str:
        area = office.region_id.replace(".", "")
        while (nik := made_up_nik(area, born, sex, FIRST_SERIAL + number % 1_000)) in self.taken:
            number += 1
        self.taken.add(nik)
        return nik

    def returning(self, office: Agency, count: int) -> list[Person]:
        """Return up to `count` people of an office who took part before."""
        known = self.known.get(office.pk, [])
        return self.random.sample(known, min(count, len(known)))

    def business(self, person: Person, theme: Theme, year: int) -> Business:
        """Return the unsaved business of a person, in the trade of a training."""
        draw = self.random
        workers = draw.choices([1, 2, 3, 4, 6, 9], [40, 25, 15, 10, 7, 3])[0]
        return Business(
            person=person,
            name=f"{theme.shop} {person.name.split()[0]}",
            nib=f"00{draw.randrange(10**11):011d}" if draw.random() < 0.45 else "",
            kbli_code=theme.kbli,
            product=theme.product,
            workers=workers,
            investment=draw.randrange(1, 40) * 500_000,
            turnover=workers * draw.randrange(12, 60) * 1_000_000,
            turnover_year=year - 1,
            legality=draw.choice(("", "", "PIRT", "Halal", "Merek")) if theme.field == "Pangan" else "",
        )
