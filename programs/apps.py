from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "Anggaran dan pelatihan"

    def ready(self) -> None:
        from programs import closing, resources  # noqa: F401  (they register themselves with desk and year lock)
