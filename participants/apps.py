from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Peserta"

    def ready(self) -> None:
        from participants import resources  # noqa: F401  (registers the sheets with the import desk)
