"""An agency with rows of its own, a neighbour whose rows may be there or not, and files that name the neighbour's.

A is the kecamatan office of Pagelaran and the Disperindag that pays for it; B is Wagir and the Dinas Koperasi. That the
agencies exist is no secret; B's rows are: the same NIK, titles, dates, names, descriptions and codes as in A's files.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from portal.enums import BatchState
from portal.importing.registry import resource_class, resource_classes
from portal.models import RememberedColumns, RememberedValue, User
from portal.spreadsheets.layout import header_key
from programs.models import BudgetLine, Training
from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, ImportBatchFactory, RegionFactory, UserFactory, make_nik
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseFactory,
    FundSourceFactory,
    SessionFactory,
    SipdRowFactory,
    SipdUploadFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.imports.desk import Upload, undone

NIK, NEW_NIK, THEIR_NIK = (make_nik(serial, date(1990, 1, 1), "P") for serial in (1, 2, 3))
TITLE, THEIR_NUMBER, NO_NUMBER = "Pelatihan Batik", "2025.35.07.21.007", "2025.35.07.21.008"
CODE, ACCOUNT = "3.31.02.2.01.0005", "5.1.02.02.001.00003"


class Here:
    """A: an operator and a programme officer, a training of two days, two people, a business, a mark, an expense."""

    def __init__(self) -> None:
        office = AgencyFactory(office=True)
        for village in ("35.07.33.2001", "35.07.21.2009"):
            RegionFactory(code=village)
        FundSourceFactory(code="1.2")
        self.operator: User = UserFactory(username="operator.a", operator=True)
        self.officer: User = UserFactory(username="pptk.a", programme_officer=True)
        line = BudgetLineFactory(organizer=self.officer.agency)
        self.training: Training = TrainingFactory(
            office=office, budget_line=line, number="2025.35.07.33.001", title="Pelatihan Jahit", realised=None
        )
        person = PersonFactory(office=office, nik=NIK, name="Sulastri", sex="P", birth_date=date(1990, 1, 1), phone="")
        BusinessFactory(person=person, name="Keripik Lia", product="")
        enrolment = EnrolmentFactory(training=self.training, person=person)
        EnrolmentFactory(training=self.training, person__name="Kholifah")
        sessions = [SessionFactory(training=self.training, date=day) for day in (date(2025, 7, 14), date(2025, 7, 15))]
        AttendanceFactory(enrolment=enrolment, session=sessions[0], presence="alpa")
        ExpenseFactory(training=self.training, description="Honor narasumber", realised=Decimal("0.00"))
        self.neighbour: User = UserFactory(
            username="operator.b", operator=True, agency=AgencyFactory(office=True, region__code="35.07.21")
        )
        self.rival: User = UserFactory(
            username="pptk.b",
            programme_officer=True,
            agency=AgencyFactory(organizer=True, name="Dinas Koperasi", short_name="Diskop"),
        )
        # Budget lines are public to offices, so the one of B's training stands in either world.
        self.their_line: BudgetLine = BudgetLineFactory(
            organizer=self.rival.agency, node=nomenclature_path("3.31.02.2.01.0006")
        )


class There:
    """B's rows. Made after A's, so that the keys of A's rows are the same with and without them."""

    def __init__(self, here: Here, upload: Upload) -> None:
        office, self.operator = here.neighbour.agency, here.neighbour
        self.training: Training = TrainingFactory(
            office=office, budget_line=here.their_line, number=THEIR_NUMBER, title=TITLE, start=date(2025, 8, 1)
        )
        self.line = here.their_line
        if upload.user == here.officer:  # to whom the lines of another organizer are as foreign as any row
            for fund in ("1.1", "1.2"):
                self.line = BudgetLineFactory(organizer=here.rival.agency, fund_source__code=fund, target="Rahasia")
        self.people = [PersonFactory(office=office, nik=nik, name="Rahasia") for nik in (NEW_NIK, THEIR_NIK)]
        PersonFactory(office=office, nik=None, local_number="L-35.07.33-0001")
        self.business = BusinessFactory(person=self.people[0], name="Keripik Lia")
        self.enrolments = [EnrolmentFactory(training=self.training, person=person) for person in self.people]
        self.session = SessionFactory(training=self.training, date=date(2025, 7, 14))
        self.mark = AttendanceFactory(enrolment=self.enrolments[0], session=self.session, presence="izin")
        self.expense = ExpenseFactory(training=self.training, description="Konsumsi")
        self.batch = ImportBatchFactory(by=self.operator)
        self.sheet = SipdUploadFactory(organizer=here.rival.agency, source=self.batch)
        SipdRowFactory(upload=self.sheet, code=CODE, name="Rahasia")

    def decide(self, upload: Upload) -> None:
        """Save the very same file, and remember for its wrong words and its headings that they mean something else."""
        saved = {"state": BatchState.APPLIED, "applied_by": self.operator, "applied_at": self.operator.date_joined}
        ImportBatchFactory(
            by=self.operator, content=upload.content, resource=upload.resource, target=upload.target, **saved
        )
        memory: dict[str, Any] = {"agency": self.operator.agency, "resource": upload.resource, "by": self.operator}
        for column in resource_class(upload.resource)(user=self.operator).columns:
            for wrong, right in (("Clumpritt", "Clumprit"), ("Dana Lain", "Pendapatan Asli Daerah (PAD)")):
                RememberedValue.objects.create(column=column, wrong=header_key(wrong), right=right, **memory)
        with undone():
            (header,) = upload.check().layout["headers"]
        ignored = {heading["key"]: None for heading in header["headings"]}
        RememberedColumns.objects.create(fingerprint=header["fingerprint"], columns=ignored, **memory)


