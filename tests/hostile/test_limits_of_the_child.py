"""The process that opens hostile files is small: its caps are asked from inside, and tried out."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.spreadsheets import reading
from portal.spreadsheets.reading import Limits, UnreadableFile, read_workbook
from tests.hostile.kit import HEADER, people, person
from tests.hostile.posting import Desk

MEGABYTE = 1024 * 1024
# The real child, but for what it does once it has locked itself in; what `work` yields comes back as its refusal.
PROBE = """
import json, os, resource, socket
from portal.spreadsheets import sandbox
from portal.spreadsheets.workbook import UnreadableFile
def work():
{work}
def parse(*_):
    raise UnreadableFile(json.dumps(list(work())), "Selesai.")
sandbox.parse = parse
sandbox.main()
"""
ASK = """
    for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE"):
        yield (name, *resource.getrlimit(getattr(resource, f"RLIMIT_{name}")))
"""
EAT_MEMORY = """
    eaten = []
    try:
        while True:
            eaten.append(bytearray(8 * 1024 * 1024))
    except MemoryError:
        size = len(eaten) * 8
        eaten.clear()
    yield size
"""
EAT_ALL = """
    eaten = []
    while True:
        eaten.append(bytearray(8 * 1024 * 1024))
"""
RUN_FOREVER = """
    while True:
        pass
"""
TALK_FOREVER = """
    while True:
        yield os.write(1, b"x" * 65536)
"""
REACH_OUT = """
    for attempt in (lambda: open("/etc/hostname"), lambda: open("bekas", "w"), socket.socket):
        try:
            attempt()
            yield "open"
        except OSError:
            yield "refused"
"""


def told_by(patch: pytest.MonkeyPatch, work: str, limits: Limits = Limits()) -> list[Any]:  # noqa: B008
    """Return what the child yields when it does `work` in place of reading a file. Raises UnreadableFile."""
    real = subprocess.run

    def run(command: list[str], **options: Any) -> Any:
        assert command[1:3] == ["-m", "portal.spreadsheets.sandbox"]
        return real([sys.executable, "-c", PROBE.format(work=work), command[3]], **options)

    patch.setattr(reading.subprocess, "run", run)
    try:
        read_workbook(b"a;b\n", "uji.csv", limits)
    except UnreadableFile as refusal:
        if refusal.cure != "Selesai.":
            raise
        return json.loads(refusal.cause)
    raise AssertionError("the probe did not run")


def test_the_caps_seen_from_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    caps = {name: (soft, hard) for name, soft, hard in told_by(monkeypatch, ASK)}
    assert caps == {
        "AS": (512 * MEGABYTE, 512 * MEGABYTE),
        "CPU": (20, 21),
        "FSIZE": (64 * MEGABYTE, 64 * MEGABYTE),
        "NOFILE": (3, 3),
        "CORE": (0, 0),
    }


def test_a_lower_cap_of_the_house_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.run

    def run(command: list[str], **options: Any) -> Any:
        return real(["/bin/sh", "-c", 'ulimit -v 300000 && exec "$@"', "sh", *command], **options)

    monkeypatch.setattr(reading.subprocess, "run", run)
    (sheet,) = read_workbook(b"a;b\n", "uji.csv").sheets
    assert sheet.rows == [("a", "b")]


def test_memory_ends_below_512_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    (eaten,) = told_by(monkeypatch, EAT_MEMORY)
    assert 200 < eaten < 512


def test_eating_all_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="512 MB memori"):
        told_by(monkeypatch, EAT_ALL)


def test_endless_work_is_ended_by_the_cap_on_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="tidak selesai dibaca dalam 1 detik"):
        told_by(monkeypatch, RUN_FOREVER, Limits(cpu_seconds=1))


def test_an_endless_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableFile, match="rusak|terganggu"):
        told_by(monkeypatch, TALK_FOREVER)


def test_nothing_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_by(monkeypatch, REACH_OUT) == ["refused"] * 3


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
)
@pytest.mark.parametrize("kind", ["file", "http"])
def test_an_entity_reaches_neither_file_nor_network(part: str, kind: str, desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("burung-kenari")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = secret.as_uri() if kind == "file" else f"http://127.0.0.1:{server.getsockname()[1]}/x"
        dtd = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]>'
        text = '<c r="A2" t="inlineStr"><is><t>&a;</t></is></c>'
        answer = desk.upload(people(person(1), header=HEADER, parts={part: f"{dtd}<x>{text}</x>"}))
        assert "DTD" in answer.refusal
        assert secret.read_text() not in answer.html
        with pytest.raises(BlockingIOError):
            server.accept()
