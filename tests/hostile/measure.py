"""Every hostile file against a running portal, while somebody else works there: python -m tests.hostile.measure

Starts a portal of its own (data in a temporary folder, demo skeleton, the processes of `manage.py serve`), sends every
file of files.py and names.py as one operator, and meanwhile loads the list of trainings as another user, again and
again. Tells the slowest answers, the other user's times, the memory of the reading processes, and what was left behind.
"""

import http.cookiejar
import json
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.hostile.files import FILES, HEAVY
from tests.hostile.kit import people, person
from tests.hostile.names import NAMES
from tests.hostile.wire import BOUNDARY, body_of

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "sandi-uji-berkas-2025"
OPERATOR, OTHER = "operator.pagelaran", "supervisor.disperindag"
LIST = "/admin/programs/training/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BATCH = re.compile(r"/impor/berkas/[0-9a-f-]{36}/")
READER = b"portal.spreadsheets.sandbox"
START_SECONDS, PATIENCE_SECONDS = 60, 120
LOOK_SECONDS = 0.01


class Browser:
    """A signed-in user; `get` and `post` return (status, final address, page)."""

    def __init__(self, address: str, username: str):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.token = self._token("/akun/login/")
        form = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": self.token}
        _, landed_at, _ = self.post("/akun/login/", urllib.parse.urlencode(form).encode())
        assert "login" not in landed_at, f"{username} cannot sign in"
        self.token = self._token("/akun/password/change/")

    def _token(self, path: str) -> str:
        return TOKEN.search(self.get(path)[2]).group(1)

    def get(self, path: str) -> tuple[int, str, str]:
        return self._open(urllib.request.Request(self.address + path))

    def post(self, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> tuple[int, str, str]:
        return self._open(urllib.request.Request(self.address + path, body, {"Content-Type": kind}))

    def _open(self, request: urllib.request.Request) -> tuple[int, str, str]:
        try:
            with self.opener.open(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.url, response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.url, error.read().decode("utf-8", "replace")

    def upload(self, content: bytes, parameters: bytes, target: str) -> int:
        """Send a file and wait until its page has an answer; return the status of the last page."""
        body = body_of(content, parameters, {"target": target, "csrfmiddlewaretoken": self.token})
        status, address, _ = self.post("/impor/participants/", body, f"multipart/form-data; boundary={BOUNDARY}")
        if found := BATCH.search(address):
            while json.loads(self.get(f"{found.group()}kemajuan/")[2])["working"]:
                time.sleep(LOOK_SECONDS)
            status = self.get(found.group())[0]
        return status


class Watch(threading.Thread):
    """Does one thing again and again until told to stop."""

    def __init__(self, work: Callable[[], None]):
        super().__init__(daemon=True)
        self.work, self.over = work, threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            self.work()

    def stop(self) -> None:
        self.over.set()
        self.join()


class Readers:
    """The largest resident and virtual memory of any reading process of this portal, in MB, and how many at once."""

    def __init__(self, scratch: str):
        self.house = f"TMPDIR={scratch}".encode()
        self.resident = self.virtual = self.at_once = 0

    def look(self) -> None:
        found = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if READER in (process / "cmdline").read_bytes():
                    found += self._note(process)
            except (OSError, KeyError):  # it ended while we looked
                continue
        self.at_once = max(self.at_once, found)
        time.sleep(LOOK_SECONDS)

    def _note(self, process: Path) -> int:
        """Take a reader's figures and return 1, or 0 when it belongs to another portal on this machine."""
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        if self.house not in Path(f"/proc/{int(status['PPid'])}/environ").read_bytes():
            return 0
        self.resident = max(self.resident, int(status["VmHWM"].split()[0]) // 1024)
        self.virtual = max(self.virtual, int(status["VmPeak"].split()[0]) // 1024)
        return 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(env: dict[str, str], log: Path) -> subprocess.Popen:
    """Prepare the data and serve it; return the server once it answers."""
    for command in (["migrate", "-v0"], ["createcachetable"], ["collectstatic", "-v0", "--no-input"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    skeleton = [sys.executable, "manage.py", "create_demo_data", "--skeleton"]
    subprocess.run(skeleton, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/healthz", timeout=5).close()
            return server
        except OSError:
            time.sleep(0.1)
    server.terminate()
    raise SystemExit(f"The portal did not start:\n{log.read_text()}")


def left_behind(var: Path, scratch: Path) -> list[str]:
    """Return temporary files, and stored files that no batch names."""
    with sqlite3.connect(var / "sulam.sqlite3") as database:
        named = {name for (name,) in database.execute("SELECT file FROM portal_importbatch")}
    stored = [path.relative_to(var / "files").as_posix() for path in (var / "files").rglob("*") if path.is_file()]
    return [str(path) for path in scratch.iterdir()] + [name for name in stored if name not in named]


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Run it once and print the figures."""
    good = people(person(1))
    sent = [(str(file), file.build(), f'filename="{file.filename}"'.encode()) for file in FILES + HEAVY]
    sent += [(f"A11-{name}", good, name.parameters) for name in NAMES]
    with tempfile.TemporaryDirectory(prefix="sulam-hostile-") as folder:
        var, scratch = Path(folder) / "var", Path(folder) / "tmp"
        scratch.mkdir()
        env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
        port = str(free_port())
        env |= {"SULAM_VAR": str(var), "SULAM_DEMO_PASSWORD": PASSWORD, "PORT": port, "TMPDIR": str(scratch)}
        server = start(env, Path(folder) / "serve.log")
        try:
            measure(f"http://127.0.0.1:{port}", sent, Readers(str(scratch)))
        finally:
            server.terminate()
            server.wait(timeout=60)
        left = left_behind(var, scratch)
        tell(f"left behind: {len(left)} {left[:5] or ''}")
        tell(f"log: {(Path(folder) / 'serve.log').read_text()[-2000:]}")


def measure(address: str, sent: list[tuple[str, bytes, bytes]], readers: Readers) -> None:
    """Send all files as one user while another one looks at a list; print what it took."""
    sender, other = Browser(address, OPERATOR), Browser(address, OTHER)
    target = re.search(r'<option value="(20[^"]+)"', sender.get("/impor/participants/")[2]).group(1)
    pages: list[float] = []

    def look() -> None:
        begun = time.perf_counter()
        status = other.get(LIST)[0]
        pages.append(time.perf_counter() - begun)
        assert status == 200

    watches = [Watch(look), Watch(readers.look)]
    for watch in watches:
        watch.start()
    answers, faults = [], []
    for name, content, parameters in sent:
        begun = time.perf_counter()
        status = sender.upload(content, parameters, target)
        answers.append((time.perf_counter() - begun, name))
        if status != 200:
            faults.append(f"{name}: {status}")
    for watch in watches:
        watch.stop()
    answers.sort(reverse=True)
    tell(f"{len(answers)} files; answers other than 200: {len(faults)} {faults or ''}")
    tell("slowest answers: " + ", ".join(f"{name} {seconds:.2f} s" for seconds, name in answers[:5]))
    tell(f"median answer: {statistics.median(seconds for seconds, _ in answers):.2f} s")
    slow = statistics.quantiles(pages, n=100)
    tell(
        f"the other user: {len(pages)} pages, median {slow[49]:.3f} s, p95 {slow[94]:.3f} s, slowest {max(pages):.3f} s"
    )
    tell(
        f"readers: at most {readers.resident} MB resident, {readers.virtual} MB of addresses, {readers.at_once} at once"
    )


if __name__ == "__main__":
    main()
