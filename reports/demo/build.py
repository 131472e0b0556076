"""The demo data as a whole: only into an empty database, never where real people are kept."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from portal.actions.audit import record_event
from portal.actions.bulk import write_rows
from portal.enums import AuditAction
from portal.models import Agency
from programs.actions.trainings import change_status, record_training
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Training
from reports.demo.caps import add_caps
from reports.demo.logins import keep_passwords, new_passwords
from reports.demo.skeleton import EMPOWERMENT, LOGINS, PAGELARAN, REASON, WAGIR, Skeleton, build_skeleton
from reports.demo.trainings import add_trainings

DEFAULT_TRAININGS = 24
STEP = 50_000_000  # ceilings are rounded up to this


class DemoRefused(Exception):
    """No demo data here; the message is an Indonesian sentence."""


@transaction.atomic
def create_demo(*, trainings: int = DEFAULT_TRAININGS, today: date) -> Mapping[str, str]:
    """Make the demo data and return username -> password; `trainings=0` gives the skeleton only.

    Raises DemoRefused in production and where agencies already exist.
    """
    if settings.PRODUCTION:
        raise DemoRefused("Data contoh tidak pernah dibuat di lingkungan produksi.")
    if Agency.objects.exists():
        raise DemoRefused("Basis data sudah berisi instansi. Data contoh hanya untuk basis data yang kosong.")
    passwords = new_passwords(login.username for login in LOGINS)
    house = build_skeleton(passwords, today=today)
    add_caps(house.lines, by=house.users["pptk.disperindag"])
    if trainings:
        add_trainings(house, count=trainings, today=today)
        _add_proposals(house)
        _widen_ceilings(house)
    record_event(
        AuditAction.CREATE, by=house.users["administrator"], summary="Data contoh dibuat", data={"trainings": trainings}
    )
    keep_passwords(passwords, today=today)  # before the commit: users without a known password would be of no use
    return passwords


def _add_proposals(house: Skeleton) -> None:
    """Leave something to do: a proposal that waits for approval, an approved one, and a draft."""
    operator, head = house.users["operator.pagelaran"], house.users["kepala.pagelaran"]
    waiting = _propose(house, PAGELARAN, "Pelatihan Bordir Lanjutan", "Bordir", 7, by=operator)
    change_status(waiting, TrainingStatus.SUBMITTED, by=head)
    _propose(house, PAGELARAN, "Pelatihan Desain Kemasan", "Kemasan", 14, by=operator)
    approved = _propose(house, WAGIR, "Pelatihan Pewarnaan Alam Batik", "Batik", 9, by=house.users["operator.wagir"])
    change_status(approved, TrainingStatus.SUBMITTED, by=house.users["operator.wagir"])
    change_status(approved, TrainingStatus.APPROVED, by=house.users["supervisor.disperindag"])


def _propose(house: Skeleton, office: str, title: str, field: str, day: int, *, by: object) -> Training:
    return record_training(
        Training(
            title=title,
            field=field,
            budget_line=house.lines[2026, EMPOWERMENT],
            office=house.agencies[office],
            start=date(2026, 12, day),
            end=date(2026, 12, day + 1),
            target_people=30,
            ceiling=34_500_000,
        ),
        by=by,
    )


def _widen_ceilings(house: Skeleton) -> None:
    """Raise the revised ceiling of lines that their trainings do not fit into, as a change of the budget would."""
    lines = BudgetLine.objects.annotate(total=Sum("training__ceiling")).filter(total__isnull=False)
    narrow = [line for line in lines if line.total > line.ceiling]
    for line in narrow:
        line.ceiling_revised = (line.total // STEP + 1) * STEP
    write_rows(
        BudgetLine, changed=narrow, fields=["ceiling_revised"], by=house.users["pptk.disperindag"], reason=REASON
    )
