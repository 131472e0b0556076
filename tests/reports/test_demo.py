"""Demo data: only into an empty house, invented throughout, the same each time, and true to the rules."""

import io
import os
import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Sum

from participants.models import Attendance, Business, Enrolment, Person
from participants.queries import absent_rts
from portal.actions.audit import broken_links
from portal.actions.users import ALPHABET
from portal.enums import ROLE_KINDS, AgencyKind
from portal.identity import decode_nik, decrypt_nik, normalise_nik
from portal.models import Agency, FiscalYear, User
from programs.enums import TrainingStatus
from programs.models import BudgetLine, Expense, Session, Training
from reports.demo.build import create_demo
from reports.demo.logins import credentials_file
from reports.demo.skeleton import EMPOWERMENT, LOGINS
from tests.factories.portal import AgencyFactory

TODAY = date(2026, 7, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def no_shared_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SULAM_DEMO_PASSWORD", raising=False)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_demo_data", *arguments, stdout=out)
    return out.getvalue()


# --- the skeleton -------------------------------------------------------------------------------------------------
def test_the_skeleton_is_a_house_without_people():
    printed = run("--skeleton")
    kinds = Agency.objects.values_list("kind", flat=True)
    assert (len(kinds), list(kinds).count(AgencyKind.OFFICE)) == (36, 33)
    assert set(User.objects.values_list("username", flat=True)) == {login.username for login in LOGINS}
    assert all(user.is_staff and not user.is_superuser for user in User.objects.all())
    assert all(user.agency.kind == ROLE_KINDS[user.role] for user in User.objects.select_related("agency"))
    assert list(FiscalYear.objects.values_list("year", "state").order_by("year")) == [
        (year, "open") for year in (2024, 2025, 2026)
    ]
    assert set(Training.objects.values_list("number", flat=True)) == {"2025.35.07.33.001", "2025.35.07.21.001"}
    assert not Person.objects.exists()
    assert "2 pelatihan, 7 pengguna" in printed


def test_the_founding_training_reads_as_in_the_news():
    create_demo(trainings=0, today=TODAY)
    training = Training.objects.get(number="2025.35.07.33.001")
    assert (training.title, training.venue) == ("Pelatihan Menjahit bagi Pelaku IKM Konveksi", "Balai Desa Clumprit")
    assert (training.start, training.end, training.target_people) == (date(2025, 7, 14), date(2025, 7, 15), 30)
    assert (training.village.name, training.office.name) == ("Clumprit", "Kecamatan Pagelaran")
    assert (training.budget_line.node.code, training.status) == (EMPOWERMENT, TrainingStatus.FINISHED)
    assert (training.ceiling, training.realised, training.closed_by) == (None, None, "Sekretaris Disperindag")
    assert (training.sessions.count(), len(absent_rts(training))) == (2, 31)
    batik = Training.objects.get(number="2025.35.07.21.001")
    assert (batik.title, batik.start, batik.days) == ("Pelatihan Batik Cap", date(2025, 5, 19), 1)


def test_one_line_a_year_for_the_recap_and_its_total_fits():
    create_demo(trainings=0, today=TODAY)
    lines = BudgetLine.objects.filter(node__code=EMPOWERMENT)
    assert sorted(lines.values_list("fiscal_year", flat=True)) == [2024, 2025, 2026]
    assert lines.get(fiscal_year=2025).ceiling >= 1_699_300_000


def test_before_its_day_a_training_is_only_approved():
    create_demo(trainings=0, today=date(2025, 7, 1))
    assert Training.objects.get(number="2025.35.07.33.001").status == TrainingStatus.APPROVED


# --- passwords ----------------------------------------------------------------------------------------------------
def test_passwords_are_random_printed_and_kept_for_us_only():
    printed = run("--skeleton")
    path = credentials_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    kept = dict(line.split() for line in path.read_text().splitlines() if line and not line.startswith("#"))
    assert len(set(kept.values())) == len(LOGINS)
    readable = f"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}"
    for username, password in kept.items():
        assert re.fullmatch(readable, password)
        assert re.search(rf"{re.escape(username)} +{password}\n", printed)
        assert authenticate(username=username, password=password)


def test_one_password_for_all_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SULAM_DEMO_PASSWORD", "satu-untuk-semua")
    assert set(create_demo(trainings=0, today=TODAY).values()) == {"satu-untuk-semua"}
    assert authenticate(username="administrator", password="satu-untuk-semua")


def test_an_older_file_of_passwords_is_replaced_with_its_mode(tmp_path: Path):
    credentials_file().parent.mkdir()
    credentials_file().write_text("lama")
    os.chmod(credentials_file(), 0o644)
    create_demo(trainings=0, today=TODAY)
    assert "lama" not in credentials_file().read_text()
    assert stat.S_IMODE(credentials_file().stat().st_mode) == 0o600


