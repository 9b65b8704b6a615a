"""Addresses of the route finder, under ``/meetings/``."""

from django.urls import path

from . import routes_views as views

urlpatterns = [
    path("<slug:slug>/route/", views.route_finder, name="route_finder"),
    path("<slug:slug>/route/<str:key>/", views.route_verdict, name="route_verdict"),
    path("<slug:slug>/route/<str:key>/not-us/", views.route_not_us, name="route_not_us"),
    path("<slug:slug>/route/<str:key>/us/<int:place>/", views.route_this_is_us, name="route_this_is_us"),
]
