"""Pages that belong to no app: the way in, the word for those who may not, the pulse for monitors."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the back office, which asks for login first."""
    return redirect("admin:index")


@require_safe
@login_required
def no_access(request: HttpRequest) -> HttpResponse:
    """Tell a signed-in user without a role whom to ask."""
    return render(request, "portal/no_access.html", status=403)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
