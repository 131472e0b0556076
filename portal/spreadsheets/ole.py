"""The OLE container around .xls (and around encrypted .xlsx): its directory and its streams. Format: [MS-CFB]."""

import struct

from portal.spreadsheets.workbook import damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER_BYTES = 512
ENTRY_BYTES = 128
LAST_REAL_SECTOR = 0xFFFFFFF9
ROOT, STREAM = 5, 2


class OleFile:
    """An OLE file in memory; `names` are its streams and storages. Raises UnreadableFile when it makes no sense."""

    def __init__(self, content: bytes):
        if not content.startswith(MAGIC) or len(content) < HEADER_BYTES:
            raise damaged("bukan wadah OLE")
        self._content = content
        sector_shift, self._mini_shift = struct.unpack_from("<HH", content, 30)
        if sector_shift not in (9, 12) or self._mini_shift != 6:
            raise damaged("ukuran sektor tidak sah")
        self._sector_bytes = 1 << sector_shift
        first_directory, _, self._mini_cutoff, first_mini_fat = struct.unpack_from("<IIII", content, 48)
        self._fat = self._read_fat()
        self._mini_fat = _numbers(self._chain(first_mini_fat))
        self._entries = self._read_directory(self._chain(first_directory))
        self._mini_stream = next(
            (self._chain(start)[:size] for kind, start, size in self._entries.values() if kind == ROOT), b""
        )

    @property
    def names(self) -> set[str]:
        return set(self._entries)

    def stream(self, name: str) -> bytes:
        """Return the content of a stream. Raises KeyError when there is none of that name."""
        kind, start, size = self._entries[name]
        if kind != STREAM:
            raise damaged("aliran data tidak sah")
        if size >= self._mini_cutoff:
            content = self._chain(start)
        else:
            width = 1 << self._mini_shift
            sectors = _follow(start, self._mini_fat)
            content = b"".join(self._mini_stream[number * width : (number + 1) * width] for number in sectors)
        if len(content) < size:
            raise damaged("terpotong")
        return content[:size]

    def _read_fat(self) -> list[int]:
        next_block = struct.unpack_from("<I", self._content, 68)[0]
        blocks = list(struct.unpack_from("<109I", self._content, 76))
        seen: set[int] = set()
        while next_block <= LAST_REAL_SECTOR and next_block not in seen:
            seen.add(next_block)
            *more, next_block = _numbers(self._sector(next_block))
            blocks += more
        return [number for block in blocks if block <= LAST_REAL_SECTOR for number in _numbers(self._sector(block))]

    def _read_directory(self, directory: bytes) -> dict[str, tuple[int, int, int]]:
        entries = {}
        for offset in range(0, len(directory), ENTRY_BYTES):
            name_bytes, kind = struct.unpack_from("<HB", directory, offset + 64)
            start, size = struct.unpack_from("<II", directory, offset + 116)
            if kind and 2 <= name_bytes <= 64:
                name = directory[offset : offset + name_bytes - 2].decode("utf-16-le", "replace")
                entries.setdefault(name, (kind, start, size))
        return entries

    def _sector(self, number: int) -> bytes:
        # The header takes the place of one sector, whatever the sector size.
        start = (number + 1) * self._sector_bytes
        sector = self._content[start : start + self._sector_bytes]
        if not sector:
            raise damaged("terpotong")
        # Some programs cut the file off right after the last byte of the last sector.
        return sector.ljust(self._sector_bytes, b"\0")

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(start, self._fat))


def _follow(start: int, table: list[int]) -> list[int]:
    """Return the numbers of a chain; a chain longer than its table runs in circles."""
    numbers = []
    while start <= LAST_REAL_SECTOR:
        if start >= len(table) or len(numbers) > len(table):
            raise damaged("rantai sektor terputus")
        numbers.append(start)
        start = table[start]
    return numbers


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))
