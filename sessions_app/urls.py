"""Addresses of the programme."""

from django.urls import path

from . import views

urlpatterns = [
    path("meetings/<slug:slug>/programme/", views.forum_programme, name="programme"),
    path("meetings/<slug:slug>/programme.ics", views.forum_feed, name="programme_feed"),
    path("meetings/<slug:slug>/programme/<slug:session_slug>/", views.session, name="session"),
    path("meetings/<slug:slug>/programme/<slug:session_slug>.ics", views.session_feed, name="session_feed"),
]
