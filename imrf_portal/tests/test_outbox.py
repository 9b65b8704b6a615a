"""Letters in the hands of the secretariat: held, let go, changed, timed, sent again, discarded, one and many."""

from datetime import timedelta

import pytest

from accreditation.tests.cast import AFTER, make_officer, make_submitted
from imrf_portal import clock, mail, outbox
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient

OUTBOX = "/admin/imrf_portal/outgoingmail/"


@pytest.fixture
def desk(chen):
    client = PortalClient()
    client.force_login(chen)
    with clock.frozen(AFTER):
        yield client


@pytest.fixture
def letter(call, amina):
    make_submitted(call, amina)
    return OutgoingMail.objects.get(template="application_received")


def write(number, **fields):
    letter = mail.queue(
        f"letter {number}", "account_notice", to=f"reader{number}@readers.example", context={"notice": "Hello"}
    )
    OutgoingMail.objects.filter(pk=letter.pk).update(template="list_final", **fields)
    return letter


def do(client, letter, verb, **words):
    answer = client.post(f"{OUTBOX}{letter.pk}/do/{verb}/", {**words, "step": "do"})
    letter.refresh_from_db()
    return answer


def test_a_letter_is_held_changed_timed_discarded_and_taken_back(desk, letter, chen, mailoutbox):
    do(desk, letter, "hold", reason="Wording")
    assert (letter.state, letter.stopped_by, letter.stop_reason) == ("held", chen, "Wording")
    assert "On hold: Chen, Wording" in desk.get(OUTBOX).content.decode()
    assert mail.deliver_due() == 0

    words = {"subject": "Received: <b>Harbour</b>", "body": "Dear Amina,\n\nNew <i>words</i>."}
    do(desk, letter, "edit", **words)
    assert (letter.subject, letter.body) == (words["subject"], words["body"] + "\n")
    assert "New &lt;i&gt;words&lt;/i&gt;" in letter.body_html and "Harbour Lights" in letter.first_text
    assert "As it was written first" in desk.get(f"{OUTBOX}{letter.pk}/change/").content.decode()
    assert do(desk, letter, "edit", subject="x", body=" \n ").status_code == 422
    assert letter.subject == words["subject"]

    passed = do(desk, letter, "send_at", due_at_0="2026-03-30", due_at_1="10:00")
    assert "This hour has passed" in passed.content.decode()
    do(desk, letter, "send_at", due_at_0="2026-03-31", due_at_1="10:00")
    assert (letter.state, letter.due_at.isoformat()) == ("queued", "2026-03-31T14:00:00+00:00")
    assert mail.deliver_due() == 0

    assert do(desk, letter, "discard").status_code == 422
    do(desk, letter, "discard", reason="Not needed")
    assert letter.state == "discarded"
    do(desk, letter, "restore")
    assert letter.state == "held"
    do(desk, letter, "release")
    with clock.frozen(AFTER + timedelta(days=2)):
        assert mail.deliver_due() == 1
    assert mailoutbox[0].subject == words["subject"]
    letter.refresh_from_db()
    refused = do(desk, letter, "hold").content.decode()
    assert "This cannot be done while the letter is in the state “Sent”." in refused
    assert list(Event.objects.filter(verb__startswith="letter.").order_by("pk").values_list("verb", "reason")) == [
        ("letter.hold", "Wording"), ("letter.edit", ""), ("letter.send_at", ""), ("letter.discard", "Not needed"),
        ("letter.restore", ""), ("letter.release", ""),
    ]  # fmt: skip


def test_a_letter_that_did_not_arrive_goes_to_the_address_that_is_used_now(desk, letter, amina, mailoutbox):
    OutgoingMail.objects.filter(pk=letter.pk).update(state="bounced", last_error="5.2.2", bounced_at=AFTER)
    letter.refresh_from_db()
    old = letter.to
    assert "The person has given no other address since." in do(desk, letter, "readdress").content.decode()
    type(amina).objects.filter(pk=amina.pk).update(email="amina@new.example")
    shown = desk.get(f"{OUTBOX}{letter.pk}/change/").content.decode()
    assert "The mailbox is full." in shown and "amina@new.example" in shown
    letter = OutgoingMail.objects.get(pk=letter.pk)
    do(desk, letter, "readdress")
    mail.deliver_due()
    assert (mailoutbox[0].to, old) == (["amina@new.example"], old)
    letter.refresh_from_db()
    assert (letter.state, letter.last_error, letter.bounced_at) == ("sent", "", None)


