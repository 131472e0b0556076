"""People. Lists and forms show a masked NIK; the full one is behind `reveal`."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest

from participants.actions.people import identify
from participants.admin.filters import SexFilter
from participants.admin.person_form import PersonForm
from participants.admin.person_inlines import BusinessInline, TrainingsInline
from participants.admin.reveal import PERMISSION, REVEAL_PAGE, reveal_panels
from participants.models import Enrolment, Person
from participants.queries import also_recorded_elsewhere
from participants.rules import nik_doubts
from portal.admin.filters import OfficeFilter
from portal.admin.forms import OwnedModelAdmin
from portal.admin.panels import Panel, PanelAdmin
from portal.admin.places import villages_of
from portal.enums import AgencyKind
from portal.models import Region
from portal.scoping import visible
from programs.queries import count_of
from programs.rules import rt_name

RESTRICTED = "disability"


@admin.register(Person)
class PersonAdmin(OwnedModelAdmin, PanelAdmin):
    form = PersonForm
    owner, owner_kind = "office", AgencyKind.OFFICE
    list_display = ("name", "masked", "sex", "birth_date", "neighbourhood", "village", "trainings")
    list_filter = (SexFilter, OfficeFilter)
    list_select_related = ("village",)
    search_fields = ("name", "nik_last4__exact", "local_number__iexact")
    search_help_text = "Nama, nomor sementara, atau 4 digit akhir NIK"
    autocomplete_fields = ("village",)
    inlines = (BusinessInline, TrainingsInline)
    row_pages = (REVEAL_PAGE,)
    readonly_fields = ("masked", "elsewhere")
    fieldsets = (
        (None, {"fields": ["office", "nik", "name", "sex", "birth_place", "birth_date"]}),
        ("Alamat", {"fields": ["address", "rt", "rw", "village", "phone"]}),
        ("Keterangan", {"fields": ["education", "occupation", RESTRICTED]}),
    )
    known = (None, {"fields": ["masked", "elsewhere"]})

    class Media:
        js = [Script("portal/nik.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.annotate(training_count=count_of(visible(Enrolment, request.user), "person"))

    def get_fieldsets(self, request: HttpRequest, obj: Person | None = None) -> list:
        hidden = set() if request.user.has_perm(PERMISSION) else {RESTRICTED}
        if obj and not self.has_change_permission(request, obj):
            hidden.add("nik")
        shown = [
            (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [self.known, *shown] if obj else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> list[str]:
        """A person stays with the office that recorded them."""
        return [*super().get_readonly_fields(request, obj), *(["office"] if obj else [])]

    def get_inlines(self, request: HttpRequest, obj: Person | None = None) -> tuple:
        return self.inlines if obj else (BusinessInline,)

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        if db_field.remote_field.model is Region:
            return villages_of(request.user)
        return super().choices_for(db_field, request)

    def get_panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        return reveal_panels(request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        nik = form.cleaned_data.get("nik")
        identify(obj, nik)
        super().save_model(request, obj, form, change)
        if nik:
            regency = obj.office.region_id.rpartition(".")[0]
            for doubt in nik_doubts(nik, born=obj.birth_date, sex=obj.sex, regency=regency):
                messages.warning(request, doubt)

    @staticmethod
    def autocomplete_label(person: Person) -> str:
        """Return `Siti Aminah · ••••••••••••0001 · RT 003`: names repeat."""
        place = f" · {rt_name(person.rt, person.rw)}" if person.rt else ""
        return f"{person.name} · {person.nik_masked}{place}"

    @admin.display(description="NIK")
    def masked(self, person: Person) -> str:
        """Return the NIK as everybody may see it."""
        return person.nik_masked

    @admin.display(description="RT/RW")
    def neighbourhood(self, person: Person) -> str:
        """Return where they live."""
        return rt_name(person.rt, person.rw) if person.rt else ""

    @admin.display(description="pelatihan", ordering="training_count")
    def trainings(self, person: Person) -> int:
        """Return in how many visible trainings they took part."""
        return person.training_count

    @admin.display(description="di kecamatan lain")
    def elsewhere(self, person: Person) -> str:
        """Return whether other offices recorded the same NIK, without saying which."""
        count, last = also_recorded_elsewhere(person)
        return f"Juga tercatat di kecamatan lain: {count} pelatihan, terakhir {last}." if count else "Tidak tercatat."
