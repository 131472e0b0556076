"""Random days in the life of the books: what people do to trainings, people and money, by forms and by actions."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from participants.actions.enrolments import enrol_people, record_attendance
from participants.enums import EnrolmentStatus, Presence
from participants.models import Attendance, Business, Enrolment, Person
from portal.actions.bulk import delete_rows, write_rows
from portal.models import Agency, User
from programs.actions.expenses import record_expenses
from programs.actions.trainings import change_status, invite_rts, record_training
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Expense, ExpenseAccount, FundSource, NomenclatureNode, Session, Training
from tests.factories.participants import AttendanceFactory, BusinessFactory, EnrolmentFactory, PersonFactory
from tests.factories.portal import AgencyFactory, UserFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseAccountFactory,
    ExpenseFactory,
    SessionFactory,
    TrainingFactory,
)

START = datetime(2025, 3, 3, 2, tzinfo=timezone.get_default_timezone())
MONEY = [Decimal(text) for text in ("0.00", "100.10", "1500000.50", "43500000.00")]


@dataclass
class Clock:
    """The time of the house; it stands still until it is moved."""

    now: datetime = START

    def forward(self, **step: int) -> datetime:
        self.now += timedelta(**step)
        return self.now


@dataclass
class Life:
    """One office and its organizer; `dice` decides what happens next."""

    dice: random.Random
    office: Agency = field(default_factory=AgencyFactory)
    line: BudgetLine = field(default_factory=BudgetLineFactory)
    operator: User = field(default_factory=lambda: UserFactory(operator=True))
    pptk: User = field(default_factory=lambda: UserFactory(programme_officer=True))
    auditor: User = field(default_factory=lambda: UserFactory(auditor=True))

    def begin(self) -> None:
        """Make two trainings with people, days, marks and money, so that there is something to change."""
        for _ in range(2):
            training = TrainingFactory(budget_line=self.line, office=self.office, village=None)
            session = SessionFactory(training=training)
            ExpenseFactory(training=training)
            for _ in range(2):
                enrolment = EnrolmentFactory(training=training)
                AttendanceFactory(enrolment=enrolment, session=session)

    def one(self, model: type, **filters: Any) -> Any:
        """Return any row of a model, freshly read; None when there is none."""
        rows = list(model.objects.filter(**filters).order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def act(self) -> str:
        """Do one thing of any kind and return its name; what cannot be done now is left out."""
        deed = self.dice.choice(DEEDS)
        deed(self)
        return deed.__name__


def _save(life: Life, row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user = life.operator
    row.save()


def plan_training(life: Life) -> None:
    training = TrainingFactory.build(office=life.office, budget_line=life.line, number="", village=None)
    record_training(training, by=life.operator)


def change_training(life: Life) -> None:
    if training := life.one(Training):
        words = {"title": f"Judul {life.dice.random()}", "notes": "diperbaiki", "realised": life.dice.choice(MONEY)}
        name = life.dice.choice(sorted(words))
        _save(life, training, **{name: words[name]})


def change_trainings_in_bulk(life: Life) -> None:
    rows = list(Training.objects.select_related("budget_line"))
    for row in rows:
        row.venue, row.ceiling = f"Balai {life.dice.random()}", life.dice.choice([None, *MONEY])
    write_rows(Training, changed=rows, fields=("venue", "ceiling"), by=life.operator, reason="impor uji")


def submit_training(life: Life) -> None:
    if training := life.one(Training, status=TrainingStatus.DRAFT):
        change_status(training, TrainingStatus.SUBMITTED, by=life.operator)


def remove_training(life: Life) -> None:
    if life.dice.random() < 0.5 and (training := life.one(Training)):
        training.delete()


def enrol(life: Life) -> None:
    if training := life.one(Training):
        person = PersonFactory.build(office=life.office, village=None)
        enrol_people(
            new_people=[person], enrolments=[Enrolment(training=training, person=person)], by=life.operator, source=None
        )


def change_person(life: Life) -> None:
    if person := life.one(Person):
        _save(life, person, name=f"Nama {life.dice.random()}", sex=life.dice.choice("LP"), rt="009")


def withdraw(life: Life) -> None:
    if enrolment := life.one(Enrolment):
        _save(life, enrolment, status=life.dice.choice(EnrolmentStatus.values), post_score=80)


def strike_out(life: Life) -> None:
    if enrolment := life.one(Enrolment):
        enrolment.delete()


def mark(life: Life) -> None:
    if enrolment := life.one(Enrolment):
        marks = {row.session_id: row for row in Attendance.objects.filter(enrolment=enrolment)}
        presence = life.dice.choice(Presence.values)
        new = [
            Attendance(enrolment=enrolment, session=session, presence=presence)
            for session in Session.objects.filter(training=enrolment.training)
            if session.pk not in marks
        ]
        for row in marks.values():
            row.presence = presence
        record_attendance(new=new, changed=list(marks.values()), by=life.operator)


def unmark(life: Life) -> None:
    if attendance := life.one(Attendance):
        delete_rows(Attendance, [attendance], by=life.operator, reason="batal impor uji")


def pay(life: Life) -> None:
    if training := life.one(Training):
        account = ExpenseAccountFactory()
        line = ExpenseFactory.build(training=training, account=account, unit_price=life.dice.choice(MONEY))
        record_expenses([line], [], (), by=life.pptk, reason="impor uji")


def correct_expense(life: Life) -> None:
    if line := life.one(Expense):
        line.volume, line.realised = Decimal("3.50"), life.dice.choice(MONEY)
        record_expenses([], [line], ("volume", "realised"), by=life.pptk, reason="koreksi")


def drop_expense(life: Life) -> None:
    if line := life.one(Expense):
        line.delete()


def trade(life: Life) -> None:
    business = life.one(Business)
    if business is None and (person := life.one(Person)):
        BusinessFactory(person=person, nib="9120000000001")
    elif business and life.dice.random() < 0.5:
        business.delete()
    elif business:
        _save(life, business, product=f"produk {life.dice.random()}", turnover=Decimal("12.50"), turnover_year=2024)


def invite(life: Life) -> None:
    if training := life.one(Training):
        invite_rts(training, [(f"{life.dice.randint(1, 5):03d}", "")], by=life.operator)


def revise_ceiling(life: Life) -> None:
    if line := life.one(BudgetLine):
        _save(life, line, ceiling_revised=life.dice.choice([None, *MONEY]))


def rename(life: Life) -> None:
    row = life.one(life.dice.choice([Agency, FundSource, NomenclatureNode, ExpenseAccount]))
    if row:
        _save(life, row, name=f"Nama {life.dice.random()}")


def reschedule(life: Life) -> None:
    if session := life.one(Session):
        _save(life, session, date=session.training.start, order=life.dice.randint(100, 10_000), topic="lain")


DEEDS: list[Callable[[Life], None]] = [
    plan_training,
    change_training,
    change_trainings_in_bulk,
    submit_training,
    remove_training,
    enrol,
    enrol,
    change_person,
    withdraw,
    strike_out,
    mark,
    mark,
    unmark,
    pay,
    pay,
    correct_expense,
    drop_expense,
    trade,
    invite,
    revise_ceiling,
    rename,
    reschedule,
]
