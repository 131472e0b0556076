"""A year that was closed, opened again by two people, and corrected in every way that moves a figure."""

from dataclasses import dataclass
from decimal import Decimal

from participants.actions.enrolments import enrol_people, record_attendance
from participants.models import Attendance, Enrolment
from portal.actions.fiscal_years import approve_reopening, close_year, request_reopening
from portal.models import Agency, FiscalYear, ImportBatch, User
from programs.actions.expenses import record_expenses
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Training
from tests.factories.participants import AttendanceFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, ImportBatchFactory, UserFactory
from tests.factories.programs import BudgetLineFactory, ExpenseFactory, SessionFactory, TrainingFactory
from tests.reports.edits import Clock

REASON = "Temuan Inspektorat atas belanja narasumber"


@dataclass
class YearEnd:
    """`spent` gets dearer by a form, `gone` is deleted, `fuller` gets people by an import, `calm` stays as it was."""

    year: FiscalYear
    line: BudgetLine
    office: Agency
    administrator: User
    supervisor: User
    other_supervisor: User
    operator: User
    other_operator: User
    auditor: User
    spent: Training
    gone: Training
    fuller: Training
    calm: Training
    foreign: Training
    late: Training | None = None
    batch: ImportBatch | None = None

    def reopen(self) -> None:
        request_reopening(self.year, by=self.administrator, reason=REASON)
        approve_reopening(self.year, by=self.supervisor)


def closed_year(clock: Clock) -> YearEnd:
    """Make a year with four trainings of one line and one of another organizer, and close it."""
    line, office = BudgetLineFactory(), AgencyFactory()
    wagir = AgencyFactory(region__code="35.07.21")
    koperasi = AgencyFactory(organizer=True, name="Dinas Koperasi dan Usaha Mikro", short_name="Diskopum")
    names = ("spent", "gone", "fuller", "calm")
    trainings = {name: _held(line, wagir if name == "gone" else office, f"Pelatihan {name}") for name in names}
    made = YearEnd(
        year=line.fiscal_year,
        line=line,
        office=office,
        administrator=UserFactory(administrator=True, name="Administrator Kabupaten"),
        supervisor=UserFactory(supervisor=True, name="Pengawas Disperindag"),
        other_supervisor=UserFactory(supervisor=True, agency=koperasi),
        operator=UserFactory(operator=True, agency=office, name="Operator Pagelaran"),
        other_operator=UserFactory(operator=True, agency=wagir),
        auditor=UserFactory(auditor=True),
        foreign=_held(BudgetLineFactory(organizer=koperasi), office, "Pelatihan dinas lain"),
        **trainings,
    )
    clock.forward(days=1)
    close_year(made.year, by=made.administrator)
    clock.forward(days=1)
    return made


def _held(line: BudgetLine, office: Agency, title: str) -> Training:
    training = TrainingFactory(
        budget_line=line, office=office, title=title, status=TrainingStatus.FINISHED, realised=Decimal("1800000.00")
    )
    ExpenseFactory(training=training, description="Honor", unit_price=Decimal("1000000.50"))
    sessions = [SessionFactory(training=training, order=order) for order in (1, 2)]
    for _ in range(2):
        enrolment = EnrolmentFactory(training=training)
        for session in sessions:
            AttendanceFactory(enrolment=enrolment, session=session)
    return training


def corrected_year(clock: Clock) -> YearEnd:
    """Close the year, open it again, and correct it; one thing an hour."""
    made = closed_year(clock)
    made.reopen()
    expense = made.spent.expenses.get()
    clock.forward(hours=1)
    expense.realised, expense.sp2d_number = Decimal("2000000.00"), "SP2D/77777/2025"
    record_expenses([], [expense], ("realised", "sp2d_number"), by=made.operator, reason="koreksi SPJ")
    clock.forward(hours=1)
    key, made.gone._history_user = made.gone.pk, made.supervisor
    made.gone.delete()
    made.gone.pk = key  # by which the closing remembers it
    clock.forward(hours=1)
    made.batch = ImportBatchFactory(by=made.operator, filename="susulan.xlsx")
    person = PersonFactory.build(office=made.office, village=None)
    new = Enrolment(training=made.fuller, person=person)
    enrol_people(new_people=[person], enrolments=[new], by=made.operator, source=made.batch)
    session = made.fuller.sessions.first()
    mark = Attendance(enrolment=new, session=session, presence="hadir")
    record_attendance(new=[mark], changed=[], by=made.operator, source=made.batch)
    clock.forward(hours=1)
    made.late = TrainingFactory(
        budget_line=made.line, office=made.office, title="Pelatihan susulan", status=TrainingStatus.FINISHED, realised=5
    )
    clock.forward(hours=1)
    made.line.ceiling_revised = made.line.ceiling_original + 100
    made.line._history_user = made.supervisor
    made.line.save()
    made.calm.notes = "tanpa pengaruh pada angka"
    made.calm.save()
    return made
