"""Accounts: rights by role and agency only, passwords shown once, nobody widens their own rights."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import AuditEvent, User
from tests.addresses import form_of
from tests.factories.portal import AgencyFactory, UserFactory
from tests.roles import client_of

pytestmark = pytest.mark.django_db
PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")
ADD = "admin:portal_user_add"


@pytest.fixture
def client(administrator: Any) -> Client:
    return client_of(administrator)


def change(client: Client, user: User, **fields: Any) -> Any:
    address = reverse("admin:portal_user_change", args=[user.pk])
    data = form_of(client.get(address).content.decode())
    return client.post(address, data | {"is_active": "on"} | fields)


def test_a_new_user_gets_a_password_that_is_shown_once(client: Client) -> None:
    office = AgencyFactory()
    fields = {"username": "operator.baru", "name": "Operator Baru", "role": "operator", "agency": office.pk}
    response = client.post(reverse(ADD), fields | {"is_active": "on"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    password = response.context["password"]
    assert PASSWORD.fullmatch(password)
    assert password in response.content.decode()
    user = User.objects.get(username="operator.baru")
    assert user.check_password(password)
    assert user.is_staff
    assert not user.is_superuser
    assert password not in client.get(reverse("admin:portal_user_change", args=[user.pk])).content.decode()
    assert {event.action for event in AuditEvent.objects.exclude(action="login")} == {"create", "access"}
    assert password not in str(list(AuditEvent.objects.values_list("summary", "data")))


@pytest.mark.parametrize("name", ["is_superuser", "is_staff", "groups", "user_permissions", "password"])
def test_forged_fields_give_nothing(client: Client, name: str) -> None:
    user = UserFactory(operator=True)
    before = user.password
    assert change(client, user, **{name: ["on", "1"]}).status_code == 302
    user.refresh_from_db()
    assert not user.is_superuser
    assert user.password == before
    assert not user.groups.exists()
    assert not user.user_permissions.exists()


def test_a_user_without_a_role_is_no_staff(client: Client) -> None:
    user = UserFactory(operator=True)
    assert change(client, user, role="").status_code == 302
    user.refresh_from_db()
    assert not user.is_staff


def test_a_role_needs_its_kind_of_agency(client: Client) -> None:
    user = UserFactory(operator=True)
    response = change(client, user, role="supervisor")
    assert "Peran ini hanya untuk instansi jenis Perangkat daerah pemilik anggaran." in response.content.decode()
    response = change(client, user, agency="")
    assert "harus terdaftar pada satu instansi" in response.content.decode()


def test_changed_rights_are_in_the_trail(client: Client) -> None:
    user = UserFactory(operator=True)
    change(client, user, role="head")
    event = AuditEvent.objects.get(action="access")
    assert event.data["fields"] == ["role"]
    assert "Kepala kantor kecamatan" in event.summary


def test_nobody_changes_the_own_rights(client: Client, administrator: Any) -> None:
    response = change(client, administrator, name="Nama Baru", role="auditor", is_active="", access_until="01-01-2020")
    assert response.status_code == 302
    administrator.refresh_from_db()
    assert (administrator.name, administrator.role) == ("Nama Baru", "administrator")
    assert administrator.is_active
    assert administrator.access_until is None


def test_the_account_for_rescue_is_out_of_reach(client: Client) -> None:
    root = UserFactory(is_superuser=True)
    before = root.password
    assert client.post(reverse("admin:portal_user_change", args=[root.pk]), {"name": "x"}).status_code == 403
    assert client.post(reverse("admin:portal_user_password", args=[root.pk])).status_code == 403
    root.refresh_from_db()
    assert root.password == before


def test_a_new_password_ends_the_sessions_of_its_owner(client: Client) -> None:
    user = UserFactory(operator=True)
    theirs = client_of(user)
    assert theirs.get(reverse("admin:index")).status_code == 200
    response = client.post(reverse("admin:portal_user_password", args=[user.pk]))
    password = response.context["password"]
    user.refresh_from_db()
    assert user.check_password(password)
    assert theirs.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("role", ["operator", "head", "supervisor", "auditor"])
def test_only_the_administrator_makes_passwords(role: str) -> None:
    user = UserFactory(operator=True)
    address = reverse("admin:portal_user_password", args=[user.pk])
    assert client_of(UserFactory(**{role: True})).post(address).status_code == 403
