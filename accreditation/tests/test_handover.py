import pytest
from django.urls import reverse

from accreditation import review
from accreditation.tests.cast import AFTER, make_officer, make_submitted
from imrf_portal import clock
from imrf_portal.audit import Event

pytestmark = pytest.mark.django_db


# T-S32
def test_what_one_who_left_still_holds_is_listed_and_handed_over_at_once(client, call, amina, boris, chen, noor):
    applications = [make_submitted(call, amina), make_submitted(call, boris, name="Other")]
    with clock.frozen(AFTER):
        for application in applications:
            review.assign(application, by=chen)
    administrator = make_officer("ada@secretariat.example", "Administrator")
    client.force_login(chen)
    assert client.get(reverse("admin:index")).status_code == 200
    theirs = client.cookies["sessionid"].value
    client.force_login(administrator)
    client.post(
        reverse("admin:imrf_portal_user_changelist"), {"action": "disable", "_selected_action": [chen.pk]}, follow=True
    )
    client.cookies["sessionid"] = theirs
    assert client.get(reverse("admin:index")).status_code == 302

    client.force_login(noor)
    listed = client.get(reverse("admin:handover")).content.decode()
    address = reverse("admin:handover_from", args=[chen.pk])
    assert address in listed
    page = client.get(address).content.decode()
    assert all(application.reference in page for application in applications)
    assert client.post(address, {"to": administrator.pk, "step": "do"}).status_code == 422

    assert client.post(address, {"to": noor.pk, "step": "do"}).status_code == 302

    for application in applications:
        application.refresh_from_db()
        assert application.assigned_to == noor
    names = Event.objects.about(applications[0]).filter(verb="application.assign").order_by("pk")
    assert [(event.actor_name, event.after) for event in names] == [("Chen", "Chen"), ("Noor", "Noor")]
    assert "Nobody left open work" in client.get(reverse("admin:handover")).content.decode()