def test_many_are_previewed_and_only_those_named_change(desk, letter, chen):
    failed = [write(number, state="failed", last_error="550 5.1.1") for number in range(3)]
    page = desk.post(f"{OUTBOX}act/", {"verb": "replay", "scope": "all", "filters": "tab=look"})
    assert ([row.pk for row in page.context["possible"]], page.context["refused_count"]) == (
        [row.pk for row in reversed(failed)], 1,
    )  # fmt: skip
    assert "while the letter is in the state “Waiting”" in page.content.decode()
    assert OutgoingMail.objects.filter(state="failed").count() == 3
    late = write(9, state="failed")
    desk.post(f"{OUTBOX}act/", {"verb": "replay", "pick": [row.pk for row in failed], "step": "do"})
    assert set(OutgoingMail.objects.filter(state="failed")) == {late}
    nothing = desk.post(f"{OUTBOX}act/", {"verb": "edit", "pick": [late.pk]}, follow=True)
    assert "Choose at least one letter" in nothing.content.decode()


def test_a_letter_that_is_being_posted_is_left_alone(desk, letter, chen):
    OutgoingMail.objects.filter(pk=letter.pk).update(claimed_until=AFTER + timedelta(minutes=5))
    letter.refresh_from_db()
    with pytest.raises(Refused, match="being posted at this moment"):
        outbox.discard(letter, by=chen, reason="Late")
    OutgoingMail.objects.filter(pk=letter.pk).update(claimed_until=AFTER - timedelta(minutes=1))
    letter.refresh_from_db()
    assert outbox.discard(letter, by=chen, reason="Late").state == "discarded"


def test_letters_that_let_their_reader_in_are_nobodys_to_read_or_act_on(desk, chen):
    secret = mail.queue("code", "account_sign_in", to="x@y.example", context={"code": "123456"})
    assert "x@y.example" not in desk.get(f"{OUTBOX}?tab=all").content.decode()
    assert desk.get(f"{OUTBOX}{secret.pk}/do/hold/").status_code == 404
    desk.post(f"{OUTBOX}act/", {"verb": "hold", "pick": [secret.pk], "step": "do"})
    secret.refresh_from_db()
    assert secret.state == "queued"


def test_the_registration_desk_reads_letters_and_changes_none(letter, call):
    client = PortalClient()
    client.force_login(make_officer("desk@secretariat.example", "Registration desk"))
    with clock.frozen(AFTER):
        assert b"wb-bar" not in client.get(OUTBOX).content
        assert "Your role does not include this" in do(client, letter, "hold").content.decode()
        client.post(f"{OUTBOX}act/", {"verb": "hold", "pick": [letter.pk], "step": "do"})
    letter.refresh_from_db()
    assert letter.state == "queued"


def test_the_outbox_is_filtered_searched_and_costs_the_same_at_any_length(desk, django_assert_num_queries):
    first = write(1)
    with django_assert_num_queries(8):
        desk.get(OUTBOX)
    held, failed = write(2, state="held", about="TST26-0001-G"), write(3, state="failed", last_error="TimeoutError")
    with django_assert_num_queries(8):
        page = desk.get(OUTBOX)
    assert [row["letter"] for row in page.context["rows"]] == [failed, held, first]
    assert "The mail server could not be reached." in page.content.decode()
    for address, found in (
        ("?tab=held", [held]), ("?q=tst26-0001", [held]), ("?q=reader3", [failed]),
        ("?kind=list_final&tab=failed", [failed]), ("?tab=sent", []), ("?tab=nonsense&q=%00", [failed, held, first]),
    ):  # fmt: skip
        assert [row["letter"] for row in desk.get(OUTBOX + address).context["rows"]] == found
