"""Words of findings: how much one matters, and where it stands."""

from django.db.models import TextChoices


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
