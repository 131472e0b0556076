"""The back office of budgets and trainings; importing the package registers it."""

from programs.admin import budget_line, instructor, nomenclature, tasks, unit_cost_cap  # noqa: F401
