"""Two organizations that are one: merged with both histories kept, taken apart again, and refused when it is wrong."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import drafting, merging, review, workflow
from accreditation.models import Application, Membership, OrganizationMerge, Status
from accreditation.tests.cast import (
    AFTER,
    CLOSES,
    DURING,
    make_call,
    make_circulated,
    make_draft,
    make_eligible,
    make_forum,
    make_person,
    make_submitted,
)
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_s(call, amina):
    return make_submitted(call, amina, name="Harbour Lights")


@pytest.fixture
def boris_s(call, boris, chen):
    """The second application of the same people, with a question open."""
    application = make_submitted(call, boris, name="Harbour Lights Association")
    with clock.frozen(AFTER):
        return review.request_information(
            application, by=chen, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=2)
        ).application


def roles_in(organization):
    return dict(organization.memberships.filter(ended_at=None).values_list("user__email", "role"))


def do(client, name, *keys, reason="The same certificate number."):
    address = reverse(f"admin:accreditation_organization_{name}", args=keys)
    with clock.frozen(AFTER):
        return client.post(address, {"reason": reason, "step": "do"})


# T-S18
def test_a_pair_is_merged_on_one_page_and_taken_apart_with_both_histories(client, noor, amina_s, boris_s, amina, boris):
    kept, merged = amina_s.organization, boris_s.organization
    before = {row.pk: (row.status, row.organization_id) for row in Application.objects.all()}
    client.force_login(noor)
    address = reverse("admin:accreditation_organization_merge", args=[kept.pk, merged.pk])
    page = client.get(address).content.decode()
    assert amina_s.reference in page
    assert boris_s.reference in page
    assert "8 of 12 lines agree" in page
    found = client.get(reverse("admin:accreditation_organization_choose", args=[kept.pk])).content.decode()
    assert address in found
    with clock.frozen(AFTER):
        preview = client.post(address, {"reason": "The same certificate.", "step": "preview"}).content.decode()
    assert "One letter goes out" in preview
    assert do(client, "merge", kept.pk, merged.pk, reason=" ").status_code == 422
    assert not OrganizationMerge.objects.exists()

    assert do(client, "merge", kept.pk, merged.pk).status_code == 302

    amina_s.refresh_from_db()
    boris_s.refresh_from_db()
    merged.refresh_from_db()
    assert (amina_s.status, boris_s.status, boris_s.duplicate_of) == (Status.SUBMITTED, Status.CLOSED, amina_s)
    assert boris_s.organization == kept == merged.merged_into
    assert [former.name for former in kept.former_names.all()] == ["Harbour Lights Association"]
    assert roles_in(kept) == {amina.email: "owner", boris.email: "editor"}
    assert OutgoingMail.objects.get(template="application_joined").recipient == boris
    client.force_login(boris)
    told = client.get(reverse("application", args=[boris_s.reference])).content.decode()
    assert "Joined with another application" in told
    assert client.get(reverse("application", args=[amina_s.reference])).status_code == 200

    client.force_login(noor)
    done = OrganizationMerge.objects.get()
    shown = client.get(reverse("admin:accreditation_organization_change", args=[kept.pk])).content.decode()
    assert reverse("admin:accreditation_organization_separate", args=[done.pk]) in shown
    assert do(client, "separate", done.pk, reason="They are two chapters.").status_code == 302

    assert {row.pk: (row.status, row.organization_id) for row in Application.objects.all()} == before
    assert (roles_in(kept), roles_in(merged)) == ({amina.email: "owner"}, {boris.email: "owner"})
    assert not kept.former_names.exists()
    boris_s.refresh_from_db()
    assert boris_s.information_requests.get().answer_by == AFTER + timedelta(days=3)
    assert OutgoingMail.objects.get(template="application_separated").recipient == boris
    verbs = Event.objects.about(boris_s).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["application.close_duplicate", "application.separate"]
    assert Event.objects.filter(verb__startswith="organization.").count() == 4
    assert "taken back already" in do(client, "separate", done.pk).content.decode()


# T-S18
def test_a_wrong_pair_is_refused_in_words(client, call, amina, boris, chen, noor):
    listed = make_eligible(call, amina, by=chen, signed_by=noor)
    other = make_submitted(call, boris, name="Other")
    make_circulated([listed], by=chen)
    client.force_login(noor)

    refused = do(client, "merge", other.organization_id, listed.organization_id).content.decode()
    assert f"{listed.reference} is decided or before Member States (Circulated)" in refused
    page = client.get(
        reverse("admin:accreditation_organization_merge", args=[other.organization_id, listed.organization_id])
    ).content.decode()
    assert "Keep that organization instead" in page
    assert "Merge the two" not in page
    make_circulated([(third := make_eligible(call, make_person("t@third.example"), by=chen, signed_by=noor))], by=chen)
    neither = client.get(
        reverse("admin:accreditation_organization_merge", args=[third.organization_id, listed.organization_id])
    )
    assert "Neither can be closed for the other." in neither.content.decode()
    assert "Keep the other one instead" not in neither.content.decode()
    with pytest.raises(Refused, match="one organization already"):
        merging.merge(other.organization, other.organization, by=noor, reason="Same")
    with pytest.raises(Refused, match="Your role"):
        merging.merge(listed.organization, other.organization, by=amina, reason="Same")
    assert not OrganizationMerge.objects.exists()

    with clock.frozen(AFTER):
        merging.merge(listed.organization, other.organization, by=noor, reason="Same")
        with pytest.raises(Refused, match="was merged into"):
            merging.merge(other.organization, listed.organization, by=noor, reason="Same")


def test_an_unsent_draft_stays_with_its_writer_and_cannot_be_sent_beside_the_other(call, amina, boris, noor):
    draft = make_draft(call, boris, name="Harbour Lights")
    sent = make_submitted(call, amina)
    with pytest.raises(Refused, match="Keep Harbour Lights instead"):
        merging.merge(draft.organization, sent.organization, by=noor, reason="Same")
    merging.merge(sent.organization, draft.organization, by=noor, reason="Same")

    draft.refresh_from_db()
    assert (draft.status, draft.duplicate_of) == (Status.DRAFT, None)
    with clock.frozen(DURING), pytest.raises(Refused, match="has applied already"):
        workflow.submit(draft, by=boris)


def test_a_later_application_finds_the_organization_with_its_former_names(call, amina_s, boris_s, amina, noor):
    kept = amina_s.organization
    with clock.frozen(AFTER):
        merging.merge(kept, boris_s.organization, by=noor, reason="Same")
    later = make_call(
        make_forum("NXT28"), opens_at=CLOSES + timedelta(days=600), closes_at=CLOSES + timedelta(days=630)
    )

    with clock.frozen(later.opens_at):
        draft = drafting.start(later, by=amina)
        assert (draft.organization, draft.name, draft.country_id) == (kept, "Harbour Lights", "KE")
        drafting.save_answers(draft, {"name": "Harbour Lights International"}, by=amina)
        stranger = drafting.start(later, by=make_person("new@other.example"))

    assert stranger.organization != kept
    kept.refresh_from_db()
    assert kept.name == "Harbour Lights International"
    assert {former.name for former in kept.former_names.all()} == {"Harbour Lights", "Harbour Lights Association"}
    assert Membership.objects.filter(user=amina, ended_at=None).count() == 1


def test_taking_a_merge_back_meets_what_happened_since(call, amina_s, boris_s, amina, boris, noor):
    kept, merged = amina_s.organization, boris_s.organization
    with clock.frozen(AFTER):
        first = merging.merge(kept, merged, by=noor, reason="Same")
        Membership.objects.create(organization=merged, user=boris, role="editor")
        third = make_submitted(call, make_person("third@other.example"), name="Third Body")
        later = merging.merge(third.organization, kept, by=noor, reason="Same")
        with pytest.raises(Refused, match="was merged into Third Body since"):
            merging.separate(first, by=noor, reason="Two chapters")
        merging.separate(later, by=noor, reason="Two chapters")
        newcomer = make_person("new@other.example")
        owner = Membership.objects.create(organization=merged, user=newcomer, role="owner")
        Membership.objects.filter(organization=merged, user=boris, ended_at=None).update(ended_at=AFTER)
        with pytest.raises(Refused, match="another owner"):
            merging.separate(first, by=noor, reason="Two chapters")
        assert roles_in(kept)[boris.email] == "editor"
        Membership.objects.filter(pk=owner.pk).update(ended_at=AFTER)
        Membership.objects.create(organization=merged, user=boris, role="editor")
        merging.separate(first, by=noor, reason="Two chapters")
    assert roles_in(merged) == {boris.email: "editor"}
