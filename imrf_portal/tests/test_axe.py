"""Every kind of page in every role: axe finds nothing, nothing scrolls sideways, no text lies over another."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import bulk, circulation, drafting, objections, review, workflow
from accreditation.models import Accreditation, Application
from accreditation.tests.cast import (
    AFTER,
    DURING,
    make_circulated,
    make_draft,
    make_eligible,
    make_officer,
    make_person,
    make_submitted,
)  # fmt: skip
from imrf_portal import clock, countersigned, mail
from imrf_portal.forum import Announcement, KeyDate
from imrf_portal.models import User
from registration import guardians, offline_doors, people
from registration.models import CheckIn
from registration.tests import making

from . import world as worlds
from .addresses import addresses, path_of
from .journey import arrive
from .looking import problems

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db"), pytest.mark.timeout(240)]
LATER = AFTER + timedelta(days=1)
CLOSED = AFTER + timedelta(days=8)
DESK = "/admin/accreditation/"


class Looker:
    """A person who opens pages at one moment and notes what is wrong with each."""

    def __init__(self, context, portal, moment, user=None, **sign_in):
        arrive(context, portal, moment, user, **sign_in)
        self.context, self.portal, self.page, self.found = context, portal, context.new_page(), {}

    def look(self, path, *, status=200, press=None):
        """Open ``path``; ``press``: then press that button, and look at what comes."""
        response = self.page.goto(self.portal + path)
        assert response.status == status, path
        if press:
            self.page.eval_on_selector_all("form", "(forms) => forms.forEach((form) => form.noValidate = true)")
            self.press(press)
        self.note(f"{path} {press or ''}".strip())

    def press(self, button):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).first.click()

    def note(self, what):
        """Look at the page that is open."""
        if found := problems(self.page):
            self.found[what] = found

    def look_at_all(self, *names, **named):
        for name in names:
            self.look(reverse(name, kwargs=named) if not name.startswith("/") else name)


def faults(*lookers):
    """What they found, a line each."""
    return [f"{place}: {fault}" for eyes in lookers for place, found in eyes.found.items() for fault in found]


@pytest.fixture
def looker(browser, live_server, settings):
    settings.PROXY_COUNT = 1
    contexts = []

    def made(moment, user=None, **sign_in):
        contexts.append(browser.new_context(locale="en", timezone_id="Asia/Kathmandu"))
        return Looker(contexts[-1], live_server.url, moment, user, **sign_in)

    yield made
    for context in contexts:
        context.close()


@pytest.fixture
def furnished(call):
    KeyDate.objects.create(forum=call.forum, label="Final list", on=DURING.date())
    Announcement.objects.create(forum=call.forum, title="Rooms", body="Soon.", published_at=DURING)
    return call


def test_public_pages(looker, furnished):
    slug = furnished.forum.slug
    eyes = looker(DURING)
    eyes.look_at_all("home", "account_login", "account_signup", "verify", "demonstration", "help", "preferences")
    eyes.look_at_all("forum", "route_finder", "apply", "blank_form", slug=slug)
    eyes.look(reverse("route_finder", args=[slug]), press="Find our route")
    eyes.look(reverse("account_login"), press="Send me a code")
    eyes.look("/nothing/", status=404)
    eyes.page.goto(eyes.portal + reverse("route_finder", args=[slug]))
    eyes.page.locator("#id_name").fill("Harbour Lights")
    eyes.page.locator("#id_country").select_option("KE")
    eyes.page.locator("#id_type").select_option("migrant")
    eyes.page.get_by_role("button", name="Find our route").click()
    eyes.look_at_all(eyes.page.url.removeprefix(eyes.portal))
    assert faults(eyes) == []


def test_pages_of_an_applicant(looker, furnished, amina, boris, chen, eve):
    draft, sent = make_draft(furnished, amina), make_submitted(furnished, boris, name="Other Body")
    eyes = looker(DURING, amina)
    eyes.look_at_all("my_applications", "account_settings", "usersessions_list", "account_erase", "mfa_index")
    eyes.look_at_all("account_email", "account_set_password")
    for name in ("application", "application_check", "application_documents", "application_withdraw"):
        eyes.look(reverse(name, args=[draft.reference]))
    for step in ("organization", "contact", "homepage", "scope", "reason"):
        eyes.look(reverse("application_step", args=[draft.reference, step]))
    eyes.look(reverse("application_check", args=[draft.reference]), press="Send application")
    empty = looker(DURING, eve)
    empty.look_at_all("my_applications")
    empty.page.goto(empty.portal + reverse("apply", args=[furnished.forum.slug]))
    empty.page.get_by_role("button", name="Start your application").click()
    empty.page.get_by_role("heading", name="Your application", level=1).wait_for()
    started = empty.page.url.removeprefix(empty.portal)
    empty.look(f"{started}organization/", press="Save and continue")
    empty.look(f"{started}documents/", press="Save and continue")
    with clock.frozen(DURING):
        review.request_information(
            sent, by=chen, items=[("scope", "Where do you work?"), ("legal_status", "Both pages, please.")],
            answer_by=DURING + timedelta(days=9),
        )  # fmt: skip
    asked = looker(DURING + timedelta(hours=1), boris)
    for name in ("application", "application_answer", "application_sent"):
        asked.look(reverse(name, args=[sent.reference]))
    with clock.frozen(DURING):
        workflow.submit(draft, by=amina)
        workflow.withdraw(draft, by=amina)
    eyes.look(reverse("application", args=[draft.reference]))
    late = looker(AFTER, eve)
    late.look_at_all(started, "/meetings/tst26/apply/")
    assert faults(eyes, empty, asked, late) == []


def test_the_hard_moments_of_an_applicant(looker, furnished, amina):
    draft = make_draft(furnished, amina)
    eyes = looker(DURING, amina)
    step = reverse("application_step", args=[draft.reference, "scope"])
    eyes.page.goto(eyes.portal + step)
    with clock.frozen(DURING):
        drafting.save_answers(draft, {"scope": "From another tab."}, by=amina)
    eyes.page.locator("#id_scope").fill("From this tab.")
    eyes.press("Save and continue")
    eyes.page.get_by_role("heading", name="Choose which text to keep").wait_for()
    eyes.note("conflict")

    eyes.page.goto(eyes.portal + step)
    eyes.page.locator("#id_scope").fill("Typed while it closed.")
    eyes.context.set_extra_http_headers({"X-Arrived": f"{AFTER.timestamp():.3f}"})
    eyes.press("Save and continue")
    eyes.page.get_by_role("heading", level=1, name="closed while you were typing").wait_for()
    eyes.note("rescue")
    assert faults(eyes) == []


def test_proving_who_one_is(looker, furnished, chen, amina):
    eyes = looker(DURING)
    eyes.page.goto(eyes.portal + reverse("account_login"))
    eyes.page.locator("#id_email").first.fill(amina.email)
    eyes.press("Send me a code")
    eyes.page.locator("#id_code").wait_for()
    eyes.note("code")

    officer = looker(DURING, chen, second_factor=False)
    officer.look_at_all("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate")
    proven = looker(DURING, chen)
    proven.look_at_all("mfa_index", "mfa_list_webauthn", "usersessions_list", "account_change_password")
    assert faults(eyes, officer, proven) == []


@pytest.fixture
def listed(furnished, amina, boris, chen, noor, dara):
    """A list under silence with two names, of which one is objected to and one was asked about."""
    applications = [
        make_eligible(furnished, person, by=chen, signed_by=noor, name=name)
        for person, name in ((amina, "Harbour Lights"), (boris, "Other Body of People on the Move"))
    ]
    shared = make_circulated(applications, by=chen)
    first, second = shared.entries.all()
    with clock.frozen(AFTER + timedelta(hours=1)):
        objections.object_to(first, by=dara, basis="General basis.")
        objections.ask(second, "homepage", by=dara)
    return shared


def test_pages_of_a_mission(looker, listed, dara, emil, chen):
    dara.mission_role = User.MissionRole.ADMINISTRATOR
    dara.save(update_fields=["mission_role"])
    first, second = listed.entries.all()
    eyes, other = looker(LATER, dara), looker(LATER, emil)
    eyes.look_at_all("lists", "our_requests", "mission_people", "home")
    eyes.look_at_all("list", "list_print", "list_difference", pk=listed.pk)
    for entry in (first, second):
        eyes.look(reverse("entry", args=[listed.pk, entry.key]))
    eyes.look(reverse("objection", args=[first.objections.get().receipt_code]))
    eyes.look(reverse("objection_withdraw", args=[first.objections.get().receipt_code]))
    other.look(reverse("object", args=[listed.pk, second.key]))
    with clock.frozen(CLOSED):
        circulation.close_due()
        review.accredit(second.application, by=make_officer("dean@secretariat.example", "Coordinator"))
        circulation.final_list(listed.forum, by=chen)
    closed = looker(CLOSED + timedelta(hours=1), dara)
    closed.look_at_all("list", "list_certificate", "list_difference", pk=listed.pk)
    closed.look_at_all("lists", "our_requests")
    assert faults(eyes, other, closed) == []


def test_pages_of_the_desk(looker, listed, furnished, chen, noor):
    first = listed.entries.first()
    waiting = [
        make_submitted(furnished, make_person(f"p{number}@body.example"), name=name)
        for number, name in enumerate(["Harbour Light", "Body with a long name " * 6, "Third Body"])
    ]
    with clock.frozen(AFTER):
        review.note(waiting[0], by=noor, text="Called the contact.")
        review.request_information(
            waiting[0], by=noor, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=5)
        )
        review.recommend(waiting[2], by=noor)
        run = bulk.propose("recommend", Application.objects.filter(status="submitted"), by=chen)
    eyes = looker(LATER, chen)
    eyes.look_at_all(
        "/admin/", "/admin/all/", f"{DESK}application/", f"{DESK}application/?tab=all", f"{DESK}objection/"
    )
    eyes.look_at_all(f"{DESK}stakeholderlist/", f"{DESK}staterequest/", "/admin/imrf_portal/outgoingmail/")
    for application in (*waiting, first.application):
        eyes.look(f"{DESK}application/{application.pk}/change/")
    eyes.look(f"{DESK}application/{waiting[0].pk}/alike/{waiting[1].pk}/", press="Preview")
    eyes.look(f"{DESK}application/{waiting[1].pk}/ask/")
    eyes.look(f"{DESK}application/{waiting[1].pk}/do/recommend/?seen=1")
    eyes.look(f"{DESK}application/{waiting[1].pk}/do/recommend_against/?seen=1", press="Preview")
    eyes.look(f"{DESK}application/{waiting[2].pk}/do/approve/?seen=1")
    eyes.look(reverse("admin:bulk_run", args=[run.pk]))
    eyes.look_at_all("admin:bulk_runs")
    eyes.look(reverse("admin:support_look", args=[waiting[1].applicant_id]))
    eyes.page.locator("#id_reason").fill("She asked on the telephone where to answer.")
    eyes.press("See what they see")
    eyes.note("seen with the eyes of an applicant")
    eyes.look(reverse("account_settings"), status=403)
    assert faults(eyes) == []


def test_pages_about_dates_and_second_signatures(looker, furnished, amina, chen, noor):
    officer = make_officer("kofi@secretariat.example", "Administrator")
    draft = make_draft(furnished, amina)
    with clock.frozen(DURING):
        act = countersigned.propose(
            "extension", draft, by=chen, reason="A flood.", open_until=CLOSED, zone=furnished.forum.time_zone
        )
    proposing, signing, moving = looker(DURING, chen), looker(DURING, noor), looker(DURING, officer)
    proposing.look_at_all("admin:exceptions", "admin:dates")
    proposing.look(reverse("admin:countersigned_propose", args=["waiver", draft.pk]), press="Preview")
    signing.look_at_all("admin:countersigned")
    signing.look_at_all("admin:countersigned_act", pk=act.pk)
    for key in (f"call-{furnished.pk}.closes_at", f"key_date-{KeyDate.objects.get().pk}.on", "forum.starts_on"):
        moving.look(reverse("admin:move_date", args=[furnished.forum.pk, key]))
    assert faults(proposing, signing, moving) == []


def test_pages_of_the_desk_about_lists(looker, listed, chen):
    forum, first = listed.forum, listed.entries.first()
    eyes = looker(LATER, chen)
    eyes.look_at_all(f"{DESK}objection/", f"{DESK}stakeholderlist/", f"{DESK}staterequest/")
    eyes.look_at_all("/admin/imrf_portal/outgoingmail/", "/admin/")
    eyes.look(f"{DESK}stakeholderlist/{listed.pk}/change/")
    eyes.look(f"{DESK}stakeholderlist/{listed.pk}/as-states-see-it/")
    eyes.look(f"{DESK}stakeholderlist/{listed.pk}/do/extend/", press="Preview")
    eyes.look(f"{DESK}stakeholderlist/compile/{forum.slug}/")
    eyes.look(f"{DESK}stakeholderlist/compile/{forum.slug}/?q=nobody")
    eyes.look(f"/admin/statistics/{forum.slug}/")
    eyes.look(f"{DESK}objection/{first.objections.get().pk}/change/")
    eyes.look(f"{DESK}staterequest/{listed.entries.last().state_requests.get().pk}/change/")
    eyes.look(f"/admin/imrf_portal/outgoingmail/{mail.OutgoingMail.objects.first().pk}/change/")
    eyes.look_at_all("/admin/imrf_portal/event/", "/admin/imrf_portal/forum/")
    chief = looker(LATER, make_officer("chief@secretariat.example", "Administrator"))
    chief.look_at_all("/admin/imrf_portal/user/", f"/admin/imrf_portal/user/{chen.pk}/change/")
    assert faults(eyes, chief) == []


def test_pages_of_registration(looker, furnished, amina):
    accreditation = making.make_accreditation(furnished.forum, amina)
    trio = making.make_people(accreditation, "Nadia", "Omar", "Ping")
    sessions = [making.make_session(furnished.forum, slug, capacity=9) for slug in ("table-1", "table-2")]
    making.register(accreditation, sessions[0], *trio[:2], by=amina)
    seat = trio[0].registrations.get().pk
    slug, own = furnished.forum.slug, {"slug": furnished.forum.slug, "pk": accreditation.pk}
    eyes = looker(making.DURING + timedelta(hours=1), amina)
    eyes.look_at_all("programme", "registration", slug=slug)
    eyes.look_at_all("registration_of", "registration_list", "person_add", "person_invite", **own)
    eyes.look(reverse("person_add", kwargs=own), press="Add")
    eyes.look_at_all("person", "person_remove", person=trio[0].pk, **own)
    eyes.look_at_all("seat_replace", "seat_withdraw", registration=seat, **own)
    eyes.look_at_all("session", slug=slug, session_slug="table-1")
    assert faults(eyes) == []


def test_pages_of_guardians_and_of_doors_without_a_connection(looker, furnished, amina):
    accreditation = making.make_accreditation(furnished.forum, amina)
    table = making.make_session(furnished.forum, "table-1")
    (mina, omar) = making.make_people(accreditation, "Mina", "Omar")
    desk, chief = making.make_desk(), make_officer("chief@secretariat.example", "Administrator")
    with clock.frozen(making.DURING):
        minor = {"is_minor": True, "guardian_name": "Greta", "guardian_email": "greta@home.example"}
        people.change(mina, minor, agreed=True, by=amina)
    _minor, seat = making.register(accreditation, table, mina, omar, by=amina)
    came_in = {"code": seat.code, "at": table.starts_at.isoformat(), "list_made_at": table.starts_at.isoformat()}
    with clock.frozen(table.starts_at + timedelta(minutes=5)):
        Accreditation.objects.update(revoked_at=clock.now(), revoked_by=chief, revoked_reason="Specimen")
        offline_doors.receive([came_in], by=desk, entrance="A")
        Accreditation.objects.update(revoked_at=None, revoked_by=None, revoked_reason="")
    guardian = looker(making.DURING + timedelta(hours=1))
    form = reverse("guardian_form", args=[guardians.form_of(mina).key])
    guardian.look(form)
    guardian.look(form, press="I agree")
    guardian.page.get_by_role("heading", name="There are").wait_for()
    own = looker(making.DURING + timedelta(hours=1), amina)
    own.look_at_all("registration_of", slug=furnished.forum.slug, pk=accreditation.pk)
    own.look(reverse("person", args=[furnished.forum.slug, accreditation.pk, mina.pk]))
    door = looker(table.starts_at + timedelta(minutes=10), desk)
    door.look_at_all("admin:registration_desk", "admin:registration_door_flags")
    door.look(f"{reverse('admin:registration_door')}?session={table.pk}&entrance=A")
    door.look(reverse("admin:registration_door_settle", args=[CheckIn.objects.get().pk]), press="Settle")
    door.look(reverse("admin:registration_guardian", args=[mina.pk]), press="Record")
    door.look(reverse("admin:registration_age", args=[mina.pk]), press="Settle")
    revoking = looker(making.DURING + timedelta(hours=1), make_officer("dean@secretariat.example", "Coordinator"))
    revoking.look(reverse("admin:accreditation_accreditation_change", args=[accreditation.pk]))
    revoking.look(reverse("admin:accreditation_accreditation_do", args=[accreditation.pk, "revoke"]))
    assert faults(guardian, own, door, revoking) == []


RARELY_OPENED = {
    "coordinator": [
        "admin:interests", "admin:accreditation_application_conflict", "admin:recusal_lift",
        "admin:accreditation_conflictdeclaration_changelist", "admin:accreditation_conflictdeclaration_change",
        "admin:accreditation_application_hold", "admin:imrf_portal_hold_changelist", "admin:imrf_portal_hold_change",
        "admin:imrf_portal_retentiondate_changelist", "admin:imrf_portal_retentionreport_changelist",
        "admin:accreditation_consequence_changelist", "admin:accreditation_consequence_settle",
        "admin:handover", "admin:handover_from", "admin:ownership", "admin:ownership_decide",
        "admin:accreditation_organization_change", "admin:accreditation_organization_choose",
        "admin:accreditation_organization_merge", "admin:accreditation_organization_separate",
    ],
    "superuser": [
        "admin:accreditation_referencelist_changelist", "admin:accreditation_referencelist_change",
        "admin:accreditation_referencelist_difference", "admin:accreditation_referencelist_progress",
        "admin:recognition_do", "admin:administration", "admin:keys",
        "admin:saved_views", "admin:statistics", "admin:registration_passes", "admin:registration_seats",
        "admin:registration_speakers", "admin:sessions_app_forumsession_change", "admin:sessions_app_forumsession_do",
        "admin:registration_registration_do", "admin:registration_representative_register",
        "admin:accreditation_objection_by_letter", "admin:imrf_portal_outgoingmail_do",
        "admin:accreditation_late_request", "admin:accreditation_application_history",
    ],
    "administrator": [
        "admin:imrf_portal_forumofficer_changelist", "admin:imrf_portal_forumofficer_add", "admin:forum_officer_end",
        "admin:imrf_portal_retentiondate_add", "admin:accreditation_lettertext_changelist",
        "admin:accreditation_lettertext_add", "admin:accreditation_referencelist_import",
    ],
    "amina": ["team", "team_owner", "team_end", "application_answer"],
    "norway": ["objection_disown", "entry"],
    "anonymous": [
        "registrations", "statistics", "register", "representative_invitation", "verify_code", "privacy", "who_sees",
        "accessibility", "route_verdict",
    ],
}  # fmt: skip
"""Pages that few tests come by, by who opens them, in a world that holds one row of everything."""


@pytest.mark.parametrize("role", RARELY_OPENED)
def test_pages_that_are_rarely_opened(looker, role):
    world = worlds.make_world()
    arguments, known = worlds.arguments_of(world), {address.name: address for address in addresses()}
    eyes = looker(worlds.NOW, world.people[role])
    for name in RARELY_OPENED[role]:
        eyes.look(path_of(known[name], arguments))
    assert faults(eyes) == []
