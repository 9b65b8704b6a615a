"""Addresses of registration."""

from django.urls import path

from . import bulk_views, paper_views, people_views, public_views, seat_views, views, waiting_views

OWN = "meetings/<slug:slug>/registration/<int:pk>/"

urlpatterns = [
    path("meetings/<slug:slug>/registration/", views.registration, name="registration"),
    path("meetings/<slug:slug>/registrations/", public_views.registrations, name="registrations"),
    path("meetings/<slug:slug>/registrations.csv", public_views.registrations_csv, name="registrations_csv"),
    path(
        "meetings/<slug:slug>/registration/recognition/<str:key>/",
        views.ask_to_be_recognized,
        name="ask_to_be_recognized",
    ),
    path(OWN, views.registration, name="registration_of"),
    path(f"{OWN}list/", bulk_views.enter, name="registration_list"),
    path(f"{OWN}people/add/", people_views.add, name="person_add"),
    path(f"{OWN}people/invite/", people_views.invite, name="person_invite"),
    path(f"{OWN}people/<int:person>/", people_views.change, name="person"),
    path(f"{OWN}people/<int:person>/remove/", people_views.remove, name="person_remove"),
    path(f"{OWN}people/<int:person>/visa-letter.pdf", paper_views.visa_letter, name="visa_letter"),
    path(f"{OWN}seats/<int:registration>/replace/", seat_views.replace, name="seat_replace"),
    path(f"{OWN}seats/<int:registration>/give-up/", seat_views.withdraw, name="seat_withdraw"),
    path(f"{OWN}seats/<int:registration>/first/", seat_views.go_first, name="seat_first"),
    path(f"{OWN}seats/<int:registration>/letter.pdf", paper_views.confirmation, name="seat_letter"),
    path(
        f"{OWN}seats/<int:registration>/accept/", waiting_views.answer_offer, {"answer": "accept"}, name="offer_accept"
    ),
    path(
        f"{OWN}seats/<int:registration>/decline/",
        waiting_views.answer_offer,
        {"answer": "decline"},
        name="offer_decline",
    ),
    path(f"{OWN}changes/<int:notice>/", waiting_views.answer_change, name="change_answer"),
    path(f"{OWN}waiting/<slug:session_slug>/", waiting_views.join_waiting_list, name="waiting_join"),
    path(f"{OWN}speaking/<slug:session_slug>/", seat_views.ask_to_speak, name="speaking_ask"),
    path(f"{OWN}speaking/<int:request_pk>/take-back/", seat_views.take_back_request, name="speaking_take_back"),
    path(f"{OWN}calendar/open/", paper_views.open_calendar, name="calendar_open"),
    path(f"{OWN}calendar/close/", paper_views.close_calendar, name="calendar_close"),
    path("registration/guardian/<str:key>/", people_views.guardian, name="guardian_form"),
    path("registration/invitation/<str:key>/", people_views.invitation, name="representative_invitation"),
    path("registration/invitation/<str:key>/data.json", people_views.what_is_kept, name="what_is_kept"),
    path(
        "registration/invitation/<str:key>/calendar/<slug:act>/",
        paper_views.personal_calendar,
        name="personal_calendar",
    ),
    path("calendar/<str:key>.ics", paper_views.calendar, name="private_calendar"),
]
