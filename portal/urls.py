"""Every address of the house. A URL without a row in tests/access_table.py fails the build."""

from django.contrib import admin
from django.urls import include, path

from portal.views import healthz, home, no_access

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("tanpa-akses/", no_access, name="no-access"),
    path("akun/", include("allauth.account.urls")),
    path("akun/2fa/", include("allauth.mfa.urls")),
    path("impor/", include("portal.importing.urls")),
    path("admin/", admin.site.urls),
]
