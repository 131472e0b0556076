"""Start of the house: checks, the database's guards, roles, and our own admin site."""

import gc
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate, pre_migrate


def before_migrate(**kwargs: Any) -> None:
    from portal.triggers import drop_guards

    drop_guards()


def after_migrate(**kwargs: Any) -> None:
    from portal.permissions import sync_roles
    from portal.triggers import make_guards

    make_guards()
    sync_roles()


class PortalConfig(AppConfig):
    default = True
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks, signals  # noqa: F401  (both register themselves)

        pre_migrate.connect(before_migrate, sender=self)
        post_migrate.connect(after_migrate, sender=self)
        # What is loaded by now stays for good; an import takes some seven percent less when it is not looked through
        # for garbage again and again.
        gc.freeze()


class PortalAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        from portal.admin import declarations  # noqa: F401  (registers the portal's own models)

        super().ready()
