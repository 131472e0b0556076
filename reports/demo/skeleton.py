"""The house without people: agencies, users, years, budget lines, and the two trainings the news told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simple_history.utils import bulk_create_with_history

from portal.actions.bulk import write_rows
from portal.actions.regions import load_regions
from portal.enums import AgencyKind, RegionLevel, Role
from portal.models import Agency, FiscalYear, Region, User
from programs.actions.reference import load_reference
from programs.actions.trainings import change_status, invite_rts, record_training
from programs.enums import TrainingStatus
from programs.models import BudgetLine, FundSource, NomenclatureNode, Training

REGENCY = "35.07"
PAGELARAN, WAGIR = "35.07.33", "35.07.21"
YEARS = (2024, 2025, 2026)
EMPOWERMENT, RESOURCES, CLOTHING = "3.31.02.2.01.0005", "3.31.02.2.01.0003", "3.30.07.2.01.0004"
PAD, DAU, DBHCHT = "1.1", "1.2.1.01.02", "2.2.1.01.01.0001"
REASON = "data contoh"


@dataclass(frozen=True)
class Login:
    """A demo user; an office is named by its region, the others by their kind."""

    username: str
    name: str
    role: Role
    agency: str


LOGINS = (
    Login("operator.pagelaran", "Operator Kecamatan Pagelaran", Role.OPERATOR, PAGELARAN),
    Login("kepala.pagelaran", "Kepala Kantor Kecamatan Pagelaran", Role.HEAD, PAGELARAN),
    Login("operator.wagir", "Operator Kecamatan Wagir", Role.OPERATOR, WAGIR),
    Login("pptk.disperindag", "PPTK Disperindag", Role.PROGRAMME_OFFICER, AgencyKind.ORGANIZER),
    Login("supervisor.disperindag", "Kepala Bidang Disperindag", Role.SUPERVISOR, AgencyKind.ORGANIZER),
    Login("auditor.inspektorat", "Auditor Inspektorat", Role.AUDITOR, AgencyKind.AUDITOR),
    Login("administrator", "Administrator Kabupaten", Role.ADMINISTRATOR, AgencyKind.REGENCY),
)
OTHER_AGENCIES = (
    (AgencyKind.ORGANIZER, "Dinas Perindustrian dan Perdagangan Kabupaten Malang", "Disperindag"),
    (AgencyKind.AUDITOR, "Inspektorat Kabupaten Malang", "Inspektorat"),
    (AgencyKind.REGENCY, "Pemerintah Kabupaten Malang – Pengelola Sistem", "Pengelola Sistem"),
)
LINES = (  # year, sub kegiatan, source, pagu murni, pagu perubahan (million rupiah)
    (2024, EMPOWERMENT, DAU, 1_450, None),
    (2024, RESOURCES, DAU, 400, None),
    (2024, CLOTHING, PAD, 350, None),
    (2025, EMPOWERMENT, DAU, 1_700, 1_725),
    (2025, RESOURCES, DAU, 425, None),
    (2025, RESOURCES, DBHCHT, 600, None),
    (2025, CLOTHING, PAD, 180, None),
    (2026, EMPOWERMENT, DAU, 1_800, None),
    (2026, RESOURCES, DAU, 450, None),
    (2026, CLOTHING, PAD, 350, None),
)


@dataclass(frozen=True)
class Skeleton:
    """What was made, by the names used later: region code or kind of an agency, username, (year, sub kegiatan)."""

    agencies: Mapping[str, Agency]
    users: Mapping[str, User]
    lines: Mapping[tuple[int, str], BudgetLine]


def build_skeleton(passwords: Mapping[str, str], *, today: date) -> Skeleton:
    """Make the house and return it; call it inside a transaction, on a database without agencies."""
    if not Region.objects.filter(pk=WAGIR).exists():
        load_regions(REGENCY)
    load_reference()
    agencies = _agencies()
    users = _users(agencies, passwords)
    skeleton = Skeleton(agencies, users, _lines(agencies, users))
    _founding_training(skeleton, today)
    _batik_training(skeleton, today)
    return skeleton


def _agencies() -> dict[str, Agency]:
    districts = Region.objects.filter(parent=REGENCY, level=RegionLevel.DISTRICT)
    made = {
        region.code: Agency(
            kind=AgencyKind.OFFICE,
            name=f"Kecamatan {region.name}",
            short_name=f"Kecamatan {region.name}",
            region=region,
            place=region.name,
            head_title=f"Camat {region.name}",
        )
        for region in districts
    }
    regency = Region.objects.get(pk=REGENCY)
    made |= {
        kind: Agency(kind=kind, name=name, short_name=short, region=regency, place="Kepanjen")
        for kind, name, short in OTHER_AGENCIES
    }
    bulk_create_with_history(list(made.values()), Agency, default_change_reason=REASON)
    return made


def _users(agencies: Mapping[str, Agency], passwords: Mapping[str, str]) -> dict[str, User]:
    made = {}
    for login in LOGINS:
        user = User(
            username=login.username,
            name=login.name,
            role=login.role,
            agency=agencies[login.agency],
            is_staff=True,
        )
        user.set_password(passwords[login.username])
        user._change_reason = REASON
        user.save()
        made[login.username] = user
    return made


def _lines(agencies: Mapping[str, Agency], users: Mapping[str, User]) -> dict[tuple[int, str], BudgetLine]:
    years = {year: FiscalYear(year=year) for year in YEARS}
    bulk_create_with_history(
        list(years.values()), FiscalYear, default_user=users["administrator"], default_change_reason=REASON
    )
    nodes = {node.code: node for node in NomenclatureNode.objects.filter(code__in={line[1] for line in LINES})}
    funds = {fund.code: fund for fund in FundSource.objects.filter(code__in={line[2] for line in LINES})}
    lines = [
        BudgetLine(
            fiscal_year=years[year],
            node=nodes[code],
            organizer=agencies[AgencyKind.ORGANIZER],
            fund_source=funds[fund],
            ceiling_original=Decimal(original * 1_000_000),
            ceiling_revised=None if revised is None else Decimal(revised * 1_000_000),
            target=f"1 {nodes[code].unit}",
        )
        for year, code, fund, original, revised in LINES
    ]
    write_rows(BudgetLine, new=lines, by=users["pptk.disperindag"], reason=REASON)
    return {(line.fiscal_year_id, line.node.code): line for line in reversed(lines)}


def _founding_training(house: Skeleton, today: date) -> None:
    """Record what liputan-wartajatim.com told: 30 people for 31 RT, closed by the secretary of Disperindag."""
    operator, head = house.users["operator.pagelaran"], house.users["kepala.pagelaran"]
    training = record_training(
        Training(
            title="Pelatihan Menjahit bagi Pelaku IKM Konveksi",
            field="Konveksi",
            budget_line=house.lines[2025, EMPOWERMENT],
            office=house.agencies[PAGELARAN],
            village_id=f"{PAGELARAN}.2001",
            venue="Balai Desa Clumprit",
            start=date(2025, 7, 14),
            end=date(2025, 7, 15),
            target_people=30,
            closed_by="Sekretaris Disperindag",
        ),
        by=operator,
    )
    invite_rts(training, [(f"{rt:03d}", "") for rt in range(1, 32)], by=operator)
    _hold(training, submitted_by=head, house=house, today=today)


def _batik_training(house: Skeleton, today: date) -> None:
    """Record what sitirejonews.com told."""
    operator = house.users["operator.wagir"]
    training = record_training(
        Training(
            title="Pelatihan Batik Cap",
            field="Batik",
            budget_line=house.lines[2025, EMPOWERMENT],
            office=house.agencies[WAGIR],
            village_id=f"{WAGIR}.2009",
            venue="Balai Desa Sidorahayu",
            start=date(2025, 5, 19),
            end=date(2025, 5, 19),
            target_people=30,
        ),
        by=operator,
    )
    _hold(training, submitted_by=operator, house=house, today=today)


def _hold(training: Training, *, submitted_by: User, house: Skeleton, today: date) -> None:
    """Take a training the official way up to the day it ended."""
    supervisor = house.users["supervisor.disperindag"]
    change_status(training, TrainingStatus.SUBMITTED, by=submitted_by)
    change_status(training, TrainingStatus.APPROVED, by=supervisor)
    if training.end < today:
        change_status(training, TrainingStatus.RUNNING, by=submitted_by)
        change_status(training, TrainingStatus.FINISHED, by=submitted_by)
