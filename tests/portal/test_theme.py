"""The thin theme: nothing a strict policy refuses, colours one can read, one frame for every page, Indonesian only."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults
from django.views.csrf import csrf_failure

from portal.dashboard import Task
from tests.factories.world import World
from tests.roles import client_of

TEMPLATE_FOLDER = settings.BASE_DIR / "portal" / "templates"
TEMPLATES = sorted(path.relative_to(TEMPLATE_FOLDER).as_posix() for path in TEMPLATE_FOLDER.rglob("*.html"))
FRAME = ('lang="id"', "skip-to-content-link", 'role="status" aria-live="polite"', "portal/theme.css")
ACCOUNT_PAGES = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
)

# What stands on what, in both colour schemes.
INK_AND_GROUND = [
    *((ink, ground) for ink in ("body-fg", "body-quiet-color", "link-fg") for ground in ("body-bg", "darkened-bg")),
    *(("body-fg", f"message-{kind}-bg") for kind in ("success", "warning", "error")),
    *((f"{kind}-fg", f"{kind}-bg") for kind in ("ok", "info", "warn", "bad", "mute", "breadcrumbs", "button")),
    ("body-fg", "selected-bg"),
    ("body-fg", "selected-row"),
    ("link-fg", "selected-row"),
    ("breadcrumbs-link-fg", "breadcrumbs-bg"),
    ("header-link-color", "header-bg"),
    ("header-color", "header-bg"),
    ("error-fg", "body-bg"),
    ("button-fg", "button-hover-bg"),
    ("button-fg", "close-button-bg"),
    ("button-fg", "delete-button-bg"),
]


def _sheet() -> str:
    return Path(finders.find("portal/theme.css")).read_text(encoding="utf-8")


def _colours(selector: str) -> dict[str, str]:
    """Return the variables of one block of the sheet."""
    block = _sheet().split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("selector", ['html[data-theme="light"], :root', 'html[data-theme="dark"]'])
def test_text_is_readable(selector: str) -> None:
    colours = _colours(selector)
    poor = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in INK_AND_GROUND}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


def test_chosen_dark_equals_the_systems_dark() -> None:
    system = _sheet().split("prefers-color-scheme: dark", 1)[1]
    assert dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", system.split("}", 1)[0])) == _colours(
        'html[data-theme="dark"]'
    )


def test_sheet_loads_nothing_else() -> None:
    assert not re.search(r"url\(|@import|https?:", _sheet())


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles_and_names_no_other_host(name: str) -> None:
    get_template(name)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", (TEMPLATE_FOLDER / name).read_text(encoding="utf-8"))


def test_login_page(client: Client, db: None) -> None:
    page = client.get("/akun/login/").content.decode()
    for part in (*FRAME, "Sulam – Sistem Pelatihan IKM", "Pemerintah Kabupaten", "Hubungi administrator kabupaten"):
        assert part in page
    assert re.search(r'<input[^>]*id="id_login"[^>]*autocomplete="username"[^>]*autofocus', page)
    assert re.search(r'<input[^>]*id="id_password"[^>]*autocomplete="current-password"', page)
    assert 'for="id_login"' in page
    assert 'for="id_password"' in page
    assert not re.search(r"Daftar|signup|password/reset|[Pp]asskey", page)


def test_wrong_password_is_announced(client: Client, db: None) -> None:
    page = client.post("/akun/login/", {"login": "siapa", "password": "entah"}).content.decode()
    assert re.search(r'role="alert"[^>]*>Nama pengguna atau kata sandi tidak benar\.', page)
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_pages_wear_the_frame(operator_client: Client, name: str) -> None:
    page = operator_client.get(reverse(name)).content.decode()
    for part in FRAME:
        assert part in page
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page)[-1].endswith("portal/theme.css")
    assert re.search(r"<title>[^<]+ \| Sulam</title>", page)
    assert not re.search(r"\b(Sign|Password|Two-Factor|Security|Name:|Not used)\b", page)


def test_first_page_without_tasks_says_what_to_do(operator_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.admin.site.tasks_of", lambda user: [])
    page = operator_client.get("/admin/").content.decode()
    assert "Tugas Anda berikutnya" in page
    assert "Tidak ada tugas yang menunggu." in page
    assert "Tindakan terbaru" not in page


def test_first_page_lists_tasks(operator_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(text="pelatihan menunggu dilengkapi", count=3, url="/admin/programs/training/?status=draft")
    monkeypatch.setattr("portal.admin.site.tasks_of", lambda user: [task])
    page = operator_client.get("/admin/").content.decode()
    assert re.search(r'href="/admin/programs/training/\?status=draft"><strong>3</strong>', page)
    assert "pelatihan menunggu dilengkapi" in page


def test_every_control_of_a_form_has_a_label(two_agencies: World) -> None:
    """Django's own tabular inlines leave theirs without one."""
    address = reverse("admin:programs_training_change", args=[two_agencies.a.training.pk])
    page = client_of(two_agencies.operator_a).get(address).content.decode()
    form = page.split('id="training_form"', 1)[1].split("</form>", 1)[0]
    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", form)
    named = [tag for tag in controls if not re.search(r'type="(hidden|submit)"', tag)]
    ids = {re.search(r'\bid="([^"]+)"', tag)[1] for tag in named}
    assert "id_sessions-__prefix__-date" in ids
    assert ids - set(re.findall(r'for="([^"]+)"', form)) == set()


def test_missing_page_and_foreign_page_read_alike(operator_client: Client) -> None:
    page = operator_client.get("/tidak/ada/")
    assert page.status_code == 404
    assert "Halaman tidak ditemukan" in page.content.decode()
    assert "/tidak/ada/" not in page.content.decode()


def _request(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_refusals_are_sentences(operator: Any) -> None:
    denied = defaults.permission_denied(_request(operator), Exception("internal reason"))
    assert "Akses ditolak" in denied.content.decode()
    assert "internal reason" not in denied.content.decode()
    assert "Formulir ini sudah kedaluwarsa" in csrf_failure(_request(operator)).content.decode()
    assert "Tunggu beberapa menit" in render_to_string("429.html", request=_request(operator))


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_last_resort_pages_need_nothing(name: str, settings: Any) -> None:
    """No database mark on this test: a page for a broken portal must not ask the portal anything."""
    settings.STATIC_ROOT = "/nonexistent"
    page = render_to_string(name)
    assert 'lang="id"' in page
    assert "/static/portal/theme.css" in page
    assert "administrator kabupaten" in page or "beranda" in page
