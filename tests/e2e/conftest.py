"""A real portal for the browser: own data folder, demo data, the main job run once, gunicorn on a free port."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "sandi-uji-peramban-2025"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass
class House:
    """Where the portal answers, and where it keeps its data."""

    address: str
    var: Path


@contextmanager
def serving(var: Path, *preparation: str) -> Iterator[House]:
    """Prepare a portal in a folder with management commands, serve it on a free port, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    env |= {"SULAM_VAR": str(var), "SULAM_DEMO_PASSWORD": PASSWORD, "PORT": str(port)}
    for command in preparation:
        arguments = [sys.executable, "manage.py", *command.split()]
        done = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
    with (var / "serve.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server, var / "serve.log")
        yield House(address, var)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo, with the main job done once."""
    with serving(tmp_path_factory.mktemp("var"), "prepare") as found:
        yield found


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Agencies, budget lines and two trainings, and nobody in them yet."""
    var = tmp_path_factory.mktemp("kosong")
    preparation = ("migrate", "createcachetable", "collectstatic --no-input", "load_regions 35.07")
    with serving(var, *preparation, "create_demo_data --skeleton") as found:
        yield found


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Return once the portal answers."""
    for _ in range(START_SECONDS * 5):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5)  # noqa: S310
            return
        except OSError:
            try:
                server.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
            break
    raise AssertionError(f"The portal did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield chromium
        chromium.close()


class Watch:
    """What a page complains about: refusals of the content security policy, console errors, script errors."""

    def __init__(self, context: BrowserContext):
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"{message.page.url if message.page else ''}: {message.text}")


@pytest.fixture(scope="session")
def open_context(browser: Browser, house: House) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function `open_context(user, size)`: a browser window in which that user is signed in."""
    with _windows(browser, house) as make:
        yield make


@pytest.fixture(scope="session")
def open_empty(browser: Browser, empty_house: House) -> Iterator[Callable[..., BrowserContext]]:
    """Return the same for the house without people."""
    with _windows(browser, empty_house) as make:
        yield make


@contextmanager
def _windows(browser: Browser, house: House) -> Iterator[Callable[..., BrowserContext]]:
    states: dict[str, Any] = {}
    contexts: list[BrowserContext] = []

    def make(user: str | None, size: dict[str, int] = DESKTOP, **options: Any) -> BrowserContext:
        if user and user not in states:
            states[user] = _signed_in(browser, house, user)
        context = browser.new_context(
            viewport=size,
            base_url=house.address,
            storage_state=states.get(user),
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            **options,
        )
        context.watch = Watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def _signed_in(browser: Browser, house: House, user: str) -> Any:
    context = browser.new_context(base_url=house.address)
    page = context.new_page()
    sign_in(page, user)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    """Fill the login page as a person does."""
    page.goto("/admin/")
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url("**/admin/")
