"""The models of reports."""

from reports.models.export_record import ExportRecord

__all__ = ["ExportRecord"]
