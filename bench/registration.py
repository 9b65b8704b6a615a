"""Programme, matrix, list of registrations and passes beside a bare Django application on the same database.

``python -m bench.registration`` from the root of the project: 500 and 5,000 organizations with two people in two of 20
sessions each. Prints the table of ``docs/quality.md``.
"""

import json
import sys
import tempfile

SIZES = (500, 5000)
SESSIONS, AT_ONCE = 20, 500
PAGES = {"programme": 1, "matrix": 1, "list": 50}
WORDS = {
    "programme": "programme page, CPU per request",
    "matrix": "matrix of an organization, CPU per request",
    "list": "list of registrations, CPU per row",
    "passes": "export for passes, CPU per row",
}


def fill(count):
    """``count`` organizations, their people and registrations."""
    import random
    from datetime import UTC, datetime, timedelta

    from django.contrib.auth.models import Group

    from accreditation.models import Accreditation, Membership, Organization
    from imrf_portal import codes
    from imrf_portal.access import Audience
    from imrf_portal.forum import Forum
    from imrf_portal.geography import Country
    from imrf_portal.officers import ForumOfficer
    from imrf_portal.roles import sync_roles
    from imrf_portal.users import User
    from registration.models import Registration, Representative, Status
    from sessions_app.demonstration import load_objectives
    from sessions_app.models import ForumSession

    chance = random.Random(73)
    sync_roles()
    load_objectives()
    starts_at = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
    forum = Forum.objects.create(
        slug="bench-2026", title="Bench 2026", short_title="Bench", reference_prefix="BEN26", is_published=True
    )
    sessions = [
        ForumSession.objects.create(
            forum=forum, slug=f"s{number}", kind="round_table", title=f"Session {number}", is_published=True,
            status="confirmed", starts_at=begins, ends_at=begins + timedelta(hours=3), day_on=begins.date(),
            room="Hall", registration_closes_at=starts_at,
        )
        for number in range(SESSIONS)
        for begins in [starts_at + timedelta(days=number // 2, hours=5 * (number % 2))]
    ]  # fmt: skip
    for number, session in enumerate(sessions):
        session.objectives.set([number + 1, number + 2])
    officer = User.objects.create_user("officer@bench.example", name="Officer", audience=Audience.SECRETARIAT)
    officer.groups.set(Group.objects.filter(name="Coordinator"))
    ForumOfficer.objects.create(officer=officer, forum=None)
    countries = list(Country.objects.all())
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Sample {number:05}", type="ngo", country=chance.choice(countries))
        for number in range(count)
    )
    accreditations = Accreditation.objects.bulk_create(
        Accreditation(forum=forum, organization=organization, basis="ecosoc") for organization in organizations
    )
    owner = User.objects.create_user("owner@bench.example", name="Owner")
    Membership.objects.create(organization=organizations[0], user=owner, role=Membership.Role.OWNER)
    people = Representative.objects.bulk_create(
        Representative(accreditation=accreditation, name=f"Person {seat}", function="Chair", consented_at=starts_at)
        for accreditation in accreditations
        for seat in (1, 2)
    )
    Registration.objects.bulk_create(
        (
            Registration(
                accreditation=person.accreditation, representative=person, forum_session=session,
                status=Status.CONFIRMED, seat=int(person.name[-1]), is_priority=person.name.endswith("1"),
                code=codes.random_code("S"),
            )
            for person in people
            for session in random.Random(person.accreditation_id).sample(sessions, 2)
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip


def measure(side):
    """Milliseconds of CPU, statements and rows of each page of one side; prints JSON."""
    from bench.measure import Rows, cpu, memory, read

    clients, addresses, export = (_portal if side == "portal" else _floor)()
    Rows.watch()
    found = {}
    for name in PAGES:
        client, path = clients[name], addresses[name]
        found[name] = {"cpu": cpu(lambda client=client, path=path: read(client, path))}
        found[name]["statements"], found[name]["rows"] = Rows.of(lambda client=client, path=path: read(client, path))
    before = memory()
    found["passes"] = {"cpu": cpu(export, rounds=1)}
    found["passes"]["growth"] = memory() - before
    found["passes"]["statements"], found["passes"]["rows"] = Rows.of(export)
    print(json.dumps(found))


def _portal():
    from django.urls import reverse

    from accreditation.models import Accreditation
    from imrf_portal.forum import Forum
    from imrf_portal.tests.clients import PortalClient
    from imrf_portal.users import User
    from registration import passes

    def client(address=None):
        made = PortalClient()
        if address:
            made.force_login(User.objects.get(email=address))
        return made

    officer = User.objects.get(email="officer@bench.example")
    forum = Forum.objects.get()
    first = Accreditation.objects.order_by("pk").first()
    clients = {
        "programme": client(),
        "matrix": client("owner@bench.example"),
        "list": client("officer@bench.example"),
    }
    addresses = {
        "programme": reverse("programme", args=[forum.slug]),
        "matrix": reverse("registration_of", args=[forum.slug, first.pk]),
        "list": reverse("admin:registration_registration_changelist"),
    }
    return clients, addresses, lambda: passes.export(forum, by=officer)


def _floor():
    from django.test import Client

    from bench.floor.sittings import rows

    first = rows("SELECT MIN(id) FROM accreditation_accreditation")[0][0]
    client = Client()
    addresses = {"programme": "/programme/", "matrix": f"/matrix/{first}/", "list": "/registrations/"}
    return dict.fromkeys(PAGES, client), addresses, lambda: client.get("/passes/")


def figures(size):
    from bench.run import python

    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        python("manage.py", "migrate", "-v0", folder=folder)
        python("-m", "bench.registration", "fill", str(size), folder=folder)
        floor = python("-m", "bench.registration", "measure", "floor", folder=folder, settings="bench.floor.settings")
        portal = python("-m", "bench.registration", "measure", "portal", folder=folder)
    return json.loads(portal.splitlines()[-1]), json.loads(floor.splitlines()[-1])


def main():
    print("| what | portal | floor | ratio | statements | rows read |\n| --- | --: | --: | --: | --: | --: |")
    for size in SIZES:
        portal, floor = figures(size)
        for name, words in WORDS.items():
            divisor = PAGES.get(name, size * 4)
            ours, bare = portal[name]["cpu"] / divisor, floor[name]["cpu"] / divisor
            print(
                f"| {words}, {size:,} | {ours:.3g} ms | {bare:.3g} ms | {ours / bare:.1f} x "
                f"| {portal[name]['statements']} | {portal[name]['rows']:,} |"
            )
        print(f"| memory grown by an export for passes, {size:,} | {portal['passes']['growth']:.0f} MB | | | | |")


if __name__ == "__main__":
    if sys.argv[1:]:
        import django

        django.setup()
        fill(int(sys.argv[2])) if sys.argv[1] == "fill" else measure(sys.argv[2])
    else:
        main()
