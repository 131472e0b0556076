"""Form fields that read what people write: rupiah with dots, `RT 3`, `0812-…`. The parsers are those of the imports."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms

from portal.formatting import amount
from portal.spreadsheets.cells import CellError, parse_money, parse_phone, parse_rt, parse_rw


class RupiahField(forms.DecimalField):
    """An amount or a volume, `1.234.567,50`; a plain number field would take `45.000` for forty-five."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vBigIntegerField"})

    def to_python(self, value: Any) -> Decimal | None:
        try:
            return parse_money(value or None)
        except CellError:
            raise forms.ValidationError(
                f"“{value}” tidak dapat dibaca. Tulis dengan titik untuk ribuan dan koma untuk desimal, "
                "misalnya 1.234.567 atau 1.234.567,50."
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return amount(value) if isinstance(value, Decimal) else value


class CellField(forms.CharField):
    """A text that a parser of spreadsheet cells brings into its one stored form."""

    parse: Callable[[Any], str | None]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return self.parse(text) or ""
        except CellError as error:
            raise forms.ValidationError(f"{error.cause} {error.cure}") from None


class RtField(CellField):
    """`3` becomes `003`."""

    parse = staticmethod(parse_rt)


class RwField(CellField):
    """`2` becomes `002`."""

    parse = staticmethod(parse_rw)


class PhoneField(CellField):
    """`0812 3456 7890` becomes `+6281234567890`."""

    parse = staticmethod(parse_phone)
