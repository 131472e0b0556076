"""What every request passes: sessions that end, a second factor that is required, pages that stay private."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.middleware import SEEN_STEP_SECONDS
from portal.models import User
from tests.factories.portal import UserFactory
from tests.roles import client_of

HOME = reverse("admin:index")


@pytest.fixture
def browser(db: None) -> Client:
    client = client_of(UserFactory(operator=True))
    assert client.get(HOME).status_code == 200
    return client


def age(client: Client, key: str, seconds: int) -> None:
    """Move a mark of the session into the past."""
    session = client.session
    session[key] -= seconds
    session.save()


def is_signed_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_an_idle_session_ends(browser: Client, settings) -> None:
    age(browser, "seen", settings.SESSION_IDLE_SECONDS - 5)
    assert is_signed_in(browser)
    age(browser, "seen", settings.SESSION_IDLE_SECONDS + 5)
    assert not is_signed_in(browser)
    assert "_auth_user_id" not in browser.session


def test_every_session_ends_after_its_longest_time(browser: Client, settings) -> None:
    age(browser, "started", settings.SESSION_ABSOLUTE_SECONDS + 5)
    assert not is_signed_in(browser)


def test_work_keeps_a_session_alive(browser: Client, settings) -> None:
    for _ in range(3):
        age(browser, "seen", settings.SESSION_IDLE_SECONDS - 5)
        assert is_signed_in(browser)


def test_the_session_is_written_once_a_minute_at_most(browser: Client) -> None:
    age(browser, "seen", SEEN_STEP_SECONDS - 10)
    before = browser.session["seen"]
    assert is_signed_in(browser)
    assert browser.session["seen"] == before


@pytest.mark.parametrize("change", [{"is_active": False}, {"access_until": timezone.localdate() - timedelta(days=1)}])
def test_a_running_session_ends_with_the_access(browser: Client, change: dict) -> None:
    User.objects.update(**change)
    assert not is_signed_in(browser)


def test_a_required_second_factor_comes_first(db: None, settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["administrator"]
    administrator, operator = client_of(UserFactory(administrator=True)), client_of(UserFactory(operator=True))
    answer = administrator.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert administrator.get(reverse("mfa_index")).status_code == 200
    assert operator.get(HOME).status_code == 200


def test_pages_of_a_user_are_stored_nowhere(browser: Client) -> None:
    answer = browser.get(HOME)
    assert answer["Cache-Control"] == "no-store, private"
    assert "camera=()" in answer["Permissions-Policy"]


def test_the_content_policy_allows_nothing_inline(browser: Client) -> None:
    for answer in (browser.get(HOME), Client().get(reverse("account_login"))):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_strangers_are_led_to_the_login_with_their_way_back(db: None) -> None:
    wanted = "/admin/programs/training/?q=batik&p=2"
    answer = Client().get(wanted, follow=True)
    assert answer.redirect_chain[-1] == (f"{reverse('account_login')}?next={quote(wanted)}", 302)
    assert answer.status_code == 200


def test_the_admins_own_logout_hands_over(browser: Client) -> None:
    assert browser.get(reverse("admin:logout"))["Location"] == reverse("account_logout")
    assert is_signed_in(browser)
