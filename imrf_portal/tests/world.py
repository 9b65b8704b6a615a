"""A small world in which every address leads somewhere, full of planted secrets.

Amina's name stands on a list under silence, Kenya objected to it; Boris is asked a question; Clara's organization is
accredited and has a representative. What nobody but its owner and the secretariat may read carries a marker.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accreditation import (
    bulk,
    circulation,
    consequences,
    correspondence,
    documents,
    drafting,
    merging,
    objections,
    recognition,
    recusals,
    reference_import,
    review,
    route_verdicts,
    workflow,
)
from accreditation.models import (
    Application,
    LetterText,
    ListEntry,
    Organization,
    OwnershipRequest,
    RouteVerdict,
    Waiver,
)
from accreditation.reference_files import Row
from accreditation.tests import cast
from imrf_portal import clock, countersigned, files, retention
from imrf_portal.forum import Announcement, CallDocument, Forum, ForumRoute, KeyDate
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail
from imrf_portal.roles import sync_roles
from imrf_portal.users import User
from registration import calendars, guardians, passes, speaking
from registration import workflow as seats
from registration.models import CheckIn, Representative
from sessions_app.models import ForumSession

from .file_samples import pdf, upload

NOW = cast.AFTER + timedelta(days=1)
"""The instant at which the world is looked at: the first list is under silence, the second is over."""
STAFF = {
    "reviewer": ["Reviewer"],
    "senior": ["Senior reviewer"],
    "coordinator": ["Coordinator"],
    "desk": ["Registration desk"],
    "administrator": ["Administrator"],
}
APPLICANTS = ("amina", "boris", "clara")
MISSIONS = ("kenya", "norway", "observer")
SECRETARIAT = (*STAFF, "superuser")
ROLES = ("anonymous", *APPLICANTS, *MISSIONS, *SECRETARIAT)
ANSWERS_WITH_TEXT = (
    "acronym", "former_names", "scope", "compact", "reason", "head_name", "head_title", "contact_name",
    "contact_phone", "languages",
)  # fmt: skip


@dataclass
class World:
    people: dict = field(default_factory=dict)
    secrets: dict = field(default_factory=dict)
    """Each marker with the roles that may read it."""

    def plant(self, what, *readers):
        """A marker nobody else would write; ``readers`` are the roles that may come to read it."""
        marker = f"zq{what}zq".replace("_", "").lower()
        self.secrets[marker] = frozenset(readers)
        return marker

    def sign_in(self, client, role):
        if self.people[role] is not None:
            client.force_login(self.people[role])
        return client


@contextmanager
def standing(django_db_blocker):
    """The world for as long as the block runs, inside a transaction that is then rolled back.

    Tests with a ``db`` of their own run in savepoints within it, so that a module builds it once.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def make_world():
    """All of it; call it with a database at hand."""
    world = World()
    sync_roles()
    with clock.frozen(cast.OPENS):
        _people(world)
    _forum(world)
    with clock.frozen(cast.DURING):
        _public_things(world)
    _applications(world)
    _list_under_silence(world)
    _accredited(world)
    _other_rows(world)
    return world


def _people(world):
    people = world.people
    people["anonymous"] = None
    for name in APPLICANTS:
        people[name] = cast.make_person(f"{name}@applicants.example")
    people["kenya"] = cast.make_delegate("dara@mission-ke.example", "KE", User.MissionRole.ADMINISTRATOR)
    people["norway"] = cast.make_delegate("emil@mission-no.example", "NO")
    people["observer"] = cast.make_delegate("vito@mission-va.example", "VA", User.MissionRole.READER)
    for role, groups in STAFF.items():
        people[role] = cast.make_officer(f"{role}@secretariat.example", *groups)
        people[role].name = world.plant(f"officer{role}", *SECRETARIAT)
        people[role].save()
    people["superuser"] = User.objects.create_superuser("root@secretariat.example", "correct horse battery")
    for person in filter(None, people.values()):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    world.delegate = cast.make_delegate("second@mission-ke.example", "KE", User.MissionRole.READER)


