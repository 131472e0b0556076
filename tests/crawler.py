"""A browser that follows every link, asks every list everything, and reads what is inside the files it gets."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.scoping import is_scoped
from reports.registry import permitted_exporters
from tests.addresses import ask, form_of, text_of
from tests.factories.world import Rows

LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
LEFT_OUT = ("/akun/", "/static/", "/admin/logout/", "/admin/jsi18n/")


def words_in(response: HttpResponse) -> str:
    """Return everything readable in an answer: headers, body, and the parts of a workbook or a ZIP."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{_readable(content)}"


def _readable(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{_readable(archive.read(name))}" for name in archive.namelist())
    return unescape(content.decode("utf-8", "replace"))


class Crawler:
    """Asks as one user and keeps (what was asked, what was read) of every answer."""

    def __init__(self, client: Client):
        self.client = client
        self.read: list[tuple[str, int, str]] = []

    def get(self, path: str) -> HttpResponse:
        return self._keep(path, ask(self.client, "GET", path))

    def post(self, path: str, data: dict[str, Any]) -> HttpResponse:
        return self._keep(f"POST {path}", ask(self.client, "POST", path, data))

    def _keep(self, asked: str, response: HttpResponse) -> HttpResponse:
        self.read.append((asked, response.status_code, words_in(response)))
        return response

    def follow(self, *starts: str, limit: int) -> None:
        """Follow every link of our own host, breadth first, at most `limit` pages."""
        seen, waiting = set(starts), deque(starts)
        while waiting and limit:
            path = waiting.popleft()
            limit -= 1
            response = self.get(path)
            targets = [response["Location"]] if response.has_header("Location") else []
            if response.get("Content-Type", "").startswith("text/html"):
                targets += [unescape(link) for link in LINK.findall(text_of(response))]
            for target in targets:
                parts = urlsplit(urljoin(path, target))
                found = parts.path + (f"?{parts.query}" if parts.query else "")
                if parts.netloc in ("", "testserver") and not found.startswith(LEFT_OUT) and found not in seen:
                    seen.add(found)
                    waiting.append(found)

    def ask_lists(self, words: tuple[str, ...], foreign: Rows) -> None:
        """Search, sort and filter every list of the back office, with the words and keys of foreign rows."""
        for model, model_admin in admin.site._registry.items():
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            columns = range(1, len(model_admin.list_display) + 1)
            parameters = sorted({name for item in model_admin.list_filter for name in item.parameters()})
            questions: list[dict[str, Any]] = [
                *({"q": word} for word in words),
                *({"o": f"{sign}{column}"} for column in columns for sign in ("", "-")),
                *({name: value} for name in parameters for value in (words[0], "1", *keys_of(foreign))),
                *({"p": 2}, {"all": ""}, {"_popup": 1}, {"e": 1}, {"_facets": "True"}),
            ]
            for field in scoped_fields(model):
                questions.append({f"{field.name}__id__exact": foreign.of(field.related_model).pk})
            for question in questions:
                self.get(f"{path}?{urlencode(question)}")

    def ask_rows(self, foreign: Rows) -> None:
        """Open every page of foreign rows: change, delete, history, old versions, what an admin adds."""
        for model, model_admin in admin.site._registry.items():
            row = foreign.get(model._meta.model_name)
            if row is None:
                continue
            for pattern in model_admin.get_urls():
                name = getattr(pattern, "name", None)
                parameters = getattr(pattern.pattern, "converters", {})
                if name and "object_id" in parameters or name and name.endswith("_simple_history"):
                    arguments = [quote(row.pk)]
                    if name.endswith("_simple_history"):
                        arguments.append(row.history.latest().pk if hasattr(row, "history") else 1)
                    path = reverse(f"admin:{name}", args=arguments)
                    self.get(path)
                    self.post(path, {"post": "yes", "reason": "Mencocokkan dengan KTP"})

    def ask_autocompletes(self, words: tuple[str, ...]) -> None:
        """Ask every relation of every model, whether a form offers it or not, for every word."""
        for model in admin.site._registry:
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey):
                    for word in ("", *words):
                        query = {
                            "app_label": model._meta.app_label,
                            "model_name": model._meta.model_name,
                            "field_name": field.name,
                            "term": word,
                        }
                        self.get(f"{reverse('admin:autocomplete')}?{urlencode(query)}")

    def send_forms(self, own: Rows, foreign: Rows) -> None:
        """Send every add and change form with the keys of foreign rows in all its choices."""
        for model in admin.site._registry:
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            paths = [reverse(f"{base}_add")]
            if row := own.get(model._meta.model_name):
                paths.append(reverse(f"{base}_change", args=[quote(row.pk)]))
            for path in paths:
                page = self.get(
                    f"{path}?{urlencode({f.name: foreign.of(f.related_model).pk for f in scoped_fields(model)})}"
                )
                data = form_of(text_of(page)) if page.status_code == 200 else {}
                data |= {field.name: foreign.of(field.related_model).pk for field in scoped_fields(model)}
                self.post(path, data)

    def ask_imports(self, foreign: Rows) -> None:
        """Open, check, apply and fetch somebody else's import."""
        for name in ("batch", "check", "apply", "problems"):
            path = reverse(f"importing:{name}", args=[foreign.importbatch.pk])
            self.get(path)
            self.post(path, {"mode": "valid"})

    def take_exports(self, user: Any, filters: tuple[dict[str, str], ...]) -> None:
        """Take every report in every form, through each set of filters; and the filter page itself."""
        for question in filters:
            query = urlencode(question)
            self.get(f"{reverse('reports:trainings')}?{query}")
            for identifier in permitted_exporters(user):
                for file_format in ("xlsx", "csv"):
                    path = reverse("reports:export", kwargs={"identifier": identifier})
                    self.post(f"{path}?{query}", {"format": file_format})


def scoped_fields(model: type[models.Model]) -> list[models.ForeignKey]:
    """Return the foreign keys of a model to rows of agencies."""
    return [
        field for field in model._meta.fields if isinstance(field, models.ForeignKey) and is_scoped(field.related_model)
    ]


def keys_of(rows: Rows) -> Iterator[str]:
    """Yield the keys by which the filters of lists name agencies and places."""
    yield str(rows.agency.pk)
    yield rows.agency.region_id
    yield str(rows.training.pk)
