"""The models of the portal; other apps import them from here."""

from portal.models.agency import Agency
from portal.models.audit import AuditEvent
from portal.models.fiscal_year import FiscalYear
from portal.models.import_batch import ImportBatch, ImportRow
from portal.models.import_memory import RememberedColumns, RememberedValue
from portal.models.job import Job
from portal.models.region import Region
from portal.models.user import User

__all__ = [
    "Agency",
    "AuditEvent",
    "FiscalYear",
    "ImportBatch",
    "ImportRow",
    "Job",
    "Region",
    "RememberedColumns",
    "RememberedValue",
    "User",
]
