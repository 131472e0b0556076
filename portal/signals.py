"""What only signals can tell: who signed in, who failed to, who left. Everything else is written by actions."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from portal.actions.audit import record_event
from portal.enums import AuditAction


@receiver(user_logged_in)
def note_login(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    record_event(AuditAction.LOGIN, by=user, summary="Masuk ke portal", request=request)


@receiver(user_logged_out)
def note_logout(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record_event(AuditAction.LOGOUT, by=user, summary="Keluar dari portal", request=request)


@receiver(user_login_failed)
def note_failed_login(credentials: dict, request: HttpRequest | None = None, **kwargs: Any) -> None:
    name = str(credentials.get("username", ""))[:60]
    record_event(AuditAction.LOGIN_FAILED, by=None, summary=f"Gagal masuk sebagai “{name}”", request=request)


@receiver(password_changed)
def note_own_password(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    record_event(AuditAction.ACCESS, by=user, obj=user, summary="Mengganti kata sandi sendiri", request=request)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def note_second_factor(request: HttpRequest, user: Any, authenticator: Any, signal: Any, **kwargs: Any) -> None:
    verb = "Mencabut" if signal is authenticator_removed else "Memasang"
    summary = f"{verb} verifikasi dua langkah ({authenticator.type})"
    record_event(AuditAction.ACCESS, by=user, obj=user, summary=summary, request=request)
