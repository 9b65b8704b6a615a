"""Every address of the portal: the composition root, the only module that knows all apps."""

from django.contrib import admin
from django.urls import include, path

from . import demonstration, health, look_admin, mission_views, verify_views, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("verify/", verify_views.check_paper, name="verify"),
    path("verify/<str:code>/", verify_views.check_paper, name="verify_code"),
    path("", include("accreditation.applicant_urls")),
    path("", include("accreditation.mission_urls")),
    path("meetings/", include("accreditation.routes_urls")),
    path("meetings/", include("accreditation.statistics_urls")),
    path("", include("sessions_app.urls")),
    path("", include("registration.urls")),
    path("", views.home, name="home"),
    path("meetings/<slug:slug>/", views.forum, name="forum"),
    path("preferences/", views.preferences, name="preferences"),
    path("help/", views.page, {"template": "portal/help.html"}, name="help"),
    path("help/accessibility/", views.page, {"template": "portal/accessibility.html"}, name="accessibility"),
    path("help/who-sees-what/", views.page, {"template": "portal/who_sees.html"}, name="who_sees"),
    path("help/what-we-keep/", views.page, {"template": "portal/privacy.html"}, name="privacy"),
    path("account/", include("imrf_portal.account_urls")),
    path("mission/people/", mission_views.people, name="mission_people"),
    path("mission/people/<int:pk>/<slug:name>/", mission_views.act, name="mission_act"),
    path("seeing/end/", look_admin.end, name="support_look_end"),
    path("demo/", demonstration.page, name="demonstration"),
    path("admin/", include("accreditation.preview_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "imrf_portal.error_views.bad_request"
handler403 = "imrf_portal.error_views.permission_denied"
handler404 = "imrf_portal.error_views.not_found"
handler500 = "imrf_portal.error_views.server_error"
