"""A Forum with many applications, written in bulk: invented organizations, their people, documents and events."""

import hashlib
import random
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import Group
from django.db import connection

from accreditation.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    ListEntry,
    Membership,
    Organization,
    OrganizationType,
    StakeholderList,
    Status,
)
from accreditation.search import words_of
from accreditation.visibility import ANSWERS
from imrf_portal.access import Audience
from imrf_portal.audit import Event
from imrf_portal.files import PrivateFile
from imrf_portal.forum import Announcement, Call, CallDocument, Forum, ForumRoute, KeyDate
from imrf_portal.geography import Country
from imrf_portal.roles import sync_roles
from imrf_portal.users import User

OPENS = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 27, 21, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
BATCH = 500
EVENTS = 20
"""Of each application: 100,000 with 5,000 of them."""
LISTED = 300
"""Names on the list that Member States read; the same at every size, as one page of it is."""
TEXT = "We advise people who arrive at the port and report what we learn to the city and to the region. " * 6
OFFICER, DELEGATE, APPLICANT = "officer@bench.example", "delegate@bench.example", "applicant@bench.example"


def make(count):
    """Write ``count`` applications of one Forum and the people who look at them."""
    sync_roles()
    forum, call = _forum()
    officer = User.objects.create_superuser(OFFICER, "bench", name="Officer One")
    officer.groups.set(Group.objects.filter(name="Coordinator"))
    second = User.objects.create_user("second@bench.example", audience=Audience.SECRETARIAT, name="Officer Two")
    state = Country.objects.get(pk="KE")
    User.objects.create_user(
        DELEGATE, audience=Audience.MEMBER_STATE, member_state=state, mission_role=User.MissionRole.OBJECTOR
    )
    User.objects.create_user(APPLICANT, name="Applicant New")
    applications = _applications(forum, call, count)
    _papers(applications)
    _list(forum, applications, officer, second)
    return forum


def _forum():
    forum = Forum.objects.create(
        slug="bench-2026", title="Bench Forum 2026", short_title="Bench 2026", reference_prefix="BEN26",
        is_published=True, register_is_public=True, summary=TEXT,
    )  # fmt: skip
    call = Call.objects.create(forum=forum, kind=Call.Kind.SPECIAL_ACCREDITATION, opens_at=OPENS, closes_at=CLOSES)
    for kind in CallDocument.Kind.values:
        CallDocument.objects.create(call=call, kind=kind)
    for route in ForumRoute.Route.values:
        ForumRoute.objects.create(forum=forum, route=route, words="What to do next.")
    for number in range(6):
        KeyDate.objects.create(forum=forum, label=f"Date {number}", at=OPENS + timedelta(days=number), position=number)
    Announcement.objects.create(forum=forum, title="Practical arrangements", body=TEXT)
    return forum, call


def _applications(forum, call, count):
    people = User.objects.bulk_create(
        (User(email=f"person{n}@many.example", name=f"Person {n}", password="!") for n in range(count)), BATCH
    )
    countries = list(Country.objects.order_by("pk").values_list("pk", flat=True))
    types = OrganizationType.values
    organizations = Organization.objects.bulk_create(
        (Organization(name=name, country_id=countries[n % len(countries)]) for n, name in enumerate(_names(count))),
        BATCH,
    )
    pairs = list(zip(people, organizations, strict=True))
    Membership.objects.bulk_create(
        (Membership(organization=body, user=person, role=Membership.Role.OWNER) for person, body in pairs), BATCH
    )
    applications = [
        Application(
            reference=f"BEN26-{n + 1:05d}-X", call=call, forum=forum, organization=body, applicant=person,
            name=body.name, country_id=body.country_id, type=types[n % len(types)], scope=TEXT, compact=TEXT,
            reason=TEXT, homepage=f"https://example{n}.example/", head_name="Head Person",
            contact_name=person.name, contact_email=person.email, declared=True, status=Status.SUBMITTED,
            revision=1, submitted_at=OPENS + timedelta(minutes=n), saved_by=person,
        )
        for n, (person, body) in enumerate(pairs)
    ]  # fmt: skip
    for application in applications:
        application.search_words = words_of(application)
    return Application.objects.bulk_create(applications, BATCH)


