"""Verbs: the matrix reaches the groups unchanged, and nothing but the role gives rights."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory
from django.utils import timezone

from portal.enums import Role
from portal.models import User
from portal.permissions import ROLE_PERMISSIONS, sync_roles
from programs.enums import TRANSITIONS
from tests.factories.portal import PASSWORD, UserFactory

READERS = {Role.SUPERVISOR, Role.AUDITOR}
WRITING = {"add", "change", "delete", "import", "submit"}


def fresh(user: User) -> User:
    """Return the user as the next request loads it, without cached rights."""
    return User.objects.get(pk=user.pk)


def test_every_role_has_its_group_after_migrate(db: None) -> None:
    for role, names in ROLE_PERMISSIONS.items():
        found = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in found} == names, role
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_sync_takes_away_what_the_matrix_does_not_name(db: None) -> None:
    group = Group.objects.get(name=Role.SUPERVISOR)
    group.permissions.add(Permission.objects.get(codename="delete_training"))
    sync_roles()
    assert not group.permissions.filter(codename="delete_training").exists()


def test_a_misspelt_verb_is_an_error(db: None, monkeypatch) -> None:
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.AUDITOR, {"programs.viwe_training"})
    with pytest.raises(ValueError, match="programs.viwe_training"):
        sync_roles()


@pytest.mark.parametrize("role", list(Role))
def test_has_perm_answers_by_the_matrix(db: None, role: str) -> None:
    user = fresh(UserFactory(**{role: True}))
    everything = set().union(*ROLE_PERMISSIONS.values())
    assert {name for name in everything if user.has_perm(name)} == ROLE_PERMISSIONS[role]
    assert user.get_all_permissions() == ROLE_PERMISSIONS[role]


def test_a_group_alone_gives_nothing(db: None) -> None:
    user = UserFactory(role="")
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR))
    assert fresh(user).get_all_permissions() == set()


@pytest.mark.parametrize("change", ["is_active", "access_until", "agency"])
def test_rights_end_at_once(db: None, change: str) -> None:
    user = UserFactory(operator=True)
    assert fresh(user).has_perm("programs.view_training")
    if change == "is_active":
        user.is_active = False
    elif change == "access_until":
        user.access_until = timezone.localdate() - timedelta(days=1)
    else:
        user.agency.active = False
        user.agency.save()
    user.save()
    assert not fresh(user).has_perm("programs.view_training")


@pytest.mark.parametrize("change", [{"is_active": False}, {"access_until": "yesterday"}])
def test_the_right_password_is_not_enough(db: None, change: dict) -> None:
    if "access_until" in change:
        change = {"access_until": timezone.localdate() - timedelta(days=1)}
    user = UserFactory(operator=True, **change)
    assert authenticate(RequestFactory().post("/"), username=user.username, password=PASSWORD) is None


def test_reading_roles_write_nothing() -> None:
    for role in READERS:
        verbs = {name.split(".")[1].split("_")[0] for name in ROLE_PERMISSIONS[role]}
        assert not verbs & WRITING, role


def test_no_role_deletes_people_budget_lines_users_or_trails() -> None:
    """What the audit rests on is ended (inactive, cancelled), never removed."""
    kept = {"person", "budgetline", "user", "agency", "fiscalyear", "auditevent", "exportrecord", "importbatch"}
    for role, names in ROLE_PERMISSIONS.items():
        deleted = {name.split(".delete_")[1] for name in names if ".delete_" in name}
        assert not deleted & kept, role


def test_the_administrator_reads_no_people() -> None:
    assert not {name for name in ROLE_PERMISSIONS[Role.ADMINISTRATOR] if name.startswith("participants.")}


def test_no_role_may_both_submit_and_verify() -> None:
    """Four eyes: whoever hands a training in does not approve it."""
    for role, names in ROLE_PERMISSIONS.items():
        assert not {"programs.submit_training", "programs.verify_training"} <= names, role
    assert set(TRANSITIONS.values()) == {"programs.submit_training", "programs.verify_training"}


def test_only_these_roles_may_reveal_a_nik() -> None:
    may = {role for role, names in ROLE_PERMISSIONS.items() if "participants.reveal_person" in names}
    assert may == {Role.OPERATOR, Role.HEAD, Role.AUDITOR}
