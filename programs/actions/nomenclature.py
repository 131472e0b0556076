"""A new nomenclature table: every row judged, every fault named by its row, and written all or not at all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from portal.actions.audit import record_event
from portal.enums import AuditAction
from portal.spreadsheets.cells import CellError, parse_integer, parse_text
from portal.spreadsheets.layout import header_key
from programs.actions.versions import Tally, write_versions
from programs.enums import NomenclatureLevel
from programs.models import NomenclatureNode
from programs.validators import normalise_code

LEVELS = {  # parts of a code -> its level, and the parts of the code above (the kewenangan is no level of its own)
    1: (NomenclatureLevel.FUNCTION, 0),
    2: (NomenclatureLevel.FIELD, 1),
    3: (NomenclatureLevel.PROGRAM, 2),
    5: (NomenclatureLevel.ACTIVITY, 3),
    6: (NomenclatureLevel.SUB_ACTIVITY, 5),
}
LEVEL_WORDS = {header_key(word): level for level in NomenclatureLevel for word in (level.value, level.label)}

Row = tuple[int, dict[str, Any]]  # row number in the file, cells by the name of their column
Fault = tuple[int, str]


class FaultyTable(Exception):
    """The file is refused; `faults` are Indonesian sentences, each naming its row."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = [f"Baris {number}: {sentence}" for number, sentence in sorted(faults)]
        super().__init__("\n".join(self.faults))


def _parse_code(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        if value not in range(1, 10):  # an urusan survives as a number, any longer code has lost its zeros
            raise CellError("tersimpan sebagai angka atau tanggal.", "Format kolomnya sebagai Teks lalu ketik ulang.")
        value = str(int(value))
    try:
        code = normalise_code(value)
    except ValidationError as fault:
        raise CellError(fault.messages[0], "") from None
    if code.count(".") + 1 not in LEVELS:
        raise CellError(f"{code} berhenti pada kewenangan.", "Lengkapi sampai kegiatan.")
    return code


def _parse_level(value: Any) -> NomenclatureLevel | None:
    text = parse_text(value)
    level = LEVEL_WORDS.get(header_key(text or ""))
    if text and level is None:
        raise CellError(f"“{text}” tidak dikenal.", "Tulis urusan, bidang, program, kegiatan, atau subkegiatan.")
    return level


def _parse_year(value: Any) -> int | None:
    try:
        return parse_integer(value, 2000, 2100)
    except CellError:
        raise CellError(f"“{value}” bukan tahun.", "Tulis empat angka, misalnya 2026.") from None


def _text_of(name: str) -> Callable[[Any], str]:
    longest = NomenclatureNode._meta.get_field(name).max_length
    return lambda value: parse_text(value, longest) or ""


@dataclass(frozen=True)
class TableColumn:
    """A column of the file; `cure` is what to do when it is empty, and makes it required."""

    name: str
    label: str
    parse: Callable[[Any], Any]
    cure: str = ""


COLUMNS = (
    TableColumn("code", "Kode", _parse_code, "Isi kode nomenklatur, misalnya 3.31.02.2.01.0005."),
    TableColumn("level", "Tingkat", _parse_level),
    TableColumn("name", "Nama", _text_of("name"), "Isi nama menurut peraturan."),
    TableColumn("unit", "Satuan", _text_of("unit")),
    TableColumn("decree", "Dasar", _text_of("decree")),
    TableColumn("valid_from", "Berlaku dari tahun", _parse_year, "Isi tahun anggaran pertama."),
    TableColumn("valid_to", "Berlaku sampai tahun", _parse_year),
    TableColumn("predecessor", "Pengganti dari", _parse_code),
)


@transaction.atomic
def load_nomenclature(rows: Iterable[Row], *, by: Any = None) -> Tally:
    """Write a table of nomenclature and return what was done; raises FaultyTable, having written nothing.

    A column that the file does not have is absent from the row's dict and leaves the stored value alone.
    """
    faults: list[Fault] = []
    entries: dict[tuple[str, int], tuple[int, dict[str, Any]]] = {}
    for number, cells in rows:
        entry, wrong = _clean(cells)
        faults += [(number, sentence) for sentence in wrong]
        if wrong:
            continue
        code, year = key = entry["code"], entry["valid_from"]
        if key in entries:
            other = entries[key][0]
            faults.append((number, f"Kode {code} mulai {year} sudah ada pada baris {other}. Hapus salah satunya."))
        entries.setdefault(key, (number, entry))
    faults += _cross_check(entries)
    if faults:
        raise FaultyTable(faults)
    tally = write_versions(
        NomenclatureNode, [entry for _, entry in entries.values()], by=by, reason="tabel nomenklatur"
    )
    if tally.new or tally.changed:
        record_event(AuditAction.CHANGE, by=by, summary=f"Tabel nomenklatur dimuat: {tally}")
    return tally


def _clean(cells: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a row in their stored form, and the sentences for what is wrong with them."""
    entry: dict[str, Any] = {}
    wrong: list[str] = []
    for column in COLUMNS:
        if column.name not in cells and not column.cure:
            continue
        try:
            entry[column.name] = column.parse(cells.get(column.name))
        except CellError as fault:
            wrong.append(f"{column.label}: {fault}".strip())
            continue
        if column.cure and not entry[column.name]:
            wrong.append(f"{column.label} kosong. {column.cure}")
    if not wrong:
        wrong = list(_contradictions(entry))
        entry["level"] = LEVELS[entry["code"].count(".") + 1][0]
        entry["predecessor"] = entry.get("predecessor") or ""
    return entry, wrong


def _contradictions(entry: dict[str, Any]) -> Iterator[str]:
    level = LEVELS[entry["code"].count(".") + 1][0]
    if entry.get("level") not in {None, level}:
        yield f"Tingkat {entry['level'].label} tidak cocok dengan kode {entry['code']}, yang merupakan {level.label}."
    first, last = entry["valid_from"], entry.get("valid_to")
    if last and last < first:
        yield f"Berlaku sampai tahun ({last}) mendahului berlaku dari tahun ({first}). Tukar atau perbaiki."


def _cross_check(entries: dict[tuple[str, int], tuple[int, dict[str, Any]]]) -> Iterator[Fault]:
    """Yield the faults between rows: a code above that nobody has, a predecessor that is not earlier."""
    first_years = dict(NomenclatureNode.objects.order_by("-valid_from").values_list("code", "valid_from"))
    for code, year in entries:
        first_years[code] = min(year, first_years.get(code, year))
    for (code, year), (number, entry) in entries.items():
        parts = code.split(".")
        above = ".".join(parts[: LEVELS[len(parts)][1]])
        if above and above not in first_years:
            yield number, f"Kode di atasnya, {above}, tidak ada di berkas maupun di portal. Tambahkan barisnya."
        replaced = entry["predecessor"]
        if replaced and first_years.get(replaced, year) >= year:
            yield number, f"Pengganti dari: {replaced} tidak ada, atau tidak berlaku sebelum {year}. Periksa kodenya."
