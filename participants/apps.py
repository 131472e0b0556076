from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Peserta"

    def ready(self) -> None:
        from participants import closing, resources  # noqa: F401  (they register themselves with desk and year lock)
