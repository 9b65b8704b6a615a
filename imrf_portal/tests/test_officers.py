"""Who works on which Forum: assigned by another, ended, kept; and what the database forbids."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation.tests.cast import AFTER, make_forum, make_officer, make_person
from imrf_portal import clock, officers, sight
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.officers import ForumOfficer, forums_of

OFFICES = "/admin/imrf_portal/forumofficer/"


@pytest.fixture
def spring(db):
    return make_forum("SPRING", short_title="Spring Meeting")


@pytest.fixture
def autumn(db):
    return make_forum("AUTUMN", short_title="Autumn Meeting")


@pytest.fixture
def ada(db):
    return make_officer("ada@secretariat.example", "Administrator")


def test_an_office_ends_by_itself_by_a_verb_and_for_a_forum_to_come(spring, autumn, ada):
    officer = make_officer("only@secretariat.example", "Reviewer", forums=[])
    assert list(forums_of(officer)) == []
    with clock.frozen(AFTER):
        office = officers.assign(officer, by=ada, forum=spring)
        officers.assign(officer, by=ada, forum=autumn, until_at=AFTER + timedelta(days=1))
        assert set(forums_of(officer)) == {spring, autumn}
        with pytest.raises(Refused, match="already"):
            officers.assign(officer, by=ada, forum=spring)
    with clock.frozen(AFTER + timedelta(days=1)):
        assert list(forums_of(officer)) == [spring]
        officers.end(office, by=ada)
        assert list(forums_of(officer)) == []
        officers.assign(officer, by=ada)
        assert set(forums_of(officer)) == {spring, autumn}
        later = make_forum("LATER")
        assert later in forums_of(officer)
    assert ForumOfficer.objects.filter(officer=officer).count() == 3
    assert list(forums_of(make_person("amina@else.example"))) == []


def test_nobody_gives_what_she_has_not_or_to_herself(spring, autumn, ada):
    of_spring = make_officer("spring@secretariat.example", "Administrator", forums=[spring])
    officer = make_officer("only@secretariat.example", "Reviewer", forums=[])
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    for by, to, forum in (
        (of_spring, officer, autumn),
        (of_spring, officer, None),
        (of_spring, of_spring, autumn),
        (reviewer, officer, spring),
        (ada, make_person("amina@else.example"), spring),
    ):
        with pytest.raises(Refused):
            officers.assign(to, by=by, forum=forum)
    officers.assign(officer, by=of_spring, forum=spring)
    assert list(forums_of(officer)) == [spring]
    for wrong in (
        {"officer": ada, "assigned_by": ada, "forum": spring},
        {"officer": officer, "forum": spring},
        {"officer": ada},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumOfficer.objects.create(**wrong)


def test_the_page_assigns_and_ends_and_offers_only_what_the_reader_has(client, spring, autumn, ada):
    of_spring = make_officer("spring@secretariat.example", "Administrator", forums=[spring])
    officer = make_officer("only@secretariat.example", "Reviewer", forums=[])
    make_officer("other@secretariat.example", "Reviewer", forums=[autumn])
    client.force_login(of_spring)
    shown = client.get(f"{OFFICES}add/?officer={officer.pk}").content.decode()
    assert "Spring Meeting" in shown
    assert "Autumn Meeting" not in shown
    assert "All Forums" not in shown
    refused = client.post(f"{OFFICES}add/", {"officer": officer.pk, "forum": autumn.pk, "step": "do"})
    assert refused.status_code == 422
    client.post(f"{OFFICES}add/", {"officer": officer.pk, "forum": spring.pk, "step": "do"})
    office = ForumOfficer.objects.get(officer=officer)
    assert (office.forum, office.assigned_by) == (spring, of_spring)
    listed = client.get(OFFICES).content.decode()
    assert "only@secretariat.example" in listed or "Only" in listed
    assert "Autumn Meeting" not in listed
    client.post(reverse("admin:forum_officer_end", args=[office.pk]), {"step": "do"})
    office.refresh_from_db()
    assert office.ended_by == of_spring
    assert list(Event.objects.filter(verb__startswith="forum_officer.").values_list("verb", flat=True)) == [
        "forum_officer.end",
        "forum_officer.assign",
    ]


def test_whoever_makes_a_forum_works_on_it_and_a_new_officer_on_none(client, spring):
    of_spring = make_officer("spring@secretariat.example", "Administrator", forums=[spring])
    client.force_login(of_spring)
    page = client.get("/admin/imrf_portal/forum/add/")
    form = dict.fromkeys(("key_dates", "routes", "announcements", "date_changes"), "0")
    sent = {f"{name}-TOTAL_FORMS": "0" for name in form} | {f"{name}-INITIAL_FORMS": "0" for name in form}
    initial = {name: value for name, value in page.context["adminform"].form.initial.items() if value}
    fields = {"title": "New", "short_title": "New", "slug": "new", "reference_prefix": "NEW", "clause": "bare"}
    fields |= {"release": "secretariat", "released_to": "asking", "time_zone": "America/New_York"}
    client.post("/admin/imrf_portal/forum/add/", {**initial, **fields, **sent})
    assert Forum.objects.get(slug="new") in forums_of(of_spring)

    person = {"email": "new@secretariat.example", "name": "New", "audience": "secretariat"}
    role = of_spring.groups.get().pk
    answer = client.post("/admin/imrf_portal/user/add/", {**person, "groups": [role]}, follow=True)
    assert "works on no Forum yet" in answer.content.decode()


def test_every_model_of_the_admin_and_every_subject_of_the_record_is_placed(db):
    shown = {model._meta.label_lower for model in admin.site._registry}
    assert len(shown) > 25
    assert shown - set(sight.PLACES) == set()
    assert [label for label in sight.PLACES if apps.get_model(label) is None] == []
