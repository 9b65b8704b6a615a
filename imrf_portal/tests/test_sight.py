"""Every door of the desk, for an officer who may look through it and for one who may not: names in bytes."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import correspondence, recusals, teams
from accreditation.models import Application, ApplicationDocument, BulkRun, Membership
from accreditation.tests import cast
from imrf_portal import clock, mail, sight
from imrf_portal.access import ROLES
from imrf_portal.audit import Event
from imrf_portal.forum import Call, Forum
from imrf_portal.tests import world as worlds
from imrf_portal.tests.addresses import addresses, path_of
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.walks import body_of

pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("sight")]
"""Opening every address twice takes its time on a busy machine."""
at_every_door = pytest.mark.postgres
"""Walks through all addresses of the desk as several officers: once, on the database that the desk works with."""

QUEUE = "/admin/accreditation/application/"
DOORS = [
    f"{QUEUE}?tab=all",
    f"{QUEUE}?tab=all&q=lights",
    f"{QUEUE}?tab=all&q=TST26",
    f"{QUEUE}?tab=waiting",
    f"{QUEUE}?tab=late",
    f"{QUEUE}export/csv/?tab=all",
    f"{QUEUE}export/xlsx/?tab=all",
    "/admin/imrf_portal/event/?q=TST26",
    "/admin/imrf_portal/event/?q=Harbour",
    "/admin/imrf_portal/outgoingmail/?q=TST26",
    "/admin/imrf_portal/outgoingmail/?state__exact=queued",
    "/admin/accreditation/routeverdict/?q=Notional",
    "/admin/accreditation/accreditation/?q=Orchard",
    "/admin/accreditation/recognitionrequest/?decision=waiting",
    "/admin/registration/registration/?q=Orchard",
    "/admin/registration/representative/?q=Rosa",
]
"""Searches, tabs, filters and files, besides each address by itself."""


@pytest.fixture(scope="module")
def seen_by_all(standing_world, django_db_blocker):
    """What an officer of all Forums, in every role and recused from nothing, comes to read."""
    with django_db_blocker.unblock():
        officer = cast.make_officer("all@secretariat.example", *ROLES)
        return look(standing_world, officer, all_paths(standing_world))


def desk_paths(world):
    """The addresses that are the desk's, and those of documents and lists, each with a row of the first Forum."""
    arguments = worlds.arguments_of(world)
    for address in addresses():
        path = path_of(address, arguments)
        is_desk = path.startswith("/admin/") and "logout" not in path
        if is_desk or address.name.startswith(("document", "list", "entry")):
            yield address, path


def words_in(content):
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b" ".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace").lower()


def look(world, person, paths):
    """``{path: (status, words)}`` as this person sees each."""
    client = PortalClient(raise_request_exception=False)
    client.force_login(person)
    seen = {}
    with clock.frozen(worlds.NOW):
        for path in paths:
            response = client.get(path)
            seen[path] = response.status_code, words_in(body_of(response))
    return seen


def told(words, marks):
    return {mark for mark in marks if mark in words}


OF_NO_FORUM = (
    "/user/",
    "/forumofficer/",
    "/event/",
    "/referencelist/",
    "/referenceentry/",
    "/objective/",
    "/views/",
    "/export/",
)
"""Rows that belong to no Forum; the list of an app; and the file of one's own queue."""


def has_a_row(address, path):
    """Whether the address names a row that belongs to a Forum."""
    is_of_none = any(part in path for part in OF_NO_FORUM) or address.name == "admin:app_list"
    return bool(address.parameters) and not is_of_none


def all_paths(world):
    files = [f"{QUEUE}{application.pk}/change/" for application in (world.returned, world.accredited)]
    files += [reverse("document", args=[document.pk]) for document in ApplicationDocument.objects.order_by("pk")]
    return [*(path for _address, path in desk_paths(world)), *DOORS, *files]


def marks_of(world):
    """What an applicant wrote, and what the desk wrote about it."""
    markers = {marker for marker, readers in world.secrets.items() if "coordinator" in readers}
    return {marker for marker in markers if "officer" not in marker}


