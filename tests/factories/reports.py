"""Exports, decisions about findings, and figures that closing kept."""

from decimal import Decimal

import factory
from django.utils import timezone

from reports.enums import FigureKind
from reports.models import ClosingFigure, ExportedFile, ExportRecord, ExportRequest, FindingNote
from tests.factories.portal import UserFactory
from tests.factories.programs import TrainingFactory


class ExportRecordFactory(factory.django.DjangoModelFactory):
    """An audit workbook that somebody took."""

    class Meta:
        model = ExportRecord

    exporter = "audit"
    description = "Semua data"
    by = factory.SubFactory(UserFactory, supervisor=True)
    agency = factory.SelfAttribute("by.agency")
    at = factory.LazyFunction(timezone.now)
    format = "xlsx"
    rows = 1
    sha256 = "0" * 64
    content_digest = "0" * 64


class ExportedFileFactory(factory.django.DjangoModelFactory):
    """Its workbook, of which only the digest is left."""

    class Meta:
        model = ExportedFile

    record = factory.SubFactory(ExportRecordFactory)
    name = "audit.xlsx"
    sha256 = "0" * 64
    size = 1


class ExportRequestFactory(factory.django.DjangoModelFactory):
    """A long export that the worker is to write."""

    class Meta:
        model = ExportRequest

    exporter = "participants"
    params = factory.LazyFunction(dict)
    format = "xlsx"
    rows = 30_000
    owner = factory.SubFactory(UserFactory, supervisor=True)
    agency = factory.SelfAttribute("owner.agency")


class FindingNoteFactory(factory.django.DjangoModelFactory):
    """A dismissal of a finding about a training; its fingerprint fits no figures."""

    class Meta:
        model = FindingNote

    training = factory.SubFactory(TrainingFactory)
    office = factory.SelfAttribute("training.office")
    organizer = factory.SelfAttribute("training.organizer")
    rule = "realised_over_ceiling"
    key = factory.LazyAttribute(lambda o: f"training:{o.training.pk}")
    fingerprint = "0" * 64
    reason = "Sudah dicocokkan dengan SPJ"
    by = factory.SubFactory(UserFactory, supervisor=True)
    at = factory.LazyFunction(timezone.now)


class ClosingFigureFactory(factory.django.DjangoModelFactory):
    """What a training had spent when its year was closed for the first time."""

    class Meta:
        model = ClosingFigure

    class Params:
        training = factory.SubFactory(TrainingFactory)

    year = factory.SelfAttribute("training.budget_line.fiscal_year")
    serial = 1
    kind = FigureKind.TRAINING
    object_id = factory.SelfAttribute("training.pk")
    label = "Pelatihan saat ditutup"
    office = factory.SelfAttribute("training.office")
    organizer = factory.SelfAttribute("training.organizer")
    line_id = factory.SelfAttribute("training.budget_line_id")
    figure = "realised"
    value = Decimal("1.00")
