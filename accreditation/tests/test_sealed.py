"""Applications sealed until the close: counted, opened by the clock or by two officers, never by a switch."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import queue, review, sealed
from accreditation.models import Application
from imrf_portal import clock, countersigned, seals
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.forum import Call, Forum
from imrf_portal.seals import SealOpening
from imrf_portal.tests.clients import PortalClient

from .cast import CLOSES, DURING, MOMENT, make_call, make_draft, make_forum, make_officer, make_submitted

QUEUE = "/admin/accreditation/application/"


@pytest.fixture
def call(db):
    return make_call(make_forum(sealed_until_close=True))


@pytest.fixture
def application(call, amina):
    return make_submitted(call, amina)


def known_to(officer, moment):
    with clock.frozen(moment):
        return set(Application.objects.visible_to(officer))


def test_the_clock_breaks_the_seal_at_the_closing_instant(call, application, boris, chen, amina, client):
    make_draft(call, boris, name="Other Body")
    assert known_to(chen, CLOSES - MOMENT) == set()
    assert known_to(chen, CLOSES) == {application}
    assert known_to(amina, DURING) == {application}
    with clock.frozen(DURING):
        (counted,) = sealed.counts(chen)
        assert (counted.received, counted.begun) == (1, 1)
        assert queue.counts(chen)["all"] == 0
        with pytest.raises(Refused, match="not among those"):
            review.recommend(application, by=chen)
        client.force_login(chen)
        shown = client.get(QUEUE).content.decode()
        assert "1 application received" in shown
        assert client.get(f"{QUEUE}{application.pk}/change/").status_code == 404
        client.force_login(amina)
        assert application.name in client.get(reverse("application", args=[application.reference])).content.decode()


def test_two_officers_open_it_early_and_the_public_page_says_so(call, application, chen, noor):
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    proposing = reverse("admin:countersigned_propose", args=[seals.NAME, call.pk])
    with clock.frozen(DURING):
        for officer, status in ((reviewer, 403), (chen, 302)):
            client = PortalClient()
            client.force_login(officer)
            answer = client.post(proposing, {"reason": "The General Committee asked for the names.", "step": "do"})
            assert answer.status_code == status
        act = countersigned.CountersignedAct.objects.get()
        with pytest.raises(Refused, match="yourself"):
            countersigned.sign(act, by=chen)
        with pytest.raises(Refused, match="two signatures"):
            seals.open_early(call, act)
        assert known_to(chen, DURING) == set()
        countersigned.sign(act, by=noor)
        assert known_to(chen, DURING) == {application}
        public = PortalClient().get(reverse("forum", args=[call.forum.slug])).content.decode()
        with pytest.raises(Refused):
            seals.open_early(call, act)
    assert "The General Committee asked for the names." in public
    opening = SealOpening.objects.get()
    assert (opening.opened_by, opening.signed_by) == (chen, noor)
    assert Event.objects.about(call).filter(verb="call.open_seal", detail__signed_by=str(noor)).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealOpening.objects.update(signed_by=chen)


def test_no_switch_takes_the_seal_off_while_the_call_is_open(call, application):
    client = PortalClient()
    client.force_login(make_officer("ada@secretariat.example", "Administrator"))
    address = f"/admin/imrf_portal/forum/{call.forum.pk}/change/"
    with clock.frozen(DURING):
        form = client.get(address).context["adminform"].form
        assert {"sealed_until_close", "is_published"} & set(form.fields) == set()
        sent = {f"{part}-{kind}_FORMS": "0" for part in ("key_dates", "routes", "announcements", "date_changes")
                for kind in ("TOTAL", "INITIAL")}  # fmt: skip
        initial = {name: value for name, value in form.initial.items() if value and name in form.fields}
        client.post(address, {**initial, **sent, "title": "Renamed", "slug": call.forum.slug})
        closing = client.get(f"/admin/imrf_portal/call/{call.pk}/change/").context["adminform"].form
        assert "closes_at" not in closing.fields
    forum = Forum.objects.get()
    assert (forum.title, forum.sealed_until_close) == ("Renamed", True)
    assert Call.objects.get().closes_at == CLOSES
