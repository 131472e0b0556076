"""Any filters: the pages and the file list the same numbers in the same order; wrong filters give nothing."""

import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from portal.models import User
from programs.enums import TrainingStatus
from programs.filters import TrainingFilterSet
from programs.models import Training
from reports.base import ExportRefused
from reports.models import ExportRecord
from reports.views import pages
from tests.factories.portal import UserFactory, make_nik
from tests.reports.ledger import export
from tests.roles import client_of

PAGE = reverse("reports:trainings")
NUMBER = re.compile(r">(\d{4}\.35\.07\.\d\d\.\d{3,})<")
# What the fields of TrainingFilterSet may hold: of a training that exists, or anything that is allowed.
FIELDS: dict[str, Callable[[Training, random.Random], str]] = {
    "year": lambda t, chance: str(t.budget_line.fiscal_year_id),
    "budget_line": lambda t, chance: ".".join(t.budget_line.node.code.split(".")[: chance.choice((1, 2, 3, 5, 6))]),
    "office": lambda t, chance: t.office.region_id,
    "status": lambda t, chance: chance.choice((t.status, *TrainingStatus.values)),
    "fund_source": lambda t, chance: t.budget_line.fund_source.code,
    "start_after": lambda t, chance: str(t.start - timedelta(days=chance.randrange(300))),
    "start_before": lambda t, chance: str(t.start + timedelta(days=chance.randrange(300))),
    "q": lambda t, chance: " ".join(chance.sample(t.title.split(), chance.randrange(1, 3))),
}
WRONG: tuple[dict[str, str], ...] = (
    {"year": "1999"},
    {"year": "dua ribu"},
    {"year": "2025,2024"},
    {"year": "2025 OR 1=1"},
    {"year": "\u0662\u0660\u0662\u0665x"},
    {"budget_line": "bukan kode"},
    {"budget_line": "3.31.02.2.01.0005.9.9"},
    {"budget_line": "%"},
    {"office": "35.07.99"},
    {"office": "*"},
    {"office": "35.07.33' --"},
    {"status": "selesai"},
    {"status": "finished,planned"},
    {"fund_source": "9.9.9"},
    {"fund_source": "_"},
    {"start_after": "2025-13-40"},
    {"start_before": "kemarin"},
    {"start_after": "2025-08-01", "start_before": "2025-07-01"},
    {"q": make_nik(3, date(1980, 5, 17), "P")},
    {"q": "x" * 101},
)


def drawn(seed: int, trainings: Sequence[Training]) -> dict[str, str]:
    """Return filters that mostly leave something: most of them fit one training."""
    chance = random.Random(seed)
    training = chance.choice(trainings)
    names = chance.sample(sorted(FIELDS), chance.choice((1, 1, 2, 2, 3, 5)))
    found = {
        name: FIELDS[name](training if chance.random() < 0.9 else chance.choice(trainings), chance) for name in names
    }
    if found.get("start_after", "") > found.get("start_before", "9999"):
        del found["start_after"]
    return found


def listed(user: User, params: dict[str, str]) -> list[str]:
    """Return the numbers of all pages."""
    browser, numbers, page = client_of(user), [], 1
    while True:
        response = browser.get(PAGE, params | {"hal": str(page)})
        assert "faults" not in response.context, response.context["faults"]
        numbers += NUMBER.findall(response.content.decode())
        if not response.context["page"].has_next():
            return numbers
        page += 1


def exported(user: User, folder: Path, params: dict[str, str]) -> list[str]:
    """Return the numbers of the recap."""
    export("trainings", user, folder, **params)
    sheet = openpyxl.load_workbook(folder / "trainings.xlsx")["Rekap"]
    return [number for row, number in sheet.iter_rows(max_col=2, values_only=True) if isinstance(row, int)]


def everything(user: User) -> list[Training]:
    rows = Training.objects.visible_to(user).select_related("budget_line__node", "budget_line__fund_source", "office")
    return list(rows.order_by("pk"))


@pytest.mark.parametrize("seed", range(50))
def test_page_and_file_agree(
    demo_auditor: User, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(pages, "ROWS_A_PAGE", 1 + seed % 5)
    trainings = everything(demo_auditor)
    user = demo_auditor
    if seed % 3 == 1:  # an office, which sees only its own
        user = UserFactory(operator=True, username="operator.uji", agency=trainings[seed % len(trainings)].office)
    elif seed % 3 == 2:
        organizer = trainings[seed % len(trainings)].budget_line.organizer
        user = UserFactory(supervisor=True, username="pengawas.uji", agency=organizer)
    own = everything(user)
    params = drawn(seed, own)
    numbers = listed(user, params)
    assert numbers == exported(user, tmp_path, params)
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= {training.number for training in own}


def test_most_of_the_filters_find_something(demo_auditor: User, db: None) -> None:
    trainings = everything(demo_auditor)
    counts = [len(listed(demo_auditor, drawn(seed, trainings))) for seed in range(50)]
    assert sum(map(bool, counts)) >= 30
    assert len(set(counts)) >= 6
    assert sum(count == len(trainings) for count in counts) <= 10


@pytest.mark.parametrize("seed", range(len(WRONG)))
def test_a_wrong_filter_shows_and_exports_nothing(demo_auditor: User, db: None, tmp_path: Path, seed: int) -> None:
    """Left out, it would let more rows through; good filters beside it do not help."""
    wrong = WRONG[seed]
    params = {name: value for name, value in drawn(seed, everything(demo_auditor)).items() if name[:5] != "start"}
    params |= wrong
    browser = client_of(demo_auditor)
    response = browser.get(PAGE, params)
    assert response.status_code == 200
    assert response.context["faults"]
    assert not NUMBER.findall(response.content.decode())
    before = ExportRecord.objects.count()
    for identifier in ("trainings", "participants", "audit"):
        with pytest.raises(ExportRefused):
            export(identifier, demo_auditor, tmp_path, **params)
    answer = browser.post(reverse("reports:export", args=["trainings"]), {"format": "xlsx"}, query_params=params)
    assert answer.status_code == 302
    assert list(tmp_path.iterdir()) == []
    assert ExportRecord.objects.count() == before


def test_every_field_is_drawn(demo_auditor: User, db: None) -> None:
    assert set(FIELDS) == set(TrainingFilterSet.base_filters)
    trainings = everything(demo_auditor)
    assert {name for seed in range(50) for name in drawn(seed, trainings)} == set(FIELDS)
