"""After everything was done that the portal offers, no 16-digit number stands anywhere but in the two right places.

Those are the page that reveals one NIK for a reason, and the file of faulty rows that goes back to its sender.
"""

import logging
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from participants.models import Person
from portal.enums import BatchState
from portal.identity import ANY_NIK, decrypt_nik
from portal.models import AuditEvent, ImportBatch
from tests.addresses import form_of, text_of
from tests.crawler import Crawler, words_in
from tests.factories.portal import make_nik
from tests.factories.world import World
from tests.roles import client_of

SAMPLES = Path(__file__).parent / "files"
SIXTEEN = re.compile(r"\b\d{16}\b")
TYPED = make_nik(4321, date(1991, 3, 4), "P")
CORRECTED = make_nik(4322, date(1991, 3, 4), "P")
EXAMPLE = "3507334101900001"  # of nobody; the templates show how a NIK is written
IMPOSSIBLE = "3507339999999999"
ROLES = ("operator_a", "head_a", "pptk", "supervisor", "auditor", "administrator")


class Trace:
    """What left the portal: addresses and bodies, by what was asked."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, str]] = []
        self.addresses: list[str] = []

    def keep(self, asked: str, response: Any) -> Any:
        self.bodies.append((asked, words_in(response)))
        self.addresses.append(response.get("Location", ""))
        return response


def upload(client: Client, training: str, name: str) -> ImportBatch:
    file = SimpleUploadedFile(name, (SAMPLES / name).read_bytes())
    client.post(reverse("importing:upload", kwargs={"identifier": "participants"}), {"target": training, "file": file})
    return ImportBatch.objects.order_by("-created_at").first()


def import_samples(client: Client, world: World, trace: Trace) -> None:
    """The clean list and the hurried one: looked at, filtered, saved, fetched, sent again."""
    for name in ("peserta-clumprit-2025.xlsx", "peserta-clumprit-tergesa.xlsx", "peserta-clumprit-2025.xlsx"):
        batch = upload(client, world.a.training.number, name)
        page = reverse("importing:batch", args=[batch.pk])
        shown = trace.keep(page, client.get(page))
        for verdict in ("new", "changed", "same", "rejected", "warning"):
            trace.keep(page, client.get(page, {"hasil": verdict}))
        token = form_of(text_of(shown).replace(f'action="{reverse("importing:apply", args=[batch.pk])}"', ""))
        trace.keep(page, client.post(reverse("importing:apply", args=[batch.pk]), {**token, "mode": "valid"}))
        trace.keep(page, client.get(page))
        client.get(reverse("importing:problems", args=[batch.pk]))
    assert ImportBatch.objects.filter(state=BatchState.APPLIED).exists()


def fill_forms(client: Client, world: World, trace: Trace) -> None:
    """A person is recorded, mended, mistyped, searched for by NIK, and put into addresses where none belongs."""
    add, people = reverse("admin:participants_person_add"), reverse("admin:participants_person_changelist")
    data = form_of(text_of(client.get(add))) | {"nik": TYPED, "name": "Sulastri Wahyuni", "sex": "P"}
    assert trace.keep(add, client.post(add, data)).status_code == 302
    person = Person.objects.get(name="Sulastri Wahyuni")
    change = reverse("admin:participants_person_change", args=[person.pk])
    data = form_of(text_of(client.get(change)))
    trace.keep(change, client.post(change, data | {"nik": CORRECTED}))
    client.post(change, data | {"nik": IMPOSSIBLE})  # shown again to the one who typed it
    client.post(add, data | {"nik": CORRECTED})
    trace.keep("search", client.get(people, {"q": CORRECTED}))
    for lost in (f"/admin/participants/person/{CORRECTED}/change/", f"/{CORRECTED}/", f"{people}?x={CORRECTED}"):
        trace.keep(f"lost {lost[:30]}", client.get(lost))
    trace.keep("filter", client.get(reverse("reports:trainings"), {"year": CORRECTED}))
    Client().post(reverse("account_login"), {"login": CORRECTED, "password": "salah-sekali-99"})
    person.refresh_from_db()
    assert decrypt_nik(person.nik_cipher, person.nik_index) == CORRECTED


def reveal(client: Client, person: Person) -> None:
    """The one page that may show it."""
    page = reverse("admin:participants_person_reveal", args=[person.pk])
    assert ANY_NIK.search(text_of(client.post(page, {"reason": f"Mencocokkan KTP {CORRECTED}"})))
    assert not SIXTEEN.search(text_of(client.get(page)))


def rows_of_every_table() -> list[tuple[str, str]]:
    """Return (table.column, value as text) of the whole database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    binary = isinstance(value, bytes | memoryview)
                    found.append((f"{table}.{name}", bytes(value).decode("latin-1") if binary else str(value)))
    return found


def test_no_nik_anywhere(two_agencies: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    trace, client = Trace(), client_of(two_agencies.operator_a)
    import_samples(client, two_agencies, trace)
    fill_forms(client, two_agencies, trace)
    reveal(client, Person.objects.get(name="Sulastri Wahyuni"))
    reveal(client_of(two_agencies.auditor), two_agencies.a.person)
    for role in ROLES:
        user = getattr(two_agencies, role)
        crawler = Crawler(client_of(user))
        crawler.take_exports(user, ({"year": "2025"},))
        crawler.follow(reverse("admin:index"), reverse("importing:start"), reverse("reports:index"), limit=40)
        for name in ("change", "history"):
            crawler.get(reverse(f"admin:participants_person_{name}", args=[two_agencies.a.person.pk]))
        trace.bodies += [(f"{role} {asked}", text) for asked, _, text in crawler.read]
        trace.addresses += [asked for asked, _, _ in crawler.read]

    stored = rows_of_every_table()
    assert not [place for place, text in stored if SIXTEEN.search(text)], "database"
    assert not [asked for asked, text in trace.bodies if set(SIXTEEN.findall(text)) - {EXAMPLE}], "pages and files"
    assert not [address for address in trace.addresses if SIXTEEN.search(address)], "addresses"
    assert not SIXTEEN.search(caplog.text), "log"
    files = [Path(batch.file.path) for batch in ImportBatch.objects.exclude(file="")]
    assert len(files) >= 2  # a saved import keeps none
    assert not [path for path in files if SIXTEEN.search(path.read_bytes().decode("latin-1"))], "files on the disk"
    assert AuditEvent.objects.filter(action="reveal").count() == 2
    assert len(stored) > 5_000
    assert len(trace.bodies) > 150


def test_a_traceback_in_the_log_is_masked_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(f"NIK {TYPED}")
    except ValueError:
        logging.getLogger("portal").exception("Gagal untuk %s", TYPED)
    assert "Traceback" in caplog.text
    assert not SIXTEEN.search(caplog.text)
