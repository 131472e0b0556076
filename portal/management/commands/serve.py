"""One command, one Ctrl-C: the web server and the background worker live and die together."""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

POLL_SECONDS = 0.2
WEB_SECONDS = "120"  # for one request: longer than a spreadsheet may wait for the reader and be read
GRACE_SECONDS = 30  # as long as gunicorn itself gives its workers to finish a request
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (what to open in a browser on this computer)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotListenError(Exception):
    """The address cannot be served; the message is the Indonesian sentence for the user."""


def port_number(text: str) -> int:
    """Return the TCP port written in `text`; raise CannotListenError when it is none."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise CannotListenError(f"Port {text} tidak ada; pakai angka 1 sampai 65535, misalnya: PORT=8000 make run")


def ensure_can_listen(host: str, port: int) -> None:
    """Raise CannotListenError unless a server could bind `host` and `port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a closed server lingers
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotListenError(_sentence(error, host, port)) from None


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return f"Port {port} sudah dipakai program lain; pakai port lain, misalnya: PORT={other} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} hanya boleh dipakai administrator komputer; pakai port lain, misalnya: PORT=8000 make run"
    return f"Alamat {host} bukan alamat komputer ini; pakai alamat lain, misalnya: HOST=127.0.0.1 make run"


def netloc(host: str, port: int) -> str:
    """Return host and port as they stand in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def server_commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the command line of each process to run, by the name used in messages."""
    python, base = sys.executable, settings.BASE_DIR
    web = [python, "-m", "gunicorn", "portal.wsgi:application", "--chdir", str(base), "--bind", netloc(host, port)]
    worker = [python, str(base / "manage.py"), "db_worker", "--queue-name", "*", "--no-startup-delay", "--no-reload"]
    return {
        "server web": [
            *[*web, "--workers", "2", "--timeout", WEB_SECONDS],
            *["--log-level", "warning", "--no-control-socket"],
        ],
        "pekerja latar": worker,
    }


def supervise(commands: Mapping[str, list[str]], answers: Callable[[], bool], ready: Callable[[], None]) -> str:
    """Run `commands` until a stop signal or until one of them ends, then stop them all.

    `answers` tells whether the portal can be used; `ready` is called once, as soon as it can. Returns "" after a
    stop signal, else what ended by itself, with its exit code.
    """
    asked_to_stop = False

    def on_signal(*_: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    previous = {number: signal.signal(number, on_signal) for number in STOP_SIGNALS}
    children: dict[str, subprocess.Popen] = {}
    told = False
    try:
        for name, command in commands.items():
            # A session of its own: the terminal's Ctrl-C reaches only this process, so each child is told once.
            children[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
        while not asked_to_stop:
            for name, child in children.items():
                if child.poll() is not None:
                    return f"{name} (kode {child.returncode})"
            if not told and answers():
                told = True
                ready()
            time.sleep(POLL_SECONDS)
        return ""
    finally:
        _stop(children.values())
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop(children: Iterable[subprocess.Popen]) -> None:
    """Ask every child to finish what it is doing; end what has not finished after GRACE_SECONDS."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def portal_answers(host: str, port: int) -> bool:
    """Tell whether an HTTP server at `host` and `port` answers at all, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/", headers={"Host": _own_host(host)})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _own_host(host: str) -> str:
    """Return a host name the portal accepts, so that asking whether it is up leaves no warning in its log."""
    exact = [name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))]
    return exact[0] if exact else host


class Command(BaseCommand):
    """`manage.py serve [--prepare]`: exit 0 after Ctrl-C, 1 when a process died, 2 when the address is taken."""

    help = "Menjalankan server web dan pekerja latar; satu Ctrl-C menghentikan keduanya."
    requires_system_checks = ()  # the processes it starts check for themselves

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="bawaan: HOST atau 127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="bawaan: PORT atau 8000")
        parser.add_argument("--prepare", action="store_true", help="siapkan data dahulu (perintah prepare)")

    def handle(self, *, host: str, port: str, prepare: bool, **options: object) -> None:
        try:
            number = port_number(port)
            ensure_can_listen(host, number)
        except CannotListenError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        try:
            if prepare:
                call_command("prepare")
        except KeyboardInterrupt:
            sys.exit(130)
        self.stdout.flush()  # before the lines of the processes it starts
        connections.close_all()  # nothing is asked of the database from here on

        shown = netloc(EVERY_ADDRESS.get(host, host), number)

        def ready() -> None:
            self.stdout.write(f"Sulam siap di http://{shown}/ (Ctrl-C untuk berhenti)")
            self.stdout.flush()

        died = supervise(server_commands(host, number), lambda: portal_answers(host, number), ready)
        if died:
            self.stderr.write(f"Sulam berhenti karena {died} mati; sebabnya ada pada baris di atas.")
            sys.exit(1)
        self.stdout.write("Sulam berhenti.")
