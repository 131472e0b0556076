"""Registers the portal's own models. Not done in the package's `__init__`: that runs while the site is being made."""

from portal.admin import agency, audit, fiscal_year, import_batch, import_memory, job, region, tasks, user  # noqa: F401
