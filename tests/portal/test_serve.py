"""`manage.py serve`: the address is checked before anything starts; both processes live and die together."""

import errno
import os
import signal
import socket
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command

from portal.management.commands import serve

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
CRASHER = [sys.executable, "-c", "import sys; sys.exit(7)"]
# Tells that it runs, then finishes its "task" when it is asked to stop.
GRACEFUL = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path(sys.argv[1]).write_text("finished"), sys.exit(0)))
pathlib.Path(sys.argv[1]).write_text("started")
signal.pause()
"""


class SilentHandler(BaseHTTPRequestHandler):
    """Answers every request with an error, which is an answer."""

    def log_message(self, *_):
        pass


@contextmanager
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def started(monkeypatch):
    """Record what would have been started, and start nothing."""
    calls = []
    monkeypatch.setattr(serve, "supervise", lambda *args: calls.append(args) or "")
    monkeypatch.setattr(serve, "call_command", lambda *args: calls.append(args))
    return calls


def run_serve(*arguments):
    call_command(serve.Command(), *arguments)


def test_port_in_use_is_one_sentence_with_the_cure_and_nothing_starts(started, capsys):
    with taken_port() as port, pytest.raises(SystemExit) as stopped:
        run_serve("--host", "127.0.0.1", "--port", str(port), "--prepare")
    lines = capsys.readouterr().err.splitlines()
    assert stopped.value.code == 2
    assert lines == [
        f"Port {port} sudah dipakai program lain; pakai port lain, misalnya: PORT={port + 1} make run",
    ]
    assert started == []


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "8000.0", "²"])
def test_port_that_is_no_port_is_refused(text, started, capsys):
    with pytest.raises(SystemExit) as stopped:
        run_serve("--port", text)
    assert stopped.value.code == 2
    assert f"Port {text} tidak ada" in capsys.readouterr().err
    assert started == []


def test_address_of_another_computer_is_refused(started, capsys):
    with pytest.raises(SystemExit) as stopped:
        run_serve("--host", "192.0.2.1", "--port", "8000")  # TEST-NET-1: never an address of this computer
    assert stopped.value.code == 2
    assert "Alamat 192.0.2.1 bukan alamat komputer ini" in capsys.readouterr().err
    assert started == []


@pytest.mark.parametrize(
    ("code", "port", "cure"),
    [(errno.EADDRINUSE, 65535, "PORT=8000"), (errno.EACCES, 80, "PORT=8000"), (errno.EADDRNOTAVAIL, 8000, "HOST=")],
)
def test_every_refusal_names_its_cure(code, port, cure, monkeypatch):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(serve.socket.socket, "bind", refuse)
    with pytest.raises(serve.CannotListenError, match=f"{cure}.* make run"):
        serve.ensure_can_listen("127.0.0.1", port)


def test_address_comes_from_the_environment(started, monkeypatch):
    with taken_port() as port:
        pass
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", str(port))
    run_serve("--prepare")
    assert started[0] == ("prepare",)
    commands, _answers, _ready = started[1]
    assert f"0.0.0.0:{port}" in commands["server web"]


def test_ipv6_address_is_bracketed():
    assert "[::1]:8000" in serve.server_commands("::1", 8000)["server web"]


def test_stop_signal_lets_every_child_finish(tmp_path):
    notes = [tmp_path / "web", tmp_path / "worker"]
    commands = {note.name: [sys.executable, "-c", GRACEFUL, str(note)] for note in notes}
    died = serve.supervise(
        commands,
        answers=lambda: all(note.exists() and note.read_text() == "started" for note in notes),
        ready=lambda: os.kill(os.getpid(), signal.SIGINT),
    )
    assert died == ""
    assert [note.read_text() for note in notes] == ["finished", "finished"]


def test_a_dead_child_stops_the_other(monkeypatch):
    children = []
    popen = serve.subprocess.Popen
    monkeypatch.setattr(serve.subprocess, "Popen", lambda *a, **kw: children.append(popen(*a, **kw)) or children[-1])
    before = signal.getsignal(signal.SIGTERM)

    died = serve.supervise({"pekerja latar": CRASHER, "server web": SLEEPER}, lambda: False, lambda: None)

    assert died == "pekerja latar (kode 7)"
    assert children[1].returncode == -signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    monkeypatch.setattr(serve, "GRACE_SECONDS", 0.1)
    child = serve.subprocess.Popen([sys.executable, "-c", deaf], stdout=serve.subprocess.PIPE)
    with child:
        child.stdout.readline()
        serve._stop([child])
    assert child.returncode == -signal.SIGKILL


def test_death_of_a_process_is_told_and_exits_1(monkeypatch, capsys):
    monkeypatch.setattr(serve, "supervise", lambda *_: "server web (kode 3)")
    with taken_port() as port:
        pass
    with pytest.raises(SystemExit) as stopped:
        run_serve("--port", str(port))
    assert stopped.value.code == 1
    assert "server web (kode 3) mati" in capsys.readouterr().err


def test_ready_line_is_printed_with_an_address_to_click(monkeypatch, capsys):
    monkeypatch.setattr(serve, "supervise", lambda _commands, _answers, ready: ready() or "")
    with taken_port() as port:
        pass
    run_serve("--host", "0.0.0.0", "--port", str(port))
    assert capsys.readouterr().out.splitlines() == [
        f"Sulam siap di http://127.0.0.1:{port}/ (Ctrl-C untuk berhenti)",
        "Sulam berhenti.",
    ]


def test_portal_answers_as_soon_as_something_speaks_http():
    with taken_port() as port:
        pass
    assert not serve.portal_answers("127.0.0.1", port)
    with HTTPServer(("127.0.0.1", port), SilentHandler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        assert serve.portal_answers("127.0.0.1", port)
        thread.join()
