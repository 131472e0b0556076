"""Sheets of trainings; importing the modules registers them with the desk."""

from programs.resources import trainings  # noqa: F401
