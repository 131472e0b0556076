"""Addresses of the import desk."""

from django.urls import path

from portal.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.start, name="start"),
    path("berkas/<uuid:pk>/", views.batch, name="batch"),
    path("berkas/<uuid:pk>/periksa/", views.check, name="check"),
    path("berkas/<uuid:pk>/simpan/", views.apply, name="apply"),
    path("berkas/<uuid:pk>/bermasalah.xlsx", views.problems, name="problems"),
    path("<slug:identifier>/", views.upload, name="upload"),
    path("<slug:identifier>/templat.xlsx", views.template, name="template"),
]
