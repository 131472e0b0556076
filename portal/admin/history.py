"""Row versions in the back office: only of rows the user may see, only to look at, only what a form would show."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from portal.formatting import as_shown
from portal.scoping import visible


class EditableChanges(HistoricalRecordContextHelper):
    """Leaves out what no form shows: ciphertexts, indexes, counters of versions."""

    def __init__(self, model: type[Model], historical_record: Any, *, user: Any):
        super().__init__(model, historical_record)
        self.user = user

    def context_for_delta_changes(self, delta: Any) -> list[dict[str, Any]]:
        delta.changes[:] = [change for change in delta.changes if self.model._meta.get_field(change.field).editable]
        return super().context_for_delta_changes(delta)

    def prepare_delta_change_value(self, change: Any, value: Any) -> str:
        """Return a value as lists show it: labels for codes, rupiah and dates as officials write them."""
        field = self.model._meta.get_field(change.field)
        if value in (None, ""):
            return "(kosong)"
        if field.is_relation:
            related = visible(field.related_model, self.user).filter(pk=value).first()
            return str(related) if related else "(tidak terlihat)"
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return as_shown(value)


class VersionedAdmin(SimpleHistoryAdmin):
    """The library's pages of row versions, closed where it leaves them open."""

    history_list_display: list[str] = []

    def _has_versions(self) -> bool:
        return hasattr(self.model, "history")

    def _require_view(self, request: HttpRequest) -> None:
        """Ask for the right before the row, so that without it every row answers alike."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Show the versions of a row the user may see; the library would fall back to the versions of any row."""
        self._require_view(request)
        if self.get_object(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self._has_versions():
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """Show one old version. The library would write it back on POST, whatever its settings and the rights say."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        self._require_view(request)
        if self.get_object(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self._has_versions() or not (version_id.isascii() and version_id.isdigit()):
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> EditableChanges:
        return EditableChanges(self.model, historical_record, user=request.user)

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().render_change_form(request, {"has_versions": self._has_versions(), **context}, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Count the version of rows that keep one: an import preview made before this change must not be applied."""
        if change and hasattr(obj, "version"):
            obj.version += 1
        super().save_model(request, obj, form, change)
