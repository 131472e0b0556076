"""Ours or not, changed or not, and where: by file, by code, on the command line."""

import io
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from participants.models import Person
from portal.models import User
from portal.settings import RATE_LIMITS
from reports.base import Receipt
from reports.base.verification import State, Verdict, changes_since, verify
from reports.models import ExportRecord
from reports.rules import new_code, read_code
from tests.libreoffice import soffice
from tests.reports.ledger import Ledger, export

Edit = Callable[[Any], None]


def check(path: Path, user: User | None) -> Verdict:
    return verify(path.read_bytes(), path.name, user)


def edited(path: Path, edit: Edit) -> Path:
    """Return the workbook after somebody worked on it; formulas become their values, as Excel keeps beside them."""
    book = openpyxl.load_workbook(path, data_only=True)
    edit(book)
    target = path.with_name("diubah.xlsx")
    book.save(target)
    return target


def header_row(sheet: Any) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == "No")


def swap_rows(sheet: Any, first: int, second: int) -> None:
    for column in range(1, sheet.max_column + 1):
        a, b = sheet.cell(first, column), sheet.cell(second, column)
        a.value, b.value = b.value, a.value


@pytest.fixture
def audit(ledger: Ledger, tmp_path: Path) -> tuple[Receipt, Path]:
    return export("audit", ledger.auditor, tmp_path), tmp_path / "audit.xlsx"


