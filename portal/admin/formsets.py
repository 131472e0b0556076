"""Rows of an inline are found among the rows of their own parent only."""

from django import forms
from django.forms.models import BaseInlineFormSet


class ScopedFormSet(BaseInlineFormSet):
    """Django would accept the key of any row there is, and so tell which keys exist elsewhere."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        key = form.fields.get(self._pk_field.name)
        if isinstance(key, forms.ModelChoiceField):
            key.queryset = self.queryset
