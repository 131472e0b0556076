"""What a report declares, and how it asks for its rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from portal.filtering import ScopedFilterSet
from portal.identity import ANY_NIK
from portal.spreadsheets.sheets import SheetSpec
from programs.filters import TrainingFilterSet


class ExportRefused(Exception):
    """Nothing was exported; `sentences` (Indonesian) tell the user why and what to do."""

    def __init__(self, sentences: Sequence[str]):
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class Exporter:
    """Base of every report. A subclass names itself and turns permitted rows into sheets; all else happens here."""

    identifier: str
    label: str
    description: str
    permission = "reports.export_exportrecord"
    filterset_class: type[ScopedFilterSet] = TrainingFilterSet
    formats: Sequence[str] = ("xlsx", "csv")
    may_show_nik = False  # whether there is a variant with full NIK
    notes: Sequence[str] = ()  # sentences for Keterangan about what the columns mean
    user: Any = None  # who asks, and with which filters; set by the run, for reports of more than the selected rows
    params: Mapping[str, str] = {}

    def __init__(self, *, full_nik: bool = False, reason: str = ""):
        """`full_nik` opens the NIK of each person, for a `reason`; only where `may_show_nik`."""
        if full_nik and not self.may_show_nik:
            raise ExportRefused([f"Laporan {self.label} tidak dapat memuat NIK lengkap."])
        self.full_nik, self.reason = full_nik, reason

    @property
    def title(self) -> str:
        """Return the name that stands on the file."""
        return f"{self.label} dengan NIK lengkap" if self.full_nik else self.label

    @property
    def mark(self) -> str:
        """Return what stands in the foot of every page of a file that must not travel."""
        return "RAHASIA, memuat NIK lengkap." if self.full_nik else ""

    @property
    def warning(self) -> str:
        """Return the line above the table of such a file."""
        return f"RAHASIA: memuat NIK lengkap. Alasan: {self.reason}. Jangan disebarkan." if self.full_nik else ""

    def size(self, rows: QuerySet) -> int:
        """Return about how many rows the report will have."""
        return rows.count()

    def sheets(self, rows: QuerySet) -> Iterable[SheetSpec]:
        """Return the sheets of the scoped and filtered rows; the rows of a sheet may be generated lazily."""
        raise NotImplementedError


class Selection:
    """The valid filters of a page or an export: the rows they leave of what the user may see, in words, as a query."""

    def __init__(self, filterset: ScopedFilterSet):
        """Raise ExportRefused for a filter that cannot be understood: left out, it would let more rows through."""
        if faults := filter_faults(filterset):
            raise ExportRefused(faults)
        values = filterset.form.cleaned_data
        self.names = [name for name, value in values.items() if value not in (None, "")]
        self.rows = filterset.qs
        self.words = filterset.in_words()
        self.query = QueryDict(mutable=True)
        for name in self.names:
            self.query[name] = str(filterset.data[name])

    @classmethod
    def of(cls, exporter: Exporter, user: Any, params: Mapping[str, Any]) -> "Selection":
        """Return what `params` select of the user's rows."""
        request = HttpRequest()
        request.user = user
        return cls(exporter.filterset_class(params, request=request))

    @property
    def sentence(self) -> str:
        """Return the filters in one line."""
        return "; ".join(f"{label}: {value}" for label, value in self.words) or "Tanpa saringan"

    def without(self, name: str) -> str:
        """Return the query without one of its filters."""
        rest = self.query.copy()
        rest.pop(name, None)
        return rest.urlencode()


def filter_faults(filterset: ScopedFilterSet) -> list[str]:
    """Return a sentence for each filter that cannot be used."""
    fields = filterset.form.fields
    faults = [
        f"{fields[name].label}: {fault}" if name in fields else str(fault)
        for name, found in filterset.form.errors.items()
        for fault in found
    ]
    # A NIK would stand in the address, in the history of the browser and on the sheet Keterangan.
    faults += [
        f"{field.label}: NIK tidak boleh dipakai untuk menyaring; cari orangnya lewat daftar peserta."
        for name, field in fields.items()
        if ANY_NIK.search(str(filterset.data.get(name, "")))
    ]
    return faults
