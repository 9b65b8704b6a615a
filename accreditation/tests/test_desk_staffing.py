"""Sharing out work, handing over, and colleagues named in notes."""

import pytest
from django.urls import reverse

from accreditation import review, staffing
from accreditation.models import Application, BulkRun, InternalNote, NoteMention, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import signed_in

from .cast import AFTER, make_officer, make_person, make_submitted

START = "/admin/runs/start/"
APPLICATION = "/admin/accreditation/application/"


def reads(officer, languages):
    officer.working_languages = languages
    officer.save()
    return officer


def held():
    return dict(Application.objects.order_by("pk").values_list("pk", "assigned_to__name"))


@pytest.fixture
def six(call):
    """Two whose people write French, one of them only in the answers; four who write English."""
    spoken = [("fr", ""), ("en", ""), ("en", ""), ("en", ""), ("en", ""), ("xx", "Wolof, French")]
    return [
        make_submitted(
            call, make_person(f"p{n}@example.org", language=code), name=f"Specimen {n}", languages=said
        )
        for n, (code, said) in enumerate(spoken)
    ]  # fmt: skip


def test_work_is_shared_out_by_language_and_then_by_load_after_a_preview(
    desk, six, chen, noor, django_assert_num_queries
):
    reads(chen, "en")
    reads(noor, "fr en")
    dan = reads(make_officer("dan@secretariat.example", "Reviewer"), "ru")
    make_officer("books@secretariat.example", "Registration desk")
    review.assign(six[1], by=noor)
    assert [str(officer.user) for officer in staffing.officers()] == ["Chen", "Dan", "Noor"]
    desk.post(START, {"verb": "share_out", "pick": [one.pk for one in six if one != six[1]]})
    run = BulkRun.objects.get()
    address = reverse("admin:bulk_run", args=[run.pk])
    assert held()[six[0].pk] is None
    desk.post(address, {"step": "words", "words": "1", "among": [chen.pk, noor.pk, dan.pk]})
    page = desk.get(address)
    will = {
        str(share["officer"]): (share["held"], share["gets"], share["will_hold"]) for share in page.context["shares"]
    }
    assert will == {"Chen": (0, 3, 3), "Noor": (1, 2, 3)}
    assert page.content.decode().count("nobody → <bdi>Noor</bdi>") == 2
    assert set(held().values()) == {None, "Noor"}

    review.assign(six[2], by=dan)
    desk.post(address, {"step": "confirm"})
    assert [held()[one.pk] for one in six] == ["Noor", "Noor", "Dan", "Chen", "Chen", "Noor"]
    refused = run.items.get(state="refused")
    assert (refused.application, "Dan took" in refused.message) == (six[2], True)
    assert Event.objects.filter(verb="application.assign", actor=chen).count() == 4

    with django_assert_num_queries(6):
        staffing.share_out(list(Application.objects.select_related("applicant")), among=[str(chen.pk), str(noor.pk)])


def test_one_is_handed_over_and_only_to_who_may_assess(desk, six, chen, noor):
    application = six[0]
    review.assign(application, by=chen)
    page = desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()
    assert "Hand over" in page
    clerk = make_officer("books@secretariat.example", "Registration desk")
    do = f"{APPLICATION}{application.pk}/do/hand_over/"
    desk.post(do, {"step": "do", "to": clerk.pk})
    assert held()[application.pk] == "Chen"
    desk.post(do, {"step": "do", "to": noor.pk})
    assert held()[application.pk] == "Noor"
    assert desk.get(f"{APPLICATION}{application.pk}/do/share_out/").status_code == 404


# T-S02
def test_two_officers_at_once_and_one_page_says_who_was_first(call, amina, chen, noor):
    application = make_submitted(call, amina)
    with clock.frozen(AFTER):
        first, second = signed_in(chen), signed_in(noor)
        seen = [client.get(APPLICATION).content.decode() for client in (first, second)]
        take = reverse("admin:accreditation_application_take", args=[application.pk])
        assert all(take in page for page in seen)
        first.post(take)
        answer = second.post(take, follow=True).content.decode()
    assert f"Chen took {application.reference} on" in answer
    assert "Mon 30 Mar 2026, 17:00" in answer or "30 March 2026, 17:00" in answer
    assert held() == {application.pk: "Chen"}


def test_a_colleague_named_in_a_note_finds_it_on_the_front_page_until_read(desk, call, amina, chen, noor):
    application = make_submitted(call, amina)
    address = reverse("admin:accreditation_application_note", args=[application.pk])
    before = OutgoingMail.objects.count()
    said = desk.post(address, {"text": "@Noor please look, wrote to amina@noor. @nobody-here @Chen"}, follow=True)
    assert "Noor sees your note on the front page." in said.content.decode()
    assert list(NoteMention.objects.values_list("officer__name", flat=True)) == ["Noor"]
    assert "please look" not in desk.get("/admin/").content.decode()
    theirs = signed_in(noor)
    page = theirs.get("/admin/").content.decode()
    assert "@Noor please look" in page
    mention = NoteMention.objects.get()
    read = reverse("admin:accreditation_mention_read", args=[mention.pk])
    assert desk.post(read).status_code == 404
    theirs.post(read)
    assert "please look" not in theirs.get("/admin/").content.decode()
    assert (InternalNote.objects.count(), OutgoingMail.objects.count()) == (1, before)


def test_the_front_page_counts_by_status_group_and_type_and_each_number_leads_to_its_list(desk, six, noor):
    Application.objects.filter(pk=six[0].pk).update(type="nhri", country="NO", status=Status.WITHDRAWN)
    Application.objects.filter(pk=six[1].pk).update(type="", country=None)
    page = desk.get("/admin/")
    lines = {(spread.name, line.label): line for spread in page.context["spreads"] for line in spread.lines}
    for name in ("status", "group", "type"):
        assert sum(line.count for (spread, _label), line in lines.items() if spread == name) == 6
    assert lines["type", "Not said"].count == 1
    for line in lines.values():
        if line.query:
            assert f'href="{APPLICATION}?{line.query.replace("&", "&amp;")}"' in page.content.decode()
            listed = desk.get(f"{APPLICATION}?{line.query}")
            assert listed.context["page_obj"].paginator.count == line.count, line.label
