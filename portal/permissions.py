"""Who may do what. Roles give verbs, agencies give rows; the two never mix.

ROLE_PERMISSIONS is the whole matrix; `sync_roles` copies it to Groups after every migrate, so that the back office
and Django's own permission checks speak the same language.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from portal.enums import Role
from portal.scoping import may_look
from portal.triggers import PROJECT_APPS


def _verbs(model: str, *verbs: str) -> set[str]:
    app, name = model.split(".")
    return {f"{app}.{verb}_{name}" for verb in verbs}


_REFERENCE = (
    _verbs("portal.region", "view")
    | _verbs("portal.agency", "view")
    | _verbs("portal.fiscalyear", "view")
    | _verbs("programs.nomenclaturenode", "view")
    | _verbs("programs.fundsource", "view")
    | _verbs("programs.expenseaccount", "view")
    | _verbs("programs.unitcostcap", "view")
    | _verbs("programs.budgetline", "view")
)
_READ_TRAININGS = (
    _verbs("programs.training", "view")
    | _verbs("programs.invitedrt", "view")
    | _verbs("programs.session", "view")
    | _verbs("programs.expense", "view")
    | _verbs("participants.person", "view")
    | _verbs("participants.business", "view")
    | _verbs("participants.enrolment", "view")
    | _verbs("participants.attendance", "view")
)
_IMPORTS = (
    _verbs("portal.importbatch", "view", "import")
    | _verbs("portal.job", "view")
    | _verbs("portal.rememberedcolumns", "view", "delete")
    | _verbs("portal.rememberedvalue", "view", "delete")
)
_EXPORTS = _verbs("reports.exportrecord", "view", "export") | _verbs("reports.findingnote", "view")
_READ_SIPD = _verbs("programs.sipdupload", "view")
_OPERATOR = (
    _REFERENCE
    | _READ_TRAININGS
    | _IMPORTS
    | _EXPORTS
    | _verbs("programs.training", "add", "change", "delete", "submit")
    | _verbs("programs.invitedrt", "add", "change", "delete")
    | _verbs("programs.session", "add", "change", "delete")
    | _verbs("programs.instructor", "view", "add", "change")
    | _verbs("participants.person", "add", "change", "reveal")
    | _verbs("participants.business", "add", "change", "delete")
    | _verbs("participants.enrolment", "add", "change", "delete")
    | _verbs("participants.attendance", "add", "change", "delete")
)

ROLE_PERMISSIONS: dict[str, set[str]] = {
    Role.OPERATOR: _OPERATOR,
    Role.HEAD: _OPERATOR | _verbs("portal.importbatch", "approve") | _verbs("portal.user", "view"),
    Role.PROGRAMME_OFFICER: _REFERENCE
    | _READ_TRAININGS
    | _IMPORTS
    | _EXPORTS
    | _READ_SIPD
    | _verbs("programs.sipdupload", "add")
    | _verbs("reports.findingnote", "dismiss")
    | _verbs("programs.budgetline", "add", "change")
    | _verbs("programs.unitcostcap", "add", "change")
    | _verbs("programs.training", "add", "change", "verify")
    | _verbs("programs.invitedrt", "add", "change", "delete")
    | _verbs("programs.session", "add", "change", "delete")
    | _verbs("programs.instructor", "view", "add", "change")
    | _verbs("programs.expense", "add", "change", "delete"),
    Role.SUPERVISOR: _REFERENCE
    | _READ_TRAININGS
    | _EXPORTS
    | _READ_SIPD
    | _verbs("reports.findingnote", "dismiss")
    | _verbs("programs.training", "verify")
    | _verbs("portal.importbatch", "view", "approve")
    | _verbs("portal.fiscalyear", "approve"),
    Role.AUDITOR: _REFERENCE
    | _READ_TRAININGS
    | _EXPORTS
    | _READ_SIPD
    | _verbs("reports.findingnote", "dismiss")
    | _verbs("programs.instructor", "view")
    | _verbs("portal.importbatch", "view")
    | _verbs("portal.auditevent", "view")
    | _verbs("portal.user", "view")
    | _verbs("participants.person", "reveal"),
    Role.ADMINISTRATOR: _REFERENCE
    | _verbs("portal.agency", "add", "change")
    | _verbs("portal.user", "view", "add", "change")
    | _verbs("portal.fiscalyear", "add", "change", "approve")
    | _verbs("portal.auditevent", "view")
    | _verbs("portal.job", "view")
    | _verbs("programs.nomenclaturenode", "add", "change")
    | _verbs("programs.fundsource", "add", "change")
    | _verbs("programs.expenseaccount", "add", "change")
    | _verbs("programs.unitcostcap", "add", "change"),
}


class RoleBackend(ModelBackend):
    """Django's backend with one change: a user's group is the role, so rights cannot drift from it."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not user.has_expired

    def _get_group_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.filter(group__name=user_obj.role)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return may_look(user_obj) and super().has_perm(user_obj, perm, obj)


def sync_roles() -> None:
    """Make Groups and their permissions equal to ROLE_PERMISSIONS.

    Raises ValueError for a permission that no model declares: a misspelt verb would otherwise be a right that
    nobody has.
    """
    for label in PROJECT_APPS:
        create_permissions(apps.get_app_config(label), verbosity=0)
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLE_PERMISSIONS.items():
        if missing := names - found.keys():
            raise ValueError(f"Unknown permissions of {role}: {', '.join(sorted(missing))}.")
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(found[name] for name in names)
