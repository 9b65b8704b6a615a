"""The cast of the tests, and factories that walk the real verbs on a frozen clock.

amina applies for Harbour Lights, boris for another organization, chen and noor are officers, dara speaks for a Member
State (Kenya), emil for another (Norway), eve is nobody.
"""

from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accreditation import circulation, drafting, review, search, workflow
from accreditation.models import Application, ApplicationVersion, Membership, Organization
from imrf_portal import clock
from imrf_portal.access import ROLES, Audience
from imrf_portal.files import PrivateFile
from imrf_portal.forum import Call, CallDocument, Forum
from imrf_portal.geography import Country
from imrf_portal.officers import ForumOfficer
from imrf_portal.users import User

OPENS = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 27, 21, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AFTER = CLOSES + timedelta(days=3)
MOMENT = timedelta(microseconds=1)

ANSWERS = {
    "name": "Harbour Lights",
    "country": "KE",
    "type": "migrant",
    "homepage": "https://harbour-lights.example",
    "scope": "We advise people at the port.",
    "compact": "We took part in the regional review.",
    "reason": "To report what members told us.",
    "head_name": "Head One",
    "contact_name": "Amina One",
    "contact_email": "amina@harbour-lights.example",
    "declared": True,
}


def make_person(email, **fields):
    return User.objects.create_user(email, "correct horse battery", name=email.split("@")[0].title(), **fields)


def make_officer(email, *roles, forums=None):
    """An officer of all Forums, or of ``forums`` only."""
    officer = make_person(email, audience=Audience.SECRETARIAT)
    for forum in [None] if forums is None else forums:
        ForumOfficer.objects.create(officer=officer, forum=forum)
    for role in roles:
        assert role in ROLES
        officer.groups.add(Group.objects.get_or_create(name=role)[0])
    return officer


def make_delegate(email, state, role=User.MissionRole.OBJECTOR):
    return make_person(
        email, audience=Audience.MEMBER_STATE, member_state=Country.objects.get(pk=state), mission_role=role
    )


def make_forum(prefix="TST26", **fields):
    return Forum.objects.create(
        **{
            "slug": prefix.lower(),
            "title": "Test Forum 2026",
            "short_title": "Test Forum",
            "reference_prefix": prefix,
            "is_published": True,
            **fields,
        }
    )


def make_call(forum=None, opens_at=OPENS, closes_at=CLOSES, **fields):
    call = Call.objects.create(
        forum=forum or make_forum(),
        kind=Call.Kind.SPECIAL_ACCREDITATION,
        opens_at=opens_at,
        closes_at=closes_at,
        **fields,
    )
    for kind in CallDocument.Kind.values:
        CallDocument.objects.create(call=call, kind=kind)
    return call


def make_file(by, content=b"%PDF-1.4 specimen", name="certificate.pdf"):
    key = default_storage.save("specimen", ContentFile(content))
    return PrivateFile.objects.create(
        key=key,
        name=name,
        size=len(content),
        content_type="application/pdf",
        pages=1,
        sha256="0" * 64,
        uploaded_by=by,
        scan_state=PrivateFile.Scan.CLEAN,
        scanned_at=clock.now(),
    )


def make_draft(call, applicant, **answers):
    """A complete draft, written while the call is open."""
    with clock.frozen(max(DURING, call.opens_at)):
        application = drafting.start(call, by=applicant)
        drafting.save_answers(application, {**ANSWERS, **answers}, by=applicant)
        files = {kind: make_file(applicant) for kind in CallDocument.Kind.values}
        drafting.attach(application, files, by=applicant)
    application.refresh_from_db()
    return application


def make_submitted(call, applicant, **answers):
    application = make_draft(call, applicant, **answers)
    with clock.frozen(DURING):
        workflow.submit(application, by=applicant)
    application.refresh_from_db()
    return application


def make_many(call, count, **fields):
    """``count`` submitted applications of as many people: one by the real verbs, the others its copies, for tests in
    which the number is the point. ``fields`` are set on every copy and on the first."""
    first = make_submitted(call, make_person("many0@many.example"), name="Specimen Body 0")
    Application.objects.filter(pk=first.pk).update(**fields)
    people = User.objects.bulk_create(
        User(email=f"many{n}@many.example", name=f"Many {n}", password="!") for n in range(1, count)
    )
    bodies = Organization.objects.bulk_create(
        Organization(name=f"Specimen Body {n}", country_id=first.country_id, type=first.type) for n in range(1, count)
    )
    Membership.objects.bulk_create(
        Membership(organization=body, user=person, role=Membership.Role.OWNER)
        for person, body in zip(people, bodies, strict=True)
    )
    copies = []
    for number, (person, body) in enumerate(zip(people, bodies, strict=True), start=2):
        copied = Application.objects.get(pk=first.pk) if not copies else copy(copies[0])
        copied.pk, copied.reference = None, f"{call.forum.reference_prefix}-{number:04d}-X"
        copied.name, copied.organization, copied.applicant = body.name, body, person
        copied.contact_email = person.email
        copied.search_words = search.words_of(copied)
        copies.append(copied)
    Application.objects.bulk_create(copies)
    version = first.versions.get()
    ApplicationVersion.objects.bulk_create(
        ApplicationVersion(
            application=copied,
            number=1,
            revision=version.revision,
            answers=version.answers | {"name": copied.name},
            documents=version.documents,
            sha256=version.sha256,
            submitted_at=version.submitted_at,
            submitted_by=copied.applicant,
            receipt_code=f"{copied.reference}-R",
        )
        for copied in copies
    )
    return list(Application.objects.filter(forum=call.forum).order_by("pk"))


def make_eligible(call, applicant, *, by, signed_by, **answers):
    application = make_submitted(call, applicant, **answers)
    with clock.frozen(AFTER):
        review.recommend(application, by=by)
        review.approve(application, by=signed_by)
    application.refresh_from_db()
    return application


def make_circulated(applications, *, by, closes_at=AFTER + timedelta(days=7)):
    """A list of these eligible applications, circulated three days after the call closed."""
    with clock.frozen(AFTER):
        compiled = circulation.compile_list(applications[0].forum, applications, by=by)
        circulation.freeze(compiled, by=by)
        return circulation.circulate(compiled, by=by, closes_at=closes_at)


@pytest.fixture
def call(db):
    return make_call()


@pytest.fixture
def amina(db):
    return make_person("amina@harbour-lights.example")


@pytest.fixture
def boris(db):
    return make_person("boris@other.example")


@pytest.fixture
def chen(db):
    return make_officer("chen@secretariat.example", "Reviewer", "Coordinator")


@pytest.fixture
def noor(db):
    return make_officer("noor@secretariat.example", "Senior reviewer", "Coordinator")


@pytest.fixture
def dara(db):
    return make_delegate("dara@mission-ke.example", "KE")


@pytest.fixture
def emil(db):
    return make_delegate("emil@mission-no.example", "NO")


@pytest.fixture
def eve(db):
    return make_person("eve@nobody.example")
