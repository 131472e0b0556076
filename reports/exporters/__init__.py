"""Every report, in the order of the page that lists them; importing one registers it."""

from reports.exporters import audit, trainings, participants, attendance, finance  # isort: skip  # noqa: F401, I001
from reports.exporters import budget, accounts, years, repeats, coverage, persons  # isort: skip  # noqa: F401, I001
from reports.exporters import sipd, corrections  # isort: skip  # noqa: F401, I001
