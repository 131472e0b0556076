"""Forms whose row belongs to the user's own agency: the owner is no field, yet the keys of the database count on it."""

from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from portal.admin.base import ScopedModelAdmin
from portal.scoping import visible


class OwnedForm(forms.ModelForm):
    """Sets the owner before validation, so that a duplicate is an error of the form and not of the database."""

    user: Any = None
    owner: str = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and self.owner not in self.fields:
            setattr(self.instance, self.owner, self.user.agency)

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {self.owner}

    def keep_current(self, *names: str) -> None:
        """Leave what the row names now among the choices: a narrower list must not empty the field on saving."""
        for name in names:
            field, current = self.fields.get(name), getattr(self.instance, f"{name}_id")
            if field is not None and current is not None:
                same = visible(field.queryset.model, self.user).filter(pk=current)
                field.queryset = field.queryset | same


class OwnedModelAdmin(ScopedModelAdmin):
    """The owner is asked for only when the user's own agency is of another kind than the owner must be."""

    form = OwnedForm
    owner: str
    owner_kind: str | None = None  # None: any agency may own such rows

    def owns(self, request: HttpRequest) -> bool:
        """Tell whether new rows belong to the user's own agency."""
        agency = request.user.agency
        return agency is not None and self.owner_kind in (None, agency.kind)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list:
        hidden = {self.owner} if self.owns(request) else set()
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user, form.owner = request.user, self.owner
        return form
