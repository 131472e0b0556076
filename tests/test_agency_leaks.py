"""B is full of tokens. Whoever may not see B asks the portal everything there is to ask, and reads no token."""

import re
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from participants.models import Person
from portal.enums import AgencyKind
from portal.identity import decrypt_nik
from portal.models import Agency, ImportBatch, User
from portal.scoping import is_scoped
from tests.access_table import sees
from tests.addresses import answer_of, ask
from tests.crawler import Crawler
from tests.factories.portal import make_nik
from tests.factories.sentinels import PREFIX
from tests.factories.world import Rows, World
from tests.roles import client_of

TOKEN = re.compile(rf"{PREFIX}-[A-Z]-[A-Z0-9]+|\b90\d00000\d{{5}}\b|\+62899\d77\d{{5}}")
WORDS = (PREFIX, "Wagir", "906000000", "62899677", "tidak-ada-kata-ini")
NOT_THERE = ("/tidak-ada/", "/admin/tidak-ada/", "/admin/portal/agency/999/change/", "/laporan/?x=%00", "/impor/x/")
HEADER = "No;NIK;Nama Lengkap;L/P;Tanggal Lahir;Alamat;RT;RW;Desa"
# user -> links to follow, answers to read at least. Operator and supervisor ask every list everything besides.
CRAWLS = {
    "operator_a": (300, 1_000),
    "supervisor": (150, 700),
    "head_a": (60, 250),
    "pptk": (60, 250),
    "administrator": (60, 250),
    "nobody": (20, 200),
}
THOROUGH = ("operator_a", "supervisor")
FINDABLE = {
    "training",
    "session",
    "person",
    "business",
    "enrolment",
    "instructor",
    "importbatch",
    "importrow",
    "rememberedvalue",
    "agency",
}


def forbidden_to(world: World, who: str) -> set[str]:
    """Return the tokens that this user must never read, by the literal table of rows.

    The name of an organizer is public together with its budget lines (APBD), which every office may read.
    """
    user = getattr(world, who)
    office = user.agency.kind == AgencyKind.OFFICE and bool(user.role)
    allowed_organizer = office or who in ("supervisor_b", "administrator", "auditor")
    return {
        token
        for token, (side, name) in world.tokens.items()
        if not (allowed_organizer if side == "o" else side in sees(who, name))
    }


def filters(foreign: Rows) -> tuple[dict[str, str], ...]:
    """Return addresses of the filter page: everything, and everything that only B has."""
    return (
        {},
        {"year": "2025", "budget_line": "3.31.02"},
        {"office": foreign.agency.region_id},
        {"year": "2025", "fund_source": "1.1", "status": "draft"},
        {"q": PREFIX},
        {"q": foreign.training.title[:-1], "start_after": "2025-01-01", "start_before": "2025-12-31"},
    )


@pytest.mark.parametrize("who", CRAWLS)
@pytest.mark.django_db
def test_a_crawl_reads_no_token(shared_world: World, who: str, caplog: pytest.LogCaptureFixture) -> None:
    user, foreign = getattr(shared_world, who), shared_world.b
    limit, minimum = CRAWLS[who]
    crawler = Crawler(client_of(user))
    crawler.ask_rows(foreign)
    crawler.ask_rows(shared_world.cross)
    crawler.ask_autocompletes(WORDS if who in THOROUGH else WORDS[:1])
    if who in THOROUGH:
        crawler.ask_lists(WORDS, foreign)
    crawler.send_forms(shared_world.a, foreign)
    crawler.take_exports(user, filters(foreign))
    crawler.ask_imports(foreign)
    for path in NOT_THERE:
        crawler.get(path)
    crawler.follow(*(reverse(name) for name in ("admin:index", "importing:start", "reports:index")), limit=limit)

    forbidden = forbidden_to(shared_world, who)
    assert len(forbidden) >= 30
    leaks = [
        f"{asked} ({status}): {token}"
        for asked, status, text in [*crawler.read, ("log", 0, caplog.text)]
        for token in TOKEN.findall(text)
        if token in forbidden
    ]
    assert not leaks, "\n".join(leaks[:20])
    assert not [asked for asked, status, _ in crawler.read if status >= 500]
    assert len(crawler.read) >= minimum


