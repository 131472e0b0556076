"""The form of a person. A NIK goes in and never comes out: the form of a known person shows an empty field."""

from typing import Any

from django import forms

from participants.models import Person
from portal.admin.fields import PhoneField, RtField, RwField
from portal.admin.forms import OwnedForm
from portal.identity import InvalidNik, index_nik, normalise_nik
from portal.scoping import visible


class PersonForm(OwnedForm):
    """`nik` is normalised and unique in the office of the person; empty means: not known yet, or not to be changed."""

    nik = forms.CharField(
        label="NIK",
        required=False,
        max_length=30,
        help_text="16 digit sesuai KTP. Tanggal lahir dan jenis kelamin yang masih kosong diisi dari NIK.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "vTextField"}),
    )

    class Meta:
        model = Person
        fields: list[str] = []
        field_classes = {"rt": RtField, "rw": RwField, "phone": PhoneField}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keep_current("village")
        if self.instance.pk and "nik" in self.fields:
            self.fields["nik"].label = "Ganti NIK" if self.instance.nik_index else "Lengkapi NIK"
            self.fields["nik"].help_text = "Biarkan kosong bila tidak ada yang perlu diperbaiki."

    def clean_nik(self) -> str | None:
        text = self.cleaned_data["nik"]
        if not text:
            return None
        try:
            nik = normalise_nik(text)
        except InvalidNik as fault:
            raise forms.ValidationError(str(fault)) from None
        same = visible(Person, self.user).filter(office=self._office(), nik_index=index_nik(nik))
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("NIK ini sudah tercatat di kantor Anda. Cari orangnya dengan nama.")
        return nik

    def _office(self) -> Any:
        return self.cleaned_data.get("office") or self.instance.office_id
