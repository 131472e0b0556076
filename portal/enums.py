"""Words that the whole house shares: kinds of agency, roles, audited actions."""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    OFFICE = "office", "Kantor kecamatan"
    ORGANIZER = "organizer", "Perangkat daerah pemilik anggaran"
    AUDITOR = "auditor", "Pemeriksa"
    REGENCY = "regency", "Pengelola sistem"


class Role(TextChoices):
    OPERATOR = "operator", "Operator kecamatan"
    HEAD = "head", "Kepala kantor kecamatan"
    PROGRAMME_OFFICER = "programme_officer", "PPTK"
    SUPERVISOR = "supervisor", "Pengawas kegiatan"
    AUDITOR = "auditor", "Pemeriksa"
    ADMINISTRATOR = "administrator", "Administrator"


ROLE_KINDS = {
    Role.OPERATOR: AgencyKind.OFFICE,
    Role.HEAD: AgencyKind.OFFICE,
    Role.PROGRAMME_OFFICER: AgencyKind.ORGANIZER,
    Role.SUPERVISOR: AgencyKind.ORGANIZER,
    Role.AUDITOR: AgencyKind.AUDITOR,
    Role.ADMINISTRATOR: AgencyKind.REGENCY,
}


class RegionLevel(TextChoices):
    PROVINCE = "province", "Provinsi"
    REGENCY = "regency", "Kabupaten/Kota"
    DISTRICT = "district", "Kecamatan"
    VILLAGE = "village", "Desa"
    URBAN_VILLAGE = "urban_village", "Kelurahan"


class YearState(TextChoices):
    OPEN = "open", "Terbuka"
    CLOSED = "closed", "Ditutup"


class AuditAction(TextChoices):
    LOGIN = "login", "Masuk"
    LOGIN_FAILED = "login_failed", "Gagal masuk"
    LOGOUT = "logout", "Keluar"
    REFUSED = "refused", "Akses ditolak"
    CREATE = "create", "Tambah"
    CHANGE = "change", "Ubah"
    DELETE = "delete", "Hapus"
    TRANSITION = "transition", "Ubah status"
    IMPORT = "import", "Impor"
    UNDO = "undo", "Batalkan impor"
    EXPORT = "export", "Ekspor"
    REVEAL = "reveal", "Buka NIK"
    YEAR = "year", "Tahun anggaran"
    ACCESS = "access", "Hak akses"


class JobState(TextChoices):
    QUEUED = "queued", "Menunggu"
    RUNNING = "running", "Berjalan"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal"


class BatchState(TextChoices):
    UPLOADED = "uploaded", "Menunggu diperiksa"
    COLUMNS = "columns", "Kolom perlu dicocokkan"
    CHECKED = "checked", "Siap disimpan"
    SUBMITTED = "submitted", "Menunggu persetujuan"
    APPLYING = "applying", "Sedang disimpan"
    APPLIED = "applied", "Tersimpan"
    INTERRUPTED = "interrupted", "Terhenti, belum ada yang tersimpan"
    REFUSED = "refused", "Ditolak"
    UNDONE = "undone", "Dibatalkan"
    EXPIRED = "expired", "Kedaluwarsa"


class Verdict(TextChoices):
    NEW = "new", "Baru"
    CHANGED = "changed", "Berubah"
    SAME = "same", "Sama"
    REJECTED = "rejected", "Ditolak"
    SKIPPED = "skipped", "Dilewati"
