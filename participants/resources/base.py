"""What the sheets of one training share: the training itself, found in the sender's own rows."""

from typing import ClassVar

from django.urls import reverse

from portal.enums import YearState
from portal.importing.resources import PlannedRow, SheetResource
from portal.locking import YearClosed, assert_open
from portal.models import ImportBatch
from portal.scoping import visible
from programs.models import Training


class TrainingSheetResource(SheetResource):
    """Base of sheets whose rows all belong to the training that the sender named.

    Another agency's training answers like one that does not exist, on every row.
    """

    needs_training: ClassVar[bool] = True

    def prepare(self) -> None:
        self.training = (
            visible(Training, self.user)
            .select_related("office__region", "organizer", "budget_line__fiscal_year")
            .filter(number=self.target)
            .first()
        )
        self.blocked = ""
        if self.training is None:
            self.blocked = f"Pelatihan {self.target or '(belum dipilih)'} tidak ditemukan. Periksa nomornya."
            return
        try:
            assert_open(self.training)
        except YearClosed as closed:
            self.blocked = closed.messages[0]

    def cross_check(self, row: PlannedRow) -> None:
        if self.blocked:
            row.messages.clear()  # what is wrong inside the file does not matter, and must not tell anything
            self.error(row, "", self.blocked)

    def targets(self) -> list[tuple[str, str]]:
        """Return the trainings of open years, newest first."""
        rows = visible(Training, self.user).filter(budget_line__fiscal_year__state=YearState.OPEN)
        return [
            (number, f"{number} · {title} · {start:%d-%m-%Y}")
            for number, title, start in rows.values_list("number", "title", "start")
        ]

    def links(self, batch: ImportBatch) -> list[tuple[str, str]]:
        """Return the page of the training."""
        found = visible(Training, self.user).filter(number=batch.target).values_list("pk", flat=True)
        return [("Buka pelatihannya", reverse("admin:programs_training_change", args=[pk])) for pk in found]
