"""The base of every report: permission, scope, filters, one snapshot, "Keterangan", the record of who took what."""

from reports.base.exporter import Exporter, ExportRefused
from reports.base.run import Receipt, run_export

__all__ = ["ExportRefused", "Exporter", "Receipt", "run_export"]
