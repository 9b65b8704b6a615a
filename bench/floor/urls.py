from django.urls import path

from . import sittings, views

urlpatterns = [
    path("public/<slug:slug>/", views.public),
    path("queue/", views.queue),
    path("queue/<int:pk>/", views.one),
    path("export.csv", views.export),
    path("apply/<slug:slug>/", views.apply),
    path("step/<str:reference>/<str:step>/", views.step),
    path("documents/<str:reference>/", views.documents),
    path("check/<str:reference>/", views.check),
    path("sent/<str:reference>/", views.sent),
    path("programme/", sittings.programme),
    path("matrix/<int:pk>/", sittings.matrix),
    path("registrations/", sittings.registrations),
    path("passes/", sittings.passes),
]
