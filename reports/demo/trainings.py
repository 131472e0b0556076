"""Invented trainings in the kecamatan that the sample files do not touch, written by the actions users go through."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from participants.actions.enrolments import enrol_people, record_attendance
from participants.enums import EnrolmentStatus, Presence
from participants.models import Attendance, Business, Enrolment, Person
from portal.actions.bulk import write_rows
from portal.enums import AgencyKind
from portal.models import Agency, Region
from programs.actions.trainings import change_status, record_trainings
from programs.enums import PaymentMethod, ProposalOrigin, TrainingStatus
from programs.models import BudgetLine, Expense, ExpenseAccount, Session, Training
from reports.demo.people import Crowd
from reports.demo.skeleton import CLOTHING, EMPOWERMENT, PAGELARAN, REASON, RESOURCES, WAGIR, Skeleton
from reports.demo.themes import HOURS_A_DAY, THEMES, Theme, costs_of

SEED = 3507
YEARS = (2024, 2024, 2024, 2026, 2026)  # 2025 belongs to the sample files
SEASON_DAYS = 270  # from the first of February on
TRAININGS_AT_ONCE = 50
FEWEST_OFFICES = 12  # a small demo returns to its kecamatan, so that some people come twice
RETURNING = 0.12
STAYED_AWAY = 18  # percent of the days that were planned
SATURDAY = 5
MARKS = ((Presence.PRESENT, 94), (Presence.PERMITTED, 3), (Presence.SICK, 2), (Presence.ABSENT, 1))
ORIGINS = ((ProposalOrigin.REGULAR, 6), (ProposalOrigin.MUSRENBANG, 3), (ProposalOrigin.POKIR, 1))


@dataclass
class Plan:
    """A training with everything that will be written for it."""

    training: Training
    theme: Theme
    villages: Sequence[Region]
    expenses: list[Expense] = field(default_factory=list)


def add_trainings(house: Skeleton, *, count: int, today: date) -> None:
    """Write `count` trainings of 2024 and 2026 with about 30 people each; those to come have only their plan.

    The same count gives the same trainings, people and amounts; `today` decides which of them have been held.
    """
    draw = Random(SEED)  # noqa: S311  (believable, not secret)
    pptk, supervisor = house.users["pptk.disperindag"], house.users["supervisor.disperindag"]
    plans = sorted(_plans(house, draw, count, today), key=lambda plan: (plan.training.start, plan.training.office_id))
    record_trainings([plan.training for plan in plans], [], [], by=pptk, reason=REASON)
    crowd = Crowd(draw)
    held = [plan for plan in plans if plan.training.realised is not None]
    for start in range(0, len(held), TRAININGS_AT_ONCE):
        chunk = held[start : start + TRAININGS_AT_ONCE]
        expenses = [expense for plan in chunk for expense in plan.expenses]
        write_rows(Expense, new=expenses, by=pptk, reason=REASON)
        _fill(chunk, crowd, by=pptk)
    for plan in held:
        if plan.training.start.year == min(YEARS) and draw.random() < 0.8:
            change_status(plan.training, TrainingStatus.VERIFIED, by=supervisor)


def _plans(house: Skeleton, draw: Random, count: int, today: date) -> Iterator[Plan]:
    offices = [
        agency
        for code, agency in sorted(house.agencies.items())
        if agency.kind == AgencyKind.OFFICE and code not in {PAGELARAN, WAGIR}
    ]
    draw.shuffle(offices)
    offices = offices[: max(FEWEST_OFFICES, count // 4)]
    villages = defaultdict(list)
    for village in Region.objects.filter(parent__in=[office.region_id for office in offices]).order_by("code"):
        villages[village.parent_id].append(village)
    accounts = {account.code: account for account in ExpenseAccount.objects.filter(valid_to=None)}
    batches: Counter = Counter()
    for number in range(count):
        office, year, theme = offices[number % len(offices)], YEARS[number % len(YEARS)], draw.choice(THEMES)
        batches[office.pk, year, theme.title] += 1
        line = house.lines[year, draw.choice((EMPOWERMENT, EMPOWERMENT, CLOTHING if theme.textile else RESOURCES))]
        around = draw.sample(villages[office.region_id], len(villages[office.region_id]))
        training = _training(draw, office, line, theme, around[0], batches[office.pk, year, theme.title])
        plan = Plan(training, theme, around)
        plan.expenses = list(_expenses(draw, plan, accounts))
        training.ceiling = sum(expense.volume * expense.unit_price for expense in plan.expenses)
        if training.end < today:
            training.realised = sum(expense.realised for expense in plan.expenses)
        yield plan


def _training(draw: Random, office: Agency, line: BudgetLine, theme: Theme, village: Region, batch: int) -> Training:
    start = date(line.fiscal_year_id, 2, 1) + timedelta(days=draw.randrange(SEASON_DAYS))
    days = draw.choice((1, 2, 2, 3))
    while (start + timedelta(days=days - 1)).weekday() >= SATURDAY or start.weekday() >= SATURDAY:
        start += timedelta(days=1)
    return Training(
        title=theme.title,
        field=theme.field,
        batch=batch,
        budget_line=line,
        organizer=line.organizer,
        office=office,
        proposal_origin=draw.choices([origin for origin, _ in ORIGINS], [share for _, share in ORIGINS])[0],
        village=village,
        venue=f"{'Kantor Kelurahan' if village.level == 'urban_village' else 'Balai Desa'} {village.name}",
        start=start,
        end=start + timedelta(days=days - 1),
        hours=HOURS_A_DAY * days,
        target_people=30,
    )


def _expenses(draw: Random, plan: Plan, accounts: Mapping[str, ExpenseAccount]) -> Iterator[Expense]:
    """Yield the lines of a training; what was paid is the plan, or up to 6 % less.

    What is paid by the day went to those who came, so that most trainings pay for no more days than were attended.
    """
    training = plan.training
    paid_on = training.end + timedelta(days=10)
    for number, (cost, volume, price) in enumerate(
        costs_of(plan.theme, people=training.target_people, days=training.days), start=1
    ):
        saved = draw.choice((0, 0, 0, 2, 4, 6)) + (STAYED_AWAY if cost.per == "day" else 0)
        yield Expense(
            training=training,
            account=accounts[cost.account],
            description=cost.description,
            volume=volume,
            unit=cost.unit,
            unit_price=price,
            realised=(volume * price * (100 - saved) / 100).quantize(Decimal("1")),
            method=PaymentMethod.LS if cost.per in {"hour", "once"} else PaymentMethod.GU,
            sp2d_number=f"CONTOH/{training.start:%Y%m%d}/{training.office.region_id[-2:]}/{training.batch}/{number}",
            sp2d_date=paid_on,
        )


def _fill(plans: Sequence[Plan], crowd: Crowd, *, by: object) -> None:
    """Write the people, businesses, enrolments and attendance of held trainings."""
    draw = crowd.random
    people: list[Person] = []
    businesses: list[Business] = []
    enrolments: list[Enrolment] = []
    for plan in plans:
        training = plan.training
        size = draw.randint(27, 30)
        taking_part = crowd.returning(training.office, sum(draw.random() < RETURNING for _ in range(size)))
        fresh = [
            crowd.new_person(training.office, plan.villages, on=training.start) for _ in range(size - len(taking_part))
        ]
        people += fresh
        owners = [person for person in fresh if draw.random() < 0.4]
        businesses += [crowd.business(person, plan.theme, training.start.year) for person in owners]
        enrolments += [_enrolment(draw, training, person) for person in (*taking_part, *fresh)]
    enrol_people(new_people=people, enrolments=enrolments, new_businesses=businesses, by=by)
    sessions = defaultdict(list)
    for session in Session.objects.filter(training__in=[plan.training for plan in plans]).order_by("date"):
        sessions[session.training_id].append(session)
    marks = [
        Attendance(
            training=enrolment.training,
            enrolment=enrolment,
            session=session,
            presence=_presence(draw, enrolment),
        )
        for enrolment in enrolments
        for session in sessions[enrolment.training_id]
    ]
    record_attendance(new=marks, changed=[], by=by)


def _enrolment(draw: Random, training: Training, person: Person) -> Enrolment:
    withdrawn = draw.random() < 0.03
    before = draw.randrange(30, 70, 5)
    return Enrolment(
        training=training,
        person=person,
        represents_rt=person.rt,
        represents_rw=person.rw,
        status=EnrolmentStatus.WITHDRAWN if withdrawn else EnrolmentStatus.COMPLETED,
        pre_score=None if withdrawn else before,
        post_score=None if withdrawn else min(100, before + draw.randrange(0, 45, 5)),
    )


def _presence(draw: Random, enrolment: Enrolment) -> str:
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return Presence.ABSENT
    return draw.choices([mark for mark, _ in MARKS], [share for _, share in MARKS])[0]