def test_the_file_itself(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    verdict = check(audit[1], ledger.auditor)
    assert (verdict.state, verdict.record) == (State.UNCHANGED, audit[0].record)


def test_a_csv_is_known_by_its_bytes(ledger: Ledger, tmp_path: Path) -> None:
    export("audit", ledger.auditor, tmp_path, "csv")
    path = tmp_path / "audit-rekap.csv"
    assert check(path, None).state == State.UNCHANGED
    path.write_text(path.read_text(encoding="utf-8-sig").replace("2025", "2024"), encoding="utf-8-sig")
    assert check(path, None).state == State.NOT_OURS


def test_saved_again_without_a_change(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    path = edited(audit[1], lambda book: None)
    assert path.read_bytes() != audit[1].read_bytes()
    verdict = check(path, ledger.auditor)
    assert (verdict.state, verdict.record, verdict.differences) == (State.UNCHANGED, audit[0].record, ())


def test_saved_again_by_libreoffice(ledger: Ledger, audit: tuple[Receipt, Path], tmp_path: Path) -> None:
    """Another program writes the whole file anew and computes every formula itself."""
    profile, out = tmp_path / "profil", tmp_path / "lain"
    command = [soffice(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(audit[1])], check=True, capture_output=True, timeout=180)
    path = out / "audit.xlsx"
    assert path.read_bytes() != audit[1].read_bytes()
    verdict = check(path, ledger.auditor)
    assert (verdict.state, [d.sentence for d in verdict.differences]) == (State.UNCHANGED, [])


def flip(book: Any) -> None:
    sheet = book["Rekap"]
    first = header_row(sheet) + 1
    labels = [cell.value for cell in sheet[first - 1]]
    sheet.cell(first, labels.index("Pagu") + 1).value += 1


def remove(book: Any) -> None:
    book["Peserta"].delete_rows(header_row(book["Peserta"]) + 3)


def reorder(book: Any) -> None:
    first = header_row(book["Hadir"]) + 1
    swap_rows(book["Hadir"], first, first + 4)


def add(book: Any) -> None:
    first = header_row(book["Keuangan"]) + 1
    book["Keuangan"].insert_rows(first)
    book["Keuangan"].cell(first, 1).value = 999


def rename(book: Any) -> None:
    book["Rekap"].cell(header_row(book["Rekap"]), 2).value = "Nomor Kegiatan"


def swap_sheets(book: Any) -> None:
    book["Peserta"].title = "Sementara"
    book["Hadir"].title = "Peserta"
    book["Sementara"].title = "Hadir"


@pytest.mark.parametrize(
    ("edit", "sheets", "word"),
    [
        (flip, ["Rekap"], "Lembar Rekap, sel"),
        (remove, ["Peserta"], "dihapus"),
        (reorder, ["Hadir"], "dipindahkan"),
        (add, ["Keuangan"], "ditambahkan"),
        (rename, ["Rekap"], "judul kolom B"),
        (swap_sheets, ["Peserta", "Hadir"], "isinya tertukar"),
    ],
)
def test_what_was_done_to_it_is_named(
    ledger: Ledger, audit: tuple[Receipt, Path], edit: Edit, sheets: list[str], word: str
) -> None:
    verdict = check(edited(audit[1], edit), ledger.auditor)
    assert (verdict.state, verdict.record, verdict.sheets) == (State.CHANGED, audit[0].record, sheets)
    assert any(word in difference.sentence for difference in verdict.differences)
    assert len(verdict.differences) <= 3


def test_who_may_not_see_the_export_learns_only_which_sheet(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    path = edited(audit[1], flip)
    for user in (None, ledger.operator, ledger.other_supervisor):
        verdict = check(path, user)
        assert (verdict.state, verdict.sheets, verdict.differences) == (State.CHANGED, ["Rekap"], ())


def test_without_the_kept_file_the_sheet_is_named(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    audit[0].record.files.update(content="")
    assert check(edited(audit[1], lambda book: None), ledger.auditor).state == State.UNCHANGED
    verdict = check(edited(audit[1], flip), ledger.auditor)
    assert (verdict.state, verdict.sheets, verdict.differences) == (State.CHANGED, ["Rekap"], ())


def forge(code: str) -> Edit:
    def edit(book: Any) -> None:
        for row in book["Keterangan"].iter_rows():
            if row[1].value == "Kode verifikasi":
                row[2].value = code

    return edit


def test_a_forged_code_is_refused(ledger: Ledger, audit: tuple[Receipt, Path], tmp_path: Path) -> None:
    verdict = check(edited(audit[1], forge(new_code())), ledger.auditor)
    assert (verdict.state, verdict.record) == (State.NOT_OURS, None)
    assert check(edited(audit[1], lambda book: book.remove(book["Keterangan"])), ledger.auditor).state == State.NOT_OURS
    other = export("finance", ledger.auditor, tmp_path).record
    verdict = check(edited(audit[1], forge(other.code)), ledger.auditor)
    assert verdict.state == State.CHANGED
    assert "ekspor lain" in verdict.sentence


def test_the_rows_that_changed_since_are_named(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    assert changes_since(audit[0].record, ledger.auditor) == []
    training = ledger.trainings["plain"]
    training.realised = (training.realised or 0) + Decimal("1000.00")
    training._history_user = ledger.supervisor
    training._change_reason = "Salah ketik"
    training.save()
    (change,) = changes_since(audit[0].record, ledger.auditor)
    assert training.number in change.what
    assert "realisasi" in change.sentence.lower()
    assert (change.by, change.reason) == (str(ledger.supervisor), "Salah ketik")
    assert changes_since(audit[0].record, ledger.other_supervisor) == []


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "bare"])
def test_everybody_may_ask_about_a_code(audit: tuple[Receipt, Path], typed: str) -> None:
    code = audit[0].record.code
    text = {"lower": code.lower(), "bare": code.replace("-", "")}.get(typed) or typed.format(code)
    response = Client().get(reverse("reports:verify_code"), {"kode": text}, follow=True)
    assert response.status_code == 200
    assert code in response.content.decode()


def test_a_code_tells_nothing_personal(ledger: Ledger, audit: tuple[Receipt, Path]) -> None:
    page = Client().get(reverse("reports:verify", args=[audit[0].record.code])).content.decode()
    names = {*User.objects.values_list("name", flat=True), *Person.objects.values_list("name", flat=True)}
    assert len(names) > 5
    assert not [name for name in names if name and name in page]
    assert audit[0].record.agency.name in page
    assert "no-store" in Client().get(reverse("reports:verify_code")).headers["Cache-Control"]


@pytest.mark.parametrize("code", ["XXXX-XXXX-XXXX", "<script>", "7KQ4-M2XD-9FTA-0000", "1"])
def test_an_unknown_code(db: None, code: str) -> None:
    response = Client().get(reverse("reports:verify_code"), {"kode": code})
    assert response.status_code == 404
    assert "tidak dikenal" in response.content.decode()


def test_codes_cannot_be_tried_out(db: None, settings: Any) -> None:
    settings.RATE_LIMITS = RATE_LIMITS
    answers = {Client().get(reverse("reports:verify", args=[new_code()])).status_code for _ in range(31)}
    assert answers == {404, 429}


def test_a_file_needs_a_login(db: None) -> None:
    response = Client().post(reverse("reports:verify_file"), {"file": io.BytesIO(b"x")})
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_the_page_names_the_cell(ledger: Ledger, audit: tuple[Receipt, Path], client: Client) -> None:
    client.force_login(ledger.auditor)
    with edited(audit[1], flip).open("rb") as file:
        page = client.post(reverse("reports:verify_file"), {"file": file}).content.decode()
    assert "tetapi sudah berubah" in page
    assert "Lembar Rekap, sel" in page
    page = client.post(reverse("reports:verify_file"), {"file": io.BytesIO(b"bukan buku kerja")}).content.decode()
    assert "bukan ekspor portal" in page


@pytest.mark.parametrize(("edit", "code", "words"), [(None, 0, "ASLI"), (flip, 1, "Lembar Rekap, sel")])
def test_command(
    ledger: Ledger, audit: tuple[Receipt, Path], capsys: pytest.CaptureFixture[str], edit: Edit, code: int, words: str
) -> None:
    path = edited(audit[1], edit) if edit else audit[1]
    with pytest.raises(SystemExit) as end:
        call_command("verify_export", path, "--as", ledger.auditor.username)
    assert end.value.code == code
    assert words in capsys.readouterr().out


def test_command_refuses_what_is_not_ours(ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(Path(__file__), tmp_path / "palsu.xlsx")
    for arguments in ([tmp_path / "palsu.xlsx"], [tmp_path / "hilang.xlsx"], [Path(__file__), "--as", "tidak-ada"]):
        with pytest.raises(SystemExit) as end:
            call_command("verify_export", *arguments)
        assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_codes_are_read_in_any_spelling() -> None:
    code = new_code()
    assert read_code(f" {code.lower()} ") == code
    assert read_code("o1lI-0000-0000") == "0111-0000-0000"
    assert read_code("7KQ4-M2XD") == ""
    assert ExportRecord._meta.get_field("code").max_length == len(code)
