"""Private files: unreadable on the disk, without an address, for the owner's eyes only."""

import stat
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.storage import EncryptedFileSystemStorage

CONTENT = b"Nama;NIK\r\nSiti;'3507334107850003\r\n" * 50


@pytest.fixture
def storage(tmp_path: Path, settings) -> EncryptedFileSystemStorage:
    return EncryptedFileSystemStorage(location=tmp_path)


def test_a_file_comes_back_as_it_went_in(storage: EncryptedFileSystemStorage) -> None:
    name = storage.save("imports/x", ContentFile(CONTENT))
    with storage.open(name) as file:
        assert file.read() == CONTENT


def test_the_disk_holds_nothing_readable(storage: EncryptedFileSystemStorage, tmp_path: Path) -> None:
    name = storage.save("imports/x", ContentFile(CONTENT))
    raw = (tmp_path / name).read_bytes()
    assert b"3507334107850003" not in raw
    assert b"Siti" not in raw
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_file_that_was_read_before_is_still_stored_whole(storage: EncryptedFileSystemStorage) -> None:
    content = ContentFile(CONTENT)
    content.read()
    with storage.open(storage.save("imports/x", content)) as file:
        assert file.read() == CONTENT


def test_a_changed_file_does_not_open(storage: EncryptedFileSystemStorage, tmp_path: Path) -> None:
    name = storage.save("imports/x", ContentFile(CONTENT))
    raw = bytearray((tmp_path / name).read_bytes())
    raw[-1] ^= 1
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(ValueError, match="changed"):
        storage.open(name)


def test_a_private_file_has_no_address(storage: EncryptedFileSystemStorage) -> None:
    with pytest.raises(ValueError, match="no address"):
        storage.url("imports/x")


def test_no_name_leaves_the_folder(storage: EncryptedFileSystemStorage) -> None:
    from django.core.exceptions import SuspiciousFileOperation

    with pytest.raises(SuspiciousFileOperation):
        storage.save("../x", ContentFile(b"x"))
