from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "Anggaran dan pelatihan"

    def ready(self) -> None:
        from programs import resources  # noqa: F401  (registers the sheets with the import desk)
