"""A desk to throw files at, and everything an upload could leave behind."""

import html
import logging
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client, TestCase
from django.urls import reverse

from portal.enums import BatchState
from portal.importing.rows import CHANGE
from portal.models import ImportBatch
from portal.spreadsheets.wire import BROKEN
from portal.triggers import project_models
from tests.hostile.wire import BOUNDARY, body_of
from tests.roles import client_of
from tests.samples import FOUNDING, Sample

# An upload may add rows to these tables and to no other.
OWN_TABLES = {"ImportBatch", "ImportRow", "AuditEvent", "Job"}
QUOTED = re.compile(r"“.*?”|\".*?\"|#[A-Z/0]+", re.DOTALL)  # the sender's own words
ENGLISH = re.compile(r"\b(error|exception|traceback|warning|invalid|failed|none|null|line \d)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[A-Z“].*\.", re.DOTALL)
CLASS_NAME = re.compile(r"\b[A-Z]\w*(Error|Exception|Warning)\b|Traceback|object at 0x")


@dataclass
class Answer:
    """What one upload ended in: the page shown, its HTML, the batch if one was made, and what the reader logged."""

    page: Any
    html: str
    batch: ImportBatch | None
    log: list[str] = field(default_factory=list)

    @property
    def messages(self) -> dict[int, list[tuple[str, str]]]:
        """Return Excel row -> (level, sentence) of every message."""
        found: dict[int, list[tuple[str, str]]] = {}
        for row in self.batch.rows.order_by("id") if self.batch else ():
            found.setdefault(row.number, [])
            found[row.number] += [(message["level"], message["message"]) for message in row.messages]
        return found

    @property
    def refusal(self) -> str:
        """Return the sentence with which the whole file was refused; empty when it was not."""
        if self.batch is None:
            return " ".join(error for errors in self.page.context["form"].errors.values() for error in errors)
        return " ".join(self.batch.notices) if self.batch.state == BatchState.REFUSED else ""

    @property
    def question(self) -> str:
        """Return why the desk asks which column is which; empty when it does not."""
        return " ".join(self.batch.notices) if self.batch and self.batch.state == BatchState.COLUMNS else ""

    def unclear(self) -> list[str]:
        """Return the sentences that are none: not begun, not ended, or not in the user's language."""
        said = [self.refusal, *(self.batch.notices if self.batch else ())]
        said += [text for found in self.messages.values() for level, text in found if level != CHANGE]
        return [
            text
            for text in said
            if text and not (SENTENCE.fullmatch(text) and not ENGLISH.search(QUOTED.sub("", text)))
        ]

    def own_faults(self) -> list[str]:
        """Return what the reader broke on without meaning to; a panic of the parser below it is not our fault."""
        return [line for line in self.log if f"code {BROKEN}" in line and "PanicException" not in line]


class Log(logging.Handler):
    """Keeps what one logger says."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Desk:
    """The operator of Pagelaran before an empty desk; `scratch` and `storage` are folders of nobody else."""

    def __init__(self, scratch: Path, storage: Path):
        self.sample = Sample()
        self.client: Client = client_of(self.sample.operator)
        self.scratch, self.storage = scratch, storage

    def upload(
        self, content: bytes, filename: str = "data.xlsx", *, parameters: bytes = b"", resource: str = "participants"
    ) -> Answer:
        """Send one file as a browser would and follow to the page that answers."""
        known = set(ImportBatch.objects.values_list("pk", flat=True))
        log, logger = Log(), logging.getLogger("portal.spreadsheets")
        logger.addHandler(log)
        with TestCase.captureOnCommitCallbacks(execute=True):
            page = self.client.post(
                reverse("importing:upload", args=[resource]),
                body_of(content, parameters or f'filename="{filename}"'.encode(), {"target": FOUNDING}),
                content_type=f"multipart/form-data; boundary={BOUNDARY}",
                follow=True,
            )
        logger.removeHandler(log)
        batch = ImportBatch.objects.exclude(pk__in=known).first()
        return Answer(page, page.content.decode(), batch, log.lines)

    def give_back(self, batch: ImportBatch, content: bytes, filename: str) -> Any:
        """Send a file as the mended rows of a batch and return the page it leads to."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.client.post(
                reverse("importing:take_back", args=[batch.pk]),
                body_of(content, f'filename="{filename}"'.encode(), {}),
                content_type=f"multipart/form-data; boundary={BOUNDARY}",
                follow=True,
            )

    def save(self, answer: Answer) -> Answer:
        """Press the button that saves the valid rows, where the page has one, and return the page it leads to."""
        token = re.search(r'name="token" value="([^"]+)"', answer.html)
        if not token:
            return answer
        data = {"token": html.unescape(token.group(1)), "mode": "valid"}
        with TestCase.captureOnCommitCallbacks(execute=True):
            page = self.client.post(reverse("importing:apply", args=[answer.batch.pk]), data, follow=True)
        answer.batch.refresh_from_db()
        return Answer(page, page.content.decode(), answer.batch)

    def left_behind(self) -> list[str]:
        """Return temporary files, and stored files that no readable batch owns."""
        kept = {batch.file.path for batch in ImportBatch.objects.exclude(state=BatchState.REFUSED) if batch.file}
        stored = [str(path) for path in self.storage.rglob("*") if path.is_file()]
        return [str(path) for path in self.scratch.iterdir()] + [path for path in stored if path not in kept]

    def empty(self) -> None:
        """Throw away what a test stored, as its transaction throws away the rows."""
        for path in [*self.storage.rglob("*"), *self.scratch.rglob("*")]:
            if path.is_file():
                path.unlink()


def counted() -> dict[str, int]:
    """Return the number of rows of every table of ours that an upload may not touch, row versions included."""
    models = [model for model in project_models() if model.__name__ not in OWN_TABLES]
    versions = [model.history.model for model in models if hasattr(model, "history")]
    return {model._meta.label: model._default_manager.count() for model in [*models, *versions]}


def use_folders(patch: Any, settings: Any, scratch: Path, storage: Path) -> None:
    """Send temporary and stored files to these folders, so that every one of them is ours."""
    patch.setattr(tempfile, "tempdir", str(scratch))
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": storage}}
    settings.STORAGES = settings.STORAGES | {"default": default}
