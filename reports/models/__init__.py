"""The models of reports."""

from reports.models.export_record import ExportedFile, ExportRecord

__all__ = ["ExportRecord", "ExportedFile"]
