"""Every door at the same instant: matrix, pasted list, offer, substitution, priority and the desk's admin.

However many come at once, an organization has its two seats and one priority, and whoever loses reads why.
"""

import pytest
from django.urls import reverse

from accreditation.tests.cast import make_forum
from imrf_portal.tests.clients import PortalClient
from registration import bulk, workflow
from registration.models import Registration, Representative, Status
from registration.models.seats import LIVE, PRESENT

from .making import CLOSES, DURING, make_desk, make_organization, make_people, make_session, register
from .racing import race, rounds
from .test_pages import at, cells

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.timeout(300)]
REASONS = [
    "This registration does not stand any more",
    "hold the places of your organization",
    "changed this a moment ago",
    "changed these seats a moment ago",
    "has its 2 people in",
    "No row of this list can be considered",
    "Something changed since you saw the preview",
    "sits in this session already",
]
"""What those read who come too late."""
EACH = 5
"""How many come through each of the seven doors at once."""


def sign_in(*people):
    """The cookies of each person, for clients of their own."""
    cookies = {}
    for person in people:
        client = PortalClient()
        client.force_login(person)
        cookies[person] = client.cookies
    return cookies


# T-R03
# T-R04
# T-R06
# T-R07
# T-R14
@pytest.mark.parametrize("round_number", range(rounds(2)))
def test_all_doors_at_once_keep_two_seats_and_one_priority(round_number):
    table = make_session(make_forum(), "table-1")
    lights, amina = make_organization(table.forum, "Lights")
    desk = make_desk()
    ana, gus, *others = make_people(lights, "Ana", "Gus", *(f"Person{number}" for number in range(3 * EACH)))
    (seat,) = register(lights, table, ana, by=amina)
    offer = Registration.objects.create(
        accreditation=lights,
        forum_session=table,
        representative=gus,
        status=Status.OFFERED,
        offer_ends_at=CLOSES,
        code="S-2222-2222-A",
    )
    seen = workflow.token(workflow.seats_of(lights, table))
    rows = [[table.slug, f"Pasted{number}"] for number in range(EACH)]
    shown = bulk.Plan(counted=[bulk.Entry(1, "", "")]).fingerprint
    posts = []
    for number in range(EACH):
        matrix, instead, exception = others[3 * number : 3 * number + 3]
        text = "\t".join(rows[number])
        posts += [
            (amina, at("registration_of", lights), cells(table, ana, matrix, seen=seen)),
            (amina, at("registration_list", lights), {"rows": text, "confirm": "1", "shown": shown}),
            (amina, at("offer_accept", lights, registration=offer.pk), {"go": "1"}),
            (amina, at("seat_replace", lights, registration=seat.pk), {"representative": instead.pk}),
            (amina, at("seat_first", lights, registration=seat.pk), {"go": "1"}),
            (
                desk,
                reverse("admin:registration_representative_register", args=[exception.pk]),
                {"step": "do", "session": table.pk, "exception": "Specimen"},
            ),
            (
                desk,
                reverse("admin:registration_registration_do", args=[seat.pk, "first"]),
                {"step": "do", "exception": "Specimen"},
            ),
        ]
    cookies = sign_in(amina, desk)

    def send(person, address, data):
        client = PortalClient(raise_request_exception=False)
        client.cookies = cookies[person]
        return client.post(address, data)

    answers = race([lambda post=post: send(*post) for post in posts], at=DURING)
    assert {answer.status_code for answer in answers} <= {302, 404, 409, 422}
    losers = [answer.text for answer in answers if answer.status_code in {409, 422}]
    assert [text for text in losers if not any(reason in text for reason in REASONS)] == []
    live = Registration.objects.filter(LIVE, forum_session=table)
    assert sorted(live.values_list("seat", flat=True)) == [1, 2]
    assert live.filter(is_priority=True).count() == 1
    assert Registration.objects.filter(PRESENT, forum_session=table).count() <= 3
    assert Representative.objects.filter(name__startswith="Pasted").count() <= 1
