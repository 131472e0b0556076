"""Receiving a file from the browser without ever holding more of it than the portal would read."""

import tempfile
import weakref
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class CappedUploadHandler(FileUploadHandler):
    """Streams each file to disk up to IMPORT_MAX_BYTES; past that it drops what it has and only counts on.

    The file given to the form always tells its true `size`, so that a refusal can name it. One past the cap is closed:
    a form that forgot to look at the size fails at once, instead of keeping half a file without a word.

    The file on disk has no name. Whatever ends the upload (a lost connection, kill -9) frees its space, and nothing
    that the sender wrote, such as an extension of 300 characters, reaches the file system.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        on_disk = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  closed with its owner
        self.file = UploadedFile(on_disk, self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
        # A lost connection ends the request without a word to its handlers.
        weakref.finalize(self.file, on_disk.close)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.file.close()
        else:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        if not self.file.closed:
            self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
