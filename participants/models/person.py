"""People and their businesses. A person belongs to ONE office: a global key would tell strangers who exists."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from participants.enums import Education, Sex
from portal.identity import encrypt_nik, index_nik, mask_nik
from portal.models import Agency, ImportBatch, Region
from portal.scoping import ScopedModel

THREE_DIGITS = RegexValidator(r"^[0-9]{3}$", "Tulis tiga angka, misalnya 003.")
NIB = RegexValidator(r"^[0-9]{13}$", "NIB terdiri atas 13 angka.")
KBLI = RegexValidator(r"^[0-9]{5}$", "Kode KBLI terdiri atas 5 angka.")
PHONE = RegexValidator(r"^\+62[0-9]{8,13}$", "Tulis nomor telepon Indonesia, misalnya 081234567890.")


class Person(ScopedModel):
    """Natural key: (office, NIK index), or (office, local number) while there is no NIK yet."""

    AGENCY_PATH = "office"

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="kantor kecamatan")
    nik_cipher = models.BinaryField(null=True, editable=False)
    nik_index = models.CharField(max_length=64, null=True, editable=False)
    nik_last4 = models.CharField("4 digit akhir NIK", max_length=4, blank=True, editable=False)
    local_number = models.CharField("nomor sementara", max_length=30, null=True, blank=True, editable=False)
    name = models.CharField("nama lengkap", max_length=120)
    sex = models.CharField("jenis kelamin", max_length=1, choices=Sex)
    birth_place = models.CharField("tempat lahir", max_length=80, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True, blank=True)
    address = models.CharField("alamat", max_length=200, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True, validators=[THREE_DIGITS])
    rw = models.CharField("RW", max_length=3, blank=True, validators=[THREE_DIGITS])
    village = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="desa/kelurahan")
    phone = models.CharField("telepon", max_length=16, blank=True, validators=[PHONE])
    education = models.CharField("pendidikan terakhir", max_length=10, choices=Education, blank=True)
    occupation = models.CharField("pekerjaan", max_length=80, blank=True)
    disability = models.CharField("disabilitas", max_length=80, blank=True)
    source = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="asal impor"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "orang"
        verbose_name_plural = "peserta (orang)"
        ordering = ["name", "id"]
        permissions = [("reveal_person", "Dapat membuka NIK lengkap dengan alasan")]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "nik_index"],
                name="person_office_nik",
                violation_error_message="NIK ini sudah tercatat di kantor Anda.",
            ),
            models.UniqueConstraint(fields=["office", "local_number"], name="person_office_local_number"),
            models.CheckConstraint(
                condition=Q(nik_index__isnull=False, nik_cipher__isnull=False)
                | Q(nik_index__isnull=True, nik_cipher__isnull=True, local_number__isnull=False),
                name="person_nik_or_local_number",
            ),
        ]
        indexes = [models.Index(fields=["nik_index"], name="person_nik_index")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """An organizer sees the people of the trainings it pays for, whichever office recorded them."""
        from participants.models.enrolment import Enrolment  # the only look upwards: the path to the money

        paid = Enrolment.objects.filter(organizer__in=user.agency_ids()).values("person")
        return super().agency_q(user) | Q(pk__in=paid)

    def set_nik(self, nik: str) -> None:
        """Store a normalised NIK: ciphertext, blind index, last four digits. A local number is kept as history."""
        index = index_nik(nik)
        self.nik_index, self.nik_cipher, self.nik_last4 = index, encrypt_nik(nik, index), nik[-4:]

    @property
    def nik_masked(self) -> str:
        """Return the NIK as everybody may see it, or the local number of a person without one."""
        return mask_nik(self.nik_last4) or (self.local_number or "")


class Business(ScopedModel):
    """What a person makes. Scale is derived from the inputs kept here (PP 7/2021 art. 35; Permenperin 64/2016)."""

    AGENCY_PATH = "office"
    COPIES = {"person": ("office",)}

    person = models.ForeignKey(Person, models.CASCADE, related_name="businesses", verbose_name="pemilik")
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False, verbose_name="kantor")
    name = models.CharField("nama usaha", max_length=120)
    nib = models.CharField("NIB", max_length=13, blank=True, validators=[NIB])
    kbli_code = models.CharField("kode KBLI", max_length=5, blank=True, validators=[KBLI])
    kbli_version = models.CharField(
        "versi KBLI", max_length=4, default="2020", choices=[("2020", "2020"), ("2025", "2025")]
    )
    product = models.CharField("produk", max_length=120, blank=True)
    workers = models.PositiveIntegerField("tenaga kerja", null=True, blank=True)
    investment = models.DecimalField("investasi", max_digits=18, decimal_places=2, null=True, blank=True)
    turnover = models.DecimalField("omzet setahun", max_digits=18, decimal_places=2, null=True, blank=True)
    turnover_year = models.PositiveSmallIntegerField("tahun omzet", null=True, blank=True)
    legality = models.CharField("legalitas (PIRT/halal/merek)", max_length=150, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "usaha"
        verbose_name_plural = "usaha"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="business_person_name",
                violation_error_message="Orang ini sudah mempunyai usaha dengan nama itu.",
            ),
            models.CheckConstraint(
                condition=Q(investment__isnull=True) | Q(investment__gte=0), name="business_investment_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(turnover__isnull=True, turnover_year__isnull=True)
                | Q(turnover__gte=0, turnover_year__isnull=False),
                name="business_turnover_and_year",
                violation_error_message="Isi omzet bersama tahunnya, atau kosongkan keduanya.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """A business is seen by whoever sees its owner."""
        return Q(person__in=Person.objects.filter(Person.agency_q(user)).values("pk"))
