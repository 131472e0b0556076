"""Bytes deflated beside the work that makes them: zlib lets other threads run meanwhile."""

import zlib
from collections import deque
from concurrent.futures import Executor, Future
from pathlib import Path

SMALL = 16 << 20  # bytes; up to there a smaller file costs nobody any time
THOROUGH, QUICK = 6, 2
AHEAD = 4  # blocks that may wait: what is written fast must not pile up in memory
ZEROS, ALL_BITS = bytes(1 << 20), 0xFFFFFFFF


def deflated(data: bytes, *, last: bool) -> bytes:
    """Return data as a piece of a stream (RFC 1951) that others may precede and, unless it is the last, follow."""
    work = zlib.compressobj(THOROUGH, zlib.DEFLATED, -zlib.MAX_WBITS)
    return work.compress(data) + work.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def joined_checksum(first: int, second: int, size: int) -> int:
    """Return the CRC-32 of two pieces one after the other from theirs; `size` is that of the second, in bytes.

    What the first adds to that of the second is its own, moved on by as many zeros; zlib inverts before and behind.
    """
    moved = first ^ ALL_BITS
    for start in range(0, size, len(ZEROS)):
        moved = zlib.crc32(ZEROS[: size - start], moved)
    return moved ^ ALL_BITS ^ second


class DeflatedFile:
    """A scratch file with a piece of a stream, deflated by `worker`, an executor with one thread.

    Once it is closed, `checksum` and `size` are those of what was written.
    """

    def __init__(self, path: Path, worker: Executor):
        self.path, self.size, self.checksum = path, 0, 0
        self._worker, self._waiting = worker, deque[Future[None]]()
        self._file, self._level = path.open("wb"), THOROUGH
        self._work = zlib.compressobj(THOROUGH, zlib.DEFLATED, -zlib.MAX_WBITS)

    def write(self, data: bytes) -> None:
        """Take more bytes, in order. Raises OSError also for bytes that were taken before."""
        self._waiting.append(self._worker.submit(self._deflate, data))
        if len(self._waiting) > AHEAD:
            self._waiting.popleft().result()

    def close(self) -> None:
        """Finish the file."""
        try:
            while self._waiting:
                self._waiting.popleft().result()
            self._file.write(self._work.flush(zlib.Z_FULL_FLUSH))
        finally:
            self._file.close()

    def _deflate(self, data: bytes) -> None:
        if self._level == THOROUGH and self.size > SMALL:
            self._file.write(self._work.flush(zlib.Z_FULL_FLUSH))
            self._level = QUICK
            self._work = zlib.compressobj(QUICK, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._file.write(self._work.compress(data))
        self.size += len(data)
        self.checksum = zlib.crc32(data, self.checksum)
