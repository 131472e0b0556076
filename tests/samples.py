"""The sample files of tests/files and the small world they speak of: ten kecamatan, one budget line, two trainings."""

import io
import json
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command

from portal.models import Agency, User
from programs.actions.trainings import invite_rts, record_training
from programs.models import BudgetLine, Training
from tests.factories.portal import AgencyFactory, RegionFactory, UserFactory
from tests.factories.programs import BudgetLineFactory

FILES = Path(__file__).parent / "files"
TRUTH = json.loads((FILES / "truth.json").read_text())
FOUNDING, BATIK = "2025.35.07.33.001", "2025.35.07.21.001"
PLACES = {  # kecamatan -> (code, village, village code), as the recap names them
    "Pagelaran": ("35.07.33", "Clumprit", "2001"),
    "Wagir": ("35.07.21", "Sidorahayu", "2009"),
    "Turen": ("35.07.09", "Sedayu", "1008"),
    "Dampit": ("35.07.05", "Dampit", "1007"),
    "Singosari": ("35.07.24", "Candirenggo", "1015"),
    "Lawang": ("35.07.25", "Kalirejo", "1005"),
    "Kepanjen": ("35.07.13", "Ardirejo", "1013"),
    "Gondanglegi": ("35.07.10", "Gondanglegi Kulon", "2003"),
    "Tumpang": ("35.07.16", "Tumpang", "2007"),
    "Pakis": ("35.07.18", "Pakisjajar", "2009"),
}


class Sample:
    """Everybody and everything the sample files need."""

    def __init__(self) -> None:
        self.offices = {name: self._office(name, *place) for name, place in PLACES.items()}
        self.organizer = AgencyFactory(organizer=True)
        self.line: BudgetLine = BudgetLineFactory(organizer=self.organizer)
        self.operator: User = UserFactory(operator=True, username="operator.pagelaran", agency=self.office("Pagelaran"))
        self.neighbour: User = UserFactory(operator=True, username="operator.wagir", agency=self.office("Wagir"))
        self.officer: User = UserFactory(programme_officer=True, username="pptk.disperindag", agency=self.organizer)
        self.founding = self._training("Pagelaran", "Pelatihan Menjahit bagi Pelaku IKM Konveksi", 14, 15, 7)
        invite_rts(self.founding, [(f"{rt:03d}", "") for rt in range(1, 32)], by=self.operator)
        self.batik = self._training("Wagir", "Pelatihan Batik Cap", 19, 19, 5)

    def office(self, name: str) -> Agency:
        return self.offices[name]

    @staticmethod
    def _office(name: str, code: str, village: str, number: str) -> Agency:
        region = RegionFactory(code=code, name=name)
        RegionFactory(code=f"{code}.{number}", name=village, parent=region)
        return AgencyFactory(region=region, name=f"Kecamatan {name}", short_name=f"Kec. {name}")

    def _training(self, office: str, title: str, first: int, last: int, month: int) -> Training:
        return record_training(
            Training(
                title=title,
                budget_line=self.line,
                office=self.office(office),
                start=date(2025, month, first),
                end=date(2025, month, last),
                target_people=30,
            ),
            by=self.officer,
        )


def run_import(resource: str, filename: str, user: str, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the command line door on a sample; return (exit code, the JSON it printed)."""
    out, code = io.StringIO(), 0
    with redirect_stdout(out):
        try:
            call_command(
                "import_workbook", resource, str(FILES / filename), "--as", user, "--json", *options, stdout=out
            )
        except SystemExit as end:
            code = end.code
    return code, json.loads(out.getvalue())
