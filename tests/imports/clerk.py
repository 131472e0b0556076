"""An operator before the button that saves."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.enums import BatchState
from portal.models import ImportBatch
from tests.imports.desk import Tables, tables
from tests.imports.neighbours import Here, participants
from tests.roles import client_of

EXPIRED = "Halaman ini sudah kedaluwarsa"


class Clerk:
    """An operator with an upload that is ready to be saved; `before` is what the tables hold then."""

    def __init__(self) -> None:
        self.here = Here()
        self.user, self.client = self.here.operator, client_of(self.here.operator)
        self.batch = self.upload(self.client)
        self.token = self.token_of(self.client)
        self.before: Tables = tables()

    def upload(self, client: Client) -> ImportBatch:
        upload = participants(self.here)
        data = {"file": SimpleUploadedFile("uji.csv", upload.content), "target": upload.target}
        client.post(reverse("importing:upload", args=[upload.resource]), data)
        return ImportBatch.objects.latest("created_at")

    def token_of(self, client: Client, batch: ImportBatch | None = None) -> str:
        page = client.get(reverse("importing:batch", args=[(batch or self.batch).pk]))
        return page.context["form"].initial["token"]

    def save(self, token: str | None = None, client: Client | None = None, **data: Any) -> str:
        """Press the button; return the page that answers."""
        data = {"token": self.token if token is None else token, "mode": "valid"} | data
        url = reverse("importing:apply", args=[self.batch.pk])
        return (client or self.client).post(url, data, follow=True).content.decode()

    def assert_nothing_saved(self) -> None:
        self.batch.refresh_from_db()
        assert tables() == self.before
        assert self.batch.state != BatchState.APPLIED
        assert self.batch.applied_by is None