def _forum(world):
    world.forum = cast.make_forum(
        clause=Forum.Clause.ON_REQUEST, register_is_public=True, registrations_are_public=True,
        starts_on=date(2026, 5, 5), ends_on=date(2026, 5, 8),
    )  # fmt: skip
    world.call = cast.make_call(world.forum, late_requests=True)
    for route in ForumRoute.Route.values:
        ForumRoute.objects.create(forum=world.forum, route=route, words="What to do.")
    KeyDate.objects.create(forum=world.forum, label="Names are circulated", at=cast.AFTER)
    Announcement.objects.create(forum=world.forum, title="Practical arrangements", body="Bring a badge.")
    starts_at = cast.AFTER + timedelta(days=36)
    world.session = ForumSession.objects.create(
        forum=world.forum, slug="round-table-1", kind=ForumSession.Kind.ROUND_TABLE, title="Round table 1",
        day_on=date(2026, 5, 5), starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
        status=ForumSession.Status.CONFIRMED, is_published=True, stakeholder_seats=10,
        registration_opens_at=cast.OPENS, registration_closes_at=cast.AFTER + timedelta(days=20),
    )  # fmt: skip


def _public_things(world):
    row = Row(name="Notional Maritime Welfare", status="special", status_year=2009, country="KE", note="", others=())
    world.reference_list, _is_new = reference_import.keep(
        [row], kind="ecosoc", title="A list", as_of=date(2025, 12, 31), by=None
    )
    world.verdict = route_verdicts.answer(
        world.forum, name="Notional Maritime Welfare", country=Country.objects.get(pk="KE"), organization_type="migrant"
    )


def _answers(world, owner, name, country):
    """Answers of which only name and country may reach a Mission."""
    readers = (owner, *SECRETARIAT)
    answers = {answer: f"Text {world.plant(f'{answer}{owner}', *readers)}" for answer in ANSWERS_WITH_TEXT}
    answers["contact_email"] = f"{world.plant(f'mail{owner}', *readers)}@hidden.example"
    answers["homepage"] = f"https://{world.plant(f'homepage{owner}', *readers)}.example/"
    return cast.ANSWERS | answers | {"name": name, "country": country}


def _submitted(world, owner, name, country="KE"):
    person = world.people[owner]
    answers = _answers(world, owner, name, country)
    with clock.frozen(cast.DURING):
        application = drafting.start(world.call, by=person)
        _exceptions(world, owner, application)
        drafting.save_answers(application, answers, by=person)
        for kind in CallDocument.Kind.values:
            marker = world.plant(f"document{kind}{owner}", owner, *SECRETARIAT)
            document = upload(pdf(), name=f"{marker}.pdf")
            file = files.store(document, by=person, limit=10**7)
            files.PrivateFile.objects.filter(pk=file.pk).update(scan_state="clean", scanned_at=clock.now())
            drafting.attach(application, {kind: file}, by=person)
        workflow.submit(application, by=person)
    application.refresh_from_db()
    with clock.frozen(cast.AFTER):
        review.note(application, by=world.people["reviewer"], text=world.plant(f"note{owner}", *SECRETARIAT))
    return application


def _exceptions(world, owner, application):
    """More time and a waiver, each by two officers; why is theirs to know."""
    proposer, signer = world.people["reviewer"], world.people["senior"]
    zone, open_until = world.forum.time_zone, world.call.closes_at + timedelta(minutes=1)
    for kind, values in (
        ("extension", {"zone": zone, "open_until": open_until}),
        ("waiver", {"rule": Waiver.Rule.HEAD_LETTER}),
    ):
        reason = world.plant(f"reasonof{kind}{owner}", *SECRETARIAT)
        act = countersigned.propose(kind, application, by=proposer, reason=reason, **values)
        countersigned.sign(act, by=signer)


def _eligible(world, owner, name, country="KE"):
    application = _submitted(world, owner, name, country)
    with clock.frozen(cast.AFTER):
        review.recommend(application, by=world.people["reviewer"])
        return review.approve(application, by=world.people["senior"])


