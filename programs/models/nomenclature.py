"""The official code tables: nomenclature tree, expense accounts, fund sources. Codes are keys, names are facts."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from programs.enums import NomenclatureLevel
from programs.validators import validate_code


class NomenclatureNode(models.Model):
    """One code of Permendagri 90/2019 and its updates, in the years it is valid.

    A code is never removed: the yearly Kepmendagri ends it (`valid_to`) and may name the code that follows it, whose
    `predecessor` then points here.
    """

    code = models.CharField("kode", max_length=20, validators=[validate_code])
    level = models.CharField("tingkat", max_length=12, choices=NomenclatureLevel)
    name = models.CharField("nama", max_length=400)
    unit = models.CharField("satuan", max_length=60, blank=True)
    decree = models.CharField("dasar", max_length=200, blank=True)
    valid_from = models.PositiveSmallIntegerField("berlaku dari tahun")
    valid_to = models.PositiveSmallIntegerField("berlaku sampai tahun", null=True, blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="pengganti dari")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "nomenklatur"
        verbose_name_plural = "nomenklatur"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="nomenclature_code_year"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="nomenclature_years_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FundSource(models.Model):
    """Where the money comes from (PAD, DAU, DBH CHT, DAK …); an axis of its own beside the sub kegiatan."""

    code = models.CharField("kode", max_length=25, unique=True)
    name = models.CharField("nama", max_length=150)
    active = models.BooleanField("aktif", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "sumber dana"
        verbose_name_plural = "sumber dana"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ExpenseAccount(models.Model):
    """An account (rekening belanja) of Kepmendagri 050-5889/2021, in the years it is valid."""

    code = models.CharField("kode rekening", max_length=20)
    name = models.CharField("uraian", max_length=250)
    level = models.CharField("tingkat", max_length=20)
    category = models.CharField("kelompok", max_length=60, blank=True)
    decree = models.CharField("dasar", max_length=120, blank=True)
    valid_from = models.PositiveSmallIntegerField("berlaku dari tahun")
    valid_to = models.PositiveSmallIntegerField("berlaku sampai tahun", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "rekening belanja"
        verbose_name_plural = "rekening belanja"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="account_code_year")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
