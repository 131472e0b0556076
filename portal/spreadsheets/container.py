"""The ZIP around .xlsx and .ods, opened with distrust: sizes are counted while unpacking, never taken from headers."""

import copy
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from portal.spreadsheets.workbook import Limits, UnreadableFile, damaged, format_count, format_size

CHUNK = 64 * 1024
ENCRYPTED_FLAG = 0x1
LOCAL_HEADER_BYTES = 30

Handler = Callable[[str, dict[str, str]], None]


class Container:
    """A ZIP file in memory whose directory passed the caps. Part names are compared without case, as Excel does."""

    def __init__(self, content: bytes, limits: Limits):
        self._limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise damaged("bungkus ZIP tidak dapat dibuka") from error
        entries = self._zip.infolist()
        if len(entries) > limits.zip_entries:
            raise UnreadableFile(
                f"Berkas berisi {format_count(len(entries))} bagian; batasnya {limits.zip_entries}.",
                "Salin hanya tabel yang akan diimpor ke berkas baru, lalu unggah lagi.",
            )
        self.parts = {_key(entry.filename): entry for entry in entries if not entry.is_dir()}
        if len(self.parts) != sum(not entry.is_dir() for entry in entries):
            raise damaged("ada bagian yang bernama sama")
        _check_entries(entries)

    def unpack(self, name: str) -> Iterator[bytes]:
        """Yield the content of one part in chunks. Raises UnreadableFile past the cap or on damage."""
        entry = copy.copy(self.parts[_key(name)])
        declared = entry.file_size
        # The header may promise less than the part holds; ask for everything and compare afterwards.
        entry.file_size = 1 << 62
        size = 0
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(CHUNK):
                    size += len(chunk)
                    self._spend(len(chunk))
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            raise damaged("isi ZIP terpotong atau berubah") from error
        if size != declared:
            raise damaged("ukuran di dalam ZIP tidak cocok")

    def _spend(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > self._limits.unpacked_bytes:
            raise UnreadableFile(
                f"Isi berkas lebih dari {format_size(self._limits.unpacked_bytes)} setelah dibuka.",
                "Salin hanya tabel yang akan diimpor ke berkas baru tanpa gambar dan format, lalu unggah lagi.",
            )


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise password_protected()
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged("cara pemampatan tidak dikenal")
        if entry.header_offset < end:
            raise damaged("bagian-bagiannya bertumpuk")
        end = entry.header_offset + LOCAL_HEADER_BYTES + entry.compress_size


def password_protected() -> UnreadableFile:
    """Return the refusal for an encrypted file."""
    return UnreadableFile(
        "Berkas dilindungi kata sandi sehingga tidak dapat dibaca.",
        "Buka di Excel, hapus sandinya lewat File > Info > Proteksi Buku Kerja, simpan, lalu unggah lagi.",
    )


class XmlPart:
    """One XML part read as a stream. DTDs and entities are refused: no spreadsheet program writes them.

    `start` and `end` receive local element names, because prefixes differ between programs.
    """

    def __init__(
        self, start: Handler | None = None, end: Callable[[str], None] | None = None, *, encoding: str | None = None
    ):
        # Naming the encoding overrides what the part says of itself.
        self._parser = expat.ParserCreate(encoding, " ")
        self._fed = 0
        self._has_literals = False
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartCdataSectionHandler = self._note_literal
        if start:
            self._parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
        if end:
            self._parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])

    def collect_text(self, into: list[str] | None) -> None:
        """Append character data to the list from now on; None stops."""
        self._parser.CharacterDataHandler = into.append if into is not None else None

    def read(self, chunks: Iterable[bytes]) -> None:
        """Parse the whole part. Raises UnreadableFile when it is not well-formed."""
        for chunk in chunks:
            self.feed(chunk)
        self.feed(b"", last=True)

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse on. Raises UnreadableFile when the part is not well-formed."""
        try:
            self._parser.Parse(chunk, last)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise damaged("XML di dalamnya tidak utuh") from error
        self._fed += len(chunk)

    @property
    def is_between_tokens(self) -> bool:
        """Whether the next byte surely begins a tag, a comment or text; never again once there was a CDATA section."""
        return self._parser.CurrentByteIndex == self._fed and not self._has_literals

    def _note_literal(self) -> None:
        self._has_literals = True


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile(
        "Berkas memuat deklarasi DTD atau entitas XML yang tidak pernah ditulis Excel.",
        "Salin tabelnya ke buku kerja baru, simpan sebagai .xlsx, lalu unggah lagi.",
    )


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """Return an attribute by its local name, whatever its namespace."""
    for key, value in attributes.items():
        if key == name or key.endswith(f" {name}"):
            return value
    return None
