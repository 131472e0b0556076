"""At most two files are read at once on a machine, whatever number of processes the portal runs as.

A slot is a lock on a file. The kernel drops it with the process that holds it, even when that is killed; the child that
reads the file never has it, because what Python opens is closed on exec.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from portal.spreadsheets.workbook import UnreadableFile

SLOTS = 2
PAUSE_SECONDS = 0.1


class ReaderBusy(UnreadableFile):
    """Nothing is wrong with the file: it only has to wait longer than a page can."""

    def __init__(self) -> None:
        super().__init__(
            "Server sedang membaca berkas lain; coba lagi sebentar lagi.", "Berkas Anda sendiri tidak bermasalah."
        )


@contextmanager
def reading_slot(directory: Path, seconds: float) -> Iterator[None]:
    """Hold one of the machine's slots, whose files are in `directory`. Raises ReaderBusy after `seconds` of waiting."""
    directory.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + seconds
    with ExitStack() as stack:
        files = [stack.enter_context((directory / f"reader-{number}.lock").open("ab")) for number in range(SLOTS)]
        while not (held := next(filter(_lock, files), None)):
            if time.monotonic() >= deadline:
                raise ReaderBusy
            time.sleep(PAUSE_SECONDS)
        try:
            yield
        finally:
            # Said aloud, in case another thread forked meanwhile and its process still has the file open.
            fcntl.flock(held, fcntl.LOCK_UN)


def _lock(file: IO[bytes]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
