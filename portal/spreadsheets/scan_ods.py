"""Scan of an .ods before the parse: forbidden parts, unpacked size, repeat bombs, formulas, errors."""

from portal.spreadsheets.container import Container, XmlPart, attribute, password_protected
from portal.spreadsheets.properties import PropertyReader
from portal.spreadsheets.scan import Scan, SheetScan
from portal.spreadsheets.workbook import Limits, UnreadableFile, damaged

CONTENT = "content.xml"
MANIFEST = "meta-inf/manifest.xml"
PROPERTIES = "meta.xml"
COVERED = "covered-table-cell"
CELLS = ("table-cell", COVERED)
ERROR_ATTRIBUTE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"


def scan_ods(container: Container, limits: Limits) -> Scan:
    """Return what was found in every table of the document, in order. Raises UnreadableFile."""
    if CONTENT not in container.parts:
        raise damaged("isi tabel tidak ada")
    if any(name.startswith(("basic/", "scripts/")) for name in container.parts):
        raise UnreadableFile(
            "Berkas memuat makro, yang tidak diterima demi keamanan.",
            "Salin tabelnya ke berkas baru tanpa makro, lalu unggah lagi.",
        )
    scan = Scan(limits)
    if MANIFEST in container.parts:
        XmlPart(_refuse_encryption).read(container.unpack(MANIFEST))
    for name in container.parts:
        if name == CONTENT:
            _ContentReader(scan).read(container.unpack(name))
        elif name == PROPERTIES:
            scan.properties = PropertyReader().read(container.unpack(name))
        elif name.endswith((".xml", ".rdf")) and name != MANIFEST:
            XmlPart().read(container.unpack(name))
        elif name != MANIFEST:
            for _ in container.unpack(name):
                pass
    return scan


def _refuse_encryption(tag: str, _attributes: dict[str, str]) -> None:
    if tag == "encryption-data":
        raise password_protected()


class _ContentReader:
    """Streams the tables. A repeated empty cell or row only moves the position; a repeated filled one counts fully."""

    def __init__(self, scan: Scan):
        self._scan = scan
        self._part = XmlPart(self._start, self._end)
        self._sheet: SheetScan | None = None
        self._row = self._row_repeat = 1
        self._column = self._column_repeat = 0
        self._filled = self._formula = False
        self._error_text: list[str] | None = None
        # Filled blocks of the current row: column, repeat, has a formula, error text, is covered.
        self._blocks: list[tuple[int, int, bool, list[str] | None, bool]] = []

    def read(self, chunks) -> None:
        self._part.read(chunks)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._sheet = self._scan.add_sheet(attribute(attributes, "name") or "")
            self._row = 1
        elif tag == "table-row":
            self._row_repeat = _repeat(attributes, "number-rows-repeated")
            self._column, self._blocks = 0, []
        elif tag in CELLS:
            self._column_repeat = _repeat(attributes, "number-columns-repeated")
            self._formula = attribute(attributes, "formula") is not None
            self._filled = self._formula or attribute(attributes, "value-type") is not None
            if attributes.get(ERROR_ATTRIBUTE) == "error":
                self._error_text = []
        elif tag == "p":
            self._filled = True
            if self._error_text is not None:
                self._part.collect_text(self._error_text)

    def _end(self, tag: str) -> None:
        if tag in CELLS:
            self._part.collect_text(None)
            if self._filled:
                self._blocks.append(
                    (self._column, self._column_repeat, self._formula, self._error_text, tag == COVERED)
                )
            self._column += self._column_repeat
            self._filled, self._error_text = False, None
        elif tag == "table-row":
            self._close_row()
            self._row += self._row_repeat

    def _close_row(self) -> None:
        if self._sheet is None:
            raise damaged("baris di luar tabel")
        for column, repeat, formula, error_text, covered in self._blocks:
            block = (self._row, column, self._row_repeat, repeat)
            if formula:
                self._sheet.add_formulas(*block)
            else:
                self._sheet.occupy(*block)
            if error_text is not None:
                self._sheet.add_error(self._row, column, "".join(error_text))
            if covered:
                self._sheet.covered.append(block)


def _repeat(attributes: dict[str, str], name: str) -> int:
    text = attribute(attributes, name) or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise damaged("jumlah pengulangan sel tidak sah")
    return max(int(text), 1)
