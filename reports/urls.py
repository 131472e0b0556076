"""Addresses of the reports."""

from django.urls import path

from reports.views import closing, findings, pages, requests, sipd, verify

app_name = "reports"
urlpatterns = [
    path("", pages.index, name="index"),
    path("pelatihan/", pages.trainings, name="trainings"),
    path("verifikasi/", verify.by_code, name="verify_code"),
    path("verifikasi/berkas/", verify.by_file, name="verify_file"),
    path("verifikasi/<str:code>/", verify.by_code, name="verify"),
    path("sipd/", sipd.uploads, name="sipd"),
    path("sipd/<int:pk>/", sipd.upload, name="sipd_upload"),
    path("permintaan/<uuid:pk>/", requests.page, name="request"),
    path("permintaan/<uuid:pk>/kemajuan/", requests.progress, name="request_progress"),
    path("permintaan/<uuid:pk>/keputusan/", requests.decide, name="request_decide"),
    path("permintaan/<uuid:pk>/unduh/", requests.download, name="request_download"),
    path("temuan/", findings.findings, name="findings"),
    path("temuan/keputusan/", findings.decide, name="finding_decision"),
    path("tutup-buku/<int:pk>/", closing.corrections_of_year, name="closing"),
    path("ekspor/<slug:identifier>/", pages.export, name="export"),
]
