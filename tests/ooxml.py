"""A strict reader of workbooks: what ECMA-376 promises to a reader that repairs nothing.

Part 1 of the standard is named by section. `faults` returns sentences; none of them means that every program that
follows the schema opens the file without a question.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.ooxml_cells import MAIN, order_faults, worksheet_faults

RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NAME = 31
# 18.2.27 CT_Workbook is a sequence.
WORKBOOK = (  # noqa: SIM905  nobody reads forty lines of names
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes "
    "webPublishing fileRecoveryPr webPublishObjects extLst"
).split()
TITLES = re.compile(r"\$([A-Z]{1,3}):\$([A-Z]{1,3})|\$([1-9][0-9]*):\$([1-9][0-9]*)")
QUALIFIED = re.compile(r"(?:'((?:[^']|'')+)'|([A-Za-z_][A-Za-z0-9_.]*))!(.+)")
BAD_IN_A_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")


@dataclass
class Part:
    """One worksheet as it stands in the package."""

    name: str
    path: str
    root: ElementTree.Element


def faults(path: Path) -> list[str]:
    """Return everything in the workbook that a strict reader would stumble over."""
    with zipfile.ZipFile(path) as archive:
        found = list(_archive(archive))
        parts = {}
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                try:
                    parts[name] = ElementTree.fromstring(archive.read(name))
                except ElementTree.ParseError as error:
                    found.append(f"{name}: {error}")
        if found:
            return found
        found += _types(archive, parts)
        found += _relations(archive, parts)
        if found:
            return found
        sheets = worksheets(parts)
        found += _styles(parts["xl/styles.xml"])
        found += _workbook(parts["xl/workbook.xml"], sheets)
        formats = len(parts["xl/styles.xml"].find(f"{MAIN}cellXfs"))
        shared = parts.get("xl/sharedStrings.xml")
        strings = 0 if shared is None else len(shared)
        for sheet in sheets:
            found += (f"{sheet.name}: {fault}" for fault in worksheet_faults(sheet.root, formats, strings))
    return found


def formula_rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (sheet, text of the first cell of the row, formula) for each formula of the workbook."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in names}
    for sheet in worksheets(parts):
        for row in sheet.root.iter(f"{MAIN}row"):
            first = "".join(row[0].itertext()) if len(row) else ""
            for formula in row.iter(f"{MAIN}f"):
                yield sheet.name, first, formula.text or ""


def worksheets(parts: dict[str, ElementTree.Element]) -> list[Part]:
    """Return the worksheets in the order of the workbook."""
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("xl", one.get("Target", "")))
        for one in parts["xl/_rels/workbook.xml.rels"]
    }
    found = []
    for sheet in parts["xl/workbook.xml"].find(f"{MAIN}sheets"):
        path = targets[sheet.get(RELATION_ID)]
        found.append(Part(sheet.get("name", ""), path, parts[path]))
    return found


def _archive(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if len({name.casefold() for name in names}) != len(names):
        yield "two parts have one name"
    if broken := archive.testzip():
        yield f"{broken}: damaged"
    for info in archive.infolist():
        if info.filename.startswith("/") or ".." in info.filename or "\\" in info.filename:
            yield f"{info.filename}: no name of a part"
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield f"{info.filename}: packed in a way that OPC does not know"


def _types(archive: zipfile.ZipFile, parts: dict[str, Any]) -> Iterator[str]:
    """Part 2, 7.2.3: every part has one content type."""
    root = parts["[Content_Types].xml"]
    defaults = [one.get("Extension", "").lower() for one in root.iter(f"{TYPES}Default")]
    overrides = [one.get("PartName", "") for one in root.iter(f"{TYPES}Override")]
    for listed in (defaults, overrides):
        if len(set(listed)) != len(listed):
            yield "a content type is declared twice"
    names = {f"/{name}" for name in archive.namelist()}
    yield from (f"{name}: declared but missing" for name in overrides if name not in names)
    for name in names - {"/[Content_Types].xml"} - set(overrides):
        if name.rpartition(".")[2].lower() not in defaults:
            yield f"{name}: no content type"
        elif name.endswith(".xml"):
            yield f"{name}: a part of the workbook that is only XML"


def _relations(archive: zipfile.ZipFile, parts: dict[str, Any]) -> Iterator[str]:
    """Part 2, 6.5: a relationship leads to a part of the package; each part is reached, each r:id is declared."""
    reached = {"[Content_Types].xml"}
    for name, root in parts.items():
        folder, base = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
        if not name.endswith(".rels"):
            own = parts.get(posixpath.join(folder, "_rels", f"{base}.rels"), ())
            declared = {one.get("Id") for one in own}
            for element in root.iter():
                used = {value for key, value in element.attrib.items() if key.startswith(RELATION_ID[:-3])}
                yield from (f"{name}: {one} is not declared" for one in used - declared)
            continue
        reached.add(name)
        identifiers = [one.get("Id") for one in root.iter(f"{RELATIONS}Relationship")]
        if len(set(identifiers)) != len(identifiers):
            yield f"{name}: an Id twice"
        for one in root.iter(f"{RELATIONS}Relationship"):
            target = one.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
            reached.add(path)
            if one.get("TargetMode", "Internal") != "Internal":
                yield f"{name}: leads out of the file to {target}"
            elif path not in archive.namelist():
                yield f"{name}: {target} is missing"
    yield from (f"{name}: nothing leads there" for name in archive.namelist() if name not in reached)


def _styles(root: ElementTree.Element) -> Iterator[str]:
    """18.8.10: a format names fonts, fills, borders and number formats that exist."""
    counts = {}
    for child in root:
        kind = child.tag.removeprefix(MAIN)
        counts[kind] = len(child)
        if child.get("count") is not None and int(child.get("count")) != len(child):
            yield f"styles: {kind} counts {child.get('count')} instead of {len(child)}"
    own = {int(one.get("numFmtId")) for one in root.iter(f"{MAIN}numFmt")}
    for number, format_ in enumerate(root.find(f"{MAIN}cellXfs")):
        for name, kind in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs")):
            if int(format_.get(name, 0)) >= counts[kind]:
                yield f"styles: format {number} names a missing {name}"
        if int(format_.get("numFmtId", 0)) > 163 and int(format_.get("numFmtId")) not in own:
            yield f"styles: format {number} names a missing number format"


def _workbook(root: ElementTree.Element, sheets: list[Part]) -> Iterator[str]:
    yield from (f"workbook: {fault}" for fault in order_faults(root, WORKBOOK))
    names = [sheet.name for sheet in sheets]
    if len({name.casefold() for name in names}) != len(names):
        yield f"two sheets have one name: {names}"
    if len({sheet.get("sheetId") for sheet in root.find(f"{MAIN}sheets")}) != len(names):
        yield "two sheets have one sheetId"
    yield from (f"{name!r} is no name of a sheet" for name in names if not _is_sheet_name(name))
    seen = set()
    for defined in root.iter(f"{MAIN}definedName"):
        key = (defined.get("name"), defined.get("localSheetId"))
        if key in seen:
            yield f"{key} is defined twice"
        seen.add(key)
        local = int(defined.get("localSheetId", -1))
        if not 0 <= local < len(sheets):
            yield f"{key} belongs to no sheet"
        else:
            yield from (f"{key}: {fault}" for fault in _defined(defined, sheets[local]))


def _is_sheet_name(name: str) -> bool:
    return 0 < len(name) <= NAME and not BAD_IN_A_NAME.search(name)


def _defined(defined: ElementTree.Element, sheet: Part) -> Iterator[str]:
    """18.2.5: titles of printed pages are whole columns, whole rows or both; a filter has its range again."""
    places = []
    for text in re.findall(r"(?:'(?:[^']|'')+'|[^',!]+)![^,]+", defined.text or ""):
        match = QUALIFIED.fullmatch(text)
        if not match or (match.group(1) or match.group(2)).replace("''", "'") != sheet.name:
            yield f"{text} is not on {sheet.name}"
        else:
            places.append(match.group(3))
    if defined.get("name") == "_xlnm.Print_Titles":
        kinds = ["columns" if (TITLES.fullmatch(one) or [""])[0][1:2].isalpha() else "rows" for one in places]
        if not all(map(TITLES.fullmatch, places)) or kinds not in (["rows"], ["columns"], ["columns", "rows"]):
            yield f"no titles: {defined.text}"
    elif defined.get("name") == "_xlnm._FilterDatabase":
        filtered = sheet.root.find(f"{MAIN}autoFilter")
        if filtered is None or [one.replace("$", "") for one in places] != [filtered.get("ref")]:
            yield f"not the range of the filter: {defined.text}"
    else:
        yield "an unexpected name"
