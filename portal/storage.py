"""Private files: encrypted at rest with the NIK key, never under a public address."""

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from portal.identity import decrypt, encrypt


class EncryptedFileSystemStorage(FileSystemStorage):
    """Uploads hold NIK in plain; a stolen disk or backup must not."""

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        return super()._save(name, ContentFile(encrypt(content.read())))

    def _open(self, name: str, mode: str = "rb") -> File:
        with super()._open(name, "rb") as file:
            return ContentFile(decrypt(file.read()), name=name)

    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address; serve them through a view that starts at visible_to(user).")