def _applications(world):
    world.application = _eligible(world, "amina", "Harbour Lights")
    world.returned = _submitted(world, "boris", "Other Body", "NO")
    with clock.frozen(cast.AFTER):
        world.information_request = review.request_information(
            world.returned, by=world.people["reviewer"], answer_by=NOW + timedelta(days=5),
            items=[("scope", f"Where? {world.plant('questionboris', 'boris', *SECRETARIAT)}")],
        )  # fmt: skip
        said = {"scope": f"It is right. {world.plant('explanationboris', 'boris', *SECRETARIAT)}"}
        drafting.explain(world.returned, said, by=world.people["boris"], seen={"scope": ""})
        world.late_request = workflow.ask_for_late_submission(
            world.returned, by=world.people["boris"], reason=world.plant("lateboris", "boris", *SECRETARIAT)
        )


def _list_under_silence(world):
    coordinator = world.people["coordinator"]
    world.list = cast.make_circulated([world.application], by=coordinator, closes_at=NOW + timedelta(days=6))
    world.entry = ListEntry.objects.get(stakeholder_list=world.list)
    kenya = world.people["kenya"]
    with clock.frozen(NOW):
        world.objection = objections.object_to(
            world.entry,
            by=kenya,
            basis=world.plant("basiskenya", "kenya", *SECRETARIAT),
            on_behalf_of=[world.people["norway"].member_state],
        )
        objections.record_talk(world.objection, by=coordinator, text=world.plant("talkkenya", *SECRETARIAT))
        asked = objections.ask(world.entry, "reason", by=kenya)
        objections.answer_request(asked, by=coordinator, release=True)
        world.state_request = objections.ask(world.entry, "homepage", by=world.people["norway"])
    released = "zqreasonaminazq"
    world.secrets[released] |= {"kenya"}


def _accredited(world):
    application = _eligible(world, "clara", "Orchard Hands", "PE")
    closes_at = cast.AFTER + timedelta(hours=6)
    world.closed_list = cast.make_circulated([application], by=world.people["coordinator"], closes_at=closes_at)
    with clock.frozen(closes_at):
        circulation.close_due()
        world.accreditation = review.accredit(application, by=world.people["coordinator"])
        world.final = circulation.final_list(world.forum, by=world.people["coordinator"])
    readers = ("clara", *SECRETARIAT)
    with clock.frozen(NOW):
        private = {
            name: world.plant(f"person{name}", *readers)
            for name in ("phone", "languages", "access_needs", "passport_number")
        }
        world.representative = Representative.objects.create(
            accreditation=world.accreditation, name="Rosa Orchard", function="Chair", consented_at=clock.now(),
            email=f"{world.plant('representativemail', *readers)}@hidden.example", **private,
        )  # fmt: skip
        seats.save_matrix(
            world.accreditation, {world.session: [(world.representative, True)]}, by=world.people["clara"]
        )
    world.registration = world.representative.registrations.get()
    with clock.frozen(NOW):
        world.representative.is_minor = True
        world.representative.save(update_fields=["is_minor"])
        world.guardian = guardians.ask(
            world.representative, name="Guardian Orchard", by=world.people["clara"],
            email=f"{world.plant('guardianmail', *readers)}@hidden.example",
        )  # fmt: skip
        guardians.agree(
            world.guardian, relation="Mother", phone=world.plant("guardianphone", *SECRETARIAT), accompanied_by="Chair"
        )
        world.flagged = CheckIn.objects.create(
            registration=world.registration, by=world.people["desk"], is_first=False, flag="void",
            list_made_at=clock.now(),
        )  # fmt: skip
        world.calendar = calendars.address_for(world.accreditation, by=world.people["clara"])
        world.speaking = speaking.ask(
            world.accreditation, world.session, world.representative, language="en", by=world.people["clara"],
            topic=world.plant("topicclara", *readers),
        )  # fmt: skip
    world.accredited = application


