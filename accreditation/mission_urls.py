"""Addresses of Member States."""

from django.urls import path

from . import mission_views as views

urlpatterns = [
    path("lists/<int:pk>/", views.stakeholder_list, name="list"),
]
