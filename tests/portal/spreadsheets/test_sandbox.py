import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.spreadsheets import reading, wire
from portal.spreadsheets.reading import Limits, UnreadableFile, read_workbook

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-signal.SIGXCPU, "tidak selesai dibaca dalam 20 detik"),
        (-signal.SIGABRT, "512 MB memori"),
        (-signal.SIGKILL, "512 MB memori"),
        (wire.TOO_BIG, "512 MB memori"),
        (-signal.SIGSEGV, "rusak"),
        (wire.BROKEN, "rusak"),
        (1, "server sedang terganggu"),
    ],
)
def test_every_end_of_the_child_has_a_sentence(monkeypatch, code, words):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], code))
    with pytest.raises(UnreadableFile, match=words):
        read_workbook(b"a;b", "a.csv")


def test_a_child_that_hangs_is_stopped():
    with pytest.raises(UnreadableFile, match="tidak selesai"):
        read_workbook(b"a;b", "a.csv", Limits(wall_seconds=0.001))


def test_too_little_memory_is_a_sentence_and_not_a_crash():
    content = b"".join(b"%d;%s\n" % (number, b"x" * 400) for number in range(20_000))
    with pytest.raises(UnreadableFile, match="memori"):
        read_workbook(content, "a.csv", Limits(memory_bytes=24 * 1024 * 1024))


CONFINED = """
import json, socket, sys
from portal.spreadsheets.sandbox import lock_down
from portal.spreadsheets.workbook import Limits
lock_down(Limits())
refused = []
for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: __import__("sqlite3")):
    try:
        attempt()
    except (OSError, ImportError):
        refused.append(True)
print(json.dumps([refused, "django" in sys.modules]))
"""


def test_the_child_can_open_neither_file_nor_socket_and_never_loads_django():
    answer = subprocess.run([sys.executable, "-c", CONFINED], cwd=ROOT, env={}, capture_output=True, check=True)
    assert json.loads(answer.stdout) == [[True, True, True], False]


def test_the_child_gets_no_secret_from_the_environment(monkeypatch):
    seen = {}

    def run(*_, **options):
        seen.update(options)
        return subprocess.CompletedProcess([], 1)

    monkeypatch.setenv("SECRET_KEY", "rahasia")
    monkeypatch.setattr(reading.subprocess, "run", run)
    with pytest.raises(UnreadableFile):
        read_workbook(b"a;b", "a.csv")
    assert seen["env"] == {}
