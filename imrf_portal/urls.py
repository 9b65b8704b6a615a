"""Every address of the portal: the composition root, the only module that knows all apps."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accreditation.applicant_urls")),
    path("", include("accreditation.mission_urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
