"""A file past the cap is counted to its end and kept nowhere, whoever sends it and however it ends."""

import gc
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.http import UnreadablePostError
from django.test import RequestFactory

from portal.importing.uploads import CappedUploadHandler

MEGABYTE = 1024 * 1024
BOUNDARY = "batas"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n'
TAIL = f"\r\n--{BOUNDARY}--\r\n"


class Body(io.RawIOBase):
    """The body of a request, made while it is read: `size` bytes of file, then `end`; or it breaks at `breaks_at`."""

    def __init__(self, size: int, *, end: str = TAIL, filename: str = "data.xlsx", breaks_at: int | None = None):
        self.parts = [(HEAD % filename).encode(), size, end.encode()]
        self.length = sum(part if isinstance(part, int) else len(part) for part in self.parts)
        self.read_so_far, self.breaks_at = 0, breaks_at

    def read(self, size: int = -1) -> bytes:
        if self.breaks_at is not None and self.read_so_far > self.breaks_at:
            raise OSError("the browser went away")
        wanted = size if size >= 0 else 64 * 1024
        chunk = b""
        while self.parts and not chunk:
            part = self.parts.pop(0)
            if isinstance(part, int):
                chunk, rest = b"x" * min(part, wanted), max(part - wanted, 0)
            else:
                chunk, rest = part[:wanted], part[wanted:]
            if rest:
                self.parts.insert(0, rest)
        self.read_so_far += len(chunk)
        return chunk


class Watching(CappedUploadHandler):
    """Notes the largest size that its file on disk ever had."""

    largest = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        super().receive_data_chunk(raw_data, start)
        if not self.file.closed:
            self.file.flush()
            self.largest = max(self.largest, os.fstat(self.file.fileno()).st_size)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, which must be empty at the end whatever happened."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def post(body: Body) -> tuple[Any, Watching]:
    """Return the request with that body and the handler that will receive its file."""
    request = RequestFactory().request(
        REQUEST_METHOD="POST",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(body.length),
        **{"wsgi.input": body},
    )
    handler = Watching(request)
    request.upload_handlers = [handler]
    return request, handler


def open_files() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize("size", [1, 64 * 1024, MEGABYTE, 10 * MEGABYTE])
def test_a_file_within_the_cap_arrives_whole(size: int) -> None:
    request, handler = post(Body(size))
    file = request.FILES["file"]
    assert (file.name, file.size, len(file.read())) == ("data.xlsx", size, size)
    assert handler.largest == size


@pytest.mark.usefixtures("scratch")
def test_of_30_megabytes_never_more_than_the_cap_is_on_disk_and_the_true_size_is_told(settings: Any) -> None:
    request, handler = post(Body(30 * MEGABYTE))
    file = request.FILES["file"]
    assert file.size == 30 * MEGABYTE
    assert 9 * MEGABYTE < handler.largest <= settings.IMPORT_MAX_BYTES
    assert file.closed


@pytest.mark.usefixtures("scratch")
def test_one_byte_over_is_over(settings: Any) -> None:
    file = post(Body(settings.IMPORT_MAX_BYTES + 1))[0].FILES["file"]
    assert (file.size, file.closed) == (settings.IMPORT_MAX_BYTES + 1, True)


@pytest.mark.usefixtures("scratch")
def test_half_a_file_cannot_be_stored_by_a_form_that_forgot_to_look_at_its_size() -> None:
    file = post(Body(11 * MEGABYTE))[0].FILES["file"]
    with pytest.raises(ValueError, match="closed file"):
        file.read()
    with pytest.raises(ValueError, match="closed file"):
        list(file.chunks())


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize("size", [3 * MEGABYTE, 12 * MEGABYTE])
def test_a_browser_that_goes_away_leaves_neither_file_nor_descriptor(size: int) -> None:
    before = open_files()
    request, handler = post(Body(size, breaks_at=2 * MEGABYTE))
    with pytest.raises(UnreadablePostError):
        _ = request.FILES
    del request, handler
    assert open_files() == before


@pytest.mark.usefixtures("scratch")
def test_a_body_that_ends_too_early_gives_no_file_and_leaves_none() -> None:
    request, handler = post(Body(2 * MEGABYTE, end=""))
    assert "file" not in request.FILES
    assert handler.file.closed


@pytest.mark.usefixtures("scratch")
def test_interruption_before_the_first_file_is_nothing() -> None:
    CappedUploadHandler().upload_interrupted()


@pytest.mark.usefixtures("scratch")
@pytest.mark.parametrize("filename", ["a." + "x" * 300, "x" * 300 + ".xlsx", "a.\u202e\u0007xlsx", "\u5370" * 200])
def test_no_name_reaches_the_file_system(filename: str) -> None:
    file = post(Body(3, filename=filename))[0].FILES["file"]
    assert isinstance(file, UploadedFile)
    assert file.read() == b"xxx"
    assert not hasattr(file, "temporary_file_path")