def _other_rows(world):
    recused = cast.make_officer("recused@secretariat.example", "Reviewer")
    with clock.frozen(NOW):
        reason = world.plant("reasonofarecusal", *SECRETARIAT)
        world.recusal = recusals.declare(world.returned, by=recused, has_conflict=True, reason=reason)
        recusals.declare_interest(by=recused, organization=world.plant("interest"))
        world.passes = passes.export(world.forum, by=world.people["coordinator"])
        world.recognition = recognition.ask_for_recognition(
            RouteVerdict.objects.exclude(route="special").get(), by=world.people["boris"]
        )
        row = Row(name="Notional Sailors", status="special", status_year=2019, country="KE", note="", others=())
        reference_import.keep([row], kind="ecosoc", title="A list", as_of=date(2026, 2, 28), by=None)
        consequences.carry_on()
        earlier = Organization.objects.create(name="Orchard Workers", country_id="PE")
        world.merge = merging.merge(
            world.accredited.organization, earlier, by=world.people["coordinator"],
            reason=world.plant("reasonofamerge", *SECRETARIAT),
        )  # fmt: skip
        retention.place_hold(
            world.application, by=world.people["coordinator"], reason=world.plant("reasonofahold", *SECRETARIAT)
        )
        _letters(world)
        LetterText.objects.create(
            forum=world.forum, letter="accredited", language="en", subject="Welcome", body="Welcome, {name}."
        )
        world.wish = OwnershipRequest.objects.create(
            organization=world.returned.organization, asked_by=world.people["clara"], reason="The owner left.",
            answer_by=NOW,
        )  # fmt: skip
        world.run = bulk.propose("recommend", Application.objects.all(), by=world.people["coordinator"])
        world.draft = cast.make_draft(world.call, cast.make_person("dora@applicants.example"), name="Draft Body")
        world.act = countersigned.propose(
            "extension", world.draft, by=world.people["reviewer"], zone=world.forum.time_zone,
            open_until=NOW + timedelta(days=9), reason=world.plant("reasonofanact", *SECRETARIAT),
        )  # fmt: skip
        document = world.application.documents.first()
        link = documents.link_for(world.people["coordinator"], document)
        world.document_token = link.rstrip("/").rpartition("/")[2]


def _letters(world):
    """Composed ones: one that goes now, one that waits for an officer, and one for an hour to come."""
    world.application.refresh_from_db()
    for run, (when, readers) in enumerate({"now": ("amina",), "held": (), "at": ()}.items(), start=1):
        correspondence.write(
            world.application, by=world.people["coordinator"], run=run, seen_status=world.application.status,
            subject="To you", body=world.plant(f"letter{when}", *readers, *SECRETARIAT), language="en", when=when,
            due_at=(NOW + timedelta(hours=2)).isoformat() if when == "at" else "",
        )  # fmt: skip


