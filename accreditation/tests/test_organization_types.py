"""What the type of an organization changes in an application, as the applicant is told."""

import re

from django.urls import reverse

from accreditation import route_verdicts
from imrf_portal import clock
from imrf_portal.geography import Country

from .cast import DURING, make_draft

LAW = "the public law, decree or charter that sets it up is accepted"


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def change_type(client, application, kind, **options):
    address = reverse("application_step", args=[application.reference, "organization"])
    data = {"name": application.name, "country": "KE", "type": kind, "later": "1"}
    return client.post(address, data, follow=True, **options)


# T-A29
def test_a_change_of_type_says_what_changes_and_that_no_answer_goes(client, call, amina):
    application = make_draft(call, amina, type="ngo")
    client.force_login(amina)
    with clock.frozen(DURING):
        before = words(client.get(reverse("application_step", args=[application.reference, "organization"])))
        to_company = words(change_type(client, application, "private_sector"))
        same = words(change_type(client, application, "private_sector"))
        to_city = words(change_type(client, application, "local_authority", HTTP_HX_REQUEST="true"))
        to_institution = words(change_type(client, application, "nhri"))
    application.refresh_from_db()

    assert "no answer depends on it, so none is dropped" in before
    told = "The type was “Non-governmental organization” and is now “Private sector”. No answer depends on it"
    assert told in to_company
    assert "The type was" not in same
    assert LAW in to_city
    assert "have a route of their own and do not apply here" in to_institution
    assert (application.type, application.scope) == ("nhri", "We advise people at the port.")


# T-A07
def test_a_city_finds_its_type_and_reads_that_a_law_or_charter_is_proof(client, call, amina):
    kenya = Country.objects.get(pk="KE")
    finder = words(client.get(reverse("route_finder", args=[call.forum.slug])))
    verdict = route_verdicts.answer(call.forum, name="Harbour City", country=kenya, organization_type="local_authority")
    with clock.frozen(DURING):
        route = words(client.get(verdict.get_absolute_url()))
        application = make_draft(call, amina, type="local_authority")
        client.force_login(amina)
        documents = words(client.get(reverse("application_documents", args=[application.reference])))
        change_type(client, application, "ngo")
        of_another = words(client.get(reverse("application_documents", args=[application.reference])))

    assert "Local or regional authority" in finder
    assert LAW in route
    assert LAW in documents
    assert LAW not in of_another
