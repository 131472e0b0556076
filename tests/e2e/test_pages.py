"""Every page of every role: no policy refusal, no serious accessibility fault, no sideways scroll on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import DESKTOP, PHONE

PAGES = {
    None: ["/akun/login/", "/tidak-ada/", "/laporan/verifikasi/"],
    "operator.pagelaran": [
        "/admin/",
        "/admin/programs/training/",
        "/admin/programs/training/add/",
        "first:/admin/programs/training/",
        "/admin/participants/person/",
        "/admin/participants/person/add/",
        "first:/admin/participants/person/",
        "/admin/participants/enrolment/",
        "first:/admin/participants/enrolment/",
        "/admin/programs/budgetline/",
        "/admin/portal/importbatch/",
        "/impor/",
        "/impor/participants/",
        "/impor/attendance/",
        "batch:/impor/",
        "/laporan/",
        "/akun/2fa/",
        "/akun/password/change/",
    ],
    "supervisor.disperindag": [
        "/admin/",
        "/admin/programs/training/",
        "/admin/programs/training/?year=2025",
        "/admin/programs/budgetline/",
        "first:/admin/programs/budgetline/",
        "/laporan/",
        "/laporan/pelatihan/",
        "/laporan/pelatihan/?year=2025&budget_line=3.31.02.2.01.0005",
        "/laporan/pelatihan/?year=abc",
        "/laporan/sipd/",
        "batch:/laporan/sipd/",
        "/laporan/temuan/",
        "/laporan/verifikasi/",
        "/laporan/verifikasi/berkas/",
        "/laporan/tutup-buku/2024/",
    ],
    "auditor.inspektorat": ["/admin/", "/admin/portal/auditevent/", "/admin/reports/exportrecord/", "/laporan/"],
    "administrator": [
        "/admin/",
        "/admin/portal/user/",
        "/admin/portal/user/add/",
        "first:/admin/portal/user/",
        "/admin/portal/agency/",
        "/admin/portal/fiscalyear/",
        "first:/admin/portal/fiscalyear/",
        "/admin/programs/nomenclaturenode/",
        "/admin/portal/region/",
    ],
}
CASES = [(user, path) for user, paths in PAGES.items() for path in paths]
SERIOUS = {"serious", "critical"}


def visit(page: Page, path: str) -> None:
    """Open a page; `first:` opens the first row of a list, `batch:` the newest import or sheet of SIPD-RI."""
    kind, _, address = path.rpartition(":")
    page.goto(address)
    if kind == "first":
        page.locator("#result_list tbody th a").first.click()
    elif kind == "batch":
        page.locator("table a").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(("user", "path"), CASES)
def test_page(open_context: Callable[..., BrowserContext], user: str | None, path: str, size: dict[str, int]):
    context = open_context(user, size)
    page = context.new_page()
    visit(page, path)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{path} scrolls sideways by {width} px"
    unexpected = [fault for fault in context.watch.faults if "404" not in fault or path != "/tidak-ada/"]
    assert not unexpected, unexpected
    # Last, because the checker itself writes inline styles into the page.
    results = Axe().run(page).response["violations"]
    faults = [
        f"{rule['id']} ({rule['impact']}): {[node['target'] for node in rule['nodes']][:3]}"
        for rule in results
        if rule["impact"] in SERIOUS
    ]
    assert not faults, "\n".join(faults)
    context.close()
