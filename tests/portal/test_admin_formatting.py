"""Amounts and dates as people read and write them in the back office."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template

from portal.admin.fields import PhoneField, RtField, RupiahField
from portal.formatting import amount, percent, rupiah, tanggal, tanggal_panjang


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567"), "Rp1.234.567,00"),
        (Decimal("0.5"), "Rp0,50"),
        (0, "Rp0,00"),
        (Decimal("-1500.25"), "−Rp1.500,25"),
        (None, "–"),
    ],
)
def test_rupiah(value: Any, text: str) -> None:
    assert rupiah(value) == text


def test_dates_and_shares() -> None:
    assert tanggal(date(2025, 8, 5)) == "05-08-2025"
    assert tanggal_panjang(date(2025, 8, 5)) == "5 Agustus 2025"
    assert (tanggal(None), tanggal_panjang(None), percent(1, 0), percent(None, 2)) == ("–",) * 4
    assert percent(Decimal("7"), Decimal("8")) == "87,5%"


def test_the_same_words_in_templates() -> None:
    template = Template("{% load formatting %}{{ a|rupiah }} {{ d|tanggal }} {{ d|tanggal_panjang }}")
    context = Context({"a": Decimal("1000"), "d": date(2025, 7, 14)})
    assert template.render(context) == "Rp1.000,00 14-07-2025 14 Juli 2025"


@pytest.mark.parametrize("text", ["45.000", "45000", "Rp45.000,00", "Rp 45.000,-", " 45.000,00 "])
def test_an_amount_is_read_as_it_was_meant(text: str) -> None:
    assert RupiahField(max_digits=18, decimal_places=2).clean(text) == Decimal("45000")


@pytest.mark.parametrize("text", ["45.00", "1,234.56", "-1", "empat", "1,234"])
def test_an_amount_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="tidak dapat dibaca"):
        RupiahField(max_digits=18, decimal_places=2).clean(text)


def test_a_shown_amount_reads_back_and_counts_as_unchanged() -> None:
    field = RupiahField(max_digits=18, decimal_places=2, required=False)
    shown = field.prepare_value(Decimal("1234567.5"))
    assert shown == amount(Decimal("1234567.5")) == "1.234.567,50"
    assert not field.has_changed(Decimal("1234567.50"), shown)
    assert field.clean("") is None


def test_numbers_of_people_take_their_stored_form() -> None:
    assert RtField(required=False).clean("3") == "003"
    assert PhoneField(required=False).clean("0812-3456-7890") == "+6281234567890"
    assert RtField(required=False).clean("") == ""
