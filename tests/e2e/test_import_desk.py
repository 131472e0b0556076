"""The clerk's time: from the hurried list to thirty saved people, by keyboard alone, counted."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import DESKTOP, PHONE
from tests.samples import FILES

MOST_INTERACTIONS = 12
FARTHEST = 250  # presses of Tab from one field to the next
# What the clerk reads from the identity cards and from the list of the village.
MENDED = {
    "N I K, baris 5": "3507336107019203",
    "N I K, baris 7": "3507330809869205",
    "N I K, baris 11": "3507336108749209",
    "tgl lahir, baris 13": "27/12/1999",
    "nama, baris 17": "Sri Wahyuni",
    "nama, baris 19": "Endang Lestari",
}
FOCUSED = """() => {
    const e = document.activeElement;
    return (e.labels?.[0]?.textContent || e.getAttribute("aria-label") || e.textContent || e.value || "").trim();
}"""


class Clerk:
    """Somebody at a keyboard. Moving costs nothing; filling a field, choosing a file and pressing a button count."""

    def __init__(self, page: Page):
        self.page, self.interactions = page, 0
        page.bring_to_front()  # keys go to the window in front

    def go_to(self, name: str) -> None:
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED).startswith(name):
                return
        raise AssertionError(f"{name} is not reached by Tab")

    def press(self, name: str) -> None:
        self.go_to(name)
        self.page.keyboard.press("Enter")
        self.interactions += 1

    def write(self, name: str, text: str) -> None:
        self.go_to(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.interactions += 1

    def choose_file(self, name: str, filename: str) -> None:
        with self.page.expect_file_chooser() as chooser:  # listens before the walk: keys overtake a listener set late
            self.go_to(name)
            self.page.keyboard.press("Space")
        chooser.value.set_files(FILES / filename)
        self.interactions += 1


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found if rule["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_hurried_list_is_saved_whole_in_twelve_interactions(
    open_empty: Callable[..., BrowserContext], size: dict[str, int]
):
    context = open_empty("operator.pagelaran", size)
    page = context.new_page()
    page.goto("/impor/participants/")
    clerk = Clerk(page)
    clerk.choose_file("Berkas", "peserta-clumprit-tergesa.xlsx")
    clerk.press("Periksa berkas")
    page.get_by_text("baris ditolak").first.wait_for()
    for name, text in MENDED.items():  # the village needs no hand: suggested, or remembered
        clerk.write(name, text)
    clerk.press("Periksa perbaikan")
    page.get_by_text("30 baris siap disimpan, 0 masih ditolak").wait_for()
    clerk.press("Simpan 30 baris")
    page.get_by_text("Tersimpan: 30 baru").first.wait_for()
    assert clerk.interactions <= MOST_INTERACTIONS
    assert not context.watch.faults
    assert not serious_faults(page)
    page.get_by_role("link", name="Batalkan impor ini").click()
    page.get_by_role("button", name="Batalkan seluruh impor").click()
    page.get_by_text("Impor dibatalkan: ").wait_for()
    context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_columns_are_matched_on_screen(open_empty: Callable[..., BrowserContext], size: dict[str, int]):
    context = open_empty("operator.wagir", size)
    page = context.new_page()
    page.goto("/impor/participants/")
    sought = f"Sebutan {size['width']}"
    text = f"NIK;{sought};L/P;Desa\n3507214101909211;Siti Uji;P;Sidorahayu\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "daftar.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_text("Kolom wajib yang belum ditemukan").wait_for()
    page.get_by_label(f"Kolom B “{sought}”").select_option("name")
    assert not serious_faults(page)
    context.watch.faults.clear()  # the checker writes inline styles
    page.get_by_role("button", name="Pakai pencocokan ini").click()
    page.get_by_role("button", name="Simpan 1 baris").wait_for()
    assert not context.watch.faults
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    context.close()
