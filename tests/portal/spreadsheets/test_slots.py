"""Two files at once on a machine, and nobody waits for the dead."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from portal.spreadsheets.reading import Limits, ReaderBusy, UnreadableFile, read_workbook
from portal.spreadsheets.slots import SLOTS, reading_slot

ROOT = Path(__file__).parents[3]
CSV = b"NIK;Nama\n1;Siti\n"

HOLDER = """
import sys
from pathlib import Path
from portal.spreadsheets.slots import reading_slot
with reading_slot(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(directory: Path) -> subprocess.Popen[str]:
    """Return a process that holds a slot until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    process.send_signal(number)
    process.communicate()


def test_two_are_read_and_the_third_is_told_to_come_back(tmp_path):
    directory = tmp_path / "run" / "slots"
    limits = Limits(slot_seconds=0)
    others = [holder(directory) for _ in range(SLOTS)]
    with pytest.raises(ReaderBusy, match="Server sedang membaca berkas lain; coba lagi sebentar lagi."):
        read_workbook(CSV, "a.csv", limits, slots=directory)
    end(others.pop())
    assert read_workbook(CSV, "a.csv", limits, slots=directory).kind == "csv"
    end(others.pop())
    assert sorted(path.stat().st_size for path in directory.iterdir()) == [0, 0]


def test_a_slot_is_free_again_after_a_refusal(tmp_path):
    with reading_slot(tmp_path, 0):
        for _ in range(2):
            with pytest.raises(UnreadableFile, match="kutip"):
                read_workbook(b'a;b\n"c', "a.csv", Limits(slot_seconds=0), slots=tmp_path)


def test_who_waits_gets_the_slot_of_one_that_ends(tmp_path):
    with reading_slot(tmp_path, 0):
        waited = holder(tmp_path)
        waiting = subprocess.Popen(
            [sys.executable, "-c", HOLDER.replace(", 0)", ", 60)"), str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        end(waited)
        assert waiting.communicate(timeout=60)[0] == "held\n"


def open_files(process: int | str = "self") -> list[str]:
    found = []
    for entry in os.listdir(f"/proc/{process}/fd"):
        # The listing itself was open a moment ago.
        with suppress(FileNotFoundError):
            found.append(os.readlink(f"/proc/{process}/fd/{entry}"))
    return found


def test_children_never_have_the_lock(tmp_path):
    with reading_slot(tmp_path, 0):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert sum(str(tmp_path) in path for path in open_files()) == SLOTS
        assert not any(str(tmp_path) in path for path in open_files(child.pid))
        child.communicate()


def test_a_forked_copy_of_the_file_does_not_keep_the_slot(tmp_path):
    with reading_slot(tmp_path, 0):
        numbers = [number for number in map(int, os.listdir("/proc/self/fd")) if _is_in(tmp_path, number)]
        copies = [os.dup(number) for number in numbers]
    assert len(copies) == SLOTS
    with reading_slot(tmp_path, 0), reading_slot(tmp_path, 0):
        for copy in copies:
            os.close(copy)


def _is_in(directory: Path, number: int) -> bool:
    try:
        return str(directory) in os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        return False


def test_without_slots_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_workbook(CSV, "a.csv").kind == "csv"
    assert list(tmp_path.iterdir()) == []
