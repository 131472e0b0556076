"""Regular expressions that take for ever on the right text: each parser gets all of it and five seconds of processor.

There is no clock in here. A subprocess with a hard limit of processor time ends by itself or is killed by the kernel.
"""

import importlib
import pkgutil
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal import identity, spreadsheets
from portal.spreadsheets import cells

ROOT = Path(__file__).parents[3]
SECONDS = 5

PIECES = (
    [
        "9",
        "0",
        "1.",
        "1,",
        "1-",
        "1/",
        "1 ",
        "-",
        "–",
        "(",
        ")",
        "()",
        "((",
        "(a",
        "[",
        ".",
        ",",
        ";",
        ":",
        "/",
        "'",
        '"',
    ]
    + ["=", "+", "@", "_", "…", "*", "%", "|", "<", ">", "<!--", "&", "&amp;", "\t", "\n", "\r\n", "\xa0", "\u200b"]
    + ["x", "X", "rp", "Rp ", "RT", "rt ", "RW.", "RT 1", "RT/RW ", "RT1RW1", "1/1", "001/002 ", "dan", "atau", "+62"]
    + ["62", "08", "8", "jumlah", "total", "orang", "orangrp", "mengetahui ", "kepala desa ", "nip", "a n ", "plt. "]
    + ["ketua ", "senin, ", "17 maret ", "1995-", "00:00", " 00:00:00", "08:30 ", "pukul ", "PT1H", "PT9H9M9,", "sep="]
    + ["=(", "é", "\u0301", "１", "٣", "\ud800", "\x00", "A", "A1", "a.b ", "nik", "sulam", '<row r="1">', '<c r="A1">']
    + ["<v>1</v>", ' ht="1"', "</row>", '<c r="A1" t="e">']
)
PRELUDE = (
    f"""
from contextlib import suppress
PIECES = {ascii(PIECES)}
"""
    + """
LENGTH = 100_000
ENDS = ["x", "!", "", "(", "1", "z", " "]

def payloads():
    for number, piece in enumerate(PIECES):
        yield (piece * (LENGTH // len(piece) + 1))[:LENGTH] + ENDS[number % len(ENDS)]
        yield (piece * LENGTH)[:LENGTH // 2] + (" ", "1", "a", ".")[number % 4] * (LENGTH // 2)

def run(call):
    for payload in payloads():
        with suppress(Exception):
            call(payload)
"""
)


def allowed(script: str, seconds: int = SECONDS) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    return subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        cwd=ROOT,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_quick(script: str) -> None:
    answer = allowed(script)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_the_limit_bites():
    assert allowed(r"import re; re.fullmatch(r'(a+)+b', 'a' * 50)", seconds=1).returncode == -signal.SIGKILL


@pytest.mark.parametrize("name", [name for name in cells.__all__ if name != "CellError"])
def test_parsers_of_cells(name):
    assert_quick(f"from portal.spreadsheets.cells import {name}; run({name})")


@pytest.mark.parametrize("name", ["normalise_nik", "mask_text", "mask_nik", "decode_nik", "index_nik"])
def test_identity(name):
    assert_quick(f"from portal.identity import {name}; run({name})")


