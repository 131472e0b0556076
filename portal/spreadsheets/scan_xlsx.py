"""Scan of an .xlsx before the parse: kind, forbidden parts, unpacked size, grid, formulas, errors."""

import posixpath
import re
from collections.abc import Iterable

from portal.spreadsheets.container import Container, XmlPart, attribute
from portal.spreadsheets.properties import PropertyReader
from portal.spreadsheets.scan import Scan, SheetScan
from portal.spreadsheets.skimming import SHEET_DATA, RowSkimmer
from portal.spreadsheets.workbook import SAVE_AS_XLSX, Limits, UnreadableFile, column_index, damaged

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
PROPERTIES = "docprops/custom.xml"
XML_SUFFIXES = (".xml", ".rels")

# Part name pattern -> what the user is told it is.
FORBIDDEN = (
    (re.compile(r"vbaproject|macrosheets/|vbadata"), "makro", SAVE_AS_XLSX),
    (
        re.compile(r"xl/externallinks/|xl/ddelinks/|xl/querytables/|xl/connections\.xml"),
        "tautan ke berkas atau data lain",
        "Di Excel pilih Data > Edit Tautan > Putuskan Tautan (atau tempel sebagai nilai), simpan, lalu unggah lagi.",
    ),
    (
        re.compile(r"xl/embeddings/|xl/activex/|xl/ctrlprops/"),
        "objek tertanam atau tombol kendali",
        "Hapus objek itu atau salin tabelnya saja ke berkas baru, lalu unggah lagi.",
    ),
)
# Empty ones too. No program writes more rows, and so many cells do not fit into the bytes that may be unpacked unless
# they are written as short as no program writes them.
MOST_ROWS, MOST_CELLS = 1_048_576, 6_000_000
LONGEST_ROW = 256 * 1024
SHORTEST_STRIDE, LONGEST_STRIDE = 256, 64 * 1024
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def scan_xlsx(container: Container, limits: Limits) -> Scan:
    """Return what was found in every sheet, hidden ones included, in workbook order. Raises UnreadableFile."""
    for name in container.parts:
        for pattern, thing, cure in FORBIDDEN:
            if pattern.search(name):
                raise UnreadableFile(f"Berkas memuat {thing}, yang tidak diterima demi keamanan.", cure)
    scan = Scan(limits)
    sheets = _visible_sheets(container, scan)
    for name in container.parts:
        if name in (WORKBOOK, RELATIONS):
            continue
        if name in sheets:
            _SheetReader(sheets[name]).read(container.unpack(name))
        elif name == PROPERTIES:
            scan.properties = PropertyReader().read(container.unpack(name))
        elif name.endswith(XML_SUFFIXES):
            XmlPart().read(container.unpack(name))
        else:
            for _ in container.unpack(name):
                pass
    return scan


def _visible_sheets(container: Container, scan: Scan) -> dict[str, SheetScan]:
    if WORKBOOK not in container.parts or RELATIONS not in container.parts:
        raise damaged("daftar lembar tidak ada")
    targets: dict[str, str] = {}
    found: list[tuple[str, str | None, bool]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "").replace("\\", "/")))
            targets[attributes.get("Id", "")] = path.lstrip("/").casefold()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            found.append((attributes.get("name", ""), attribute(attributes, "id"), visible))

    XmlPart(relation).read(container.unpack(RELATIONS))
    XmlPart(sheet).read(container.unpack(WORKBOOK))
    sheets: dict[str, SheetScan] = {}
    for name, identifier, visible in found:
        sheet_scan = scan.add_sheet(name)
        part = targets.get(identifier or "")
        if part not in container.parts or part in sheets:
            raise damaged(f'lembar "{name[:31]}" tidak ada isinya')
        if visible:
            sheets[part] = sheet_scan
    return sheets


