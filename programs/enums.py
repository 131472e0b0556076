"""Words of budgets and trainings; the only table of status changes."""

from django.db.models import TextChoices


class NomenclatureLevel(TextChoices):
    FUNCTION = "urusan", "Urusan"
    FIELD = "bidang", "Bidang urusan"
    PROGRAM = "program", "Program"
    ACTIVITY = "kegiatan", "Kegiatan"
    SUB_ACTIVITY = "subkegiatan", "Sub kegiatan"


class TrainingStatus(TextChoices):
    DRAFT = "draft", "Konsep"
    SUBMITTED = "submitted", "Diajukan"
    RETURNED = "returned", "Dikembalikan"
    APPROVED = "approved", "Disetujui"
    RUNNING = "running", "Berlangsung"
    FINISHED = "finished", "Selesai"
    VERIFIED = "verified", "Diverifikasi"
    CANCELLED = "cancelled", "Dibatalkan"


# (from, to) -> the permission that allows it. One table: forms, actions and pages ask it, imports cannot set a status.
TRANSITIONS: dict[tuple[str, str], str] = {
    (TrainingStatus.DRAFT, TrainingStatus.SUBMITTED): "programs.submit_training",
    (TrainingStatus.RETURNED, TrainingStatus.SUBMITTED): "programs.submit_training",
    (TrainingStatus.SUBMITTED, TrainingStatus.APPROVED): "programs.verify_training",
    (TrainingStatus.SUBMITTED, TrainingStatus.RETURNED): "programs.verify_training",
    (TrainingStatus.APPROVED, TrainingStatus.RUNNING): "programs.submit_training",
    (TrainingStatus.RUNNING, TrainingStatus.FINISHED): "programs.submit_training",
    (TrainingStatus.FINISHED, TrainingStatus.VERIFIED): "programs.verify_training",
    (TrainingStatus.FINISHED, TrainingStatus.RETURNED): "programs.verify_training",
    (TrainingStatus.DRAFT, TrainingStatus.CANCELLED): "programs.submit_training",
    (TrainingStatus.RETURNED, TrainingStatus.CANCELLED): "programs.submit_training",
    (TrainingStatus.APPROVED, TrainingStatus.CANCELLED): "programs.verify_training",
}


class ProposalOrigin(TextChoices):
    REGULAR = "regular", "Reguler"
    MUSRENBANG = "musrenbang", "Musrenbang"
    POKIR = "pokir", "Pokok pikiran DPRD"
    DIRECTIVE = "directive", "Arahan pimpinan"


class PaymentMethod(TextChoices):
    LS = "LS", "LS (langsung)"
    GU = "GU", "GU (ganti uang)"
    TU = "TU", "TU (tambahan uang)"


class MatchKind(TextChoices):
    """What comes of holding one figure of SIPD-RI against Sulam's, what must be looked into first."""

    DIFFERENT = "different", "Beda nilai"
    SIPD_ONLY = "sipd", "Hanya di SIPD"
    SULAM_ONLY = "sulam", "Hanya di Sulam"
    UNEXPLAINED = "unexplained", "Tanpa rincian di Sulam"
    EQUAL = "equal", "Cocok"
    OUTSIDE = "outside", "Di luar mata anggaran Sulam"