@pytest.mark.parametrize(
    "call",
    [
        "layout.header_key",
        "layout.shown",
        "layout.without_hints",
        "layout.is_hint",
        "lambda text: layout.is_numbering_row((text,) * 3, [0])",
        "headings.full_key",
        "lambda text: headers.find_header([(text, text, text)] * 3, COLUMNS, dynamic=parse_date)",
        "lambda text: headers.find_header([('NIK', 'Nama', 'Desa'), (text, text, None)], COLUMNS)",
        "lambda text: list(rows.data_rows(Sheet('a', [HEADER, (text, None, None), (text,) * 3] * 5), FOUND))",
        "sheets.clean_text",
        "sheets.safe_markup",
        "sheets.FORMULA_START.match",
        "lambda text: sheets.lines_needed(text, 9)",
        "lambda text: csv_writing.csv_text('text', text)",
        "csv_writing.NOT_IN_A_NAME.split",
        "lambda text: list(csv_reading.read_csv(text.encode()))",
        "lambda text: reading._checked_extension(text.encode('utf-8', 'replace'), text + '.csv', Limits())",
        "lambda text: reading._sheet_name(text)",
        "lambda text: SheetPacker('a', Limits()).pack([[text, text]] * 3)",
        "properties.OWN_NAME.fullmatch",
        "scan_xlsx._parse_reference",
        "scan_xlsx._number",
        "lambda text: [pattern.search(text) for pattern, _, _ in scan_xlsx.FORBIDDEN]",
        'lambda text: skim(\'<row r="1"><c r="A1"><v>\' + text)',
        'lambda text: skim(\'<row r="1"><c r="A1" t="e"><f>\' + text)',
        "lambda text: skim('<row r=\"1\"' + text + '><c r=\"A1\"/></row>')",
        "lambda text: skim(text)",
    ],
)
def test_tables_and_files(call):
    assert_quick(
        "from portal.spreadsheets import csv_reading, csv_writing, headers, headings, layout, properties, reading\n"
        "from portal.spreadsheets import rows, scan_xlsx, sheets\n"
        "from portal.spreadsheets.cells import parse_date\n"
        "from portal.spreadsheets.packing import SheetPacker\n"
        "from portal.spreadsheets.scan import Scan\n"
        "from portal.spreadsheets.skimming import RowSkimmer\n"
        "from portal.spreadsheets.workbook import Limits, Sheet\n"
        "COLUMNS = [layout.HeaderColumn(name, name) for name in ('NIK', 'Nama', 'Desa')]\n"
        "HEADER = ('NIK', 'Nama', 'Desa')\n"
        "FOUND = headers.find_header([HEADER], COLUMNS)\n"
        "SKIMMER = RowSkimmer(Scan(Limits()).add_sheet('a'), '')\n"
        "def skim(text):\n"
        "    data = text.encode()\n"
        "    assert SKIMMER.skim(data, 0) <= len(data)\n"
        f"run({call})\n"
    )


def patterns() -> list[str]:
    """Return every compiled pattern of these modules, by its full name."""
    modules = [identity]
    for found in pkgutil.iter_modules(spreadsheets.__path__):
        modules.append(importlib.import_module(f"portal.spreadsheets.{found.name}"))
    return sorted(
        f"{module.__name__}:{name}"
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and (module is identity or name.isupper())
    )


# Asked only about texts of so many characters, because what is longer never comes to them.
SHORT = {
    "portal.spreadsheets.amounts": 60,
    "portal.spreadsheets.dates": 60,
    "portal.spreadsheets.people": 255,
    "portal.spreadsheets.rows": 120,
    "portal.spreadsheets.layout": 200,
    "portal.spreadsheets.reading:MARKUP": 1000,
}


def searched() -> set[str]:
    """Return the names of the patterns that are looked for anywhere in a text, not only at its start."""
    sources = [Path(identity.__file__), *Path(spreadsheets.__path__[0]).glob("*.py")]
    uses = re.compile(r"\b([A-Z_]+)\.(?:search|sub|split|findall|finditer)\(")
    return {name for source in sources for name in uses.findall(source.read_text("utf-8"))}


@pytest.mark.parametrize("where", patterns())
def test_every_pattern_alone(where):
    module, name = where.split(":")
    longest = SHORT.get(where, SHORT.get(module, 10**6))
    ways = ["match", "fullmatch", *(["search"] if name in searched() else [])]
    assert_quick(
        f"from {module} import {name} as pattern\n"
        "def ask(text):\n"
        f"    text = text[:{longest // 2}] + text[-{longest // 2}:]\n"
        "    data = text.encode('utf-8', 'replace') if isinstance(pattern.pattern, bytes) else text\n"
        f"    for way in {ways}:\n"
        "        getattr(pattern, way)(data)\n"
        "run(ask)\n"
    )
