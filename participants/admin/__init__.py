"""The back office of people; importing the package registers it."""

from participants.admin import business, enrolment, person, tasks, training  # noqa: F401
