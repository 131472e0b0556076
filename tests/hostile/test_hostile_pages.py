"""The other ways of a hostile file: back through the door for mended rows, into the tables, and onto every page."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from participants.models import Enrolment, Person
from portal.enums import BatchState
from tests.hostile.files import FILES
from tests.hostile.kit import HostileFile, people, person
from tests.hostile.posting import CLASS_NAME, Desk, counted
from tests.samples import FILES as SAMPLES

HURRIED = "peserta-clumprit-tergesa.xlsx"
MENDED = {
    "zip-bomb",
    "laughs-in-sheet",
    "far-corner",
    "encrypted-xlsx",
    "macros-inside-xlsx",
    "5000-sheets",
    "html-as-xls",
    "empty-csv",
    "nul",
    "nik-twice",
    "header-only",
    "longest-cell",
    "xls-nul",
    "same-nik-twice",
    "over-10-mb",
}
# What would run if a page forgot to escape it.
LIVE = re.compile(r"<script>alert|<img src=x|<svg/onload|\bhref=[\"']?javascript:", re.IGNORECASE)
TRICKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg/onload=alert(1)>",
    "{{ settings.SECRET_KEY }}",
    "=HYPERLINK(1)",
    "+62 Siti",
    "@SUM(1)",
    "javascript:alert(1)",
    "Siti \U0001f469\U0001f3fd\u200d\U0001f33e",
    "\U00020000\U0001d4e2iti",
    "Re\u0301ne\u0301",
]


@pytest.mark.parametrize("file", [file for file in FILES if file.name in MENDED], ids=str)
def test_the_door_for_mended_rows_is_as_narrow(file: HostileFile, desk: Desk) -> None:
    batch = desk.upload((SAMPLES / HURRIED).read_bytes(), HURRIED).batch
    before, rows = counted(), list(batch.rows.order_by("pk").values_list("payload", "verdict", "skipped"))
    page = desk.give_back(batch, file.build(), file.filename)
    assert page.status_code == 200
    said = [str(message) for message in page.context["messages"]]
    assert said, "the page says nothing"
    assert all(text.endswith(".") and not CLASS_NAME.search(text) for text in said)
    assert counted() == before
    assert list(batch.rows.order_by("pk").values_list("payload", "verdict", "skipped")) == rows
    assert desk.left_behind() == []


def pages_of(desk: Desk, batch: Any) -> list[str]:
    """Return the addresses that show a name out of the batch."""
    shown = Person.objects.order_by("pk").values_list("pk", flat=True)
    return [
        reverse("importing:start"),
        reverse("importing:batch", args=[batch.pk]),
        reverse("admin:participants_person_changelist"),
        reverse("admin:participants_enrolment_changelist"),
        reverse("admin:programs_training_change", args=[desk.sample.founding.pk]),
        *(reverse("admin:participants_person_change", args=[pk]) for pk in shown),
    ]


def test_names_that_aim_at_pages_hit_none(desk: Desk) -> None:
    lines = [person(serial, text) for serial, text in enumerate(TRICKS, start=1)]
    answer = desk.upload(people(*lines, [*person(90)[:3], TRICKS[0]]))
    saved = desk.save(answer)
    assert saved.batch.state == BatchState.APPLIED
    assert Enrolment.objects.count() == len(TRICKS)
    for address in pages_of(desk, saved.batch):
        page = desk.client.get(address)
        assert page.status_code == 200, address
        assert not LIVE.search(page.content.decode()), address


def test_faulty_rows_come_back_as_text_whatever_they_hold(desk: Desk) -> None:
    lines = [[*person(serial)[:3], text] for serial, text in enumerate(TRICKS, start=1)]
    batch = desk.upload(people(person(90), *lines)).batch
    assert batch.rows_rejected == len(TRICKS)
    response = desk.client.get(reverse("importing:problems", args=[batch.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="baris-bermasalah.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("name", ['a"; x="b.xlsx', "<b>&amp;.xlsx", "{{ 1 }}.xlsx"])
def test_a_name_reaches_no_header_and_no_page_unescaped(name: str, desk: Desk) -> None:
    batch = desk.upload(people(person(1), [*person(2)[:3], "?"]), name.replace('"', '\\"')).batch
    for address in (reverse("importing:start"), reverse("importing:batch", args=[batch.pk])):
        assert "<b>&" not in desk.client.get(address).content.decode()
    response = desk.client.get(reverse("importing:problems", args=[batch.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="baris-bermasalah.xlsx"'
