"""Words of reports, of findings, and of the figures that closing a year keeps."""

from django.db.models import TextChoices


class FigureKind(TextChoices):
    ORGANIZER = "organizer", "SKPD"
    LINE = "line", "Mata anggaran"
    TRAINING = "training", "Pelatihan"


class Severity(TextChoices):
    """From money that may have to be paid back down to what only deserves a look."""

    HIGH = "high", "Tinggi"
    MEDIUM = "medium", "Sedang"
    LOW = "low", "Rendah"


class FindingState(TextChoices):
    """REOPENED was dismissed over figures that have changed since: it is open again."""

    OPEN = "open", "Terbuka"
    DISMISSED = "dismissed", "Ditutup"
    REOPENED = "reopened", "Dibuka lagi karena data berubah"


class NoteKind(TextChoices):
    DISMISSAL = "dismissal", "Ditutup"
    REOPENING = "reopening", "Dibuka lagi"