class _SheetReader:
    """Streams one sheet. Only cells with a value count, so formatted empty rows cost nothing.

    Plain rows are skimmed, the rest is parsed. Rows may leave the parser's sight wherever it stands between two tokens
    right behind the end of a row: being whole elements, they change nothing for what follows.
    """

    def __init__(self, sheet: SheetScan):
        self._sheet = sheet
        self._part = XmlPart(self._start, encoding="utf-8")
        self._skimmer: RowSkimmer | None = None
        self._row_end = b""
        self._at_row_end = False
        # How far to parse at the least before the next try: it grows where rows are seldom plain.
        self._stride = 0
        self._rows = self._cells = 0
        self._row = 0
        self._column = -1
        self._reference: str | None = None
        self._error_text: list[str] | None = None

    def read(self, chunks: Iterable[bytes]) -> None:
        """Note all cells. Raises UnreadableFile."""
        rest = b""
        for chunk in chunks:
            if b"\0" in chunk:
                # UTF-16: the parser of values would see something else in it than we do.
                raise damaged("pengodean lembar tidak dikenal")
            rest = self._read_rows(rest + chunk)
            if len(rest) > LONGEST_ROW:
                self._part.feed(rest)
                rest, self._at_row_end = b"", False
        self._part.feed(rest, last=True)
        self._finish_error()

    def _read_rows(self, buffer: bytes) -> bytes:
        """Read up to the end of the last whole row and return the rest."""
        if not self._skimmer:
            start = SHEET_DATA.search(buffer)
            if not start:
                return buffer
            prefix = (start.group(1) or b"").decode() and f"{start.group(1).decode()}:"
            self._skimmer, self._row_end = RowSkimmer(self._sheet, prefix), f"</{prefix}row>".encode()
        position = self._skim(buffer, 0) if self._at_row_end else 0
        while (end := buffer.find(self._row_end, position + self._stride)) >= 0:
            end += len(self._row_end)
            self._part.feed(buffer[position:end])
            self._stride = min(2 * self._stride + SHORTEST_STRIDE, LONGEST_STRIDE)
            self._at_row_end = self._part.is_between_tokens
            position = self._skim(buffer, end) if self._at_row_end else end
        return buffer[position:]

    def _skim(self, buffer: bytes, start: int) -> int:
        end = self._skimmer.skim(buffer, start)
        if end > start:
            self._finish_error()
            self._row, self._column, self._reference = self._skimmer.row, -1, None
            self._stride = max(self._stride - (end - start), 0)
            self._count_rows(self._skimmer.rows)
        return end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag in ("v", "is"):
            self._sheet.occupy(*self._position())
            if self._error_text is not None:
                self._part.collect_text(self._error_text)
        elif tag == "f":
            self._formula(attributes)
        elif tag == "row":
            self._count_rows(1)
            self._finish_error()
            self._row = _number(attributes["r"]) if "r" in attributes else self._position()[0] + 1
            self._column, self._reference = -1, None

    def _cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise damaged("terlalu banyak sel")
        self._finish_error()
        reference = attributes.get("r")
        if reference is None:
            self._row, self._column = self._position()
            self._column += 1
        self._reference = reference
        if attributes.get("t") == "e":
            self._error_text = []

    def _count_rows(self, rows: int) -> None:
        self._rows += rows
        if self._rows > MOST_ROWS:
            raise damaged("terlalu banyak baris")

    def _position(self) -> tuple[int, int]:
        if self._reference is not None:
            self._row, self._column = _parse_reference(self._reference)
            self._reference = None
        return self._row, self._column

    def _formula(self, attributes: dict[str, str]) -> None:
        row, column = self._position()
        area = attributes.get("ref", "") if attributes.get("t") in ("array", "dataTable") else ""
        first, _, last = area.partition(":")
        if last:
            # Only the corner of an array formula carries <f>; its other cells are formulas as well.
            (row, column), (last_row, last_column) = _parse_reference(first), _parse_reference(last)
            self._sheet.add_formulas(row, column, max(last_row - row, 0) + 1, max(last_column - column, 0) + 1)
        else:
            self._sheet.add_formulas(row, column)

    def _finish_error(self) -> None:
        if self._error_text is not None:
            self._part.collect_text(None)
            self._sheet.add_error(*self._position(), "".join(self._error_text))
            self._error_text = None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise damaged("nomor baris tidak sah")
    return int(text)


def _parse_reference(reference: str) -> tuple[int, int]:
    match = REFERENCE.fullmatch(reference)
    if not match:
        raise damaged("alamat sel tidak sah")
    letters, digits = match.groups()
    return int(digits), column_index(letters)
