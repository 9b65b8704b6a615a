"""Addresses of Member States, and the public register of the lists."""

from django.urls import path

from . import exports, letters, mission_views, objection_views, outcome_views, register_views

urlpatterns = [
    path("lists/", mission_views.lists, name="lists"),
    path("lists/ledger/", mission_views.ledger, name="our_requests"),
    path("lists/ledger/record.csv", exports.ledger_csv, name="our_requests_csv"),
    path("lists/objections/<str:code>/", objection_views.objection, name="objection"),
    path("lists/objections/<str:code>/withdraw/", objection_views.withdraw, name="objection_withdraw"),
    path("lists/objections/<str:code>/disown/", objection_views.disown, name="objection_disown"),
    path("lists/<int:pk>/", mission_views.stakeholder_list, name="list"),
    path("lists/<int:pk>/print/", mission_views.print_list, name="list_print"),
    path("lists/<int:pk>/ask/", mission_views.ask, name="list_ask"),
    path("lists/<int:pk>/list.csv", exports.list_csv, name="list_csv"),
    path("lists/<int:pk>/difference/", outcome_views.difference, name="list_difference"),
    path("lists/<int:pk>/certificate/", outcome_views.certificate, name="list_certificate"),
    path("lists/<int:pk>/certificate.pdf", letters.certificate_pdf, name="list_certificate_pdf"),
    path("lists/<int:pk>/letter.pdf", letters.letter_pdf, name="list_letter"),
    path("lists/<int:pk>/<str:key>/", mission_views.entry, name="entry"),
    path("lists/<int:pk>/<str:key>/object/", objection_views.object_to_entry, name="object"),
    path("meetings/<slug:slug>/register/", register_views.register, name="register"),
    path("meetings/<slug:slug>/register.csv", register_views.register_csv, name="register_csv"),
]
