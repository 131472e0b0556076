"""The two forms of the desk: a file to look at, and the word to save it."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from portal.importing.resources import SheetResource
from portal.models import ImportBatch

EXTENSIONS = ".xlsx,.xls,.ods,.csv"
TOKEN_SALT, TOKEN_SECONDS = "portal.importing.apply", 2 * 3600


class UploadForm(forms.Form):
    """A file, and the training it belongs to when the sheet speaks of one."""

    target = forms.ChoiceField(label="Pelatihan", required=False)
    file = forms.FileField(label="Berkas", widget=forms.FileInput(attrs={"accept": EXTENSIONS}))

    def __init__(self, *args: Any, resource: SheetResource, **kwargs: Any):
        super().__init__(*args, **kwargs)
        megabytes = settings.IMPORT_MAX_BYTES // (1024 * 1024)
        rows = f"{settings.IMPORT_MAX_ROWS:,}".replace(",", ".")
        self.fields[
            "file"
        ].help_text = f"Excel (.xlsx, .xls), LibreOffice (.ods) atau CSV; paling besar {megabytes} MB dan {rows} baris."
        if resource.needs_training:
            self.fields["target"].required = True
            self.fields["target"].choices = [("", "— pilih pelatihan —"), *resource.targets()]
            self.fields["target"].error_messages["invalid_choice"] = "Pelatihan itu tidak ditemukan. Pilih dari daftar."
        else:
            del self.fields["target"]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit, size = settings.IMPORT_MAX_BYTES / 1048576, file.size / 1048576
            raise forms.ValidationError(
                f"Berkas terlalu besar: batas {limit:.0f} MB, berkas Anda {size:.1f} MB. Bagi menjadi beberapa berkas."
            )
        file.name = PurePath(file.name).name
        return file


class ApplyForm(forms.Form):
    """`token` binds the click to the user, the batch and the plan that the page showed."""

    ALL, VALID = "all", "valid"
    token = forms.CharField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=[(VALID, "valid"), (ALL, "all")])

    def __init__(self, *args: Any, batch: ImportBatch, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.batch, self.user = batch, user
        self.initial["token"] = signing.dumps(self._promise(), salt=TOKEN_SALT)

    def _promise(self) -> list[str]:
        return [str(self.user.pk), str(self.batch.pk), self.batch.sha256, self.batch.plan]

    def clean_token(self) -> str:
        try:
            promise = signing.loads(self.cleaned_data["token"], salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
        except signing.BadSignature:
            promise = None
        if promise != self._promise():
            raise forms.ValidationError("Halaman ini sudah kedaluwarsa. Periksa kembali hasilnya lalu simpan.")
        return self.cleaned_data["token"]
