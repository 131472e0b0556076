"""People of nobody's acquaintance: names from a list, NIK counted up."""

from datetime import date, timedelta

import factory

from participants.models import Attendance, Business, Enrolment, Person
from participants.rules import local_number
from tests.factories.portal import AgencyFactory, RegionFactory, make_nik
from tests.factories.programs import VILLAGES, SessionFactory, TrainingFactory

GIVEN = {
    "P": ("Sulastri", "Wiwik", "Endang", "Kholifah", "Nurhayati", "Suprapti"),
    "L": ("Slamet", "Suyitno", "Hariadi", "Mulyono", "Agus", "Bambang"),
}
FAMILY = ("Wahyuni", "Setiawan", "Rahayu", "Purnomo", "Lestari", "Santoso", "Handayani")


class PersonFactory(factory.django.DjangoModelFactory):
    """A person of one office; `nik=None` makes one with a local number instead."""

    class Meta:
        model = Person

    class Params:
        serial = factory.Sequence(lambda n: n + 1)

    office = factory.SubFactory(AgencyFactory)
    sex = factory.LazyAttribute(lambda o: "LP"[o.serial % 2])
    name = factory.LazyAttribute(
        lambda o: f"{GIVEN[o.sex][o.serial % len(GIVEN[o.sex])]} {FAMILY[o.serial % len(FAMILY)]}"
    )
    birth_place = "Malang"
    birth_date = factory.LazyAttribute(lambda o: date(1970, 1, 1) + timedelta(days=o.serial * 173 % 12_000))
    nik = factory.LazyAttribute(
        lambda o: make_nik(o.serial % 9999 + 1, o.birth_date, o.sex, o.office.region_id.replace(".", ""))
    )
    local_number = factory.LazyAttribute(lambda o: None if o.nik else local_number(o.office.region_id, o.serial))
    address = "Dusun Krajan"
    rt = factory.LazyAttribute(lambda o: f"{o.serial % 31 + 1:03d}")
    rw = "004"
    village = factory.LazyAttribute(
        lambda o: RegionFactory(code=VILLAGES.get(o.office.region_id, f"{o.office.region_id}.2001"))
    )

    @classmethod
    def _build(cls, model_class, *args, **kwargs):
        nik = kwargs.pop("nik")
        person = model_class(*args, **kwargs)
        if nik:
            person.set_nik(nik)
        return person

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        person = cls._build(model_class, *args, **kwargs)
        person.save()
        return person


class BusinessFactory(factory.django.DjangoModelFactory):
    """A small food maker."""

    class Meta:
        model = Business

    person = factory.SubFactory(PersonFactory)
    name = factory.Sequence(lambda n: f"Keripik Tempe {n}")
    product = "keripik tempe"
    workers = 2


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """A person of the training's own office."""

    class Meta:
        model = Enrolment

    training = factory.SubFactory(TrainingFactory)
    person = factory.SubFactory(PersonFactory, office=factory.SelfAttribute("..training.office"))
    represents_rt = factory.SelfAttribute("person.rt")


class AttendanceFactory(factory.django.DjangoModelFactory):
    """Present in a session of the enrolment's training."""

    class Meta:
        model = Attendance

    enrolment = factory.SubFactory(EnrolmentFactory)
    session = factory.SubFactory(SessionFactory, training=factory.SelfAttribute("..enrolment.training"))
    presence = "hadir"
