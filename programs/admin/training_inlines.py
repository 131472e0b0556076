"""Days and money of a training, on its own page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.admin.base import ScopedTabularInline
from portal.admin.money import MoneyMixin, rupiah_column
from programs.admin.training_form import SessionForm
from programs.models import Expense, ExpenseAccount, Session

LOWEST_ACCOUNT = "sub rincian objek"


class SessionInline(ScopedTabularInline):
    """Days of the training; the first ones are made with it."""

    model = Session
    form = SessionForm


class ExpenseInline(MoneyMixin, ScopedTabularInline):
    """Plan and realisation per account, for those whose role keeps the money."""

    model = Expense
    fields = (
        "account",
        "description",
        "volume",
        "unit",
        "unit_price",
        "planned_text",
        "realised",
        "method",
        "sp2d_number",
        "sp2d_date",
    )
    autocomplete_fields = ("account",)
    RUPIAH_TEXTS = {"unit_price": "unit_price_text", "realised": "realised_text", "planned": "planned_text"}

    unit_price_text = rupiah_column("unit_price", "harga satuan")
    realised_text = rupiah_column("realised", "realisasi")
    planned_text = rupiah_column("planned", "rencana")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("account")

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet:
        choices = super().choices_for(db_field, request)
        if db_field.remote_field.model is ExpenseAccount:
            return choices.filter(level__iexact=LOWEST_ACCOUNT)
        return choices
