"""The models of participants; other apps import them from here."""

from participants.models.enrolment import Attendance, Enrolment
from participants.models.person import Business, Person

__all__ = ["Attendance", "Business", "Enrolment", "Person"]
