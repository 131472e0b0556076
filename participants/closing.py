"""What people and attendance ask before a fiscal year is closed."""

from django.db.models import Exists, OuterRef

from participants.enums import Presence
from participants.models import Attendance
from portal.closing import ClosingCheck, register_checks
from programs.closing import held_in

PRESENT = Attendance.objects.filter(training=OuterRef("pk"), presence=Presence.PRESENT)

register_checks(
    ClosingCheck(
        text="Pelatihan selesai tanpa daftar hadir",
        cure="Isi atau impor daftar hadirnya.",
        rows=lambda year: held_in(year).exclude(Exists(PRESENT)),
        agency="office",
    )
)
