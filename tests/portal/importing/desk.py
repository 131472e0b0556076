"""How a clerk uses the desk, in the words of tests."""

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.models import ImportBatch
from tests.samples import FILES, FOUNDING

CLEAN, HURRIED = "peserta-clumprit-2025.xlsx", "peserta-clumprit-tergesa.xlsx"


def send(client: Client, filename: str, resource: str = "participants", target: str = FOUNDING) -> Any:
    """Upload a sample file and return the page it leads to."""
    return send_bytes(client, (FILES / filename).read_bytes(), filename, resource, target)


def send_bytes(
    client: Client, content: bytes, filename: str, resource: str = "participants", target: str = FOUNDING
) -> Any:
    """Upload any bytes and return the page they lead to."""
    file = SimpleUploadedFile(filename, content)
    return client.post(reverse("importing:upload", args=[resource]), {"file": file, "target": target}, follow=True)


def token_of(client: Client, batch: ImportBatch) -> str:
    """Return the signed token of the batch's page."""
    return client.get(reverse("importing:batch", args=[batch.pk])).context["form"].initial["token"]


def save(client: Client, batch: ImportBatch, mode: str = "valid") -> Any:
    """Press the button that saves, and return the page it leads to."""
    return post(client, "apply", batch, {"token": token_of(client, batch), "mode": mode})


def post(client: Client, name: str, batch: ImportBatch, data: dict | None = None) -> Any:
    """Post to one of the batch's addresses and return the page it leads to."""
    return client.post(reverse(f"importing:{name}", args=[batch.pk]), data or {}, follow=True)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """Return (new, changed, same, rejected) as stored."""
    batch.refresh_from_db()
    return batch.rows_new, batch.rows_changed, batch.rows_same, batch.rows_rejected


def field(batch: ImportBatch, number: int, name: str) -> str:
    """Return how the page names the cell of an Excel row."""
    return f"sel-{batch.rows.get(number=number).pk}-{name}"


def workbook(rows: list[list[Any]], title: str = "Data") -> bytes:
    """Return an .xlsx of these rows."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
