"""Addresses of the reports."""

from django.urls import path

from reports.views import pages

app_name = "reports"
urlpatterns = [
    path("", pages.index, name="index"),
    path("pelatihan/", pages.trainings, name="trainings"),
    path("ekspor/<slug:identifier>/", pages.export, name="export"),
]