def _names(count):
    """Names that differ as names do: words of two syllables, three to a name."""
    chance = random.Random(2026)
    syllables = [first + vowel for first in "bcdfghjklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "ai", "or")]
    words = [one + other for one in syllables for other in chance.sample(syllables, 12)]
    for number in range(count):
        yield f"{' '.join(word.title() for word in chance.sample(words, 3))} Network {number}"


def _papers(applications):
    """Two documents, one version and ``EVENTS`` events of each."""
    files = PrivateFile.objects.bulk_create(
        (
            PrivateFile(
                key=f"bench/{application.pk}-{kind}", name=f"{kind}.pdf", size=100_000, pages=1,
                content_type="application/pdf", sha256=hashlib.sha256(f"{application.pk}{kind}".encode()).hexdigest(),
                uploaded_by_id=application.applicant_id, scan_state=PrivateFile.Scan.NOT_SCANNED,
            )
            for application in applications
            for kind in CallDocument.Kind.values
        ),
        BATCH,
    )  # fmt: skip
    pairs = [(application, kind) for application in applications for kind in CallDocument.Kind.values]
    ApplicationDocument.objects.bulk_create(
        (
            ApplicationDocument(application=application, kind=kind, file=file)
            for (application, kind), file in zip(pairs, files, strict=True)
        ),
        BATCH,
    )
    ApplicationVersion.objects.bulk_create(
        (
            ApplicationVersion(
                application=application, number=1, revision=1, documents={}, sha256="0" * 64,
                answers={name: str(getattr(application, name)) for name in ANSWERS if name != "country"}
                | {"country": application.country_id},
                submitted_at=application.submitted_at, submitted_by_id=application.applicant_id,
                receipt_code=f"R-{application.pk}",
            )
            for application in applications
        ),
        BATCH,
    )  # fmt: skip
    Event.objects.bulk_create(
        (
            Event(
                happened_at=application.submitted_at, recorded_at=application.submitted_at,
                actor_id=application.applicant_id, audience=Audience.APPLICANT, verb=verb,
                subject_type="accreditation.application", subject_id=str(application.pk),
                subject_name=application.reference, after=after,
            )
            for application in applications
            for verb, after in (
                ("application.start", "draft"), ("application.save", ""), ("application.submit", "submitted"),
            )
        ),
        BATCH,
    )  # fmt: skip
    saves = Event.objects.filter(verb="application.save", pk__lte=Event.objects.latest("pk").pk)
    fields = [field for field in Event._meta.fields if not field.primary_key]
    columns = ", ".join(field.column for field in fields)
    copied, values = saves.order_by().values_list(*(field.attname for field in fields)).query.sql_with_params()
    with connection.cursor() as cursor:
        for _save in range(EVENTS - 3):
            cursor.execute(f"INSERT INTO {Event._meta.db_table} ({columns}) {copied}", values)


def _list(forum, applications, officer, second):
    chosen = applications[:LISTED]
    Application.objects.filter(pk__in=[application.pk for application in chosen]).update(
        status=Status.CIRCULATED, is_recommended=True, recommended_by=officer, recommended_at=CLOSES,
        signed_by=second, signed_at=CLOSES,
    )  # fmt: skip
    listed = StakeholderList.objects.create(
        forum=forum, number=1, title="Proposed list 1", compiled_by=officer, compiled_at=OPENS
    )
    ListEntry.objects.bulk_create(
        ListEntry(
            stakeholder_list=listed, application=application, position=place, name=application.name,
            country_id=application.country_id, key=f"N{application.pk:09d}",
        )
        for place, application in enumerate(chosen)
    )  # fmt: skip
    StakeholderList.objects.filter(pk=listed.pk).update(
        frozen_at=OPENS, sha256="0" * 64, circulated_at=OPENS, circulated_by=officer, closes_at=CLOSES
    )
