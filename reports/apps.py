from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Laporan"

    def ready(self) -> None:
        from portal.actions.housekeeping import CHORES
        from reports.actions import closing  # noqa: F401  (keeps the figures of a year that is closed)
        from reports.actions.exports import drop_old_files

        autodiscover_modules("exporters")
        CHORES.append(("{} berkas ekspor lama dihapus.", drop_old_files))
