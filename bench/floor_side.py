"""Where ``measure`` finds the floor's pages."""

from django.test import Client

from bench.floor.models import Application, Person
from bench.paper import paper

PUBLIC, LIST, EXPORT = "/public/bench-2026/", "/queue/", "/export.csv"
FIRST = 0


def officer():
    return signed_in(Person.objects.get(email="officer@bench.example"))


def one():
    return f"/queue/{Application.objects.filter(status='submitted').values_list('pk', flat=True)[0]}/"


def signed_in(person):
    """A client that has opened its first page, so that it has loaded the middleware."""
    client = Client()
    client.force_login(person)
    client.get(PUBLIC)
    return client


def journey(client, person):
    reference = client.post("/apply/bench-2026/").url.split("/")[2]
    steps = {
        "organization": {"name": f"Harbour {person.pk}", "country_id": "KE", "type": "migrant"},
        "contact": {"head_name": "Head", "contact_name": "Contact", "contact_email": person.email},
        "homepage": {"homepage": "https://harbour.example/"},
        "scope": {"scope": "We advise.", "compact": "We took part."},
        "reason": {"reason": "To report."},
    }
    for step, values in steps.items():
        client.get(f"/step/{reference}/{step}/")
        client.post(f"/step/{reference}/{step}/", values)
    client.post(f"/documents/{reference}/", {"legal_status": paper(), "head_letter": paper()})
    client.get(f"/check/{reference}/")
    response = client.post(f"/check/{reference}/", follow=True)
    assert response.status_code == 200


def extra():
    return {}
