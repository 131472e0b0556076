"""Command line door of the import desk: the same receive, check and apply as on the screen."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from portal.enums import BatchState
from portal.importing import pipeline
from portal.importing.registry import resource_class, resource_classes
from portal.importing.rows import ImportRefused
from portal.models import ImportBatch, User

DONE, PARTLY, REFUSED = 0, 1, 2
NOTHING = {"new": 0, "changed": 0, "same": 0, "rejected": 0, "errors": [], "warnings": [], "notices": []}


class Command(BaseCommand):
    """Ends with 0 when all rows were taken, 1 when some were rejected, 2 when nothing could be taken."""

    help = "Impor berkas lembar kerja. Tanpa --apply hanya diperiksa: tidak ada yang ditulis."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("resource", help=f"jenis data: {', '.join(cls.identifier for cls in resource_classes())}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", required=True, help="nama pengguna yang mengimpor")
        parser.add_argument("--training", default="", help="nomor pelatihan, untuk peserta dan daftar hadir")
        parser.add_argument("--apply", action="store_true", help="simpan baris yang sah")
        parser.add_argument("--all-or-nothing", action="store_true", help="simpan hanya bila semua baris sah")
        parser.add_argument("--json", action="store_true", dest="as_json", help="cetak satu objek JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.report = dict(NOTHING)
        try:
            self._import(options)
        except ImportRefused as refusal:
            self._refuse(str(refusal), options["as_json"])
        except PermissionDenied:
            self._refuse(f"Pengguna “{options['user']}” tidak boleh mengimpor data ini.", options["as_json"])
        self._tell(options)
        if self.report["rejected"]:
            taken = self.report["new"] + self.report["changed"] + self.report["same"]
            raise SystemExit(PARTLY if taken else REFUSED)

    def _import(self, options: dict) -> None:
        cls = resource_class(options["resource"])
        if cls is None:
            raise ImportRefused(f"Jenis data “{options['resource']}” tidak dikenal.")
        if cls.needs_training and not options["training"]:
            raise ImportRefused("Sebutkan pelatihannya dengan --training NOMOR.")
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise ImportRefused(f"Pengguna “{options['user']}” tidak ada.")
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise ImportRefused(f"Berkas {options['file']} tidak dapat dibaca: {fault.strerror}.") from None
        with nullcontext() if options["apply"] else transaction.atomic():
            self._run(content, cls.identifier, user, options)

    def _run(self, content: bytes, resource: str, user: User, options: dict) -> None:
        batch = pipeline.receive(content, options["file"].name, resource=resource, by=user, target=options["training"])
        try:
            pipeline.stage(batch)
            if batch.state == BatchState.COLUMNS:
                raise ImportRefused(" ".join(batch.notices))
            self.report = _report(batch)
            if options["apply"] and batch.rows_rejected < batch.rows_total:
                pipeline.apply(batch, by=user, all_or_nothing=options["all_or_nothing"])
                self.report = _report(batch)
        finally:
            if not options["apply"]:  # a look leaves no trace
                batch.file.delete(save=False)
                transaction.set_rollback(True)

    def _refuse(self, sentence: str, as_json: bool) -> None:
        """Say why nothing was written, and end with REFUSED; a program gets its object all the same."""
        self.stderr.write(sentence)
        if as_json:
            report = {**self.report, "new": 0, "changed": 0, "same": 0}
            report["notices"] = [*report["notices"], sentence]
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        raise SystemExit(REFUSED)

    def _tell(self, options: dict) -> None:
        report = self.report
        if options["as_json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        verb = "Disimpan" if options["apply"] else "Diperiksa"
        self.stdout.write(
            f"{verb}: {report['new']} baru, {report['changed']} berubah, {report['same']} sama, "
            f"{report['rejected']} ditolak."
        )
        for error in report["errors"]:
            place = f"Baris {error['row']}" + (f" · {error['column']}" if error["column"] else "")
            self.stdout.write(f"{place} · “{error['value']}” · {error['message']}")


def _report(batch: ImportBatch) -> dict[str, Any]:
    said: dict[str, list] = {"error": [], "warning": [], "change": []}
    for row in batch.rows.order_by("id"):
        for message in row.messages:
            entry = {
                "sheet": row.sheet,
                "row": row.number,
                "column": message["column"],
                "value": message["value"],
                "message": message["message"],
            }
            said.setdefault(message["level"], []).append(entry)
    return {**batch.counts, "errors": said["error"], "warnings": said["warning"], "notices": batch.notices}
