"""The same upload in a portal where the neighbour's row exists and in one where it does not: every answer is the same.

Compared byte by byte, apart from what is random or a clock: page after page of the desk, the file of faulty rows, the
JSON of the command line, and how many queries each answer took.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import ImportBatch
from portal.spreadsheets.workbook import Limits
from tests.imports.desk import Upload, read_here, undone, verdicts
from tests.imports.neighbours import NO_NUMBER, THEIR_NUMBER, Here, There, files
from tests.roles import client_of

pytestmark = pytest.mark.usefixtures("fast_reading")

RANDOM = (
    (re.compile(r'csrfmiddlewaretoken" value="[^"]+"'), "CSRF"),
    (re.compile(r'name="token" value="[^"]+"'), "TOKEN"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{2}-\d{2}-\d{4} \d{2}\.\d{2}"), "TIME"),
    (re.compile(r'nonce="[^"]+"'), "NONCE"),
)
KEY = re.compile(r"(?<=[-=])\d+(?=[-\"&#])")


def masked(text: str, keys: dict[str, str]) -> str:
    """Return a page without what is random, and with the place of each staged row instead of its key."""
    for pattern, mark in RANDOM:
        text = pattern.sub(mark, text)
    return KEY.sub(lambda found: keys.get(found.group(), found.group()), text)


class Visit:
    """A browser of A that writes down everything it is told."""

    def __init__(self, user: Any):
        self.client: Client = client_of(user)
        self.heard: list[Any] = []
        self.keys: dict[str, str] = {}  # of A's own staged rows, counted on in one sequence with everybody's

    def ask(self, verb: str, url: str, *args: Any, **options: Any) -> Any:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = getattr(self.client, verb)(url, *args, **options)
        page = response.headers["Content-Type"].startswith("text/html")
        body = masked(response.content.decode(), self.keys).splitlines() if page else sheets_of(response.content)
        place = masked(response.headers.get("Location", ""), self.keys)
        self.heard.append([verb, masked(url, self.keys), response.status_code, place, len(queries), body])
        return response


def sheets_of(content: bytes) -> list[str]:
    """Return the rows of a workbook as lines."""
    sheets = read_here(content, "xlsx", Limits()).sheets if content else ()
    return [repr(row) for sheet in sheets for row in sheet.rows]


def through_the_desk(upload: Upload) -> list[Any]:
    """Upload, look at every kind of row, fetch the faulty ones, check again, save, look again; return what was said."""
    visit = Visit(upload.user)
    file = SimpleUploadedFile("uji.csv", upload.content)
    visit.ask("post", reverse("importing:upload", args=[upload.resource]), {"file": file, "target": upload.target})
    batch = ImportBatch.objects.filter(by=upload.user).latest("created_at")
    rows = batch.rows.order_by("pk").values_list("pk", flat=True)
    visit.keys = {str(pk): f"row {place}" for place, pk in enumerate(rows)}
    page = reverse("importing:batch", args=[batch.pk])
    for verdict in ("", "semua", "new", "changed", "same", "rejected", "warning"):
        visit.ask("get", page, {"hasil": verdict})
    visit.ask("get", reverse("importing:problems", args=[batch.pk]))
    visit.ask("post", reverse("importing:check", args=[batch.pk]))
    token = visit.ask("get", page).context["form"].initial["token"]
    visit.ask("post", reverse("importing:apply", args=[batch.pk]), {"token": token, "mode": "valid"})
    visit.ask("get", page, {"hasil": "semua"})
    visit.ask("get", reverse("importing:start"))
    return visit.heard


def on_the_command_line(upload: Upload, folder: Path, *options: str) -> list[Any]:
    """Return what the command says and how many queries it took, looking only and saving."""
    path = folder / "uji.csv"
    path.write_bytes(upload.content)
    given = ["import_workbook", upload.resource, str(path), "--as", upload.user.username, "--json", *options]
    if upload.target:
        given += ["--training", upload.target]
    out, code = io.StringIO(), 0
    with redirect_stdout(out), CaptureQueriesContext(connection) as queries:
        try:
            call_command(*given, stdout=out)
        except SystemExit as end:
            code = end.code
    return [code, json.loads(out.getvalue()), len(queries)]


def worlds(file: Callable[[Here], Upload], ask: Callable[[Upload], Any]) -> Iterator[Any]:
    """Yield what A is told with B there and without; A's rows are the same ones."""
    here = Here()
    upload = file(here)
    with undone():
        there = There(here, upload)
        attack = with_keys_of(there, upload)
        there.decide(attack)
        yield ask(attack)
    with undone():
        yield ask(attack)


def with_keys_of(there: There, upload: Upload) -> Upload:
    """Return the file with columns that name B's rows by their keys."""
    keys = {
        "id": there.people[0].pk,
        "pk": there.training.pk,
        "person_id": there.people[0].pk,
        "training_id": there.training.pk,
        "budget_line_id": there.line.pk,
        "enrolment_id": there.enrolments[0].pk,
        "session_id": there.session.pk,
        "office_id": there.operator.agency_id,
        "source": there.batch.pk,
    }
    lines = [[*line, *keys.values()] for line in upload.lines]
    return Upload(upload.resource, upload.user, [*upload.headings, *keys], lines, upload.target)


@pytest.mark.parametrize("file", files())
def test_the_desk_says_the_same_with_the_neighbour_and_without(db: None, file: Callable[[Here], Upload]):
    with_b, without_b = worlds(file, through_the_desk)
    assert len(with_b) > 10
    for (*facts, body), (*facts_alone, body_alone) in zip(with_b, without_b, strict=True):
        assert facts == facts_alone
        assert list(unified_diff(body_alone, body, lineterm="", n=0)) == []


@pytest.mark.parametrize("options", [(), ("--apply",)], ids=["look", "save"])
@pytest.mark.parametrize("file", files())
def test_the_command_line_says_the_same(
    db: None, tmp_path: Path, file: Callable[[Here], Upload], options: tuple[str, ...]
):
    with_b, without_b = worlds(file, lambda upload: on_the_command_line(upload, tmp_path, *options))
    assert with_b == without_b
    assert with_b[1]["new"] + with_b[1]["changed"] > 0


@pytest.mark.parametrize("resource", ["participants", "attendance"])
def test_a_foreign_target_answers_like_none(db: None, resource: str):
    """On the page it is not among the choices; on the command line every row is refused with one sentence."""
    here = Here()
    upload = next(file for file in files() if file.__name__ == resource)(here)
    with_b, without_b = (list(answers) for answers in told_of_targets(here, upload))
    assert with_b == without_b
    assert with_b[0] == with_b[1]


def told_of_targets(here: Here, upload: Upload) -> Iterator[Iterator[Any]]:
    for neighbour in (There, None):
        with undone():
            if neighbour:
                neighbour(here, upload)
            yield [answer_about(upload, number) for number in (THEIR_NUMBER, NO_NUMBER)]


def answer_about(upload: Upload, number: str) -> Any:
    """Return what both doors say about a training that is not A's, without the number itself."""
    with undone():
        visit, file = Visit(upload.user), SimpleUploadedFile("uji.csv", upload.content)
        visit.ask("post", reverse("importing:upload", args=[upload.resource]), {"file": file, "target": number})
        assert not ImportBatch.objects.filter(by=upload.user).exists()
        aimed = Upload(upload.resource, upload.user, upload.headings, upload.lines, number)
        shown = [(verdict, said) for verdict, said in verdicts(aimed.check()).values()]
    return json.loads(json.dumps([visit.heard, shown]).replace(number, "NUMBER"))
