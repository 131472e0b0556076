"""The command line door of exports: the same permissions, filters, sheets and records as the page."""

import os
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.formatting import rupiah
from portal.models import User
from portal.scoping import may_look
from portal.spreadsheets.sheets import SheetResult
from reports.asof import parse_day
from reports.base import ExportRefused, Receipt, run_export
from reports.registry import permitted_exporters
from reports.rules import grouped

REFUSED = 2
MONEY_KEYS = {"ceiling": "pagu", "planned": "rencana", "realised": "realisasi"}


class Command(BaseCommand):
    """Ends with 0 when the file stands there, with 2 and one sentence on stderr when nothing was written."""

    help = "Mengekspor laporan ke berkas .xlsx atau .csv, dengan hak dan cakupan seorang pengguna."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID", help="audit, trainings, participants, … seperti di menu Laporan")
        parser.add_argument("--as", dest="username", metavar="USER", required=True, help="nama pengguna")
        parser.add_argument("--year", metavar="Y", required=True, help="tahun anggaran")
        parser.add_argument("--budget-line", metavar="CODE", default="", help="kode anggaran tingkat mana pun")
        parser.add_argument("--office", metavar="CODE", default="", help="kode wilayah kecamatan, misalnya 35.07.33")
        parser.add_argument("--format", dest="file_format", default="xlsx", metavar="xlsx|csv|zip")
        parser.add_argument(
            "--as-of", metavar="DAY", default="", help="data pada akhir hari itu (WIB), misalnya 31-12-2025"
        )
        parser.add_argument("--output", metavar="FILE", required=True, help="berkas tujuan")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            receipt, files = self._export(options)
        except ExportRefused as refusal:
            self.stderr.write(str(refusal))
            raise SystemExit(REFUSED) from None
        self._report(receipt, files)

    def _export(self, options: dict[str, Any]) -> tuple[Receipt, list[Path]]:
        user = _user(options["username"])
        exporter = permitted_exporters(user).get(options["id"])
        if exporter is None:
            choices = ", ".join(permitted_exporters(user)) or "tidak ada"
            raise ExportRefused([f"Laporan “{options['id']}” tidak tersedia bagi {user}; pilihannya: {choices}."])
        output, per = _output(options["output"]), _day(options["as_of"])
        params = {name: options[name] for name in ("year", "budget_line", "office") if options[name]}
        # Beside the target, so that the finished file takes its place in one step.
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".sulam-") as folder:
            receipt = run_export(
                exporter(),
                user=user,
                params=params,
                file_format=options["file_format"],
                target=Path(folder) / output.name,
                per=per,
            )
            return receipt, [path.replace(output.parent / path.name) for path in receipt.files]

    def _report(self, receipt: Receipt, files: list[Path]) -> None:
        for result in receipt.sheets:
            self._tell(result)
        self.stdout.write(f"Nomor ekspor {receipt.record.pk}")
        self.stdout.write(f"Sidik isi {grouped(receipt.record.content_digest)}")
        for path in files:
            self.stdout.write(f"Berkas: {path}")

    def _tell(self, result: SheetResult) -> None:
        sums = [f"{word} {rupiah(result.sums[key])}" for key, word in MONEY_KEYS.items() if key in result.sums]
        self.stdout.write(f"{result.title}: {result.rows} baris" + "".join(f"; {text}" for text in sums))
        for below in result.below:
            self._tell(below)


def _user(username: str) -> User:
    user = User.objects.filter(username=username).select_related("agency").first()
    if user is None:
        raise ExportRefused([f"Pengguna “{username}” tidak ada."])
    if not may_look(user):
        raise ExportRefused([f"Pengguna “{username}” tidak aktif atau masa aksesnya sudah berakhir."])
    return user


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError as fault:
        raise ExportRefused([str(fault)]) from None


def _output(text: str) -> Path:
    output = Path(text)
    if not output.name or output.is_dir():
        raise ExportRefused([f"“{text}” bukan nama berkas; tulis misalnya audit-2025.xlsx."])
    if not output.parent.is_dir():
        raise ExportRefused([f"Folder {output.parent} tidak ada; buat dahulu atau pilih folder lain."])
    if not os.access(output.parent, os.W_OK):
        raise ExportRefused([f"Folder {output.parent} tidak dapat ditulisi; pilih folder lain."])
    return output