def participants(here: Here) -> Upload:
    headings = ["NIK", "Nama", "L/P", "Desa", "Nama Usaha", "Produk", "HP"]
    lines = [
        [NIK, "Sulastri", "P", "Clumprit", "Keripik Lia", "Keripik", "081234567890"],
        [NEW_NIK, "Wiwik Lestari", "P", "Clumprit", "Keripik Lia", "Tempe", ""],
        [THEIR_NIK, "Endang", "P", "Clumpritt", "", "", ""],
    ]
    return Upload("participants", here.operator, headings, lines, here.training.number)


def attendance(here: Here) -> Upload:
    headings = ["Nama", "NIK", date(2025, 7, 14), date(2025, 7, 15)]
    lines = [
        ["Sulastri", NIK, "V", "I"],
        ["Kholifah", "", "A", ""],
        ["Rahasia", "", "V", "V"],
        ["Endang", THEIR_NIK, "V", "V"],
    ]
    return Upload("attendance", here.operator, headings, lines, here.training.number)


def trainings(here: Here) -> Upload:
    headings = ["Nomor Pelatihan", "Kode", "Nama Pelatihan", "Mulai", "Selesai", "Desa", "Target"]
    start, end = date(2025, 8, 1), date(2025, 8, 2)
    own = here.training
    lines = [
        [own.number, CODE, own.title, own.start, own.end, "Clumprit", "31"],
        ["", CODE, TITLE, start, end, "Clumprit", "20"],
        [THEIR_NUMBER, CODE, TITLE, start, end, "", ""],
        ["", CODE, "Pelatihan Las", start, end, "Clumpritt", ""],
    ]
    return Upload("trainings", here.officer, [*headings, "Kecamatan"], [[*line, "Pagelaran"] for line in lines])


def recap_of_the_office(here: Here) -> Upload:
    """The same recap, sent by the office instead of the organizer."""
    upload = trainings(here)
    upload.user = here.operator
    return upload


def budget_lines(here: Here) -> Upload:
    headings = ["Tahun", "Kode Sub Kegiatan", "Kode Sumber Dana", "Sumber Dana", "Pagu Murni", "Target Keluaran"]
    lines = [
        ["2025", CODE, "1.1", "", "300.000.000", "2 dokumen"],
        ["2025", CODE, "1.2", "", "5.000.000", ""],
        ["2025", CODE, "", "Dana Lain", "1", ""],
    ]
    return Upload("budget_lines", here.officer, headings, lines)


def expenses(here: Here) -> Upload:
    headings = ["Nomor Pelatihan", "Kode Rekening", "Uraian", "Volume", "Satuan", "Harga Satuan", "Realisasi"]
    own = here.training.number
    lines = [
        [own, ACCOUNT, "Honor narasumber", "2", "orang jam", "900.000", "1.800.000"],
        [own, ACCOUNT, "Konsumsi", "30", "kotak", "25.000", "750.000"],
        [THEIR_NUMBER, ACCOUNT, "Konsumsi", "30", "kotak", "25.000", "750.000"],
    ]
    return Upload("expenses", here.officer, headings, lines)


def sipd(here: Here) -> Upload:
    headings = ["Tahun", "Kode Sub Kegiatan", "Kode Rekening", "Kode Sumber Dana", "Realisasi", "Nomor SP2D"]
    lines = [
        ["2025", CODE, ACCOUNT, "1.1", "1.800.000", "SP2D/1/2025"],
        ["2025", CODE, ACCOUNT, "1.2", "5.000.000", ""],
    ]
    return Upload("sipd", here.officer, headings, lines)


BUILDERS: dict[str, tuple[Callable[[Here], Upload], ...]] = {
    "participants": (participants,),
    "attendance": (attendance,),
    "trainings": (trainings, recap_of_the_office),
    "budget_lines": (budget_lines,),
    "expenses": (expenses,),
    "sipd": (sipd,),
}


def files() -> list[Any]:
    """Return the builders of every registered resource; one that has none fails when a test asks it for a file."""

    def missing(here: Here) -> Upload:
        raise AssertionError("Give this resource a builder in tests.imports.neighbours.BUILDERS.")

    return [builder for cls in resource_classes() for builder in BUILDERS.get(cls.identifier, (missing,))]
