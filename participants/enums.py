"""Words of people, enrolments and attendance."""

from django.db.models import TextChoices


class Sex(TextChoices):
    FEMALE = "P", "Perempuan"
    MALE = "L", "Laki-laki"


class Education(TextChoices):
    NONE = "none", "Tidak sekolah"
    PRIMARY = "sd", "SD/sederajat"
    JUNIOR = "smp", "SMP/sederajat"
    SENIOR = "sma", "SMA/SMK/sederajat"
    DIPLOMA = "diploma", "Diploma"
    BACHELOR = "s1", "S1/D4"
    POSTGRADUATE = "s2", "S2 ke atas"


class EnrolmentStatus(TextChoices):
    ENROLLED = "enrolled", "Terdaftar"
    COMPLETED = "completed", "Selesai"
    WITHDRAWN = "withdrawn", "Mengundurkan diri"


class Presence(TextChoices):
    PRESENT = "hadir", "Hadir"
    PERMITTED = "izin", "Izin"
    SICK = "sakit", "Sakit"
    ABSENT = "alpa", "Alpa"
