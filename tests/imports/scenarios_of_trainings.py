"""Random recaps of trainings."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from programs.models import Training
from tests.factories.portal import AgencyFactory, UserFactory
from tests.factories.programs import (
    BudgetLineFactory,
    ExpenseFactory,
    SessionFactory,
    TrainingFactory,
    nomenclature_path,
)
from tests.imports.desk import Upload
from tests.imports.scenarios import FAULT, Cell, Scenario, words

TRAINING_CELLS = (
    Cell("Bidang", words("Konveksi", "Pangan"), lambda row: row.field, faults=("B" * 81,)),
    Cell("JP", words(8, 16, "24"), lambda row: row.hours, faults=("delapan", "1000")),
    Cell("Tempat", words("Balai Desa", "V" * 150), lambda row: row.venue, faults=("V" * 151,)),
    Cell("Desa", words("Clumprit", "Desa Suwaru"), lambda row: row.village.name, faults=("Sidorahayu",)),
    Cell("Kecamatan", words("Pagelaran", "Kec. Pagelaran"), lambda row: "Pagelaran", faults=("Blimbing",)),
    Cell("Target", words(20, "30"), lambda row: row.target_people, faults=("-5",)),
    Cell("Peserta Hadir", words(19, "30"), lambda row: row.reported_people),
    Cell(
        "Pagu",
        words("48.250.000", "Rp 1.000,50", 40_000_000),
        lambda row: rupiah(row.ceiling),
        faults=("1.23", "-1", "1,5 juta"),
    ),
    Cell("Keterangan", words("Lancar", "K" * 2000), lambda row: row.notes),
    Cell("Sumber Dana", words("Pendapatan Asli Daerah (PAD)"), faults=("Dana Sendiri",)),
)


def rupiah(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}".replace(".", ",")


class Recaps(Scenario):
    """Trainings of an office: known by number, known by name and date, or new; one has expense lines."""

    resource = "trainings"

    def __init__(self, rng: Random):
        super().__init__(rng)
        self.officer = UserFactory(programme_officer=True)
        self.trainings: list[Training] = []
        for _ in range(rng.randint(1, 6)):
            training = TrainingFactory(
                office=self.office,
                budget_line=self.budget_line,
                start=date(2025, rng.randint(1, 11), rng.randint(1, 28)),
                hours=rng.choice([None, 8]),
                realised=rng.choice([None, Decimal("1000000.00")]),
                notes=rng.choice(["", "Lama"]),
            )
            for day in range(training.days):
                SessionFactory(training=training, date=training.start + timedelta(days=day))
            self.trainings.append(training)
        self.settled = self.trainings[0]
        ExpenseFactory(training=self.settled, realised=Decimal("1800000.00"))
        koperasi = AgencyFactory(organizer=True, name="Dinas Koperasi", short_name="Diskop")
        line = BudgetLineFactory(organizer=koperasi, node=nomenclature_path("3.31.02.2.01.0006"))
        self.foreign = TrainingFactory(office__region__code="35.07.21", budget_line=line)

    def file(self) -> Upload:
        """Return a random recap, sent by the office or by the organizer."""
        user = self.rng.choice((self.operator, self.officer))
        chosen = [cell for cell in self.columns(TRAINING_CELLS) if cell.heading != "Kecamatan"]
        chosen.append(next(cell for cell in TRAINING_CELLS if cell.heading == "Kecamatan"))
        known = self.rng.sample(self.trainings, self.rng.randint(0, len(self.trainings)))
        lines = [self._row(training, chosen) for training in known]
        lines += [self._row(None, chosen, number) for number in range(self.rng.randint(1, 4))]
        self.rng.shuffle(lines)
        for cells, _ in lines:
            cells[-1] = cells[-1] or "Pagelaran"
        head = ["Nomor Pelatihan", "Kode", "Nama Pelatihan", "Mulai", "Selesai", "Realisasi"]
        return self.upload([*head, *(cell.heading for cell in chosen)], self.with_doubles(lines), user=user)

    def key_of(self, line: Sequence[Any]) -> Any:
        number, _, title, *_ = line
        return next((one.title for one in self.trainings if one.number == number), title).casefold()

    def owner_of(self, obj: Any) -> Any:
        return (obj if isinstance(obj, Training) else obj.training).title.casefold()

    @staticmethod
    def _ceiling_of(chosen: list[Cell], cells: list[Any]) -> list[Any]:
        return [value for cell, value in zip(chosen, cells, strict=True) if cell.heading == "Pagu"]

    @staticmethod
    def _contradicts(*amounts: Any) -> bool:
        """Tell whether a figure differs from the sum of the expense lines."""
        return not set(amounts) <= {None, "", "1.800.000", "1800000,00"}

    def _row(self, training: Training | None, chosen: list[Cell], number: int = 0) -> tuple[list[Any], bool]:
        cells, faulty = self.fill(chosen, training)
        code = self.rng.choice(("3.31.02.2.01.0005", "3.31.02.2.01.05", "3.31.02.02.01.0005"))
        if training is None:
            name, start = f"Pelatihan Baru {number}", date(2025, 3, self.rng.randint(1, 28))
            head = ["", code, name, start, start + timedelta(days=self.rng.randrange(3)), self.rng.choice(("", "5000"))]
        else:
            known_by = self.rng.choice((training.number, ""))
            name = training.title if not known_by else self.rng.choice((training.title, training.title.upper()))
            end = self.rng.choice((training.end, training.end + timedelta(days=1)))
            realised = self.rng.choice(("", "1.800.000", rupiah(training.realised) or ""))
            head = [known_by, code, name, training.start, end, realised]
            faulty |= training == self.settled and self._contradicts(realised, *self._ceiling_of(chosen, cells))
        fault = self.rng.random()
        if fault < FAULT:
            head[1], faulty = self.rng.choice(("3.31.02.2.01.9999", "bukan kode", "")), True
        elif fault < 2 * FAULT:
            head[4], faulty = date(2024, 1, 1), True
        elif fault < 3 * FAULT:
            head[0], faulty = self.rng.choice((self.foreign.number, "2025.35.07.33.999")), True
        return [*head, *cells], faulty
