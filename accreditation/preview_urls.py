"""Addresses of documents on the screen, under ``/admin/``; each asks for itself who may read."""

from django.urls import path

from . import preview_views as views

urlpatterns = [
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/pages/<int:number>/", views.page, name="document_page"),
    path("documents/<int:pk>/checks/", views.checks, name="document_checks"),
]
