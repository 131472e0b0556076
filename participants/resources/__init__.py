"""Sheets of people; importing the modules registers them with the desk."""

from participants.resources import attendance, participants  # noqa: F401
