"""Addresses of the applicant."""

from django.urls import path

from . import applicant_views as views

urlpatterns = [
    path("applications/<str:reference>/", views.application, name="application"),
]
