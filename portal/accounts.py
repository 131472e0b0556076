"""Login by django-allauth: no self sign-up, every sign-in and refusal in the audit trail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators and office heads only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.META.get("REMOTE_ADDR", "")

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """An account past its last day answers like a wrong password."""
        if user.has_expired:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)
