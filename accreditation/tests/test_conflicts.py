"""Conflicts of interest: asked before a file opens, recused from it, lifted; by every door and by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import bulk, conflicts, desk_verbs, queue, recusals, review
from accreditation.models import Application, ConflictDeclaration, DeclaredInterest, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.geography import Country

from .cast import AFTER, make_circulated, make_eligible, make_officer, make_submitted

QUEUE = "/admin/accreditation/application/"


@pytest.fixture
def application(call, amina):
    return make_submitted(call, amina, acronym="HL")


@pytest.fixture
def desk(client, chen):
    client.force_login(chen)
    with clock.frozen(AFTER):
        yield client


def review_of(application):
    return f"{QUEUE}{application.pk}/change/"


def question_of(application):
    return reverse("admin:accreditation_application_conflict", args=[application.pk])


# T-S04
def test_the_question_comes_before_the_file_and_no_opens_it(desk, application, chen):
    assert desk.get(review_of(application)).status_code == 200
    desk.post(reverse("admin:interests"), {"do": "add", "country": "KE", "organization": ""})
    document = application.documents.first()
    for address in (
        review_of(application),
        f"{QUEUE}{application.pk}/history/",
        reverse("admin:accreditation_application_ask", args=[application.pk]),
        reverse("admin:accreditation_application_do", args=[application.pk, "recommend"]),
        reverse("document", args=[document.pk]),
        reverse("document_page", args=[document.pk, 1]),
    ):
        answer = desk.get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, question_of(application)), address
    assert desk.post(reverse("admin:accreditation_application_take", args=[application.pk])).status_code == 302
    with pytest.raises(Refused, match="Say first"):
        review.recommend(application, by=chen)
    application.refresh_from_db()
    assert (application.assigned_to, application.status) == (None, Status.SUBMITTED)

    asked = desk.get(f"{question_of(application)}?next={review_of(application)}").content.decode()
    assert "which you declared as your country" in asked
    assert "contact_email" not in asked and application.contact_email not in asked
    opened = desk.post(question_of(application), {"has_conflict": "no", "next": review_of(application)})
    assert opened["Location"] == review_of(application)
    assert desk.get(review_of(application)).status_code == 200
    review.recommend(application, by=chen)
    assert Event.objects.about(application).filter(verb="conflict.none", actor=chen).count() == 1


@pytest.mark.parametrize(
    ("organization", "is_tied"),
    [("Harbour Lights", True), ("Harbour Lights Association", True), ("HL", True), ("Notional Farm School", False)],
)
def test_a_former_employer_is_known_by_its_name_or_acronym(application, chen, organization, is_tied):
    interest = recusals.declare_interest(by=chen, organization=organization)
    assert conflicts.must_answer(application, chen) is is_tied
    assert recusals.declare_interest(by=chen, organization=organization) == interest
    recusals.end_interest(interest, by=chen)
    assert not conflicts.must_answer(application, chen)


# T-S04
def test_recusal_needs_a_reason_is_recorded_and_lifted_only_by_another(desk, application, chen, noor):
    with clock.frozen(AFTER):
        review.assign(application, by=chen)
        review.recommend(application, by=chen)
    refused = desk.post(question_of(application), {"has_conflict": "yes", "reason": ""})
    assert (refused.status_code, ConflictDeclaration.objects.count()) == (422, 0)
    desk.post(question_of(application), {"has_conflict": "yes", "reason": "My sister leads it."})
    application.refresh_from_db()
    assert (application.status, application.assigned_to, application.recommended_by) == (Status.SUBMITTED, None, None)
    assert Event.objects.about(application).filter(verb="conflict.recuse", reason="My sister leads it.").exists()
    assert desk.get(question_of(application)).status_code == 404
    declaration = ConflictDeclaration.objects.get()
    lifting = reverse("admin:recusal_lift", args=[declaration.pk])
    assert desk.get(lifting).status_code == 404
    with pytest.raises(Refused, match="Another officer"):
        recusals.lift(declaration, by=chen, reason="I changed my mind.")

    desk.force_login(noor)
    seen = desk.get("/admin/accreditation/conflictdeclaration/?answer=recused").content.decode()
    assert application.reference in seen
    assert desk.post(lifting, {"reason": "", "step": "do"}).status_code == 422
    desk.post(lifting, {"reason": "The sister left.", "step": "do"})
    assert application in Application.objects.visible_to(chen)
    review.recommend(application, by=chen)
    assert Event.objects.about(application).filter(verb="conflict.lift", actor=noor).exists()
    with pytest.raises(Refused, match="already"):
        recusals.lift(declaration, by=noor, reason="Again.")


# T-S04 T-S07
def test_a_recused_officer_signs_holds_and_decides_nothing(call, application, boris, chen, noor):
    other = make_eligible(call, boris, by=noor, signed_by=chen, name="Other Body")
    with clock.frozen(AFTER):
        recusals.declare(application, by=chen, has_conflict=True, reason="Former employer.")
        with pytest.raises(Refused, match="is recused from"):
            review.assign(application, by=noor, to=chen)
        run = bulk.propose("recommend", Application.objects.all(), by=chen)
        assert [item.message for item in run.items.filter(application=application)] == [
            f"Chen is recused from {application.reference}."
        ]
        review.recommend(application, by=noor)
        for verb in ("approve", "reopen"):
            with pytest.raises(Refused, match="is recused from"):
                desk_verbs.VERBS[verb].run(application, by=chen, values={"reason": "x"} if verb == "reopen" else {})
        for write in (
            lambda: review.note(application, by=chen, text="Seen."),
            lambda: review.decide_duplicate(application, other, by=chen, is_same=True, reason="One body."),
        ):
            with pytest.raises(Refused, match="is recused from"):
                write()
        recused = make_officer("third@secretariat.example", "Coordinator")
        for row in (Application.objects.filter(pk=application.pk), Application.objects.filter(pk=other.pk)):
            row.update(assigned_to=recused)
        row = Application.objects.filter(pk=application.pk)
        for change in (
            {"signed_by": chen, "signed_at": AFTER},
            {"assigned_to": chen},
            {"recommended_by": chen},
            {"decided_by": chen, "decided_at": AFTER},
        ):
            with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
                row.update(**change)
        row.update(signed_by=recused, signed_at=AFTER)


def test_the_database_keeps_one_declaration_with_a_reason(application, chen, noor):
    ConflictDeclaration.objects.create(application=application, officer=chen, has_conflict=False)
    wrong = {"application": application, "officer": noor, "has_conflict": True}
    for values in (
        {"application": application, "officer": chen, "has_conflict": False},
        {**wrong, "reason": ""},
        {**wrong, "reason": "x", "lifted_at": AFTER, "lifted_by": noor, "lifted_reason": "x"},
        {**wrong, "reason": "x", "lifted_at": AFTER, "lifted_by": chen, "lifted_reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConflictDeclaration.objects.create(**values)
    kenya = Country.objects.get(pk="KE")
    for values in ({}, {"country": kenya, "organization": "Both"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeclaredInterest.objects.create(officer=chen, **values)


# T-S04
def test_a_recused_coordinator_changes_a_draft_list_without_dropping_the_name(desk, call, amina, boris, chen, noor):
    hers = make_eligible(call, amina, by=noor, signed_by=chen)
    other = make_eligible(call, boris, by=noor, signed_by=chen, name="Other Body")
    build = reverse("admin:accreditation_list_compile", args=[call.forum.slug])
    desk.force_login(noor)
    saved = desk.post(build, {"add": [hers.pk, other.pk], "step": "save", "title": "First"})
    recusals.declare(hers, by=chen, has_conflict=True, reason="Former employer.")
    desk.force_login(chen)
    shown = desk.get(saved["Location"]).content.decode()
    assert "Other Body" in shown
    assert hers.name not in shown
    desk.post(saved["Location"], {"remove": [other.pk], "step": "save"})
    assert list(hers.entries.values_list("name", flat=True)) == [hers.name]
    assert not other.entries.exists()


def test_queue_counts_leave_out_what_she_is_recused_from(call, application, boris, chen):
    make_submitted(call, boris, name="Other Body")
    with clock.frozen(AFTER):
        assert queue.counts(chen)["all"] == 2
        recusals.declare(application, by=chen, has_conflict=True, reason="Former employer.")
        assert queue.counts(chen)["all"] == 1


def test_circulating_a_list_is_no_decision_on_one_file(call, amina, chen, noor):
    listed = make_eligible(call, amina, by=noor, signed_by=chen)
    with clock.frozen(AFTER):
        recusals.declare(listed, by=chen, has_conflict=True, reason="Former employer.")
    make_circulated([listed], by=chen)
    listed.refresh_from_db()
    assert listed.status == Status.CIRCULATED
