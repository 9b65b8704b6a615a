"""Where ``measure`` finds the portal's pages."""

import time

from django.urls import reverse

from accreditation.models import Application
from accreditation.queue import PER_PAGE
from bench.paper import paper
from bench.world import DURING, OFFICER
from imrf_portal import (
    clock,
    wsgi,  # noqa: F401 - a worker begins with it
)
from imrf_portal.tests.clients import PortalClient
from imrf_portal.users import User

PUBLIC = "/meetings/bench-2026/"
LIST = "/admin/accreditation/application/?tab=unassigned"
EXPORT = "/admin/accreditation/application/export/csv/?tab=unassigned"
FIRST = 20


def moment():
    return clock.frozen(DURING)


def officer():
    return signed_in(User.objects.get(email=OFFICER))


def one():
    pk = Application.objects.filter(status="submitted").order_by("pk").values_list("pk", flat=True)[0]
    return reverse("admin:accreditation_application_change", args=[pk])


def desk():
    """Pages of the desk that the floor does not have: name and address."""
    queue = "/admin/accreditation/application/"
    last = Application.objects.count() // PER_PAGE
    return {
        "dashboard": "/admin/",
        "work queue": queue,
        "queue, last page": f"{queue}?tab=all&order=received&page={last}",
        "search": f"{queue}?tab=all&q=network",
    }


def post(client, address, *args, **values):
    response = client.post(reverse(address, args=args), values)
    assert response.status_code == 302, (address, response.status_code)
    return response


def signed_in(person):
    """A client that has opened its first page, so that it has loaded the middleware."""
    client = PortalClient()
    client.force_login(person)
    client.get(PUBLIC)
    return client


def journey(client, person):
    reference = post(client, "apply", "bench-2026").url.strip("/").rpartition("/")[2]
    steps = {
        "organization": {"name": f"Harbour {person.pk}", "country": "KE", "type": "migrant", "women_led": ""},
        "contact": {"head_name": "Head", "contact_name": "Contact", "contact_email": person.email},
        "homepage": {"homepage": "https://harbour.example/"},
        "scope": {"scope": "We advise.", "compact": "We took part."},
        "reason": {"reason": "To report."},
    }
    for step, values in steps.items():
        client.get(reverse("application_step", args=[reference, step]))
        post(client, "application_step", reference, step, **values)
    papers = {"legal_status": paper(), "head_letter": paper(), "continue": "1"}
    post(client, "application_documents", reference, **papers)
    client.get(reverse("application_check", args=[reference]))
    sent = post(client, "application_check", reference, declared="on", understood="on")
    assert client.get(sent.url).status_code == 200


def extra():
    from imrf_portal.tests.test_weight import first_visit  # brings what only tests need, which is no memory of a worker

    client = signed_in(User.objects.get(email="journey39@bench.example"))
    reference = post(client, "apply", "bench-2026").url.strip("/").rpartition("/")[2]
    step = reverse("application_step", args=[reference, "organization"])
    return {
        "weight": {"public": first_visit(PortalClient(), PUBLIC), "step": first_visit(client, step)},
        "route_finder": {"ms": route_finder()},
    }


def route_finder():
    """Milliseconds to hold one name against the reference lists."""
    from accreditation import references

    lists = list(references.current_lists())
    names = ["Intl Federation of Migrants", "Harbour Lights Associaton", "World Unoin of Notional Workers"]
    references.find_matches("Warm up", country="KE", limit=5, lists=lists)
    started = time.perf_counter()
    for name in names:
        references.find_matches(name, country="KE", limit=5, lists=lists)
    return (time.perf_counter() - started) / len(names) * 1000
