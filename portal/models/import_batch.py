"""Imports: one batch a file, one staged row a line; nothing reaches the real tables before it is applied."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.enums import BatchState, Verdict
from portal.identity import decrypt, encrypt
from portal.models.agency import Agency
from portal.scoping import ScopedModel
from portal.spreadsheets.wire import tagged, untagged

CELLS = json.JSONEncoder(default=tagged, ensure_ascii=False)  # one for all: making one costs more than a row


def upload_name(batch: "ImportBatch", filename: str) -> str:
    """Return our own name: what the sender called the file never reaches the disk."""
    return f"imports/{batch.pk}"


def _user(label: str) -> models.ForeignKey:
    """Return a field for the user who took a step of a batch's life."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class ImportBatch(ScopedModel):
    """A file that somebody sent, what was found in it, and what became of it."""

    AGENCY_PATH = "agency"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.CharField("jenis data", max_length=30)
    target = models.CharField("untuk pelatihan", max_length=40, blank=True)  # a training's number
    file = models.FileField("berkas", upload_to=upload_name)
    filename = models.CharField("nama berkas", max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("ukuran (bita)")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="instansi")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    created_at = models.DateTimeField("diunggah", auto_now_add=True)
    state = models.CharField("keadaan", max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    process = models.CharField(max_length=120, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    ticket = models.UUIDField(default=uuid.uuid4, editable=False)  # renewed by every check and claim
    notices = models.JSONField("catatan berkas", default=list)  # sentences about the whole file
    layout = models.JSONField(default=dict, editable=False)  # what staging found in the file, see importing.staging
    rows_total = models.PositiveIntegerField("baris", default=0)
    rows_new = models.PositiveIntegerField("baru", default=0)
    rows_changed = models.PositiveIntegerField("berubah", default=0)
    rows_same = models.PositiveIntegerField("sama", default=0)
    rows_rejected = models.PositiveIntegerField("ditolak", default=0)
    rows_skipped = models.PositiveIntegerField("dilewati", default=0)
    rows_warned = models.PositiveIntegerField("peringatan", default=0)
    plan = models.CharField(max_length=64, blank=True, editable=False)  # digest of what the preview showed
    all_or_nothing = models.BooleanField(default=False, editable=False)  # what the sender asked the head to approve
    submitted_at = models.DateTimeField("diajukan pada", null=True, blank=True)
    submitted_by = _user("diajukan oleh")
    approved_at = models.DateTimeField("disetujui pada", null=True, blank=True)
    approved_by = _user("disetujui oleh")
    applied_at = models.DateTimeField("disimpan pada", null=True, blank=True)
    applied_by = _user("disimpan oleh")
    undone_at = models.DateTimeField("dibatalkan pada", null=True, blank=True)
    undone_by = _user("dibatalkan oleh")

    class Meta:
        verbose_name = "impor"
        verbose_name_plural = "riwayat impor"
        ordering = ["-created_at"]
        default_permissions = ["view"]
        permissions = [
            ("import_importbatch", "Dapat mengimpor berkas"),
            ("approve_importbatch", "Dapat menyetujui impor besar"),
        ]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True})
                    | Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False}),
                    name=f"importbatch_{step}_at_and_by",
                )
                for step in ("submitted", "approved", "applied", "undone")
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
                name="importbatch_maker_is_not_checker",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-created_at"], name="importbatch_agency")]

    def __str__(self) -> str:
        return self.filename

    @property
    def counts(self) -> dict[str, int]:
        """Return rows by verdict, keyed as in the `--json` output of the command line door."""
        return {verdict: getattr(self, f"rows_{verdict}") for verdict in Verdict.values}


def pack(cells: dict[str, Any], batch_id: uuid.UUID) -> bytes:
    """Return typed cells as ciphertext that opens only as a row of this batch."""
    return encrypt(CELLS.encode(cells).encode(), context=str(batch_id).encode())


def unpack(payload: bytes, batch_id: uuid.UUID) -> dict[str, Any]:
    """Return what `pack` was given."""
    if not payload:
        return {}
    text = decrypt(payload, context=str(batch_id).encode())
    # Most rows hold nothing that needs a tag, and a hook keeps the parser from its fast way.
    return json.loads(text, object_hook=untagged) if b'{"@' in text else json.loads(text)


class ImportRow(ScopedModel):
    """A staged line. Its cells hold NIK, so they are kept as ciphertext; messages never repeat one in full."""

    AGENCY_PATH = "batch__agency"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="impor")
    sheet = models.CharField("lembar", max_length=60)
    number = models.PositiveIntegerField("baris")  # as Excel counts
    payload = models.BinaryField(default=bytes)
    key = models.CharField(max_length=32, blank=True, editable=False)  # keyed hash of the natural key, to find doubles
    verdict = models.CharField("hasil", max_length=8, choices=Verdict, blank=True)
    messages = models.JSONField("pesan", default=list)  # see importing.rows.Message
    edited = models.JSONField("diperbaiki", default=list)  # names of the columns that were mended on screen or by file
    skipped = models.BooleanField("dilewati", default=False)

    class Meta:
        verbose_name = "baris impor"
        verbose_name_plural = "baris impor"
        ordering = ["id"]
        default_permissions = []
        indexes = [
            models.Index(fields=["batch", "verdict"], name="importrow_batch_verdict"),
            models.Index(fields=["batch", "key"], name="importrow_batch_key"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} baris {self.number}"

    @property
    def cells(self) -> dict[str, Any]:
        """Return the raw cells by column name, typed as they were read."""
        return unpack(self.payload, self.batch_id)

    @cells.setter
    def cells(self, value: dict[str, Any]) -> None:
        self.payload = pack(value, self.batch_id)

    @property
    def has_warning(self) -> bool:
        """True when the row can be saved but deserves a second look."""
        return any(message["level"] == "warning" for message in self.messages)
