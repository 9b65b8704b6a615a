"""The people of an organization: inviting, working at once, and taking over from an owner."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import teams
from accreditation.models import Membership, OwnershipRequest, TeamInvitation
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient

from .cast import AFTER, DURING, MOMENT, make_draft, make_officer, make_person, make_submitted

LATER = DURING + timedelta(hours=2)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def ask(person, name, *args, at=DURING, post=None):
    client = PortalClient()
    client.force_login(person)
    with clock.frozen(at):
        address = reverse(name, args=args)
        return client.get(address) if post is None else client.post(address, post, follow=True)


def prove(person):
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def link_in_letter(address):
    letter = OutgoingMail.objects.filter(to=address, template__startswith="team_").order_by("-pk").first()
    return re.search(r"/applications/invitations/([\w-]+)/", letter.body)[1]


def invite(owner, application, address, part, at=DURING):
    return ask(owner, "team", application.reference, post={"email": address, "part": part}, at=at)


def joined(owner, application, person, part):
    invite(owner, application, person.email, part)
    return ask(person, "team_invitation", link_in_letter(person.email), post={})


def parts(application):
    rows = Membership.objects.filter(organization=application.organization)
    return sorted((row.user.email.partition("@")[0], row.role, row.ended_at is None) for row in rows)


@pytest.fixture
def draft(call, amina):
    prove(amina)
    return make_draft(call, amina)


@pytest.fixture
def zoe(db):
    return prove(make_person("zoe@harbour-lights.example"))


# T-A26
def test_two_colleagues_save_different_sections_at_once_and_each_sees_the_other(draft, amina, boris, zoe):
    prove(boris)
    assert ask(boris, "application", draft.reference).status_code == 404
    assert "You work on this application now." in words(joined(amina, draft, boris, "editor"))
    joined(amina, draft, zoe, "viewer")
    seen = {"seen_scope": draft.scope, "seen_compact": draft.compact, "seen_reason": draft.reason, "later": "1"}

    of_amina = seen | {"scope": "Written by the owner.", "compact": draft.compact}
    ask(amina, "application_step", draft.reference, "scope", post=of_amina, at=LATER)
    ask(
        boris,
        "application_step",
        draft.reference,
        "reason",
        post=seen | {"reason": "Written by a colleague."},
        at=LATER,
    )
    draft.refresh_from_db()

    assert (draft.scope, draft.reason) == ("Written by the owner.", "Written by a colleague.")
    tasks = words(ask(amina, "application", draft.reference, at=LATER))
    assert "Reason for taking part: Boris, Tue 10 Mar 2026, 10:00" in tasks
    assert "Scope of your work: you" in tasks
    assert "Boris changed this section last" in words(
        ask(amina, "application_step", draft.reference, "reason", at=LATER)
    )
    assert "Scope of your work: Amina" in words(ask(boris, "application", draft.reference, at=LATER))

    reading = words(ask(zoe, "application", draft.reference, at=LATER))
    assert "You can read this application, not change it." in reading and "Delete this draft" not in reading
    assert "Written by the owner." in words(ask(zoe, "application_check", draft.reference, at=LATER))
    ask(zoe, "application_step", draft.reference, "scope", post=of_amina | {"scope": "By a reader."}, at=LATER)
    ask(zoe, "application_withdraw", draft.reference, post={}, at=LATER)
    draft.refresh_from_db()
    assert (draft.scope, draft.status) == ("Written by the owner.", "draft")


def test_an_invitation_works_once_for_its_proven_address_until_it_runs_out_or_is_taken_back(draft, amina, boris, zoe):
    known, unknown = invite(amina, draft, zoe.email, "editor"), invite(amina, draft, "nobody@nowhere.example", "viewer")
    assert "A letter is on its way to zoe@" in words(known) and "A letter is on its way to nobody@" in words(unknown)
    key = link_in_letter(zoe.email)
    stored = TeamInvitation.objects.get(email=zoe.email)
    assert key not in f"{stored.__dict__}"

    stranger = ask(boris, "team_invitation", key)
    assert stranger.status_code == 403 and "Harbour Lights" not in words(stranger)
    assert "sent to another address" in words(stranger)
    EmailAddress.objects.filter(user=zoe).update(verified=False)
    assert ask(zoe, "team_invitation", key, post={}).status_code == 403
    EmailAddress.objects.filter(user=zoe).update(verified=True)
    assert ask(zoe, "team_invitation", key, at=stored.expires_at).status_code == 403
    assert parts(draft) == [("amina", "owner", True)]
    assert ask(zoe, "team_invitation", key).status_code == 200
    assert ask(zoe, "team_invitation", key, post={}).status_code == 200
    assert ask(zoe, "team_invitation", key, post={}).status_code == 403

    for pk in TeamInvitation.objects.exclude(email="").values_list("pk", flat=True):
        assert ask(zoe, "team_take_back", draft.reference, pk, post={}).status_code == 403
        ask(amina, "team_take_back", draft.reference, pk, post={})
    invite(amina, draft, "late@nowhere.example", "viewer")
    with clock.frozen(DURING + teams.KEY_WORKS):
        assert (teams.forget_run_out(), teams.forget_run_out()) == (1, 0)
    assert not TeamInvitation.objects.exclude(email="").exists()


def test_only_the_owner_lets_in_changes_parts_and_ends_access(draft, amina, boris, zoe):
    prove(boris)
    for person in (boris, zoe):
        joined(amina, draft, person, "editor")
    of = {row.user: row.pk for row in Membership.objects.filter(organization=draft.organization)}
    assert invite(boris, draft, "friend@else.example", "editor").status_code == 422
    assert ask(boris, "team_role", draft.reference, of[zoe], post={"role": "viewer"}).status_code == 403
    assert ask(boris, "team_end", draft.reference, of[zoe], post={}).status_code == 403
    assert ask(amina, "team_end", draft.reference, of[amina], post={}).status_code == 403
    assert ask(amina, "team_role", draft.reference, of[zoe], post={"role": "owner"}).status_code == 403
    assert zoe.email not in ask(boris, "team", draft.reference).content.decode()

    ask(amina, "team_role", draft.reference, of[zoe], post={"role": "viewer"})
    ask(amina, "team_end", draft.reference, of[boris], post={})

    assert ask(boris, "application", draft.reference).status_code == 404
    assert parts(draft) == [
        ("amina", "owner", True), ("boris", "editor", False), ("zoe", "editor", False), ("zoe", "viewer", True),
    ]  # fmt: skip
    page = words(ask(amina, "team", draft.reference))
    assert "Boris, Editor," in page
    assert list(Event.objects.about(draft.organization).values_list("verb", flat=True)[:2]) == [
        "team.end_access", "team.change_role",
    ]  # fmt: skip


# T-A08
def test_a_sponsored_project_invites_its_sponsor_who_goes_on_with_what_was_written(draft, amina, zoe, client):
    finder = words(client.get(reverse("route_finder", args=[draft.forum.slug])))
    with clock.frozen(DURING):
        first_page = words(client.get(reverse("apply", args=[draft.forum.slug])))
    assert "its sponsor does" in finder
    assert "invite the sponsor" in first_page and "nothing you typed is lost" in first_page
    assert (
        reverse("team", args=[draft.reference])
        in ask(amina, "application_step", draft.reference, "organization").content.decode()
    )

    joined(amina, draft, zoe, "sponsor")

    letter = OutgoingMail.objects.get(template="team_sponsor")
    assert letter.subject == "Harbour Lights asks you to apply as its sponsor"
    draft.refresh_from_db()
    assert (draft.applicant, draft.scope) == (zoe, "We advise people at the port.")
    assert parts(draft) == [
        ("amina", "editor", True), ("amina", "owner", False), ("zoe", "editor", False), ("zoe", "owner", True),
    ]  # fmt: skip
    assert ask(amina, "application_step", draft.reference, "scope").status_code == 200


# T-A28
def test_the_owner_confirms_a_colleague_who_takes_over(draft, amina, zoe):
    joined(amina, draft, zoe, "editor")
    assert ask(zoe, "team_owner", draft.reference, post={"reason": " "}).status_code == 422
    EmailAddress.objects.filter(user=zoe).update(verified=False)
    assert "Prove your e-mail address first" in words(ask(zoe, "team_owner", draft.reference, post={"reason": "New."}))
    EmailAddress.objects.filter(user=zoe).update(verified=True)
    ask(zoe, "team_owner", draft.reference, post={"reason": "I lead the office now."})
    assert OutgoingMail.objects.get(template="ownership_asked").to == amina.email
    assert ask(zoe, "team_answer", draft.reference, "confirm", post={}).status_code == 403
    assert "I lead the office now." in words(ask(amina, "team", draft.reference))
    assert "Hand over to Zoe?" in words(ask(amina, "team_answer", draft.reference, "confirm"))

    ask(amina, "team_answer", draft.reference, "confirm", post={})

    draft.refresh_from_db()
    assert draft.applicant == zoe
    assert [part for part in parts(draft) if part[2]] == [("amina", "editor", True), ("zoe", "owner", True)]
    assert OutgoingMail.objects.get(template="ownership_decided").to == zoe.email
    assert Event.objects.about(draft.organization).first().verb == "team.confirm_ownership"


# T-A28
def test_staff_decide_with_proof_when_the_owner_does_not_answer_and_the_history_keeps_both(call, amina, zoe):
    sent = make_submitted(call, prove(amina))
    joined(amina, sent, zoe, "editor")
    ask(zoe, "team_owner", sent.reference, post={"reason": "Amina left us."}, at=AFTER)
    asked = OwnershipRequest.objects.get()
    officer, reviewer = make_officer("sam@s.example", "Senior reviewer"), make_officer("rita@s.example", "Reviewer")
    decision = {"granted": "yes", "proof": "Letter of the head of 12 March.", "step": "do"}
    moment = asked.answer_by - MOMENT
    assert "Harbour Lights" not in words(ask(officer, "admin:ownership", at=moment))
    early = ask(officer, "admin:ownership_decide", asked.pk, post=decision, at=moment)
    assert "still has time to answer" in words(early)
    due = asked.answer_by
    assert ask(reviewer, "admin:ownership", at=due).status_code == 403
    assert "Harbour Lights" in words(ask(officer, "admin:ownership", at=due))
    assert ask(officer, "admin:ownership_decide", asked.pk, post=decision | {"proof": ""}, at=due).status_code == 422

    ask(officer, "admin:ownership_decide", asked.pk, post=decision, at=due)

    sent.refresh_from_db()
    assert sent.applicant == zoe
    assert parts(sent) == [("amina", "owner", False), ("zoe", "editor", False), ("zoe", "owner", True)]
    assert ask(amina, "application", sent.reference, at=due).status_code == 404
    page = ask(zoe, "application", sent.reference, at=due)
    assert "Amina, Owner," in words(ask(zoe, "team", sent.reference, at=due))
    assert OutgoingMail.objects.get(template="application_received").subject in page.content.decode()
    granted = Event.objects.about(sent.organization).first()
    assert (granted.verb, granted.reason, granted.actor) == ("team.grant_ownership", decision["proof"], officer)


def test_an_owner_who_cannot_sign_in_is_not_waited_for(draft, amina, zoe):
    joined(amina, draft, zoe, "editor")
    ask(zoe, "team_owner", draft.reference, post={"reason": "Amina left us."})
    with clock.frozen(DURING):
        assert not teams.for_the_secretariat().exists()
        type(amina).objects.filter(pk=amina.pk).update(is_active=False)
        assert teams.for_the_secretariat().count() == 1


def test_the_database_refuses_a_second_open_invitation_a_second_wish_and_deciding_for_oneself(draft, amina):
    organization = draft.organization
    first = {"organization": organization, "part": "editor", "invited_by": amina, "expires_at": AFTER}
    TeamInvitation.objects.create(**first, email="a@b.example", key_digest="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamInvitation.objects.create(**first, email="A@b.example", key_digest="2")
    wish = OwnershipRequest.objects.create(organization=organization, asked_by=amina, reason="x", answer_by=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnershipRequest.objects.create(organization=organization, asked_by=amina, reason="y", answer_by=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnershipRequest.objects.filter(pk=wish.pk).update(decided_by=amina, decided_at=AFTER, is_granted=True)


def test_your_people_cost_the_same_for_one_and_for_three(draft, amina, boris, zoe, client, django_assert_num_queries):
    prove(boris)
    client.force_login(amina)
    address = reverse("team", args=[draft.reference])
    for person in (None, boris, zoe):
        if person:
            joined(amina, draft, person, "editor")
        with clock.frozen(DURING), django_assert_num_queries(9):
            client.get(address)


def test_the_desk_learns_from_no_invitation_who_works_on_a_draft(draft, amina, zoe):
    invite(amina, draft, zoe.email, "editor")
    invite(amina, draft, "sponsor@elsewhere.example", "sponsor")
    invitations = OutgoingMail.objects.filter(template__startswith="team_")
    assert invitations.count() == 2

    desk = PortalClient()
    desk.force_login(make_officer("rita@secretariat.example", "Coordinator"))
    outbox = reverse("admin:imrf_portal_outgoingmail_changelist")
    for letter in invitations:
        listed = desk.get(outbox, {"tab": "all", "q": letter.to})
        shown = desk.get(reverse("admin:imrf_portal_outgoingmail_change", args=[letter.pk]), follow=True)
        assert (listed.status_code, listed.context["rows"]) == (200, [])
        assert letter.subject not in shown.content.decode()
        assert link_in_letter(letter.to) not in shown.content.decode()
