"""The form of a training: dates inside the fiscal year, RTs typed as people write them."""

from collections.abc import Iterable
from typing import Any

from django import forms

from portal.admin.forms import OwnedForm
from programs.models import Session
from programs.rules import dates_fault, expand_rts


def rts_as_text(rts: Iterable[tuple[str, str]]) -> str:
    """Return `001-031, 003/002` for (RT, RW) pairs; `programs.rules.expand_rts` reads it back."""
    parts: list[list[str]] = []
    for rt, rw in sorted(rts, key=lambda pair: (pair[1], pair[0])):
        last = parts[-1] if parts else None
        if last and last[2] == rw and int(rt) == int(last[1]) + 1:
            last[1] = rt
        else:
            parts.append([rt, rt, rw])
    return ", ".join((f"{a}-{b}" if a != b else a) + (f"/{rw}" if rw else "") for a, b, rw in parts)


class RtListField(forms.CharField):
    """A list of RTs in one line of text; its value is a sorted list of (RT, RW)."""

    def clean(self, value: Any) -> list[tuple[str, str]]:
        try:
            return expand_rts(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return expand_rts(initial or "") != expand_rts(data or "")
        except ValueError:
            return True


class TrainingForm(OwnedForm):
    """Fields of a training, and the RTs that were invited to send somebody."""

    invited = RtListField(
        label="RT diundang",
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Misalnya 1-31, atau 003/002 untuk RT 003 RW 002. Pisahkan dengan koma.",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.keep_current("village")
        if self.instance.pk and "invited" in self.fields:
            self.initial["invited"] = rts_as_text(self.instance.invited_rts.values_list("rt", "rw"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        line, start, end = cleaned.get("budget_line"), cleaned.get("start"), cleaned.get("end")
        if line and start and end and (fault := dates_fault(start, end, line.fiscal_year_id)):
            self.add_error("end" if end < start else "start", fault)
        before = self.instance.budget_line.fiscal_year_id if self.instance.pk else None
        if line and before not in (None, line.fiscal_year_id):
            self.add_error("budget_line", f"Nomor pelatihan ini dari tahun {before}; pilih mata anggaran tahun itu.")
        return cleaned


class SessionForm(forms.ModelForm):
    """A session lies inside its training."""

    class Meta:
        model = Session
        fields = ("date", "order", "begins", "ends", "topic", "hours", "instructor")

    def clean_date(self) -> Any:
        day, training = self.cleaned_data["date"], self.instance.training
        if not training.start <= day <= training.end:
            raise forms.ValidationError(
                f"Tanggal sesi di luar pelatihan ({training.start:%d-%m-%Y} s.d. {training.end:%d-%m-%Y})."
            )
        return day
