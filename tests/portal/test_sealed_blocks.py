"""Long private files in blocks: they come back whole at every length, and no block can be moved, left out or cut."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal import storage as module
from portal.storage import IN_BLOCKS, LENGTH_BYTES, EncryptedFileSystemStorage

BLOCK = 64
HEAD = len(IN_BLOCKS) + 8
LENGTHS = (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK, 3 * BLOCK + 5)


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EncryptedFileSystemStorage:
    monkeypatch.setattr(module, "BLOCK", BLOCK)
    return EncryptedFileSystemStorage(location=tmp_path)


def content_of(length: int) -> bytes:
    return bytes(number % 251 for number in range(length))


def saved(storage: EncryptedFileSystemStorage, tmp_path: Path, length: int = 3 * BLOCK) -> Path:
    return tmp_path / storage.save("imports/x", ContentFile(content_of(length)))


def split(raw: bytes) -> tuple[bytes, list[bytes]]:
    """Return the head and the sealed blocks, each with its length in front."""
    head, rest, blocks = raw[:HEAD], raw[HEAD:], []
    while rest:
        end = LENGTH_BYTES + int.from_bytes(rest[:LENGTH_BYTES])
        blocks.append(rest[:end])
        rest = rest[end:]
    return head, blocks


@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_comes_back(storage: EncryptedFileSystemStorage, tmp_path: Path, length: int) -> None:
    path = saved(storage, tmp_path, length)
    with storage.open("imports/x") as file:
        assert file.read() == content_of(length)
    raw = path.read_bytes()
    assert raw.startswith(IN_BLOCKS) is (length > BLOCK)
    assert len(split(raw)[1]) == -(-length // BLOCK) if length > BLOCK else True
    assert content_of(BLOCK)[:16] not in raw


def test_blocks_of_another_size_still_open(
    storage: EncryptedFileSystemStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short file of before, when nothing was written in blocks."""
    saved(storage, tmp_path, BLOCK)
    monkeypatch.setattr(module, "BLOCK", BLOCK // 2)
    with storage.open("imports/x") as file:
        assert file.read() == content_of(BLOCK)


def swapped(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join([blocks[1], blocks[0], *blocks[2:]])


def dropped(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join(blocks[:-1])


def dropped_first(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join(blocks[1:])


def dropped_and_counted(head: bytes, blocks: list[bytes]) -> bytes:
    return IN_BLOCKS + (2 * BLOCK).to_bytes(8) + b"".join(blocks[:-1])


def twice(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join([blocks[0], blocks[0], *blocks[2:]])


def cut(head: bytes, blocks: list[bytes]) -> bytes:
    return (head + b"".join(blocks))[:-1]


def cut_in_a_length(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join(blocks[:-1]) + blocks[-1][:2]


def only_a_head(head: bytes, blocks: list[bytes]) -> bytes:
    return head


def cut_in_the_head(head: bytes, blocks: list[bytes]) -> bytes:
    return IN_BLOCKS


def said_to_be_empty(head: bytes, blocks: list[bytes]) -> bytes:
    return IN_BLOCKS + bytes(8)


def lengthened(head: bytes, blocks: list[bytes]) -> bytes:
    return head + b"".join(blocks) + blocks[0]


def without_blocks(head: bytes, blocks: list[bytes]) -> bytes:
    return blocks[0][LENGTH_BYTES:]  # the first block alone, as if it were a short file


def changed(head: bytes, blocks: list[bytes]) -> bytes:
    return head + blocks[0][:-1] + bytes([blocks[0][-1] ^ 1]) + b"".join(blocks[1:])


@pytest.mark.parametrize(
    "damage",
    [
        swapped,
        dropped,
        dropped_first,
        dropped_and_counted,
        twice,
        cut,
        cut_in_a_length,
        only_a_head,
        cut_in_the_head,
        said_to_be_empty,
        lengthened,
        without_blocks,
        changed,
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_file_does_not_open(
    storage: EncryptedFileSystemStorage, tmp_path: Path, damage: Callable[[bytes, list[bytes]], bytes]
) -> None:
    path = saved(storage, tmp_path)
    path.write_bytes(damage(*split(path.read_bytes())))
    with pytest.raises(ValueError, match="changed|not configured|cut off|lengthened"):
        storage.open("imports/x")


def test_blocks_of_two_files_do_not_mix_when_their_sizes_differ(
    storage: EncryptedFileSystemStorage, tmp_path: Path
) -> None:
    path = saved(storage, tmp_path)
    other = tmp_path / storage.save("imports/y", ContentFile(content_of(3 * BLOCK - 1)))
    (head, blocks), (_, foreign) = split(path.read_bytes()), split(other.read_bytes())
    path.write_bytes(head + b"".join([foreign[0], *blocks[1:]]))
    with pytest.raises(ValueError, match="changed"):
        storage.open("imports/x")
