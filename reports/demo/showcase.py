"""The main job once, through the doors a user goes through: import the sample files, filter, export for the auditor."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.management import call_command
from django.http import QueryDict

from participants.models import Person
from participants.queries import absent_rts, totals
from portal.enums import BatchState
from portal.formatting import rupiah
from portal.models import ImportBatch, User
from programs.filters import TrainingFilterSet
from programs.models import Training
from programs.rules import rt_name
from reports.demo.sipd import write_sheet
from reports.demo.skeleton import EMPOWERMENT

FILES = settings.BASE_DIR / "tests" / "files"
FOUNDING, BATIK = "2025.35.07.33.001", "2025.35.07.21.001"
YEAR = 2025
SUPERVISOR, OFFICER = "supervisor.disperindag", "pptk.disperindag"
SHOWN_ERRORS = 3

Say = Callable[[str], object]


@dataclass(frozen=True)
class Step:
    """One import of a sample file; without `apply` it is only checked."""

    resource: str
    filename: str
    user: str
    words: str
    training: str = ""
    apply: bool = True


STEPS = (
    Step("participants", "peserta-clumprit-2025.xlsx", "operator.pagelaran", "daftar peserta", FOUNDING),
    Step("participants", "peserta-clumprit-tergesa.xlsx", "operator.pagelaran", "hanya melihat", FOUNDING, apply=False),
    Step("attendance", "daftar-hadir-clumprit.xlsx", "operator.pagelaran", "daftar hadir", FOUNDING),
    Step("participants", "batik-sidorahayu.csv", "operator.wagir", "daftar peserta", BATIK),
    Step("trainings", "rekap-pelatihan-2025.xlsx", OFFICER, "rekap pelatihan"),
)


def workbook_path() -> Path:
    """Return where the auditor's workbook of the demo is kept."""
    return settings.VAR_DIR / "demo" / f"audit-{YEAR}-{EMPOWERMENT}.xlsx"


def is_due() -> bool:
    """Tell whether the demo stands here and its workbook does not. A bare skeleton is for somebody's own trial."""
    return (
        not settings.PRODUCTION
        and not workbook_path().exists()
        and User.objects.filter(username=SUPERVISOR).exists()
        and Training.objects.filter(number=FOUNDING).exists()
        and Person.objects.exists()
    )


def run(say: Say) -> None:
    """Import what is not imported yet, filter as the supervisor, write the workbook; `say` gets each line."""
    if FILES.is_dir() and not ImportBatch.objects.filter(state=BatchState.APPLIED).exists():
        for step in STEPS:
            _import(step, say)
        _reconcile(say)
    _filter(say)
    _export(say)


def _import(step: Step, say: Say) -> None:
    arguments = [step.resource, str(FILES / step.filename), "--as", step.user, "--json"]
    arguments += ["--training", step.training] if step.training else []
    arguments += ["--apply"] if step.apply else []
    report = json.loads(_output_of("import_workbook", *arguments))
    verb = "mengimpor" if step.apply else "memeriksa"
    counts = f"{report['new']} baru, {report['changed']} berubah, {report['same']} sama, {report['rejected']} ditolak"
    say(f"  {step.user} {verb} {Path(step.filename).name} ({step.words}): {counts}")
    for error in report["errors"][:SHOWN_ERRORS]:
        say(f"      baris {error['row']}, {error['column']}: {error['message']}")
    if len(report["errors"]) > SHOWN_ERRORS:
        say(f"      … dan {len(report['errors']) - SHOWN_ERRORS} lagi")


def _reconcile(say: Say) -> None:
    """Send the sheet of SIPD-RI that belongs to the demo's expenses."""
    if path := write_sheet(User.objects.get(username=OFFICER)):
        _import(Step("sipd", str(path), OFFICER, "realisasi SIPD, dengan beberapa selisih"), say)


def _filter(say: Say) -> None:
    supervisor = User.objects.get(username=SUPERVISOR)
    query = QueryDict(mutable=True)
    query.update({"year": str(YEAR), "budget_line": EMPOWERMENT})
    found = TrainingFilterSet(query, request=SimpleNamespace(user=supervisor)).qs
    sums: Mapping = totals(found)
    say(f"  {SUPERVISOR} menyaring tahun {YEAR}, kode anggaran {EMPOWERMENT}:")
    say(
        f"      {sums['trainings']} pelatihan, {sums['people']} peserta ({sums['women']} perempuan), "
        f"{sums['days']} hari, pagu {rupiah(sums['ceiling'])}, realisasi {rupiah(sums['realised'])}"
    )
    founding = found.filter(number=FOUNDING).first()
    if founding and (missing := absent_rts(founding)):
        names = ", ".join(rt_name(rt, rw) for rt, rw in missing)
        say(f"      {founding}: {founding.invited_rts.count()} RT diundang, tanpa wakil: {names}")


def _export(say: Say) -> None:
    path = workbook_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)  # of a database that is no more
    _output_of(
        "export_report", "audit", "--as", SUPERVISOR, "--year", str(YEAR), "--budget-line", EMPOWERMENT,
        "--output", str(path),
    )  # fmt: skip
    say(f"  {SUPERVISOR} mengekspor buku kerja audit: {path}")


def _output_of(command: str, *arguments: str) -> str:
    """Return what a command printed; an import with rejected rows ends with 1, which is no failure here."""
    out = io.StringIO()
    try:
        call_command(command, *arguments, stdout=out)
    except SystemExit as end:
        if end.code not in (None, 0, 1):
            raise
    return out.getvalue()