NAMES = {"harbour lights", "other body", "orchard hands", "tst26-", "rosa orchard"}
ANSWERED = "notional maritime"
"""The name that an answer of the route finder was given for; it also stands on a list that belongs to no Forum."""


ON_OTHER_PAGES = ("zqletter", "zqguardianmail", "zqexplanation")
"""Marks that stand on pages this walk does not open: single letters, letters that no officer may read, and what an
applicant has not sent yet."""


# T-S38
@at_every_door
def test_an_officer_of_one_forum_sees_nothing_of_the_other(world, seen_by_all):
    by_address, paths = list(desk_paths(world)), all_paths(world)
    other = cast.make_forum("ELSE26", short_title="Elsewhere", title="Elsewhere Meeting 2026")
    call = cast.make_call(other)
    own = cast.make_submitted(call, cast.make_person("zoe@applicants.example"), name="Quiet Pier Society")
    stranger = cast.make_officer("else@secretariat.example", *ROLES, forums=[other])
    marks = marks_of(world) | NAMES

    seen = look(world, stranger, paths)

    present = {path: told(words, marks | {ANSWERED}) for path, (_status, words) in seen_by_all.items()}
    assert set(Event.objects.values_list("subject_type", flat=True)) - set(sight.PLACES) == set()
    unseen = marks - set().union(*present.values())
    assert {mark for mark in unseen if not mark.startswith(ON_OTHER_PAGES)} == set()
    assert [path for path in DOORS if not present[path]] == []
    assert {path: found for path, (_s, words) in seen.items() if (found := told(words, marks))} == {}
    of_verdicts = {path for path in seen if "/routeverdict/" in path or "/recognition" in path}
    assert {path for path in of_verdicts if ANSWERED in seen[path][1]} == set()
    assert "quiet pier society" in seen[f"{QUEUE}?tab=all"][1]
    assert own.reference.lower() in seen[f"{QUEUE}export/csv/?tab=all"][1]
    rows = {
        address.name: seen[path][0]
        for address, path in by_address
        if has_a_row(address, path) and seen_by_all[path][0] == 200
    }
    assert len(rows) > 40
    open_still = {name for name, status in rows.items() if status not in (404, 403)}
    assert open_still == {"admin:handover_from", "admin:support_look"}, "these two are about a person, of no Forum"


OF_THE_FILE = (
    *("acronym", "formernames", "scope", "compact", "reason", "head", "contact", "mail", "homepage", "document"),
    *("note", "question", "late", "basis", "talk"),
)
"""How the markers begin that stand in a file, as against those of people who registered."""


def files_of(world):
    marks = {marker for marker in marks_of(world) if marker.removeprefix("zq").startswith(OF_THE_FILE)}
    return {marker for marker in marks if marker.endswith(("aminazq", "boriszq", "clarazq", "kenyazq"))}


# T-S04
@at_every_door
def test_a_recused_officer_meets_the_file_at_no_door(world, seen_by_all):
    officer = cast.make_officer("tied@secretariat.example", *ROLES)
    marks = files_of(world) | {"other body"}
    with clock.frozen(worlds.NOW):
        for application in (world.application, world.returned, world.accredited):
            recusals.declare(application, by=officer, has_conflict=True, reason="Former employer.")

    seen = look(world, officer, all_paths(world))

    assert marks - set().union(*(told(words, marks) for _status, words in seen_by_all.values())) == set()
    assert {path: found for path, (_s, words) in seen.items() if (found := told(words, marks))} == {}
    assert world.application.reference.lower() not in seen[f"{QUEUE}?tab=all"][1]
    assert world.application.reference.lower() not in seen["/admin/imrf_portal/event/?q=TST26"][1]
    assert {status for path, (status, _words) in seen.items() if "/documents/" in path} <= {404, 405}


