"""The forms of the desk: a file to look at, the word to save it, and what was mended on its page."""

import re
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from portal.importing.resources import SheetResource
from portal.models import ImportBatch
from portal.spreadsheets.workbook import format_count, format_size

EXTENSIONS = ".xlsx,.xls,.ods,.csv"
TOKEN_SALT, TOKEN_SECONDS = "portal.importing.apply", 2 * 3600
CELL = re.compile(r"sel-(\d{1,18})-([a-z0-9_-]{1,40})")
ROW = re.compile(r"(lewati|ada)-(\d{1,18})")


def file_field() -> forms.FileField:
    """Return the field for one spreadsheet, with the limits in numbers."""
    return forms.FileField(
        label="Berkas",
        widget=forms.FileInput(attrs={"accept": EXTENSIONS}),
        help_text=f"Excel (.xlsx, .xls), LibreOffice (.ods) atau CSV; paling besar "
        f"{format_size(settings.IMPORT_MAX_BYTES)} dan {format_count(settings.IMPORT_MAX_ROWS)} baris.",
    )


class ReturnForm(forms.Form):
    """One spreadsheet."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"] = file_field()

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                f"Berkas terlalu besar: batas {format_size(settings.IMPORT_MAX_BYTES)}, berkas Anda "
                f"{format_size(file.size)}. Hapus gambar di dalamnya, atau bagi menjadi beberapa berkas."
            )
        file.name = PurePath(file.name).name
        return file


class UploadForm(ReturnForm):
    """A file, and the training it belongs to when the sheet speaks of one."""

    field_order = ("target", "file")
    target = forms.ChoiceField(label="Pelatihan", required=False)

    def __init__(self, *args: Any, resource: SheetResource, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        if not resource.needs_training:
            del self.fields["target"]
            return
        field, targets = self.fields["target"], resource.targets()
        field.required = True
        field.choices = targets if len(targets) == 1 else [("", "— pilih pelatihan —"), *targets]
        field.error_messages["invalid_choice"] = "Pelatihan itu tidak ditemukan. Pilih dari daftar."


class ApplyForm(forms.Form):
    """`token` binds the click to the user, the agency, the batch, its file, the plan and the counts of the page.

    It is good once: every check and every attempt to save renews the batch's ticket.
    """

    ALL, VALID = "all", "valid"
    token = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=[(VALID, "valid"), (ALL, "all")], required=False)
    note = forms.CharField(label="Catatan", max_length=200, required=False)

    def __init__(self, *args: Any, batch: ImportBatch, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.batch, self.user = batch, user
        self.initial["token"] = signing.dumps(self._promise(), salt=TOKEN_SALT)

    def _promise(self) -> list[Any]:
        batch = self.batch
        who = [str(self.user.pk), str(self.user.agency_id)]
        return [*who, str(batch.pk), batch.resource, batch.sha256, batch.plan, str(batch.ticket), batch.counts]

    def clean_token(self) -> str:
        try:
            promise = signing.loads(self.cleaned_data["token"], salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
        except signing.BadSignature:
            promise = None
        if promise != self._promise():
            raise forms.ValidationError("Halaman ini sudah kedaluwarsa. Periksa kembali hasilnya lalu simpan.")
        return self.cleaned_data["token"]


class RepairForm:
    """What the repair page sends: typed cells, ticked rows, and the words chosen for groups."""

    def __init__(self, data: QueryDict, resource: SheetResource):
        self.cells: dict[tuple[int, str], str] = {}
        self.left_out: dict[int, bool] = {}
        self.words: dict[str, str] = {}
        self.remember = "ingat" in data
        for field, value in data.items():
            if found := CELL.fullmatch(field):
                absent = f"tanpa-{found[1]}-{found[2]}" in data
                self._cell(int(found[1]), found[2], value, resource, absent)
            elif found := ROW.fullmatch(field):
                # A browser says nothing of an empty box, so the page names each row it shows.
                self.left_out[int(found[2])] = f"lewati-{found[2]}" in data
            elif field.startswith("kata-"):
                self.words[field.removeprefix("kata-")] = value

    def _cell(self, row: int, name: str, value: str, resource: SheetResource, absent: bool) -> None:
        widget = resource.columns[name].widget if name in resource.columns else None
        if widget and absent and widget.absent:
            value = widget.absent
        elif widget and widget.secret and not value.strip():
            return  # the page shows it empty because it is secret, not because it is to be emptied
        self.cells[row, name] = value
