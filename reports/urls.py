"""Addresses of the reports."""

from django.urls import path

from reports.views import pages, sipd, verify

app_name = "reports"
urlpatterns = [
    path("", pages.index, name="index"),
    path("pelatihan/", pages.trainings, name="trainings"),
    path("verifikasi/", verify.by_code, name="verify_code"),
    path("verifikasi/berkas/", verify.by_file, name="verify_file"),
    path("verifikasi/<str:code>/", verify.by_code, name="verify"),
    path("sipd/", sipd.uploads, name="sipd"),
    path("sipd/<int:pk>/", sipd.upload, name="sipd_upload"),
    path("ekspor/<slug:identifier>/", pages.export, name="export"),
]
