"""Ways to damage a file: its bytes, the parts of its ZIP (with sums made right again), its XML, its lines of text.

A change is four numbers, taken modulo whatever there is to choose from; so every change fits every file, and
hypothesis can make a failing one smaller.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from tests.portal.spreadsheets.builders import archive

ATTRIBUTE = re.compile(rb"\b(?!xmlns)([\w:]+)=([\"'])(.*?)\2", re.DOTALL)
ELEMENT = re.compile(rb"<([\w:]+)(?=[\s/>])[^<>]*(?:/>|>[^<>]*</\1>)")
TAG = re.compile(rb"<[^<>]*>")
CELLS = re.compile(r"sheet\d|sharedStrings|content\.xml")
TEXT = re.compile(rb">([^<>]+)<")
LONGEST = 64
VALUES = [
    b"",
    b"0",
    b"-1",
    b"1.5",
    b"16385",
    b"1048577",
    b"99999999999999999999",
    b"1e999",
    b"NaN",
    b"A1",
    b"XFD1048576",
    b"A1:XFD1048576",
    b"B2:A1",
    b"true",
    b"b",
    b"d",
    b"e",
    b"n",
    b"s",
    b"str",
    b"inlineStr",
    b"array",
    b"shared",
    b"hidden",
    b"veryHidden",
    b"rId1",
    b"rId99",
    b"External",
    b"../../../etc/passwd",
    b"http://127.0.0.1:9/",
    b"2025-13-45T99:99:99",
    b"PT9999999999H0M0S",
    b"_x0000_",
    b"_xD800_",
    b"&#10;&#13;",
    b"&amp;lt;b&amp;gt;",
    b"&a;",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x91\xa9",
    b"3507334101900001",
    b"3.507334101900001E+15",
    b"=1+1",
    b"#N/A",
    b"#SPILL!",
    b"31/12/1990",
    b"1.234.567,50",
    b"08" + b"-" * 500,
    b"x" * 2001,
    b"(" * 300,
    b'"',
    b";",
    b"\t",
    b"\0",
    b"\r\n",
    b"sep=;\r\n",
    b"NIK",
    b"Nama",
    b"Jumlah",
]


def is_well_formed(value: bytes) -> bool:
    """Tell whether XML stays XML with this inside an attribute and an element."""
    try:
        expat.ParserCreate().Parse(b'<a b="%b">%b</a>' % (value, value), True)
    except expat.ExpatError:
        return False
    return True


XML_VALUES = [value for value in VALUES if is_well_formed(value)]


@dataclass(frozen=True)
class Change:
    """One act of damage: what kind, where (`at`, `other`) and with what (`value`)."""

    kind: int
    at: int
    other: int
    value: int

    def __repr__(self) -> str:
        return f"Change({self.kind}, {self.at}, {self.other}, {self.value})"

    @property
    def bytes(self) -> bytes:
        return VALUES[self.value % len(VALUES)]


def flip_byte(content: bytes, change: Change) -> bytes:
    """Set one byte to another value."""
    at = change.at % len(content)
    return content[:at] + bytes([change.other % 256]) + content[at + 1 :]


def cut_off(content: bytes, change: Change) -> bytes:
    """Keep only the beginning."""
    return content[: change.at % len(content)]


def cut_out(content: bytes, change: Change) -> bytes:
    """Remove up to 64 bytes."""
    at = change.at % len(content)
    return content[:at] + content[at + 1 + change.other % LONGEST :]


def repeat(content: bytes, change: Change) -> bytes:
    """Write up to 64 bytes a second time."""
    at = change.at % len(content)
    return content[:at] + content[at : at + 1 + change.other % LONGEST] * 2 + content[at + 1 :]


def insert(content: bytes, change: Change) -> bytes:
    """Put one of the odd values somewhere."""
    at = change.at % (len(content) + 1)
    return content[:at] + change.bytes + content[at:]


def move(content: bytes, change: Change) -> bytes:
    """Exchange the two sides of a place."""
    at = change.at % len(content)
    return content[at:] + content[:at]


def _replaced(pattern: re.Pattern[bytes], group: int, content: bytes, change: Change) -> bytes:
    found = list(pattern.finditer(content, content.find(b"?>") + 1))  # the declaration stays
    if not found:
        return insert(content, change)
    start, end = found[change.at % len(found)].span(group)
    return content[:start] + XML_VALUES[change.value % len(XML_VALUES)] + content[end:]


def set_attribute(content: bytes, change: Change) -> bytes:
    """Give one XML attribute another value."""
    return _replaced(ATTRIBUTE, 3, content, change)


def rename_attribute(content: bytes, change: Change) -> bytes:
    """Give one XML attribute another name."""
    return _replaced(ATTRIBUTE, 1, content, change)


def set_text(content: bytes, change: Change) -> bytes:
    """Give one element another text."""
    return _replaced(TEXT, 1, content, change)


def drop_tag(content: bytes, change: Change) -> bytes:
    """Remove one start or end of an element."""
    found = list(TAG.finditer(content))
    if not found:
        return cut_out(content, change)
    start, end = found[change.at % len(found)].span()
    return content[:start] + content[end:]


def copy_tag(content: bytes, change: Change) -> bytes:
    """Write one start or end of an element once more, somewhere else."""
    found = list(TAG.finditer(content))
    if not found:
        return repeat(content, change)
    tag, place = found[change.at % len(found)], found[change.other % len(found)]
    return content[: place.start()] + tag.group() + content[place.start() :]


def drop_element(content: bytes, change: Change) -> bytes:
    """Remove one innermost element, so that the rest stays well-formed."""
    found = list(ELEMENT.finditer(content))
    if not found:
        return cut_out(content, change)
    start, end = found[change.at % len(found)].span()
    return content[:start] + content[end:]


def copy_element(content: bytes, change: Change) -> bytes:
    """Write one innermost element once more, before another."""
    found = list(ELEMENT.finditer(content))
    if not found:
        return repeat(content, change)
    element, place = found[change.at % len(found)], found[change.other % len(found)]
    return content[: place.start()] + element.group() + content[place.start() :]


BYTES: list[Callable[[bytes, Change], bytes]] = [flip_byte, cut_off, cut_out, repeat, insert, move]
TEXT_BYTES = [flip_byte, cut_out, repeat, *[insert] * 5, cut_off, move]
XML = [
    *[set_text] * 10,
    *[set_attribute] * 8,
    *[drop_element, copy_element] * 3,
    rename_attribute,
    drop_tag,
    copy_tag,
    flip_byte,
    insert,
    cut_off,
]


def change_part(parts: dict[str, bytes], change: Change) -> None:
    """Damage one part of a ZIP, the ones with cells more often; or exchange, rename, drop or copy whole parts."""
    names = sorted(parts)
    if not names:
        return
    names += [name for name in names if CELLS.search(name)] * len(names)
    name, other = names[change.at % len(names)], names[change.other % len(names)]
    action = change.kind // 32 % 60
    if action == 0:
        parts[name], parts[other] = parts[other], parts[name]
    elif action == 1:
        parts[name + change.bytes.decode("latin-1")[:100]] = parts.pop(name)
    elif action == 2:
        del parts[name]
    elif action == 3:
        parts[f"{name}/../{other}"] = parts[other]
    else:
        ways = XML if name.endswith((".xml", ".rels")) else BYTES
        parts[name] = ways[action % len(ways)](parts[name] or b" ", Change(0, change.other, change.value, change.value))


def damaged(content: bytes, changes: list[Change]) -> bytes:
    """Return the file after all changes; parts of a ZIP are changed before the bytes of the whole."""
    parts = unpacked(content)
    if parts:
        for change in changes:
            if change.kind % 32:
                change_part(parts, change)
        content = archive(parts)
    for change in changes:
        if not parts or not change.kind % 32:
            ways = BYTES if parts else TEXT_BYTES
            content = ways[change.kind // 32 % len(ways)](content or b" ", change)
    return content


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of a ZIP, or nothing when the file is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            return {entry.filename: container.read(entry) for entry in container.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zipfile.zlib.error):
        return {}
