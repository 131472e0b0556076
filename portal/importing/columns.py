"""A column of a sheet, as a field of django-import-export."""

from collections.abc import Iterable

from import_export import fields

from portal.importing.widgets import CellWidget


class Column(fields.Field):
    """A column of a sheet: what it is called, here and elsewhere, and what may stand in it."""

    in_template = True  # columns that only other layouts have are read, but not offered

    def __init__(
        self,
        label: str,
        widget: CellWidget,
        *,
        synonyms: Iterable[str] = (),
        required: bool = False,
        help_text: str = "",
        example: str = "",
        empty_message: str = "Wajib diisi, tetapi kosong. Lengkapi sel ini.",
    ):
        super().__init__(column_name=label, widget=widget)
        self.label, self.required = label, required
        self.synonyms = tuple(synonyms)
        self.help_text, self.example, self.empty_message = help_text, example, empty_message
