"""A strict reader of one worksheet (ECMA-376 part 1, 18.3.1): order of elements, rows, cells, merged areas."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# 18.3.1.99 CT_Worksheet is a sequence.
WORKSHEET = (  # noqa: SIM905  nobody reads forty lines of names
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
).split()
REPEATED = {"conditionalFormatting", "fileRecoveryPr"}
CELL_TYPES = {None, "b", "d", "e", "inlineStr", "n", "s", "str"}  # 18.18.11 ST_CellType
ROWS, COLUMNS, TEXT, HEIGHT = 1_048_576, 16_384, 32_767, 409.5
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?")
AREA = re.compile(r"([A-Z]{1,3}[1-9][0-9]*)(?::([A-Z]{1,3}[1-9][0-9]*))?")
Box = tuple[int, int, int, int]  # top, left, bottom, right, all counted from 1


def place(reference: str) -> tuple[int, int]:
    """Return row and column, counted from 1. Raises ValueError for what is no reference."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        raise ValueError(reference)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    row = int(match.group(2))
    if row > ROWS or column > COLUMNS:
        raise ValueError(reference)
    return row, column


def box(area: str) -> Box:
    """Return the corners of an area. Raises ValueError for what is none."""
    match = AREA.fullmatch(area)
    if not match:
        raise ValueError(area)
    first, last = place(match.group(1)), place(match.group(2) or match.group(1))
    if first[0] > last[0] or first[1] > last[1]:
        raise ValueError(area)
    return (*first, *last)


def order_faults(root: ElementTree.Element, sequence: list[str]) -> Iterator[str]:
    """Yield what is wrong with the children of an element that the schema calls a sequence."""
    names = [child.tag.removeprefix(MAIN) for child in root]
    yield from (f"<{name}> does not belong there" for name in names if name not in sequence)
    places = [sequence.index(name) for name in names if name in sequence]
    if places != sorted(places):
        yield f"elements out of order: {' '.join(names)}"
    yield from (f"<{name}> twice" for name in {*names} - REPEATED if names.count(name) > 1)


def worksheet_faults(root: ElementTree.Element, formats: int, strings: int) -> Iterator[str]:
    """Yield what is wrong with a worksheet of a workbook that has so many cell formats and shared strings."""
    yield from order_faults(root, WORKSHEET)
    filled: set[tuple[int, int]] = set()
    reach = [0, 0]
    yield from _rows(root, (formats, strings), filled, reach)
    yield from _reach(root, *reach)
    yield from _merged(root, filled)
    yield from _columns(root)


def _rows(
    root: ElementTree.Element, counts: tuple[int, int], filled: set[tuple[int, int]], reach: list[int]
) -> Iterator[str]:
    """Go through all cells; note those that hold something, and the last row and column."""
    row_before = 0
    for row in root.find(f"{MAIN}sheetData"):
        number = int(row.get("r", 0))
        if not row_before < number <= ROWS:
            yield f"row {number} behind row {row_before}"
        row_before, column_before = number, 0
        if float(row.get("ht", 0)) > HEIGHT:
            yield f"row {number}: too high"
        for cell in row:
            reference = cell.get("r", "")
            at, column = place(reference)
            if at != number or column <= column_before:
                yield f"{reference} stands in row {number} behind column {column_before}"
            column_before = column
            reach[:] = max(reach[0], at), max(reach[1], column)
            if len(cell):
                filled.add((at, column))
            yield from (f"{reference}: {fault}" for fault in _cell(cell, *counts))


def _reach(root: ElementTree.Element, last: int, width: int) -> Iterator[str]:
    top, left, bottom, right = box(root.find(f"{MAIN}dimension").get("ref"))
    if (top, left) != (1, 1) or bottom < last or right < width:
        yield f"the dimension ends at {bottom}, {right}, the cells at {last}, {width}"
    areas = [one.get("ref") for one in root.iter(f"{MAIN}autoFilter")]
    areas += [one.get("sqref") for one in root.iter(f"{MAIN}ignoredError")]
    for _, _, bottom, right in map(box, areas):
        if bottom > last + 1 or right > width:  # a table without rows is filtered over one that is empty
            yield "a filter or a list of expected errors reaches further than the cells"


def _cell(cell: ElementTree.Element, formats: int, strings: int) -> Iterator[str]:
    """18.3.1.4: format and type exist; the value is what the type says."""
    kind, children = cell.get("t"), [child.tag.removeprefix(MAIN) for child in cell]
    if cell.tag != f"{MAIN}c" or kind not in CELL_TYPES:
        yield f"{cell.tag} of type {kind}"
    if not 0 <= int(cell.get("s", 0)) < formats:
        yield f"format {cell.get('s')} of {formats}"
    if kind == "inlineStr":
        yield from _inline(cell, children)
        return
    if children not in ([], ["v"], ["f", "v"]):
        yield f"holds {children}"
    value = cell.findtext(f"{MAIN}v")
    if kind == "s" and not (value.isdecimal() and int(value) < strings):
        yield f"shared string {value} of {strings}"
    if kind is None and value is not None and not NUMBER.fullmatch(value):
        yield f"{value!r} is no number"


def _inline(cell: ElementTree.Element, children: list[str]) -> Iterator[str]:
    if children != ["is"] or [child.tag for child in cell[0]] != [f"{MAIN}t"]:
        yield "an inline string without <is><t>"
        return
    text = cell[0][0].text or ""
    if not text or len(text) > TEXT + text.count("_x005F_") * 6:
        yield f"a text of {len(text)} characters"
    if (text != text.strip() or "\n" in text) and cell[0][0].get(SPACE) != "preserve":
        yield "white space that a reader may drop"


def _merged(root: ElementTree.Element, filled: set[tuple[int, int]]) -> Iterator[str]:
    """18.3.1.55: merged areas do not touch each other, and only their first cell holds something."""
    areas = [box(one.get("ref")) for one in root.iter(f"{MAIN}mergeCell")]
    for number, (top, left, bottom, right) in enumerate(areas):
        if (top, left) == (bottom, right):
            yield "one cell merged with itself"
        for other in areas[:number]:
            if top <= other[2] and other[0] <= bottom and left <= other[3] and other[1] <= right:
                yield f"merged areas overlap: {(top, left, bottom, right)} and {other}"
        covered = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if hidden := (covered - {(top, left)}) & filled:
            yield f"hidden below merged cells: {sorted(hidden)}"


def _columns(root: ElementTree.Element) -> Iterator[str]:
    before = 0
    for one in root.iter(f"{MAIN}col"):
        first, last = int(one.get("min")), int(one.get("max"))
        if not before < first <= last <= COLUMNS or not 0 <= float(one.get("width")) <= 255:
            yield f"column {first} to {last}, {one.get('width')} wide"
        before = last
