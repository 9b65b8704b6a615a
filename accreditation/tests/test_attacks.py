"""What an attacker tries on applications and lists."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import circulation, drafting, objections, review, workflow
from accreditation.models import Application, RouteVerdict, StateRequest, Status
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.users import User

from .cast import AFTER, DURING, make_circulated, make_delegate, make_eligible, make_submitted

LATER = AFTER + timedelta(days=8)


@pytest.fixture
def listed(call, amina, chen, noor):
    return make_circulated([make_eligible(call, amina, by=chen, signed_by=noor)], by=chen)


@pytest.fixture
def final(listed, chen):
    with clock.frozen(LATER):
        circulation.close_due()
        review.accredit(Application.objects.get(), by=chen)
        return circulation.final_list(listed.forum, by=chen)


@pytest.mark.parametrize("what", ["homepage", "reason"])
def test_the_final_list_gives_name_and_country_only_even_to_a_crafted_request(client, final, dara, what):
    Forum.objects.update(release=Forum.Release.AT_ONCE)
    client.force_login(dara)
    entry = final.entries.get()
    with clock.frozen(LATER):
        client.post(reverse("list_ask", args=[final.pk]), {"entry": entry.key, "what": what})
        pages = [client.get(reverse("list", args=[final.pk])), client.get(reverse("entry", args=[final.pk, entry.key]))]
    assert not StateRequest.objects.exists()
    assert not any(secret in page.text for page in pages for secret in ("harbour-lights.example", "To report"))


def test_a_delegate_who_only_reads_cannot_ask(client, listed):
    client.force_login(make_delegate("one@mission-ke.example", "KE", User.MissionRole.READER))
    entry = listed.entries.get()
    with clock.frozen(AFTER):
        page = client.get(reverse("list", args=[listed.pk]))
        client.post(reverse("list_ask", args=[listed.pk]), {"entry": entry.key, "what": "homepage"})
    assert 'name="what"' not in page.text
    assert not StateRequest.objects.exists()


def test_a_letter_is_entered_once_for_a_state_and_only_on_a_list_under_silence(listed, chen, dara):
    entry, kenya = listed.entries.get(), Country.objects.get(pk="KE")
    with clock.frozen(AFTER):
        objections.object_to(entry, by=dara)
        with pytest.raises(Refused, match="stands already"):
            objections.record_letter(entry, by=chen, state=kenya, received_at=AFTER)
        with pytest.raises(Refused, match="future"):
            objections.record_letter(entry, by=chen, state=kenya, received_at=AFTER + timedelta(hours=1))


def test_no_letter_on_the_final_list(final, chen):
    with clock.frozen(LATER), pytest.raises(Refused, match="not under"):
        objections.record_letter(final.entries.get(), by=chen, state=Country.objects.get(pk="KE"), received_at=LATER)


def test_withdrawing_and_beginning_again_gives_no_second_application(call, amina):
    first = make_submitted(call, amina)
    with clock.frozen(DURING):
        workflow.withdraw(first, by=amina)
        second = drafting.start(call, by=amina)
        with pytest.raises(Refused, match="only one can stand"):
            workflow.restore(first, by=amina)
        workflow.withdraw(second, by=amina)
        workflow.restore(first, by=amina)
    assert list(Application.objects.exclude(status=Status.WITHDRAWN)) == [first]


def test_the_key_of_a_verdict_is_too_long_to_guess(call):
    verdict = RouteVerdict.objects.create(
        forum=call.forum, name="Harbour Lights", country_id="KE", type="migrant", route="special"
    )
    assert len(verdict.key.split("-")) == 5
