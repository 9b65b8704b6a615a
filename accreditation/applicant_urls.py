"""Addresses of the applicant."""

from django.urls import path

from . import (
    answer_views,
    applicant_views,
    apply_views,
    document_views,
    late_views,
    receipt_views,
    send_views,
    team_views,
)

urlpatterns = [
    path("meetings/<slug:slug>/apply/", apply_views.apply, name="apply"),
    path("meetings/<slug:slug>/questions/", apply_views.questions, name="blank_form"),
    path("applications/", applicant_views.my_applications, name="my_applications"),
    path("applications/invitations/<str:key>/", team_views.invitation, name="team_invitation"),
    path("applications/<str:reference>/", applicant_views.application, name="application"),
    path("applications/<str:reference>/team/", team_views.team, name="team"),
    path("applications/<str:reference>/team/owner/", team_views.ask_to_be_owner, name="team_owner"),
    path("applications/<str:reference>/team/owner/<str:answer>/", team_views.answer_as_owner, name="team_answer"),
    path("applications/<str:reference>/team/<int:pk>/role/", team_views.change_role, name="team_role"),
    path("applications/<str:reference>/team/<int:pk>/end/", team_views.end_access, name="team_end"),
    path(
        "applications/<str:reference>/team/invitations/<int:pk>/take-back/", team_views.take_back, name="team_take_back"
    ),
    path("applications/<str:reference>/check/", send_views.check, name="application_check"),
    path("applications/<str:reference>/sent/", send_views.sent, name="application_sent"),
    path("applications/<str:reference>/receipt/<int:number>.pdf", receipt_views.receipt, name="application_receipt"),
    path("applications/<str:reference>/withdraw/", applicant_views.withdraw, name="application_withdraw"),
    path("applications/<str:reference>/restore/", applicant_views.restore, name="application_restore"),
    path("applications/<str:reference>/documents/", document_views.documents, name="application_documents"),
    path("applications/<str:reference>/documents/<int:pk>/", document_views.document, name="application_document"),
    path(
        "applications/<str:reference>/documents/<str:kind>/remove/",
        document_views.remove,
        name="application_document_remove",
    ),
    path("applications/<str:reference>/answer/", answer_views.answer, name="application_answer"),
    path("applications/<str:reference>/late/", late_views.ask, name="application_late"),
    path("applications/<str:reference>/late/use/", late_views.use_kept, name="application_late_use"),
    path("applications/<str:reference>/answers.txt", late_views.answers_text, name="application_text"),
    path("applications/<str:reference>/<str:key>/", apply_views.step, name="application_step"),
]
