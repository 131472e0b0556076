"""What every request passes: limits of a session, required second factor, no copies of private pages."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from portal.actions.audit import record_event
from portal.enums import AuditAction
from portal.scoping import may_look

SEEN_STEP_SECONDS = 60  # how precise the idle limit is; every step is a write to the session table
Responder = Callable[[HttpRequest], HttpResponse]


class SessionLimitMiddleware:
    """Ends a session that was idle too long, is too old, or whose user lost access meanwhile."""

    def __init__(self, get_response: Responder):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            messages.info(request, "Sesi Anda berakhir demi keamanan. Silakan masuk kembali.")
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        if not may_look(request.user):
            return True
        now = int(timezone.now().timestamp())
        started = request.session.setdefault("started", now)
        seen = request.session.setdefault("seen", now)
        if now - started > settings.SESSION_ABSOLUTE_SECONDS or now - seen > settings.SESSION_IDLE_SECONDS:
            return True
        if now - seen > SEEN_STEP_SECONDS:
            request.session["seen"] = now
        return False


class RequiredMfaMiddleware:
    """Sends roles named in MFA_REQUIRED_ROLES to set up a second factor before anything else."""

    def __init__(self, get_response: Responder):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        required = user.is_authenticated and user.role in settings.MFA_REQUIRED_ROLES
        if required and not request.path.startswith(("/akun/", settings.STATIC_URL)) and not is_mfa_enabled(user):
            messages.warning(request, "Peran Anda wajib memakai verifikasi dua langkah. Aktifkan dahulu di bawah ini.")
            return redirect("mfa_index")
        return self.get_response(request)


class RefusalMiddleware:
    """Notes every refusal (403) of a signed-in user in the audit trail."""

    def __init__(self, get_response: Responder):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and request.user.is_authenticated:
            summary = f"{request.method} {request.path}"
            record_event(AuditAction.REFUSED, by=request.user, summary=summary, request=request)
        return response


class PrivateResponseMiddleware:
    """Pages of a signed-in user are never stored by a browser or a proxy on the way."""

    def __init__(self, get_response: Responder):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
