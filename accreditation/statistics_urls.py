"""Addresses of the public statistics, under ``/meetings/``."""

from django.urls import path

from . import statistics_views as views

urlpatterns = [
    path("<slug:slug>/statistics/", views.page, name="statistics"),
    path("<slug:slug>/statistics.csv", views.table, name="statistics_csv"),
    path("<slug:slug>/statistics.pdf", views.paper, name="statistics_pdf"),
]
