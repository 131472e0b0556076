"""Random lists of participants and of attendance."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from participants.enums import Education, Presence
from participants.models import Business, Enrolment, Person
from portal.identity import index_nik
from programs.models import Training
from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, make_nik
from tests.factories.programs import SessionFactory, TrainingFactory
from tests.imports.desk import Upload
from tests.imports.scenarios import FAULT, Cell, Scenario, some_day, words

PERSON_CELLS = (
    Cell(
        "Nama Lengkap",
        words("Siti Aminah", "Budi Santoso", "Ni’mah", "Sri Wahyuni, S.Pd", "D" * 120),
        lambda person: person.name,
        faults=("", "N" * 121),
        required=True,
    ),
    Cell("L/P", words("L", "P", "laki-laki", "Perempuan"), lambda person: person.sex, faults=("X", ""), required=True),
    Cell("Tempat Lahir", words("Malang", "Blitar"), lambda person: person.birth_place, faults=("T" * 81,)),
    Cell(
        "Tgl Lahir",
        some_day(date(1960, 1, 1), 15_000),
        lambda person: person.birth_date,
        faults=("12/31/1990", "1-1-90", "kemarin"),
    ),
    Cell("Alamat", words("Dusun Krajan", "Jl. Raya 5 RT 03 RW 04", "RT 007"), lambda person: person.address),
    Cell("RT", words("001", "7", "RT 12"), lambda person: person.rt, faults=("000", "tiga")),
    Cell("RW", words("004", "2"), lambda person: person.rw, faults=("RT 1",)),
    Cell(
        "Desa",
        words("Clumprit", "Desa Suwaru", "BRONGKAL"),
        lambda person: person.village and person.village.name,
        faults=("Clumpritt", "Sidorahayu"),
    ),
    Cell(
        "No HP",
        words("081234567890", "+62 812 9999 0000", "(0341) 123456"),
        lambda person: person.phone,
        faults=("123", "0812 345 678 / 0813"),
    ),
    Cell("Pendidikan", words("SMA", "smp", "S1"), lambda person: person.education, faults=("TK",)),
    Cell("Pekerjaan", words("Penjahit", "Ibu rumah tangga"), lambda person: person.occupation, faults=("P" * 81,)),
    Cell("Disabilitas", words("Tuna netra"), lambda person: person.disability),
    Cell("Nama Usaha", words("Keripik Lia", "Batik Ayu"), lambda person: business_of(person, "name")),
    Cell("NIB", words("1234567890123"), lambda person: business_of(person, "nib"), faults=("12345",)),
    Cell("KBLI", words("14111", "10710"), lambda person: business_of(person, "kbli_code"), faults=("141111",)),
    Cell("Produk", words("Seragam", "Keripik"), lambda person: business_of(person, "product")),
    Cell("Tenaga Kerja", words(1, 3, 12), lambda person: business_of(person, "workers"), faults=("banyak", "-1")),
)


def business_of(person: Person, name: str) -> Any:
    business = Business.objects.filter(person=person).first()
    return getattr(business, name) if business else None


class Participants(Scenario):
    """People of the office, some in the training, some in another; the neighbours know some of the same NIK."""

    resource = "participants"

    def __init__(self, rng: Random):
        super().__init__(rng)
        self.training: Training = TrainingFactory(office=self.office, budget_line=self.budget_line)
        other = TrainingFactory(office=self.office, budget_line=self.budget_line)
        neighbour = AgencyFactory(office=True, region__code="35.07.21")
        self.people: list[tuple[str, Person | None]] = []
        for serial in range(1, rng.randint(2, 8)):
            nik = make_nik(serial, date(1985, 1, serial), "LP"[serial % 2])
            person = PersonFactory(office=self.office, nik=nik, **self._facts())
            for training in rng.sample([self.training, other], rng.randrange(3)):
                EnrolmentFactory(training=training, person=person)
            if rng.random() < 0.4:
                BusinessFactory(person=person, name=rng.choice(("Keripik Lia", "Usaha Lama")))
            self.people.append((nik, person))
        for serial in range(50, 54):
            nik = make_nik(serial, date(1990, 2, 3), "P")
            EnrolmentFactory(person=PersonFactory(office=neighbour, nik=nik), training__office=neighbour)
            self.people.append((nik, None))  # nobody to this office

    def key_of(self, line: Sequence[Any]) -> Any:
        return index_nik("".join(filter(str.isdigit, line[0])))

    def owner_of(self, obj: Any) -> Any:
        return (obj if isinstance(obj, Person) else obj.person).nik_index

    def _facts(self) -> dict[str, Any]:
        return {
            "village": self.rng.choice([*self.villages, None]),
            "phone": self.rng.choice(["", "+6281234567890"]),
            "education": self.rng.choice(["", Education.SENIOR]),
            "occupation": self.rng.choice(["", "Penjahit"]),
            "birth_date": self.rng.choice([None, date(1985, 1, 1)]),
        }

    def file(self) -> Upload:
        """Return a random list of participants."""
        chosen = self.columns(PERSON_CELLS)
        new = [(make_nik(serial, date(1999, 9, 9), "L"), None) for serial in self.rng.sample(range(100, 999), 6)]
        people = self.rng.sample(self.people + new, self.rng.randint(1, min(10, len(self.people) + 6)))
        lines = []
        for nik, person in people:
            cells, faulty = self.fill(chosen, person)
            wrong = self.rng.random() < FAULT
            spelt = self.rng.choice((nik, f"'{nik}", f" {nik} ", f"{nik[:6]} {nik[6:12]} {nik[12:]}"))
            lines.append(([self.rng.choice(("", nik[:15], f"{nik}1")) if wrong else spelt, *cells], faulty or wrong))
        headings = ["NIK", *(cell.heading for cell in chosen)]
        return self.upload(headings, self.with_doubles(lines), target=self.training.number)


MARKS = ("V", "hadir", "1", "-", "A", "I", "s", "√")


class AttendanceLists(Scenario):
    """Enrolled people, two of one name, over one to three days, one perhaps of two sessions; some marks stand."""

    resource = "attendance"

    def __init__(self, rng: Random):
        super().__init__(rng)
        self.training: Training = TrainingFactory(office=self.office, budget_line=self.budget_line)
        days = [self.training.start + timedelta(days=day) for day in range(rng.randint(1, 3))]
        sessions = [SessionFactory(training=self.training, date=day, order=1) for day in days]
        self.headings: list[Any] = list(days)
        self.stray: list[Any] = [self.training.start - timedelta(days=1)]  # no day of the training
        if rng.random() < 0.3:  # then the bare date does not say which session
            sessions.append(SessionFactory(training=self.training, date=days[0], order=2))
            self.headings[:1] = [f"{days[0]:%d/%m/%Y} Sesi {order}" for order in (1, 2)]
            self.stray.append(days[0])
        names = [*rng.sample(("Siti Aminah", "Budi Santoso", "Wiwik", "Endang", "Slamet"), rng.randint(1, 5)), "Sri"]
        self.people: list[tuple[str, Enrolment]] = []
        for serial, name in enumerate([*names, "Sri"], start=1):
            nik = make_nik(serial, date(1985, 1, serial), "P")
            person = PersonFactory(office=self.office, nik=nik, name=name)
            enrolment = EnrolmentFactory(training=self.training, person=person)
            self.people.append((nik, enrolment))
            for session in sessions:
                if rng.random() < 0.5:
                    AttendanceFactory(enrolment=enrolment, session=session, presence=rng.choice(Presence.values))

    def file(self) -> Upload:
        """Return a random attendance list."""
        days = self.rng.sample(self.headings, self.rng.randint(1, len(self.headings)))
        stray = [self.rng.choice(self.stray)] if self.rng.random() < 0.2 else []
        lines = [self._row(nik, enrolment.person.name, days, stray) for nik, enrolment in self._some_people()]
        if self.rng.random() < 0.2:
            lines.append((["Orang Lain", make_nik(77, date(1970, 1, 1), "P"), *["V"] * len([*days, *stray])], True))
        return self.upload(["Nama", "NIK", *days, *stray], self.with_doubles(lines), target=self.training.number)

    def key_of(self, line: Sequence[Any]) -> Any:
        name, nik, *_ = line
        people = ((number if nik else one.person.name.upper(), one.pk) for number, one in self.people)
        return dict(people).get(nik or name.upper())

    def owner_of(self, obj: Any) -> Any:
        return obj.enrolment_id

    def _some_people(self) -> list[tuple[str, Enrolment]]:
        return self.rng.sample(self.people, self.rng.randint(1, len(self.people)))

    def _row(self, nik: str, name: str, days: list[Any], stray: list[Any]) -> tuple[list[Any], bool]:
        by_nik = self.rng.random() < 0.6
        faulty = not by_nik and name == "Sri"
        marks: list[Any] = []
        for _ in days:
            wrong = self.rng.random() < FAULT
            faulty |= wrong
            marks.append("x" if wrong else self.rng.choice([None, *MARKS]))
        for _ in stray:
            marks.append(self.rng.choice([None, "V"]))
            faulty |= marks[-1] is not None
        return [name.upper() if self.rng.random() < 0.3 else name, nik if by_nik else None, *marks], faulty