# --- refusals -----------------------------------------------------------------------------------------------------
def test_refused_where_agencies_exist():
    AgencyFactory()
    with pytest.raises(CommandError, match="sudah berisi instansi") as refusal:
        run("--skeleton")
    assert refusal.value.returncode == 2
    assert (Agency.objects.count(), User.objects.count(), credentials_file().exists()) == (1, 0, False)


def test_refused_in_production(settings: Any):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="produksi") as refusal:
        run()
    assert refusal.value.returncode == 2
    assert not Agency.objects.exists()


@pytest.mark.parametrize("arguments", [("--scale", "0"), ("--scale", "banyak"), ("--skeleton", "--scale", "5")])
def test_impossible_sizes_are_refused(arguments: tuple[str, ...]):
    with pytest.raises(CommandError):
        run(*arguments)


# --- the full set -------------------------------------------------------------------------------------------------
def fingerprint() -> dict[str, list]:
    trainings = Training.objects.order_by("number")
    return {
        "trainings": list(trainings.values_list("number", "title", "start", "end", "ceiling", "realised", "status")),
        "people": list(Person.objects.order_by("pk").values_list("name", "birth_date", "nik_index", "phone")),
        "marks": list(Attendance.objects.order_by("pk").values_list("presence", flat=True)),
        "businesses": list(Business.objects.order_by("pk").values_list("name", "nib", "turnover")),
    }


def test_the_same_data_each_time():
    found = []
    for _ in range(2):
        with transaction.atomic():
            create_demo(trainings=14, today=TODAY)
            found.append(fingerprint())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0]["people"]) > 200


def test_the_full_set_keeps_the_rules():
    create_demo(trainings=30, today=TODAY)
    _assert_trainings()
    _assert_money()
    _assert_people()
    _assert_history()
    assert not list(broken_links())


def _assert_trainings() -> None:
    assert Training.objects.filter(start__year=2025).count() == 2, "2025 belongs to the sample files"
    others = Training.objects.exclude(start__year=2025)
    held = others.filter(end__lt=TODAY)
    assert held.count() > 20
    assert set(held.values_list("status", flat=True)) == {TrainingStatus.FINISHED, TrainingStatus.VERIFIED}
    planned = others.filter(end__gte=TODAY)
    assert {TrainingStatus.DRAFT, TrainingStatus.SUBMITTED, TrainingStatus.APPROVED} == set(
        planned.values_list("status", flat=True)
    )
    assert not Enrolment.objects.filter(training__in=planned).exists()
    assert not planned.exclude(realised=None).exists()
    assert all(training.start.weekday() < 5 and training.end.weekday() < 5 for training in others)
    assert all(training.village_id.startswith(training.office.region_id) for training in others if training.village_id)
    assert not Person.objects.filter(office__region__in=["35.07.33", "35.07.21"]).exists()


def _assert_money() -> None:
    sums = Training.objects.filter(expenses__isnull=False).annotate(
        planned=Sum("expenses__planned"), paid=Sum("expenses__realised")
    )
    assert sums.count() > 20
    assert not sums.exclude(ceiling=F("planned"), realised=F("paid")).exists()
    _assert_ceilings()


def _assert_ceilings() -> None:
    lines = BudgetLine.objects.annotate(total=Sum("training__ceiling"))
    assert all(line.total is None or line.total <= line.ceiling for line in lines)


def _assert_people() -> None:
    for person in Person.objects.select_related("office"):
        nik = normalise_nik(decrypt_nik(person.nik_cipher, person.nik_index))
        facts = decode_nik(nik)
        assert (facts.area, facts.born, facts.sex) == (person.office.region_id, person.birth_date, person.sex)
        assert nik[12] == "9"
        person.clean_fields(exclude=["source"])
    for business in Business.objects.all():
        business.clean_fields()
    assert Enrolment.objects.count() > Person.objects.count(), "some come twice"
    marks = Enrolment.objects.annotate(sessions=F("training__end") - F("training__start"))
    assert Attendance.objects.count() == sum(enrolment.sessions.days + 1 for enrolment in marks)


def _assert_history() -> None:
    for model in (Person, Enrolment, Attendance, Business, Expense, Session):
        assert model.history.count() == model.objects.count()
    assert Training.history.count() >= Training.objects.count()


def test_a_large_set_widens_the_budget():
    create_demo(trainings=150, today=date(2024, 1, 1))  # nothing held yet, so nobody to write
    _assert_ceilings()
    assert BudgetLine.objects.filter(fiscal_year=2024).exclude(ceiling_revised=None).exists()
