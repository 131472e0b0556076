"""The models of reports."""

from reports.models.closing_figure import ClosingFigure
from reports.models.export_record import ExportedFile, ExportRecord
from reports.models.export_request import ExportRequest
from reports.models.finding_note import FindingNote

__all__ = ["ClosingFigure", "ExportRecord", "ExportRequest", "ExportedFile", "FindingNote"]
