"""Objecting through the pages: basis by clause, other States, receipt, lateness, withdrawal, and who may not."""

from datetime import timedelta

import pytest

from accreditation import circulation, objections
from accreditation.models import Objection, ObjectionSupporter, StateRequest, Status
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail
from imrf_portal.users import User

from .cast import AFTER, MOMENT, make_circulated, make_delegate, make_eligible
from .mission_browser import LATER, get, post, words

SENT = {"is_authorized": "on", "confirmed": "1"}


@pytest.fixture
def listed(call, amina, chen, noor):
    return make_circulated([make_eligible(call, amina, by=chen, signed_by=noor)], by=chen)


@pytest.fixture
def entry(listed):
    return listed.entries.get()


def under(clause, call):
    Forum.objects.filter(pk=call.forum_id).update(clause=clause)


def object_to(user, entry, *, at=LATER, **fields):
    return post(user, "object", entry.stakeholder_list_id, entry.key, at=at, **SENT, **fields)


def test_an_objection_is_recorded_only_after_it_is_confirmed(listed, entry, call, dara):
    under("voluntary", call)
    checked = post(dara, "object", listed.pk, entry.key, is_authorized="on", basis="Not the registered name.")
    assert "It is not recorded yet" in words(checked)
    assert 'value="Not the registered name."' in checked.content.decode()
    assert not Objection.objects.exists()
    changed = post(dara, "object", listed.pk, entry.key, is_authorized="on", basis="Kept words.", change="1")
    assert "Kept words.</textarea>" in changed.content.decode()
    assert "The objection is recorded" in words(object_to(dara, entry, basis="Not the registered name."))


def test_without_the_authority_nothing_is_recorded_and_what_was_typed_stays(listed, entry, call, dara):
    under("voluntary", call)
    page = post(dara, "object", listed.pk, entry.key, basis="Typed.", confirmed="1", on_behalf_of=["NO"])
    assert page.status_code == 422
    assert "Confirm that you are authorized" in words(page)
    assert "Typed.</textarea>" in page.content.decode()
    assert 'value="NO" id="state-NO" checked' in page.content.decode()
    assert not Objection.objects.exists()


# T-M05
@pytest.mark.parametrize("clause", ["bare", "voluntary"])
def test_no_basis_is_needed_where_the_clause_does_not_ask(listed, entry, call, dara, clause):
    under(clause, call)
    form = get(dara, "object", listed.pk, entry.key)
    assert ("id_basis" in form.content.decode()) is (clause == "voluntary")
    assert "missing" not in words(form)
    receipt = words(object_to(dara, entry))
    recorded = Objection.objects.get()
    assert (recorded.status, recorded.basis) == (Objection.State.RECORDED, "")
    assert ("None given" in receipt) is (clause == "voluntary")


def test_under_the_bare_clause_a_basis_sent_anyway_is_not_kept(entry, call, dara):
    under("bare", call)
    object_to(dara, entry, basis="Sent by hand.")
    assert Objection.objects.get().basis == ""


# T-M06
@pytest.mark.parametrize("clause", ["on_request", "assembly_decides"])
def test_without_the_basis_the_clause_demands_it_stays_a_draft(listed, entry, call, dara, emil, clause):
    under(clause, call)
    page = words(object_to(dara, entry, on_behalf_of=["NO"]))
    assert "The general basis is missing" in page
    assert "Add the basis before Monday 6 April 2026, 17:00 New York (EDT)" in page
    draft = Objection.objects.get()
    assert draft.status == Objection.State.DRAFT
    assert not OutgoingMail.objects.filter(template__startswith="objection").exists()
    assert get(emil, "objection", draft.receipt_code).status_code == 404
    object_to(dara, entry, at=LATER + timedelta(hours=1), basis="The registered name is another.", on_behalf_of=["NO"])
    recorded = Objection.objects.get()
    assert (recorded.status, recorded.received_at) == (Objection.State.RECORDED, LATER + timedelta(hours=1))
    assert OutgoingMail.objects.filter(template="objection_on_your_behalf", recipient=emil).count() == 1


# T-M06
def test_a_draft_that_was_never_completed_has_no_effect(listed, entry, call, dara):
    under("on_request", call)
    object_to(dara, entry)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
    entry.application.refresh_from_db()
    assert entry.application.status == Status.CLEARED
    page = words(get(dara, "objection", Objection.objects.get().receipt_code, at=listed.closes_at))
    assert "It has no effect" in page