@at_every_door
def test_sealed_applications_are_counted_and_shown_to_nobody_at_the_desk(world, seen_by_all):
    Forum.objects.filter(pk=world.forum.pk).update(sealed_until_close=True)
    Call.objects.filter(pk=world.call.pk).update(closes_at=worlds.NOW + timedelta(days=2))
    marks = files_of(world) | {"other body"}

    seen = look(world, world.people["superuser"], all_paths(world))

    assert marks - set().union(*(told(words, marks) for _status, words in seen_by_all.values())) == set()
    assert {path: found for path, (_s, words) in seen.items() if (found := told(words, marks))} == {}
    for path in (f"{QUEUE}?tab=all", "/admin/imrf_portal/event/?q=TST26", "/admin/imrf_portal/outgoingmail/?q=TST26"):
        assert world.application.reference.lower() in seen_by_all[path][1]
        assert world.application.reference.lower() not in seen[path][1]
    assert "3 applications received" in seen["/admin/"][1]
    assert "3 applications received" in seen[f"{QUEUE}?tab=all"][1]
    assert {status for path, (status, _words) in seen.items() if "/documents/" in path} <= {404, 405}


# T-S04 T-S38
def test_letters_that_name_a_file_without_its_reference_are_kept_back_with_it(world):
    """To Missions about an objection, to the officer who tried a letter, to the owner of an organization."""
    other = cast.make_forum("ELSE26", short_title="Elsewhere", title="Elsewhere Meeting 2026")
    stranger = cast.make_officer("else@secretariat.example", *ROLES, forums=[other])
    tied = cast.make_officer("tied@secretariat.example", *ROLES)
    with clock.frozen(worlds.NOW):
        recusals.declare(world.application, by=tied, has_conflict=True, reason="Former employer.")
        correspondence.send_test(
            ("Try", "Dear Head of Harbour Lights"), template=correspondence.TEMPLATE, language="en",
            by=world.people["coordinator"], about=world.application.reference,
        )  # fmt: skip
        organization, boris = world.application.organization, world.people["boris"]
        Membership.objects.create(organization=organization, user=boris, role=Membership.Role.EDITOR)
        teams.ask_to_be_owner(organization, by=boris, reason="The owner left.")
    naming = mail.OutgoingMail.objects.filter(body__contains="Harbour Lights").exclude(template__startswith="team_")
    naming = naming.exclude(template__startswith="ownership_")
    frozen = {"list_circulated", "list_new_version", "list_extended", "list_final"}

    assert {"objection_recorded", "objection_on_your_behalf", "state_request_answered", correspondence.TEMPLATE} <= set(
        mail.readable_by(world.people["superuser"]).values_list("template", flat=True)
    )
    for officer in (stranger, tied):
        read = mail.readable_by(officer).filter(pk__in=naming.values("pk")).exclude(template__in=frozen)
        assert list(read.values_list("template", "subject")) == [], officer
    assert not mail.readable_by(stranger).filter(template__startswith="ownership_").exists()
    assert mail.OutgoingMail.objects.filter(template="ownership_asked").exists()


# T-S38
def test_a_crafted_run_and_a_crafted_verb_reach_nothing_of_another_forum(world):
    other = cast.make_forum("ELSE26", short_title="Elsewhere", title="Elsewhere Meeting 2026")
    client = PortalClient(raise_request_exception=False)
    client.force_login(cast.make_officer("else@secretariat.example", *ROLES, forums=[other]))
    before = BulkRun.objects.count(), set(Application.objects.values_list("pk", "status", "assigned_to"))
    with clock.frozen(worlds.NOW):
        keys = [world.application.pk, world.returned.pk]
        client.post(reverse("admin:bulk_start"), {"verb": "assign", "pick": keys})
        client.post(reverse("admin:bulk_start"), {"verb": "assign", "scope": "all", "filters": "tab=all"})
        for address, path in desk_paths(world):
            if has_a_row(address, path):
                answer = client.post(path, {"step": "do", "reason": "x", "text": "x", "is_same": "yes", "do": "hold"})
                assert answer.status_code in (302, 403, 404, 405, 422), (address.name, answer.status_code)
    assert (BulkRun.objects.count(), set(Application.objects.values_list("pk", "status", "assigned_to"))) == before
    assert not world.application.notes.filter(text="x").exists()
