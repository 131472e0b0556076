"""The project's own catalogue: compiled without gettext, stronger than the libraries, complete where they are not."""

import re
from importlib import import_module
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, pgettext

from portal.management.commands.compile_locale import catalogues, compiled
from programs.models import InvitedRt

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
LIBRARIES = ("import_export", "django_filters", "simple_history", "allauth", "django")


def _entries() -> list[polib.POEntry]:
    return [entry for source in catalogues() for entry in polib.pofile(str(source))]


def test_compiled_files_belong_to_their_sources() -> None:
    sources = catalogues()
    assert sources
    for source in sources:
        assert source.with_suffix(".mo").read_bytes() == compiled(source), f"manage.py compile_locale: {source.name}"


def test_command_writes_the_compiled_file(tmp_path: Path, settings: object) -> None:
    source = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Row"\nmsgstr "Baris"\n', encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    call_command("compile_locale", verbosity=0)
    assert polib.mofile(str(source.with_suffix(".mo")))[0].msgstr == "Baris"


def test_command_refuses_a_broken_source(tmp_path: Path, settings: object) -> None:
    source = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Row"\nbukan katalog\n', encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match=r"django\.po tidak dapat dibaca"):
        call_command("compile_locale", verbosity=0)


def test_catalogue_is_complete() -> None:
    for entry in _entries():
        assert entry.translated(), entry.msgid
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert "anda " not in text, f"Anda takes a capital: {text}"


def test_placeholders_are_kept() -> None:
    """A lost `%(name)s` is lost information, an invented one is a crash."""
    for entry in _entries():
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(entry.msgid)), entry.msgid


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("This field is required.", "Isian ini wajib diisi."),
        ("Value could not be parsed.", "Nilai tidak dapat dibaca."),
        ("Ordering", "Urutan"),
        ("Range query expects two values.", "Isi batas bawah dan batas atas."),
        ("Changes", "Perubahan"),
        ("enqueued at", "masuk antrean"),
        ("Two-Factor Authentication", "Verifikasi dua langkah"),
        ("Save", "Simpan"),  # Django's own, untouched
        ("Security Keys", "Kunci Keamanan"),  # allauth's own, untouched
    ],
)
def test_our_words_win_and_the_rest_stays(english: str, indonesian: str) -> None:
    assert gettext(english) == indonesian


def test_plural_and_context() -> None:
    assert ngettext("%(counter)s result", "%(counter)s results", 3) % {"counter": 3} == "3 hasil"
    assert pgettext("Task", "Failed") == "Gagal"


def test_a_duplicate_pair_is_said_to_exist() -> None:
    """Django's own Indonesian text says the opposite: "… ini tidak ada"."""
    error = InvitedRt().unique_error_message(InvitedRt, ("training", "rt", "rw"))
    message = " ".join(error.messages)
    assert message.startswith("RT diundang dengan Pelatihan")
    assert message.endswith("ini sudah ada.")


def _known_to(library: str) -> set[str]:
    """Return every text the installed library marks for translation; three catalogues together miss none."""
    sources = [
        source
        for folder in _folder_of(library).rglob("locale")
        for language in ("id", "fr", "nb")
        for source in folder.glob(f"{language}/LC_MESSAGES/django.po")
    ]
    return {entry.msgid for source in sources for entry in polib.pofile(str(source)) if not entry.obsolete}


def _folder_of(library: str) -> Path:
    return Path(import_module(library).__file__).parent


def test_no_override_is_left_over_from_an_older_library() -> None:
    known = set().union(*(_known_to(library) for library in LIBRARIES))
    tasks = "".join(
        path.read_text(encoding="utf-8")
        for library in ("django_tasks", "django_tasks_db")
        for path in _folder_of(library).glob("*.py")
    )
    made_from_attribute_names = {"Name"}
    stale = [
        entry.msgid
        for entry in _entries()
        if entry.msgid not in known | made_from_attribute_names and f'"{entry.msgid}"' not in tasks
    ]
    assert stale == []


def test_indonesian_is_the_only_language() -> None:
    assert settings.LANGUAGE_CODE == "id"
    assert [code for code, _ in settings.LANGUAGES] == ["id"]
