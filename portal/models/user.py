"""Users: one agency gives the rows, one role gives the verbs, `access_until` ends both."""

from datetime import date
from typing import Any

from django.contrib.auth import models as auth_models
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.enums import ROLE_KINDS, AgencyKind, Role
from portal.models.agency import Agency
from portal.scoping import ScopedQuerySet
from portal.validators import NIP


class UserManager(auth_models.UserManager.from_queryset(ScopedQuerySet)):
    """Django's user manager whose reads can be scoped."""

    use_in_migrations = False


class User(auth_models.AbstractUser):
    """A person who signs in. Never deleted, only made inactive: the audit trail points here."""

    AGENCY_PATH = "agency"

    first_name = None
    last_name = None
    name = models.CharField("nama", max_length=150)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, verbose_name="instansi")
    role = models.CharField("peran", max_length=20, choices=Role, blank=True)
    access_until = models.DateField("akses sampai", null=True, blank=True)
    phone = models.CharField("telepon", max_length=20, blank=True)
    nip = models.CharField("NIP", max_length=18, blank=True, validators=[NIP])

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"], m2m_fields=[])

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="") | Q(agency__isnull=False),
                name="user_role_needs_agency",
                violation_error_message="Pengguna yang mempunyai peran harus terdaftar pada satu instansi.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def clean(self) -> None:
        """Raise ValidationError when the role does not exist in that kind of agency."""
        super().clean()
        if self.role and self.agency and ROLE_KINDS[self.role] != self.agency.kind:
            kind = AgencyKind(ROLE_KINDS[self.role]).label
            raise ValidationError({"role": f"Peran ini hanya untuk instansi jenis {kind}."})

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        """True after the last day of access (Jakarta calendar), or when the agency was closed."""
        today: date = timezone.localdate()
        return bool(self.access_until and self.access_until < today) or bool(self.agency and not self.agency.active)

    @property
    def sees_all_agencies(self) -> bool:
        """Auditors read every agency; so does a superuser, who exists for rescue and is nobody's daily account."""
        return self.is_superuser or self.role == Role.AUDITOR

    def agency_ids(self) -> list[int]:
        """Return the agencies whose rows are this user's own."""
        return [self.agency_id] if self.agency_id else []

    @classmethod
    def agency_q(cls, user: Any) -> Q:
        """Administrators keep every account; everybody else sees the colleagues of the own agency."""
        if user.role == Role.ADMINISTRATOR:
            return Q(pk__isnull=False)
        return Q(agency__in=user.agency_ids())
