"""Private files: encrypted at rest with the NIK key, never under a public address."""

from collections.abc import Iterator

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from portal.identity import decrypt, encrypt

BLOCK = 4 * 1024 * 1024
IN_BLOCKS = b"sulam-blocks\0"  # no key id begins like this
LENGTH_BYTES = 4


class Sealed(File):
    """A file that is encrypted while it is stored, a long one in blocks, so that memory does not grow with it.

    Each block is bound to its place and to the size of the whole: none can be moved or left out.
    """

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self.seek(0)
        if self.size <= BLOCK:
            yield encrypt(self.read())
            return
        yield IN_BLOCKS + self.size.to_bytes(8)
        for number in range(-(-self.size // BLOCK)):
            sealed = encrypt(self.read(BLOCK), context=_place(number, self.size))
            yield len(sealed).to_bytes(LENGTH_BYTES) + sealed


class EncryptedFileSystemStorage(FileSystemStorage):
    """Uploads hold NIK in plain; a stolen disk or backup must not."""

    def _save(self, name: str, content: File) -> str:
        return super()._save(name, Sealed(content.file, content.name))

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as file:
            start = file.read(len(IN_BLOCKS))
            content = b"".join(_blocks(file)) if start == IN_BLOCKS else decrypt(start + file.read())
            return ContentFile(content, name=name)

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address; serve them through a view that starts at visible_to(user).")


def _place(number: int, size: int) -> bytes:
    return f"{number}/{size}".encode()


def _blocks(file: File) -> Iterator[bytes]:
    size = int.from_bytes(file.read(8))
    if not size:  # never written in blocks: the file ends here
        raise ValueError("This was cut off.")
    for number in range(-(-size // BLOCK)):
        length = int.from_bytes(file.read(LENGTH_BYTES))
        yield decrypt(file.read(length), context=_place(number, size))
    if file.read(1):
        raise ValueError("This was lengthened.")
