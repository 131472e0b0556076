"""Every address of the house, read from the resolver, and how a test asks there and compares the answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

ADMIN_VIEWS = ("changelist", "add", "change", "delete", "history", "simple_history")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
TOKEN = re.compile(r'name="token" value="[^"]*"')


def addresses(
    resolver: URLResolver | None = None, space: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield (full name, names of the parameters) of every address; the name is '' where a pattern has none."""
    for item in (resolver or get_resolver()).url_patterns:
        parameters = above | item.pattern.regex.groupindex.keys()
        if isinstance(item, URLResolver):
            yield from addresses(item, f"{space}{item.namespace}:" if item.namespace else space, parameters)
        else:
            yield (f"{space}{item.name}" if item.name else ""), parameters


def names() -> list[str]:
    """Return the full name of every address, once."""
    return sorted({name for name, _ in addresses() if name})


class _Form(HTMLParser):
    """Reads the fields of the first form that posts to the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.inside = self.done = False
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        if tag == "form" and not self.done:
            self.inside = found.get("method", "").lower() == "post" and not found.get("action")
        name = found.get("name") or ""
        if not self.inside or "disabled" in found:
            return
        if tag == "input" and name and found.get("type") not in {"submit", "button", "file"}:
            if found.get("type") not in {"checkbox", "radio"} or "checked" in found:
                self.data.setdefault(name, []).append(found.get("value") or "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.data.setdefault(self.select, []).append(found.get("value") or "")
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.data[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.inside:
            self.inside, self.done = False, True
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def form_of(html: str) -> dict[str, list[str]]:
    """Return what a browser would send from the page's own form, unchanged."""
    form = _Form()
    form.feed(html)
    form.data.pop("csrfmiddlewaretoken", None)
    return form.data


@dataclass(frozen=True)
class Answer:
    """What came back, with everything taken out that may differ between two requests for two rows."""

    status: int
    location: str
    body: str
    notes: tuple[str, ...]


def ask(client: Client, method: str, path: str, data: dict | None = None) -> HttpResponse:
    """Send one request and undo whatever it wrote; the client keeps its cookies."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, path) if method not in {"GET", "POST"} else None
        if response is None:
            response = client.get(path) if method == "GET" else client.post(path, data or {})
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def text_of(response: HttpResponse) -> str:
    """Return the body as text, one character a byte where it is a file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    html = response.get("Content-Type", "").startswith(("text/", "application/json"))
    return content.decode("utf-8") if html else content.decode("latin-1")


def answer_of(response: HttpResponse, path: str, key: Any) -> Answer:
    """Return what two answers are compared by: address, key and CSRF tokens are taken out."""

    def neutral(text: str) -> str:
        return TOKEN.sub("", CSRF.sub("", text)).replace(path, "#").replace(f"“{key}”", "“#”")

    notes = tuple(neutral(str(note)) for note in get_messages(response.wsgi_request))
    return Answer(response.status_code, neutral(response.get("Location", "")), neutral(text_of(response)), notes)
