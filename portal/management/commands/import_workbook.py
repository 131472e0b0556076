"""Command line door of the import desk: the same receive, check and apply as on the screen."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.importing import pipeline
from portal.importing.resources import ImportRefused, resource_class, resource_classes
from portal.models import ImportBatch, User

DONE, PARTLY, REFUSED = 0, 1, 2


class Command(BaseCommand):
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
        cls = resource_class(options["resource"])
        if cls is None:
            raise CommandError(f"Jenis data “{options['resource']}” tidak dikenal.", returncode=REFUSED)
        if cls.needs_training and not options["training"]:
            raise CommandError("Sebutkan pelatihannya dengan --training NOMOR.", returncode=REFUSED)
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"Pengguna “{options['user']}” tidak ada.", returncode=REFUSED)
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(
                f"Berkas {options['file']} tidak dapat dibaca: {fault.strerror}.", returncode=REFUSED
            ) from None
        try:
            batch = self._run(content, cls.identifier, user, options)
        except PermissionDenied:
            raise CommandError("Pengguna ini tidak boleh mengimpor.", returncode=REFUSED) from None
        except ImportRefused as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from None
        self._finish(batch, options)

    def _run(self, content: bytes, resource: str, user: User, options: dict) -> ImportBatch:
        with transaction.atomic() if not options["apply"] else nullcontext():
            batch = pipeline.receive(
                content, options["file"].name, resource=resource, by=user, target=options["training"]
            )
            try:
                pipeline.stage(batch)
                pipeline.check(batch, user)
                if options["apply"] and batch.rows_rejected < batch.rows_total:
                    pipeline.apply(batch, by=user, all_or_nothing=options["all_or_nothing"])
                self.report = _report(batch)
            finally:
                if not options["apply"]:  # a look leaves no trace
                    batch.file.delete(save=False)
                    transaction.set_rollback(True)
        return batch

    def _finish(self, batch: ImportBatch, options: dict) -> None:
        report = self.report
        if options["as_json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            verb = "Disimpan" if options["apply"] else "Diperiksa"
            self.stdout.write(
                f"{verb}: {report['new']} baru, {report['changed']} berubah, {report['same']} sama, "
                f"{report['rejected']} ditolak."
            )
            for error in report["errors"]:
                place = f"Baris {error['row']}" + (f" · {error['column']}" if error["column"] else "")
                self.stdout.write(f"{place} · “{error['value']}” · {error['message']}")
        if report["rejected"]:
            taken = report["new"] + report["changed"] + report["same"]
            raise SystemExit(PARTLY if taken else REFUSED)


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
            said[message["level"]].append(entry)
    return {**batch.counts, "errors": said["error"], "warnings": said["warning"], "notices": batch.notices}
