"""Every address of the house; of allauth's only those we want (no sign-up, no e-mail).

A URL without a row in tests/access_table.py fails the build.
"""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from portal.views import healthz, home, no_access

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("tanpa-akses/", no_access, name="no-access"),
    path("akun/login/", account.login, name="account_login"),
    path("akun/logout/", account.logout, name="account_logout"),
    path("akun/inactive/", account.account_inactive, name="account_inactive"),
    path("akun/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("akun/password/change/", account.password_change, name="account_change_password"),
    path("akun/2fa/", include("allauth.mfa.urls")),
    path("impor/", include("portal.importing.urls")),
    path("laporan/", include("reports.urls")),
    path("admin/", admin.site.urls),
]
