"""Nomenclature, money, trainings. The default budget line is the one of the founding training."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from portal.enums import BatchState
from portal.models import Agency, ImportBatch
from programs.enums import NomenclatureLevel, PaymentMethod
from programs.models import (
    BudgetLine,
    Expense,
    ExpenseAccount,
    FundSource,
    Instructor,
    InvitedRt,
    NomenclatureNode,
    Session,
    SipdRow,
    SipdUpload,
    Training,
    UnitCostCap,
)
from programs.rules import training_number
from tests.factories.portal import AgencyFactory, FiscalYearFactory, ImportBatchFactory, RegionFactory, UserFactory

SUB_ACTIVITY = "3.31.02.2.01.0005"
NODE_NAMES = {
    "3": "URUSAN PEMERINTAHAN PILIHAN",
    "3.31": "URUSAN PEMERINTAHAN BIDANG PERINDUSTRIAN",
    "3.31.02": "PROGRAM PERENCANAAN DAN PEMBANGUNAN INDUSTRI",
    "3.31.02.2.01": "Penyusunan dan Evaluasi Rencana Pembangunan Industri Kabupaten/Kota",
    SUB_ACTIVITY: "Koordinasi, Sinkronisasi, dan Pelaksanaan Pemberdayaan Industri dan Peran Serta Masyarakat",
}
NODE_LEVELS = {
    1: NomenclatureLevel.FUNCTION,
    2: NomenclatureLevel.FIELD,
    3: NomenclatureLevel.PROGRAM,
    5: NomenclatureLevel.ACTIVITY,
    6: NomenclatureLevel.SUB_ACTIVITY,
}
VILLAGES = {"35.07.33": "35.07.33.2001", "35.07.21": "35.07.21.2009"}


class NomenclatureNodeFactory(factory.django.DjangoModelFactory):
    """One code, without the codes above it; `nomenclature_path` makes those too."""

    class Meta:
        model = NomenclatureNode
        django_get_or_create = ("code", "valid_from")

    code = SUB_ACTIVITY
    level = factory.LazyAttribute(lambda o: NODE_LEVELS[o.code.count(".") + 1])
    name = factory.LazyAttribute(lambda o: NODE_NAMES.get(o.code, f"Nomenklatur {o.code}"))
    valid_from = 2020


def nomenclature_path(code: str = SUB_ACTIVITY) -> NomenclatureNode:
    """Make a code and every code above it; return the lowest."""
    parts = code.split(".")
    nodes = [NomenclatureNodeFactory(code=".".join(parts[:count])) for count in NODE_LEVELS if count <= len(parts)]
    return nodes[-1]


class FundSourceFactory(factory.django.DjangoModelFactory):
    """Pendapatan Asli Daerah, unless another code is given."""

    class Meta:
        model = FundSource
        django_get_or_create = ("code",)

    code = "1.1"
    name = factory.LazyAttribute(lambda o: "Pendapatan Asli Daerah (PAD)" if o.code == "1.1" else f"Sumber {o.code}")


class ExpenseAccountFactory(factory.django.DjangoModelFactory):
    """An account of the lowest level."""

    class Meta:
        model = ExpenseAccount
        django_get_or_create = ("code", "valid_from")

    code = "5.1.02.02.001.00003"
    name = "Honorarium Narasumber atau Pembahas, Moderator, Pembawa Acara, dan Panitia"
    level = "sub rincian objek"
    valid_from = 2020


class BudgetLineFactory(factory.django.DjangoModelFactory):
    """One line a (year, sub kegiatan, organizer, source)."""

    class Meta:
        model = BudgetLine
        django_get_or_create = ("fiscal_year", "node", "organizer", "fund_source")

    fiscal_year = factory.SubFactory(FiscalYearFactory)
    node = factory.LazyFunction(nomenclature_path)
    organizer = factory.SubFactory(AgencyFactory, organizer=True)
    fund_source = factory.SubFactory(FundSourceFactory)
    ceiling_original = Decimal("250000000.00")
    target = "1 dokumen"


class TrainingFactory(factory.django.DjangoModelFactory):
    """A two-day training of a kecamatan office in July of its budget line's year."""

    class Meta:
        model = Training

    budget_line = factory.SubFactory(BudgetLineFactory)
    office = factory.SubFactory(AgencyFactory)
    number = factory.LazyAttributeSequence(
        lambda o, n: training_number(o.budget_line.fiscal_year_id, o.office.region_id, n + 101)
    )
    title = factory.Sequence(lambda n: f"Pelatihan Olahan Pangan {n}")
    field = "Pangan"
    village = factory.LazyAttribute(
        lambda o: RegionFactory(code=VILLAGES.get(o.office.region_id, f"{o.office.region_id}.2001"))
    )
    venue = "Balai Desa"
    start = factory.LazyAttribute(lambda o: date(o.budget_line.fiscal_year_id, 7, 14))
    end = factory.LazyAttribute(lambda o: o.start + timedelta(days=1))
    hours = 16
    target_people = 30
    ceiling = Decimal("45000000.00")
    realised = Decimal("43500000.00")