# T-M07
def test_on_behalf_of_eleven_others_each_is_named_sees_it_and_may_disown_until_the_close(listed, entry, call, dara):
    eleven = list(Country.objects.filter(kind=Country.Kind.MEMBER_STATE).exclude(pk="KE").order_by("pk")[:11])
    delegates = [make_delegate(f"one@mission-{state.pk.lower()}.example", state.pk) for state in eleven]
    receipt = words(object_to(dara, entry, on_behalf_of=[state.pk for state in eleven]))
    assert all(state.name in receipt for state in eleven)
    code = Objection.objects.get().receipt_code
    for delegate in delegates:
        assert "names your State" in words(get(delegate, "objection", code))
        assert "Made by Kenya" in words(get(delegate, "list", listed.pk))
        assert OutgoingMail.objects.filter(template="objection_on_your_behalf", recipient=delegate).count() == 1
    post(delegates[0], "objection_disown", code, at=listed.closes_at - MOMENT)
    assert "took its name off" in words(get(dara, "objection", code))
    late = post(delegates[1], "objection_disown", code, at=listed.closes_at)
    assert late.status_code == 403
    assert ObjectionSupporter.objects.exclude(disowned_at=None).count() == 1


def test_only_member_states_can_be_named_and_never_the_own(entry, call, dara):
    for code in ("VA", "KE", "XX", "HK"):
        assert (
            post(dara, "object", entry.stakeholder_list_id, entry.key, **SENT, on_behalf_of=[code]).status_code == 422
        )
    assert not Objection.objects.exists()


# T-M08
def test_sent_in_the_last_instant_it_counts_and_the_receipt_has_the_second(listed, entry, dara):
    receipt = words(object_to(dara, entry, at=listed.closes_at - MOMENT))
    recorded = Objection.objects.get()
    assert recorded.status == Objection.State.RECORDED
    assert "Monday 6 April 2026, 16:59:59 New York (EDT)" in receipt
    assert recorded.receipt_code in receipt
    letter = OutgoingMail.objects.get(template="objection_recorded", recipient=dara)
    assert "16:59:59" in letter.body


# T-M09
def test_one_second_late_it_is_kept_word_for_word_without_effect(listed, entry, call, dara, emil):
    Forum.objects.filter(pk=call.forum_id).update(contact_email="office@pga.example", clause="voluntary")
    arrived = listed.closes_at + timedelta(seconds=1)
    page = words(object_to(dara, entry, at=arrived, basis="Words typed in a hurry.", on_behalf_of=["NO"]))
    assert "The objection arrived after the close" in page
    assert "Words typed in a hurry." in page
    assert "17:00:00" in page
    assert "17:00:01" in page
    assert "office@pga.example" in page
    object_to(dara, entry, at=arrived + timedelta(seconds=5), basis="Words typed in a hurry.")
    kept = Objection.objects.get()
    assert (kept.status, kept.received_at) == (Objection.State.LATE, arrived)
    assert get(emil, "objection", kept.receipt_code, at=arrived).status_code == 404
    with clock.frozen(arrived):
        circulation.close_due()
    entry.application.refresh_from_db()
    assert entry.application.status == Status.CLEARED


# T-M09
def test_a_form_with_gaps_that_arrives_late_is_kept_too(listed, entry, call, dara):
    under("on_request", call)
    post(dara, "object", listed.pk, entry.key, at=listed.closes_at, basis="Half")
    assert (Objection.objects.get().status, Objection.objects.get().basis) == (Objection.State.LATE, "Half")
    assert get(dara, "object", listed.pk, entry.key, at=listed.closes_at).status_code == 403


# T-M10
def test_two_delegates_make_one_objection_with_two_contributors(listed, entry, call, dara):
    under("voluntary", call)
    second = make_delegate("second@mission-ke.example", "KE")
    reader = make_delegate("reader@mission-ke.example", "KE", User.MissionRole.READER)
    object_to(dara, entry, basis="First words.")
    assert "stands already" in words(get(second, "object", listed.pk, entry.key))
    object_to(second, entry, basis="First words. Second words.", at=LATER + timedelta(hours=1))
    one = Objection.objects.get()
    assert set(one.contributors.all()) == {dara, second}
    assert (one.basis, one.received_at) == ("First words. Second words.", LATER)
    assert "Withdraw" not in words(get(reader, "objection", one.receipt_code))
    assert post(reader, "objection_withdraw", one.receipt_code).status_code == 409
    one.refresh_from_db()
    assert one.status == Objection.State.RECORDED


# T-M11
def test_a_withdrawal_is_dated_the_name_is_clear_again_and_the_history_stays(listed, entry, dara, emil):
    object_to(dara, entry)
    code = Objection.objects.get().receipt_code
    assert "cannot be undone" in words(get(dara, "objection_withdraw", code))
    assert Objection.objects.get().status == Objection.State.RECORDED
    page = words(post(dara, "objection_withdraw", code, at=LATER + timedelta(hours=2)))
    assert "The objection is withdrawn" in page
    assert Objection.objects.get().withdrawn_at == LATER + timedelta(hours=2)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
    entry.application.refresh_from_db()
    assert entry.application.status == Status.CLEARED
    record = words(get(dara, "our_requests"))
    assert "Your objection to Harbour Lights was received" in record
    assert "Your objection to Harbour Lights was withdrawn" in record
    assert post(dara, "objection_withdraw", code).status_code == 409


