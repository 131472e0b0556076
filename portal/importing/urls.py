"""Addresses of the import desk."""

from django.urls import path

from portal.importing.views import pages, work

app_name = "importing"
urlpatterns = [
    path("", pages.start, name="start"),
    path("berkas/<uuid:pk>/", pages.batch, name="batch"),
    path("berkas/<uuid:pk>/kemajuan/", pages.progress, name="progress"),
    path("berkas/<uuid:pk>/bermasalah.xlsx", pages.problems, name="problems"),
    path("berkas/<uuid:pk>/kolom/", work.columns, name="columns"),
    path("berkas/<uuid:pk>/perbaiki/", work.mend, name="mend"),
    path("berkas/<uuid:pk>/kembali/", work.take_back, name="take_back"),
    path("berkas/<uuid:pk>/periksa/", work.check, name="check"),
    path("berkas/<uuid:pk>/simpan/", work.apply, name="apply"),
    path("berkas/<uuid:pk>/persetujuan/", work.decide, name="decide"),
    path("berkas/<uuid:pk>/batalkan/", work.take_away, name="undo"),
    path("<slug:identifier>/", pages.upload, name="upload"),
    path("<slug:identifier>/templat.xlsx", pages.template, name="template"),
]
