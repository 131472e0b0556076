"""Regions, agencies, users, years, and the records that the portal keeps of imports, jobs and deeds."""

import hashlib
from datetime import date

import factory
from django.core.files.base import ContentFile

from portal.actions.audit import record_event
from portal.enums import AgencyKind, AuditAction, BatchState, RegionLevel, Role, Verdict
from portal.models import (
    Agency,
    AuditEvent,
    FiscalYear,
    ImportBatch,
    ImportRow,
    Job,
    Region,
    RememberedColumns,
    RememberedValue,
    User,
)

PASSWORD = "kata-sandi-uji-2025"
PLACES = {
    "35": "Jawa Timur",
    "35.07": "Malang",
    "35.07.33": "Pagelaran",
    "35.07.33.2001": "Clumprit",
    "35.07.21": "Wagir",
    "35.07.21.2009": "Sidorahayu",
}
LEVELS = (RegionLevel.PROVINCE, RegionLevel.REGENCY, RegionLevel.DISTRICT, RegionLevel.VILLAGE)


def make_nik(serial: int, born: date, sex: str, area: str = "350733") -> str:
    """Return a well-formed NIK of nobody: area (6 digits), birth date with 40 added for women, serial."""
    day = born.day + (40 if sex == "P" else 0)
    return f"{area}{day:02d}{born:%m%y}{serial:04d}"


class RegionFactory(factory.django.DjangoModelFactory):
    """An area with everything above it; the code decides."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "35.07.33.2001"
    name = factory.LazyAttribute(lambda o: PLACES.get(o.code, f"Wilayah {o.code}"))
    level = factory.LazyAttribute(lambda o: LEVELS[o.code.count(".")])
    parent = factory.LazyAttribute(lambda o: RegionFactory(code=o.code.rpartition(".")[0]) if "." in o.code else None)


class AgencyFactory(factory.django.DjangoModelFactory):
    """The office of a kecamatan; the traits make the other kinds. The same name gives the same agency."""

    class Meta:
        model = Agency
        django_get_or_create = ("name",)

    class Params:
        office = factory.Trait(kind=AgencyKind.OFFICE)
        organizer = factory.Trait(
            kind=AgencyKind.ORGANIZER,
            name="Dinas Perindustrian dan Perdagangan",
            short_name="Disperindag",
            region=factory.SubFactory(RegionFactory, code="35.07"),
        )
        auditor = factory.Trait(
            kind=AgencyKind.AUDITOR,
            name="Inspektorat Daerah",
            short_name="Inspektorat",
            region=factory.SubFactory(RegionFactory, code="35.07"),
        )
        regency = factory.Trait(
            kind=AgencyKind.REGENCY,
            name="Sekretariat Daerah",
            short_name="Setda",
            region=factory.SubFactory(RegionFactory, code="35.07"),
        )

    kind = AgencyKind.OFFICE
    region = factory.SubFactory(RegionFactory, code="35.07.33")
    name = factory.LazyAttribute(lambda o: f"Kantor Kecamatan {o.region.name}")
    short_name = factory.LazyAttribute(lambda o: f"Kecamatan {o.region.name}")
    address = "Jalan Raya 1"


class UserFactory(factory.django.DjangoModelFactory):
    """A member of staff without rights; the traits, named like the roles, give role and agency."""

    class Meta:
        model = User

    class Params:
        operator = factory.Trait(role=Role.OPERATOR, agency=factory.SubFactory(AgencyFactory))
        head = factory.Trait(role=Role.HEAD, agency=factory.SubFactory(AgencyFactory))
        programme_officer = factory.Trait(
            role=Role.PROGRAMME_OFFICER, agency=factory.SubFactory(AgencyFactory, organizer=True)
        )
        supervisor = factory.Trait(role=Role.SUPERVISOR, agency=factory.SubFactory(AgencyFactory, organizer=True))
        auditor = factory.Trait(role=Role.AUDITOR, agency=factory.SubFactory(AgencyFactory, auditor=True))
        administrator = factory.Trait(role=Role.ADMINISTRATOR, agency=factory.SubFactory(AgencyFactory, regency=True))

    username = factory.Sequence(lambda n: f"pengguna{n}")
    name = factory.Sequence(lambda n: f"Pengguna {n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@contoh.go.id")
    password = factory.django.Password(PASSWORD)
    is_staff = True


class FiscalYearFactory(factory.django.DjangoModelFactory):
    """An open year."""

    class Meta:
        model = FiscalYear
        django_get_or_create = ("year",)

    year = 2025


class ImportBatchFactory(factory.django.DjangoModelFactory):
    """A checked upload of an operator."""

    class Meta:
        model = ImportBatch

    class Params:
        content = b"Nama;NIK\r\n"

    resource = "participants"
    filename = factory.Sequence(lambda n: f"peserta-{n}.csv")
    file = factory.LazyAttribute(lambda o: ContentFile(o.content, name=o.filename))
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.content).hexdigest())
    size = factory.LazyAttribute(lambda o: len(o.content))
    by = factory.SubFactory(UserFactory, operator=True)
    agency = factory.SelfAttribute("by.agency")
    state = BatchState.CHECKED


class RememberedColumnsFactory(factory.django.DjangoModelFactory):
    """What the headings of one layout mean to an office."""

    class Meta:
        model = RememberedColumns

    agency = factory.SelfAttribute("by.agency")
    by = factory.SubFactory(UserFactory, operator=True)
    resource = "participants"
    fingerprint = factory.Sequence(lambda number: f"{number:064x}")
    columns = factory.LazyFunction(lambda: {"namawarga": "name"})


class RememberedValueFactory(factory.django.DjangoModelFactory):
    """What a word means to an office."""

    class Meta:
        model = RememberedValue

    agency = factory.SelfAttribute("by.agency")
    by = factory.SubFactory(UserFactory, operator=True)
    resource = "participants"
    column = "village"
    wrong = factory.Sequence(lambda number: f"klumprit{number}")
    right = "Clumprit"


class ImportRowFactory(factory.django.DjangoModelFactory):
    """A staged line."""

    class Meta:
        model = ImportRow

    batch = factory.SubFactory(ImportBatchFactory)
    sheet = "Peserta"
    number = factory.Sequence(lambda n: n + 2)
    verdict = Verdict.NEW


class JobFactory(factory.django.DjangoModelFactory):
    """A job that waits."""

    class Meta:
        model = Job

    kind = "import"
    target = "uji"
    owner = factory.SubFactory(UserFactory, operator=True)
    agency = factory.SelfAttribute("owner.agency")


class AuditEventFactory(factory.django.DjangoModelFactory):
    """An event at the end of its chain, written the only way events are."""

    class Meta:
        model = AuditEvent

    action = AuditAction.CHANGE
    by = factory.SubFactory(UserFactory, operator=True)
    summary = "Catatan uji"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return record_event(kwargs.pop("action"), **kwargs)