# T-M11
def test_withdrawn_after_the_close_the_name_is_cleared_when_no_other_objection_stands(listed, entry, chen, dara, emil):
    for delegate in (dara, emil):
        object_to(delegate, entry)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
    for delegate, may in ((dara, False), (emil, True)):
        post(delegate, "objection_withdraw", delegate.member_state.objections.get().receipt_code, at=listed.closes_at)
        entry.application.refresh_from_db()
        assert objections.may_be_cleared(entry.application) is may
    with clock.frozen(listed.closes_at):
        assert objections.clear_after_withdrawal(entry.application, by=chen).status == Status.CLEARED


def test_another_missions_objection_is_not_there(entry, dara, emil):
    object_to(dara, entry)
    code = Objection.objects.get().receipt_code
    for name in ("objection", "objection_withdraw", "objection_disown"):
        assert get(emil, name, code).status_code == 404
    assert post(emil, "objection_withdraw", code).status_code == 404
    assert "bjection recorded" not in words(get(emil, "list", entry.stakeholder_list_id))
    assert "No requests and no objections" in words(get(emil, "our_requests"))


# T-M17
@pytest.mark.parametrize(
    ("state", "role", "allowed"),
    [("VA", "objector", False), ("PS", "objector", False), ("KE", "reader", False), ("KE", "objector", True)],
)
def test_observers_and_readers_read_without_a_button_and_a_crafted_request_is_refused(
    listed, entry, state, role, allowed
):
    delegate = make_delegate("one@mission.example", state, role)
    page = get(delegate, "list", listed.pk)
    assert "Harbour Lights" in words(page)
    assert (f"/{entry.key}/object/" in page.content.decode()) is allowed
    assert (f"/{entry.key}/object/" in get(delegate, "entry", listed.pk, entry.key).content.decode()) is allowed
    answer = object_to(delegate, entry)
    assert answer.status_code == (200 if allowed else 403)
    assert Objection.objects.exists() is allowed


# T-M17
def test_where_the_forum_says_so_an_observer_objects(entry, call, dara):
    Forum.objects.filter(pk=call.forum_id).update(observers_may_object=True)
    object_to(make_delegate("one@mission-va.example", "VA"), entry)
    assert Objection.objects.get().state_id == "VA"


# T-M18
@pytest.mark.parametrize("clause", ["bare", "voluntary", "assembly_decides"])
def test_another_missions_basis_is_not_asked_for_where_the_clause_gives_nothing(
    listed, entry, call, dara, emil, clause
):
    under(clause, call)
    object_to(dara, entry, basis="Ours.")
    assert "basis" not in words(get(emil, "entry", listed.pk, entry.key)).lower()
    page = post(emil, "list_ask", listed.pk, entry=entry.key, what="basis")
    assert "is not disclosed" in words(page)
    assert not StateRequest.objects.exists()


# T-M18
def test_on_request_the_general_basis_is_given_and_the_objector_sees_to_whom(listed, entry, call, chen, dara, emil):
    under("on_request", call)
    object_to(dara, entry, basis="The registered name is another.")
    assert "The registered name" not in words(get(emil, "entry", listed.pk, entry.key))
    post(emil, "list_ask", listed.pk, one=entry.key, what="basis", stay="1")
    with clock.frozen(LATER):
        objections.answer_request(StateRequest.objects.get(), by=chen, release=True)
    answer = words(get(emil, "entry", listed.pk, entry.key))
    assert "The registered name is another." in answer
    assert "Kenya" not in answer.split("Basis of the objection")[1].split("Shared")[0]
    record = words(get(dara, "our_requests"))
    assert "The general basis of your objection to Harbour Lights was shown To: Norway" in record
    sweden = make_delegate("one@mission-se.example", "SE")
    assert "The registered name" not in words(get(sweden, "entry", listed.pk, entry.key))


# T-M18
def test_no_objection_gives_no_basis_to_release(entry, call, chen, emil):
    under("on_request", call)
    with clock.frozen(AFTER):
        asked = objections.ask(entry, "basis", by=emil)
        with pytest.raises(Refused):
            objections.answer_request(asked, by=chen, release=True)


# T-M12
def test_an_objection_sent_from_the_old_version_stands_on_the_new_one(listed, entry, chen, dara):
    with clock.frozen(AFTER):
        second = circulation.new_version(listed, by=chen)
    object_to(dara, entry)
    assert Objection.objects.get().entry == second.entries.get()
    assert "Objection recorded" in words(get(dara, "list", second.pk))


# T-M12
def test_late_for_the_first_period_is_in_time_for_the_one_that_starts_again(listed, entry, call, chen, dara):
    Forum.objects.filter(pk=call.forum_id).update(correction_restarts_silence=True)
    object_to(dara, entry, at=listed.closes_at)
    with clock.frozen(listed.closes_at):
        second = circulation.new_version(listed, by=chen)
        circulation.freeze(second, by=chen)
        circulation.circulate(second, by=chen, closes_at=listed.closes_at + timedelta(days=7))
    object_to(dara, second.entries.get(), at=listed.closes_at + timedelta(days=1))
    assert list(Objection.objects.values_list("status", flat=True)) == ["late", "recorded"]
