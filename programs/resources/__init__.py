"""Sheets of trainings and their money; importing the modules registers them with the desk."""

from programs.resources import budget_lines, expenses, sipd, trainings  # noqa: F401