class InstructorFactory(factory.django.DjangoModelFactory):
    """A trainer of an organizer."""

    class Meta:
        model = Instructor

    agency = factory.SubFactory(AgencyFactory, organizer=True)
    name = factory.Sequence(lambda n: f"Instruktur {n}")
    institution = "Balai Latihan Kerja"


class SessionFactory(factory.django.DjangoModelFactory):
    """A session on the first day."""

    class Meta:
        model = Session

    training = factory.SubFactory(TrainingFactory)
    date = factory.SelfAttribute("training.start")
    order = factory.Sequence(lambda n: n + 1)
    topic = "Pengemasan produk"
    hours = 8


class InvitedRtFactory(factory.django.DjangoModelFactory):
    """An RT whose number runs through the village."""

    class Meta:
        model = InvitedRt

    training = factory.SubFactory(TrainingFactory)
    rt = factory.Sequence(lambda n: f"{n % 999 + 1:03d}")


class ExpenseFactory(factory.django.DjangoModelFactory):
    """Two fees of a trainer, paid."""

    class Meta:
        model = Expense

    training = factory.SubFactory(TrainingFactory)
    account = factory.SubFactory(ExpenseAccountFactory)
    description = factory.Sequence(lambda n: f"Honorarium narasumber {n}")
    volume = Decimal("2.00")
    unit = "orang jam"
    unit_price = Decimal("900000.00")
    realised = Decimal("1800000.00")
    method = PaymentMethod.LS
    sp2d_number = factory.Sequence(lambda n: f"SP2D/{n:05d}/2025")
    sp2d_date = factory.LazyAttribute(lambda o: o.training.end)


class SipdUploadFactory(factory.django.DjangoModelFactory):
    """A sheet of realisation that the PPTK of an organizer sent."""

    class Meta:
        model = SipdUpload

    fiscal_year = factory.SubFactory(FiscalYearFactory)
    organizer = factory.SubFactory(AgencyFactory, organizer=True)
    source = factory.LazyAttribute(lambda o: _saved_sheet(o.organizer))


def _saved_sheet(organizer: Agency) -> ImportBatch:
    officer = UserFactory(programme_officer=True, agency=organizer)
    return ImportBatchFactory(
        resource="sipd",
        filename="realisasi.xlsx",
        by=officer,
        state=BatchState.APPLIED,
        applied_at=timezone.now(),
        applied_by=officer,
    )


class SipdRowFactory(factory.django.DjangoModelFactory):
    """The account of ExpenseFactory, paid by one SP2D."""

    class Meta:
        model = SipdRow

    upload = factory.SubFactory(SipdUploadFactory)
    code = SUB_ACTIVITY
    name = NODE_NAMES[SUB_ACTIVITY]
    account = "5.1.02.02.01.0003"
    account_name = "Honorarium Narasumber"
    fund = "1.1"
    budgeted = Decimal("2000000.00")
    realised = Decimal("1800000.00")
    sp2d_number = factory.Sequence(lambda n: f"SP2D/{n:05d}/2025")
    sp2d_date = date(2025, 7, 21)


class UnitCostCapFactory(factory.django.DjangoModelFactory):
    """A cap for everything on the account of a trainer's fees."""

    class Meta:
        model = UnitCostCap

    fiscal_year = factory.SubFactory(FiscalYearFactory)
    account = factory.SubFactory(ExpenseAccountFactory)
    unit = "orang jam"
    cap = Decimal("900000.00")
    regulation = "Standar harga satuan uji"