@pytest.mark.django_db
def test_the_crawl_would_notice(shared_world: World) -> None:
    """The same questions, asked by the operator of B, do find the tokens: they are where the crawl looks."""
    crawler = Crawler(client_of(shared_world.operator_b))
    crawler.ask_rows(shared_world.b)
    crawler.ask_lists((PREFIX,), shared_world.b)
    crawler.take_exports(shared_world.operator_b, ({"year": "2025"},))
    crawler.ask_imports(shared_world.b)
    found = {token for _, _, text in crawler.read for token in TOKEN.findall(text)}
    places = {shared_world.tokens[token][1] for token in found & shared_world.tokens.keys()}
    assert places >= FINDABLE


SEARCHABLE = [model for model, model_admin in admin.site._registry.items() if model_admin.search_fields]


@pytest.mark.parametrize("model", SEARCHABLE, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("who", ["operator_a", "supervisor"])
@pytest.mark.django_db
def test_searching_for_a_foreign_word_is_like_searching_for_nothing(shared_world: World, model: type, who: str) -> None:
    """Not even a count tells B's words from words that nobody wrote."""
    client = client_of(getattr(shared_world, who))
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    of_model = {token for token, place in shared_world.tokens.items() if place == ("b", model._meta.model_name)}
    for token in sorted(of_model & forbidden_to(shared_world, who)):
        nothing = token[:-1] + ("X" if token[-1] != "X" else "Y")
        pages = []
        for word in (token, nothing):
            asked = f"{path}?{urlencode({'q': word})}"
            answer = answer_of(ask(client, "GET", asked), asked, word)
            for spelling in (quote(quote(word)), quote(word), word):
                answer = replace(answer, body=answer.body.replace(spelling, "#"))
            pages.append(answer)
        assert pages[0] == pages[1], token


VERSIONED = [model for model in admin.site._registry if hasattr(model, "history") and is_scoped(model)]


@pytest.mark.parametrize("model", VERSIONED, ids=lambda model: model._meta.model_name)
@pytest.mark.django_db
def test_an_own_row_opens_no_foreign_version(shared_world: World, model: type) -> None:
    """The address of an old version carries two keys; the own row with B's version is no way in."""
    own, foreign = shared_world.a.of(model), shared_world.b.of(model)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_simple_history"
    client = client_of(shared_world.administrator if model in (User, Agency) else shared_world.operator_a)
    allowed = ask(client, "GET", reverse(name, args=[own.pk, own.history.latest().pk]))
    answer = ask(client, "GET", reverse(name, args=[own.pk, foreign.history.latest().pk]))
    assert (allowed.status_code, answer.status_code) == (200, 404)


@pytest.mark.django_db
def test_an_import_tells_nothing_about_people_of_other_offices(shared_world: World) -> None:
    """The NIK of B's person and a NIK of nobody: the same answer, but for the four digits that A typed."""
    client, training = client_of(shared_world.operator_a), shared_world.a.training
    person = Person.objects.get(pk=shared_world.b.person.pk)
    known = decrypt_nik(person.nik_cipher, person.nik_index)
    born = person.birth_date
    unknown = make_nik(9876, born, person.sex, known[:6])
    upload = reverse("importing:upload", kwargs={"identifier": "participants"})
    answers = []
    for nik in (known, unknown):
        row = f"1;{nik};Siti;{person.sex};{born:%d/%m/%Y};Krajan;001;001;Clumprit"
        sheet = SimpleUploadedFile("peserta.csv", f"{HEADER}\r\n{row}\r\n".encode())
        sent = client.post(upload, {"target": training.number, "file": sheet})
        batch = ImportBatch.objects.order_by("-created_at").first()
        assert sent["Location"] == reverse("importing:batch", args=[batch.pk])
        answer = answer_of(client.get(sent["Location"]), sent["Location"], batch.pk)
        row = batch.rows.get().pk
        for own in (str(batch.pk), batch.sha256[:16], nik[-4:], f"baris-{row}", f"catatan-{row}", f"ubah={row}#"):
            answer = replace(answer, body=answer.body.replace(own, "#"))
        answers.append(answer)
    assert answers[0] == answers[1]