SPECIAL = {
    "private_calendar": lambda world: {"key": world.calendar.key},
    "guardian_form": lambda world: {"key": world.guardian.key},
    "admin:registration_representative_register": lambda world: {"pk": world.representative.pk},
    "admin:registration_guardian": lambda world: {"pk": world.representative.pk},
    "admin:registration_age": lambda world: {"pk": world.representative.pk},
    "admin:registration_door_list": lambda world: {"pk": world.session.pk},
    "admin:registration_door_settle": lambda world: {"pk": world.flagged.pk},
    "personal_calendar": lambda world: {"key": world.representative.invitation_key, "act": "open"},
    "admin:registration_passes_make": lambda world: {"pk": world.forum.pk},
    "admin:registration_passes_revocations": lambda world: {"pk": world.forum.pk},
    "admin:registration_passes_file": lambda world: {"pk": world.passes.pk, "kind": "csv"},
    **dict.fromkeys(
        (
            "admin:registration_seats", "admin:registration_seats_csv", "admin:registration_speakers",
            "admin:registration_speakers_list",
        ),
        lambda world: {"pk": world.session.pk},
    ),
    "admin:registration_speakers_step": lambda world: {"pk": world.speaking.pk, "verb": "shortlist"},
    "admin:sessions_app_forumsession_do": lambda world: {"pk": world.session.pk, "verb": "cancel"},
    "admin:accreditation_accreditation_do": lambda world: {"pk": world.accreditation.pk, "verb": "revoke"},
    "admin:recognition_do": lambda world: {"pk": world.recognition.pk, "verb": "decline"},
    "admin:registration_registration_do": lambda world: {"pk": world.registration.pk, "verb": "withdraw"},
    "admin:imrf_portal_outgoingmail_do": lambda world: {
        "pk": OutgoingMail.objects.filter(template="application_received").first().pk, "verb": "hold",
    },
    "admin:saved_view_do": lambda world: {"pk": 1, "verb": "change"},
    "admin:support_look": lambda world: {"pk": world.people["amina"].pk},
    "admin:countersigned_act": lambda world: {"pk": world.act.pk},
    "admin:countersigned_propose": lambda world: {"pk": world.draft.pk, "kind": "extension"},
    "admin:accreditation_organization_choose": lambda world: {"pk": world.application.organization_id},
    "admin:accreditation_organization_merge": lambda world: {
        "pk": world.application.organization_id, "other": world.returned.organization_id,
    },
    "admin:accreditation_organization_separate": lambda world: {"pk": world.merge.pk},
    "team_end": lambda world: {"pk": world.application.organization.memberships.get().pk},
    "team_answer": lambda world: {"answer": "confirm"},
    "admin:ownership_decide": lambda world: {"pk": world.wish.pk},
    "admin:handover_from": lambda world: {"pk": world.people["reviewer"].pk},
    "admin:recusal_lift": lambda world: {"pk": world.recusal.pk},
    "admin:forum_officer_end": lambda world: {"pk": world.people["reviewer"].forum_offices.get().pk},
    "admin:bulk_run": lambda world: {"pk": world.run.pk},
    "admin:move_date": lambda world: {"pk": world.forum.pk, "key": "forum.starts_on"},
    "admin:accreditation_application_export": lambda world: {"kind": "csv"},
    "admin:accreditation_document": lambda world: {"token": world.document_token},
    "admin:accreditation_application_do": lambda world: {"pk": world.application.pk, "verb": "recommend"},
    "admin:accreditation_application_alike": lambda world: {"pk": world.application.pk, "other": world.returned.pk},
    "admin:accreditation_list_export": lambda world: {"pk": world.list.pk, "kind": "csv"},
    "admin:accreditation_list_do": lambda world: {"pk": world.list.pk, "verb": "extend"},
    "admin:accreditation_objection_by_letter": lambda world: {"entry": world.entry.pk},
    **dict.fromkeys(
        ("application_document", "document", "document_page", "document_checks"),
        lambda world: {"pk": world.application.documents.first().pk},
    ),
    "list_certificate": lambda world: {"pk": world.closed_list.pk},
    "list_certificate_pdf": lambda world: {"pk": world.closed_list.pk},
    "verify_code": lambda world: {"code": world.application.versions.get().receipt_code},
    "list_difference": lambda world: {"pk": world.final.pk},
    "mission_act": lambda world: {"pk": world.delegate.pk, "name": "end"},
    "admin:view_on_site": lambda world: {
        "content_type_id": ContentType.objects.get_for_model(Organization).pk, "object_id": 1,
    },
    "admin:app_list": lambda world: {"app_label": "accreditation"},
}  # fmt: skip
"""Addresses whose parameters mean something else than usual."""


def arguments_of(world):
    """A function from an address to what its parameters are in this world."""
    usual = {
        "slug": world.forum.slug,
        "session_slug": world.session.slug,
        "reference": world.application.reference,
        "pk": world.list.pk,
        "key": world.entry.key,
        "code": world.objection.receipt_code,
        "token": "no-such-token",
        "uidb36": "1",
        "place": 1,
        "notice": 1,
        "number": 1,
        "forum": world.forum.slug,
        "person": world.representative.pk,
        "registration": world.registration.pk,
        "request_pk": world.speaking.pk,
        "kind": CallDocument.Kind.LEGAL_STATUS,
    }

    def arguments(address):
        given = dict(usual)
        if "/route/" in address.pattern or "/recognition/" in address.pattern:
            given["key"] = world.verdict.key
        if "/registration/<int:pk>" in address.pattern:
            given["pk"] = world.accreditation.pk
        if "/invitation/" in address.pattern:
            given["key"] = world.representative.invitation_key
        if address.name == "application_step":
            given["key"] = "organization"
        if address.model is not None:
            first = address.model._default_manager.order_by("pk").first()
            given |= {"object_id": first.pk if first else 0, "pk": first.pk if first else 0}
        if address.name in SPECIAL:
            given |= SPECIAL[address.name](world)
        return given

    return arguments
