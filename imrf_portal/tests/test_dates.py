"""Moving announced dates through the desk: what goes along, what stays, who is told, when two officers must agree."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation import calendar, drafting, workflow
from accreditation.models import Application
from accreditation.tests.cast import (
    AFTER,
    ANSWERS,
    CLOSES,
    DURING,
    MOMENT,
    make_call,
    make_circulated,
    make_delegate,
    make_draft,
    make_eligible,
    make_file,
    make_forum,
    make_officer,
    make_submitted,
)
from imrf_portal import clock, countersigned, dates
from imrf_portal.audit import Event
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.forum import Call, CallDocument, DateChange, Forum, KeyDate
from imrf_portal.mail import OutgoingMail
from imrf_portal.retention import RetentionDate
from imrf_portal.tests.clients import signed_in
from sessions_app import demonstration
from sessions_app.models import ForumSession, SessionChange

HOUR_BEFORE = CLOSES - timedelta(hours=1)
LATER = {"moment_0": "2026-03-29", "moment_1": "17:00", "reason": "The portal was slow."}
SOONER = {"moment_0": "2026-03-20", "moment_1": "17:00", "reason": "The hall is needed."}


@pytest.fixture
def kofi(db):
    return make_officer("kofi@secretariat.example", "Administrator")


def address(forum, key):
    return reverse("admin:move_date", args=[forum.pk, key])


def seen(forum):
    values = {key: line.value for key, line in dates.lines_of(forum).items()}
    return json.dumps(values, cls=DjangoJSONEncoder)


def press(user, forum, key, words, step="do", take=(), **options):
    form = {**words, "step": step, "take": list(take), "seen": seen(forum)}
    return signed_in(user).post(address(forum, key), form, **options)


def sign(act, officer):
    return signed_in(officer).post(reverse("admin:countersigned_act", args=[act.pk]), {"step": "sign"}, follow=True)


@pytest.fixture
def spring_2022(db):
    """The Forum of 2022 as it was first announced: 10 to 13 May, hearing on 9 May, the programme a week earlier."""
    forum = make_forum(
        "IMRF22", slug="imrf-2022", title="International Migration Review Forum 2022",
        starts_on=date(2022, 5, 10), ends_on=date(2022, 5, 13), hearing_on=date(2022, 5, 9),
    )  # fmt: skip
    make_call(forum, datetime(2022, 1, 4, 14, tzinfo=UTC), datetime(2022, 1, 26, 22, tzinfo=UTC))
    KeyDate.objects.create(forum=forum, label="Applications close", at=datetime(2022, 1, 26, 22, tzinfo=UTC))
    KeyDate.objects.create(forum=forum, label="Forum", on=date(2022, 5, 10), until_on=date(2022, 5, 13))
    RetentionDate.objects.create(forum=forum, kind="passports", due_on=date(2022, 6, 13))
    demonstration.load_objectives()
    demonstration.imrf(forum, 2022)
    SessionChange.objects.all().delete()
    week = timedelta(days=7)
    for session in ForumSession.objects.all():
        session.day_on -= week
        session.starts_at = session.starts_at and session.starts_at - week
        session.ends_at = session.ends_at and session.ends_at - week
        session.registration_closes_at = datetime(2022, 4, 15, 21, tzinfo=UTC)
        session.save()
    return forum


# T-S31
def test_the_real_move_of_may_2022(spring_2022, kofi, noor, chen, amina, client):
    forum = spring_2022
    with clock.frozen(datetime(2022, 1, 10, 12, tzinfo=UTC)):
        application = drafting.start(forum.calls.get(), by=amina)
        drafting.save_answers(application, ANSWERS, by=amina)
        drafting.attach(application, {kind: make_file(amina) for kind in CallDocument.Kind.values}, by=amina)
        workflow.submit(application, by=amina)
    receipt = receipt_of(application)
    make_delegate("mission@mission-ke.example", "KE")
    held = [row for row in demonstration.rows("imrf_programme.csv") if row["edition"] == "2022"]
    words = {"moment": "2022-05-17", "reason": "The General Assembly Hall is not free."}
    with clock.frozen(datetime(2022, 3, 7, 19, 30, tzinfo=UTC)):
        shown = signed_in(kofi).post(address(forum, "forum.starts_on"), {**words, "step": "preview"})
        plan = shown.context["plan"]
        assert {step.what for step in plan.taken} >= {
            "The Forum ends",
            "The hearing",
            "Key date: Forum",
            "Policy debate",
        }
        assert len(plan.taken) == 3 + 1 + len(held) + 1 + 1
        assert {(step.what, step.stays) for step in plan.staying} == {
            ("Applications open", "in the past"), ("Applications close", "in the past"),
                ("Key date: Applications close", "in the past"),
        }  # fmt: skip
        page = shown.content.decode()
        assert "Reminders to organizations with free places" in page
        assert "Fri 22 Apr 2022, 17:00 EDT" in page
        assert "Fri 15 Apr 2022, 17:00 EDT" in page
        assert Forum.objects.get().starts_on == date(2022, 5, 10)
        assert OutgoingMail.objects.filter(template="dates_moved").count() == 0
        take = [step.line.key for step in plan.taken[1:]]
        press(kofi, forum, "forum.starts_on", words, take=take)
        act = CountersignedAct.objects.get()
        assert Forum.objects.get().starts_on == date(2022, 5, 10)
        assert "Signed, and done." in sign(act, noor).content.decode()
        public = client.get(forum.get_absolute_url()).content.decode()
        programme = client.get(ForumSession.objects.get(kind="hearing").get_absolute_url()).content.decode()
    forum.refresh_from_db()
    assert (forum.starts_on, forum.ends_on, forum.hearing_on) == (
        date(2022, 5, 17), date(2022, 5, 20), date(2022, 5, 16),
    )  # fmt: skip
    assert sorted(ForumSession.objects.values_list("day_on", flat=True)) == sorted(
        date.fromisoformat(row["date"]) for row in held
    )
    hearing = ForumSession.objects.get(kind="hearing")
    assert (hearing.starts_at, hearing.status) == (datetime(2022, 5, 16, 14, tzinfo=UTC), "moved")
    assert hearing.registration_closes_at == datetime(2022, 4, 22, 21, tzinfo=UTC)
    moved_line = KeyDate.objects.get(label="Forum")
    assert (moved_line.on, moved_line.until_on) == (date(2022, 5, 17), date(2022, 5, 20))
    assert RetentionDate.objects.get().due_on == date(2022, 6, 20)
    assert "Kept until" not in public + OutgoingMail.objects.filter(template="dates_moved").first().body
    assert "10–13 May 2022" in public
    assert "17–20 May 2022" in public
    assert "9 May 2022" in public
    assert "The General Assembly Hall is not free." in public
    assert "The General Assembly Hall is not free." in programme
    letters = OutgoingMail.objects.filter(template="dates_moved")
    assert set(letters.values_list("to", "state")) == {
        (amina.email, "held"), ("mission@mission-ke.example", "held"),
    }  # fmt: skip
    assert "Before: Tuesday 10 May 2022" in letters.first().body
    change = DateChange.objects.get(what="The Forum begins")
    assert (change.changed_by, change.signed_by) == (kofi, noor)
    assert receipt_of(application) == receipt


def receipt_of(application):
    return application.versions.values("receipt_code", "sha256", "submitted_at", "number").get()


def test_an_officer_chooses_what_goes_along(spring_2022, kofi, noor):
    forum = spring_2022
    words = {"moment": "2022-05-17", "reason": "The Hall is not free."}
    with clock.frozen(datetime(2022, 3, 7, 19, 30, tzinfo=UTC)):
        press(kofi, forum, "forum.starts_on", words, take=["forum.ends_on"])
        sign(CountersignedAct.objects.get(), noor)
    forum.refresh_from_db()
    assert (forum.starts_on, forum.ends_on, forum.hearing_on) == (
        date(2022, 5, 17), date(2022, 5, 20), date(2022, 5, 9),
    )  # fmt: skip
    assert not SessionChange.objects.exists()


def test_a_session_moves_only_when_one_of_the_two_runs_registration(spring_2022, kofi):
    senior = make_officer("senior@secretariat.example", "Senior reviewer")
    session = ForumSession.objects.get(kind="hearing")
    words = {"moment": "2022-05-17", "reason": "The Hall is not free."}
    take = ["forum.ends_on", f"session-{session.pk}.held"]
    with clock.frozen(datetime(2022, 3, 7, 19, 30, tzinfo=UTC)):
        press(kofi, spring_2022, "forum.starts_on", words, take=take)
        answer = sign(CountersignedAct.objects.get(), senior).content.decode()
    assert "can only be moved by an officer who may run registration and seats" in answer
    assert (CountersignedAct.objects.get().state, Forum.objects.get().starts_on) == ("waiting", date(2022, 5, 10))


# T-S14
def test_an_extension_one_hour_before_the_close(call, amina, boris, kofi, client):
    KeyDate.objects.create(forum=call.forum, label="Last day to apply", at=CLOSES)
    draft, sent = make_draft(call, amina), make_submitted(call, boris, name="Other Body")
    before = receipt_of(sent)
    with clock.frozen(HOUR_BEFORE):
        calendar.remind_drafts()
        shown = press(kofi, call.forum, f"call-{call.pk}.closes_at", LATER, "preview", follow=True)
        proposed = [step.line.key for step in shown.context["plan"].others if step.proposed]
        assert [line.what for line in dates.lines_of(call.forum).values() if line.key in proposed] == [
            "Key date: Last day to apply"
        ]
        assert shown.context["needs_signature"] is False
        assert "Fri 22 Apr" not in shown.content.decode()
        press(kofi, call.forum, f"call-{call.pk}.closes_at", LATER, take=proposed)
        assert calendar.remind_drafts() == 1
        public = client.get(call.forum.get_absolute_url()).content.decode()
    call.refresh_from_db()
    assert call.closes_at == datetime(2026, 3, 29, 21, tzinfo=UTC)
    assert KeyDate.objects.get().at == call.closes_at
    assert list(OutgoingMail.objects.filter(template="call_extended").values_list("to", "state")) == [
        (amina.email, "held")
    ]
    assert "The portal was slow." in public
    assert receipt_of(sent) == before
    with clock.frozen(CLOSES + timedelta(hours=1)):
        workflow.submit(draft, by=amina)
    assert not Application.objects.filter(is_late=True).exists()


# T-S15
def test_an_announced_close_moves_earlier_only_with_two_signatures_and_a_notice(call, amina, kofi, noor):
    make_draft(call, amina)
    key = f"call-{call.pk}.closes_at"
    with clock.frozen(DURING):
        with pytest.raises(Refused, match="two signatures"):
            dates.move(call.forum, key, CLOSES - timedelta(days=3), by=kofi, reason="Sooner.")
        press(kofi, call.forum, key, SOONER)
        act = CountersignedAct.objects.get()
        assert Call.objects.get().closes_at == CLOSES
        assert "You proposed this yourself" in sign(act, kofi).content.decode()
        assert Call.objects.get().closes_at == CLOSES
        sign(act, noor)
    assert Call.objects.get().closes_at == datetime(2026, 3, 20, 21, tzinfo=UTC)
    notice = OutgoingMail.objects.get(template="call_shortened")
    assert (notice.to, notice.state) == (amina.email, "queued")
    assert Event.objects.get(verb="date.move").detail["signed_by"] == str(noor)


# T-S15
def test_nobody_in_time_or_inside_the_tolerance_is_cut_off(kofi, noor):
    call = make_call(tolerance_minutes=10)
    key = f"call-{call.pk}.closes_at"
    soon = {"moment_0": "2026-03-27", "moment_1": "16:59", "reason": "Sooner."}
    with clock.frozen(HOUR_BEFORE):
        answer = press(kofi, call.forum, key, soon, follow=True)
        assert "less than 24 hours from now" in answer.content.decode()
    with clock.frozen(CLOSES + timedelta(minutes=5)):
        assert call.window().admits(HOUR_BEFORE)
        answer = press(kofi, call.forum, key, soon, follow=True)
        assert "would be in the past" in answer.content.decode()
    assert (Call.objects.get().closes_at, CountersignedAct.objects.count()) == (CLOSES, 0)


# T-A33
# T-A34
def test_the_tolerance_goes_with_the_close(amina, kofi):
    call = make_call(tolerance_minutes=10)
    draft = make_draft(call, amina)
    with clock.frozen(HOUR_BEFORE):
        press(kofi, call.forum, f"call-{call.pk}.closes_at", LATER)
    moved_to = Call.objects.get().closes_at
    with clock.frozen(moved_to + timedelta(seconds=40)), pytest.raises(Closed):
        workflow.submit(draft, by=amina)
    with clock.frozen(moved_to + timedelta(minutes=4)):
        workflow.submit(draft, by=amina, began_at=moved_to - timedelta(minutes=2))
    assert Application.objects.get().within_tolerance


# T-A37
def test_over_a_change_of_the_clocks_hours_stay_and_reminders_follow_the_instant(kofi, amina):
    closes_at = datetime(2026, 3, 6, 22, tzinfo=UTC)
    call = make_call(closes_at=closes_at, review_ends_at=closes_at + timedelta(days=1))
    KeyDate.objects.create(forum=call.forum, label="Last day to apply", at=closes_at)
    with clock.frozen(closes_at - timedelta(hours=20)):
        drafting.start(call, by=amina)
        keys = [line.key for line in dates.lines_of(call.forum).values() if "opens" not in line.key]
        words = {"moment_0": "2026-03-09", "moment_1": "17:00", "reason": "The portal was slow."}
        press(kofi, call.forum, f"call-{call.pk}.closes_at", words, take=keys)
    call.refresh_from_db()
    assert call.closes_at == datetime(2026, 3, 9, 21, tzinfo=UTC)
    assert KeyDate.objects.get().at == call.closes_at
    assert call.review_ends_at == call.closes_at + timedelta(days=1)
    with clock.frozen(call.closes_at - timedelta(hours=6) - MOMENT):
        calendar.remind_drafts()
        assert letters_of("draft_reminder", "6h") == 0
    with clock.frozen(call.closes_at - timedelta(hours=6)):
        calendar.remind_drafts()
        assert letters_of("draft_reminder", "6h") == 1


def letters_of(template, lead):
    return OutgoingMail.objects.filter(template=template, key__contains=f":{lead}:").count()


def test_a_list_under_silence_moves_later_with_it_and_never_earlier(amina, call, chen, noor):
    root = make_officer("root@secretariat.example", "Administrator", "Coordinator")
    listed = make_circulated([make_eligible(call, amina, by=chen, signed_by=noor)], by=chen)
    key = f"list-{listed.pk}.silence_ends_at"
    closes_at = listed.closes_at
    with clock.frozen(AFTER):
        earlier = press(root, call.forum, key, {"moment_0": "2026-04-02", "moment_1": "17:00", "reason": "Sooner."})
        assert "must be later than the present one" in earlier.content.decode()
        press(root, call.forum, key, {"moment_0": "2026-04-10", "moment_1": "17:00", "reason": "Easter."})
    listed.refresh_from_db()
    assert (listed.closes_at, listed.extensions.get().old_closes_at) == (
        datetime(2026, 4, 10, 21, tzinfo=UTC), closes_at,
    )  # fmt: skip


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_day_that_no_calendar_can_count_from_is_refused_at_its_field(call, kofi, year):
    KeyDate.objects.create(forum=call.forum, label="Day of the close", on=date(2026, 3, 27))
    with clock.frozen(DURING):
        words = {"moment_0": f"{year}-01-01", "moment_1": "17:00", "reason": "A slip."}
        answer = press(kofi, call.forum, f"call-{call.pk}.closes_at", words)
        day = press(kofi, call.forum, "forum.starts_on", {"moment": f"{year}-01-01", "reason": "A slip."})
    assert (answer.status_code, day.status_code) == (422, 422)
    assert not DateChange.objects.exists()


def test_a_stale_page_and_bad_input_are_refused_in_clear_sentences(call, kofi):
    key = f"call-{call.pk}.closes_at"
    with clock.frozen(DURING):
        opened = seen(call.forum)
        press(kofi, call.forum, key, LATER)
        stale = signed_in(kofi).post(
            address(call.forum, key),
            {"moment_0": "2026-04-02", "moment_1": "17:00", "reason": "Again.", "step": "do", "seen": opened},
        )
        assert "moved by somebody else after you opened this page" in stale.content.decode()
        for words, sentence in (
            ({"moment_0": "2026-03-01", "moment_1": "17:00"}, "would be in the past"),
            ({"moment_0": "2026-11-01", "moment_1": "01:30"}, "this time comes twice"),
            ({"moment_0": "2027-03-14", "moment_1": "02:30"}, "this time does not exist"),
            ({"moment_0": "29 March 2026", "moment_1": "17:00"}, "the date it has already"),
            ({"moment_0": "31 February 2027", "moment_1": "17:00"}, 'value="31 February 2027"'),
            ({"moment_0": "31 February 2027", "moment_1": "17:00"}, "31 February 2027 does not exist."),
            ({"moment_0": "03/04/2027", "moment_1": "17:00"}, "month in letters"),
            ({"moment_0": "29 March 2026", "moment_1": "5 pm"}, "New York time, 24 hours"),
            ({"moment_0": "31 February 2027", "moment_1": "5 pm"}, 'href="#id_moment_0">New date and time'),
            ({"moment_0": "31 February 2027", "moment_1": "5 pm"}, 'href="#id_moment_1">New date and time'),
            ({"moment_0": "29 March 2026", "moment_1": "5 pm"}, 'href="#id_moment_1">New date and time'),
            ({"moment_0": "", "moment_1": ""}, "This field is required."),
            ({**LATER, "moment_0": "2026-04-30", "reason": ""}, "This field is required."),
        ):
            answer = press(kofi, call.forum, key, {"reason": "Why not.", **words})
            assert sentence in answer.content.decode(), words
        unread = signed_in(kofi).post(
            address(call.forum, key), {**LATER, "moment_0": "2026-04-30", "step": "do", "seen": "["}
        )
        assert "after you opened this page" in unread.content.decode()
        assert signed_in(kofi).get(address(call.forum, "call-0.closes_at")).status_code == 404
    assert (Call.objects.get().closes_at, DateChange.objects.count()) == (datetime(2026, 3, 29, 21, tzinfo=UTC), 1)


def test_a_call_cannot_close_before_it_opens(kofi):
    call = make_call(opens_at=CLOSES - timedelta(days=2))
    words = {"moment_0": "2026-03-20", "moment_1": "17:00", "reason": "Sooner."}
    with clock.frozen(DURING):
        answer = press(kofi, call.forum, f"call-{call.pk}.closes_at", words)
    assert "No other officer" in answer.content.decode()
    make_officer("noor@secretariat.example", "Coordinator")
    with clock.frozen(DURING):
        answer = press(kofi, call.forum, f"call-{call.pk}.closes_at", words, "preview")
    assert "would close before it opens" in answer.content.decode()


def test_a_proposed_move_is_void_once_a_date_in_it_has_moved(call, kofi, noor):
    key = f"call-{call.pk}.closes_at"
    with clock.frozen(DURING):
        press(kofi, call.forum, key, SOONER)
        dates.move(call.forum, key, CLOSES + timedelta(days=2), by=kofi, reason="Later.")
        act = CountersignedAct.objects.get()
        page = signed_in(noor).get(reverse("admin:countersigned_act", args=[act.pk])).content.decode()
        assert "Sunday 29 March 2026, 17:00" in page
        assert "so it is void" in sign(act, noor).content.decode()
    assert Call.objects.get().closes_at == CLOSES + timedelta(days=2)


def test_who_may_not_move_dates_cannot_by_any_door(call, chen, kofi, noor):
    with clock.frozen(DURING):
        assert press(chen, call.forum, f"call-{call.pk}.closes_at", LATER).status_code == 403
        with pytest.raises(Refused, match="can only be moved by an officer"):
            dates.move(call.forum, f"call-{call.pk}.closes_at", CLOSES + timedelta(days=2), by=chen, reason="Later.")
        forged = CountersignedAct(kind="date_move", subject_id=call.forum.pk, proposed_by=kofi, signed_by=noor)
        with pytest.raises(Refused, match="two signatures"):
            dates.move(
                call.forum, f"call-{call.pk}.closes_at", CLOSES - timedelta(days=3), by=kofi, reason="Now.", act=forged
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        DateChange.objects.create(forum=call.forum, what="x", reason="x", changed_by=kofi, signed_by=kofi)
    assert Call.objects.get().closes_at == CLOSES


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_read_the_same_at_any_length(call, kofi, rows):
    for number in range(rows):
        KeyDate.objects.create(forum=call.forum, label=f"Line {number}", on=date(2026, 4, 20))
        ForumSession.objects.create(
            forum=call.forum, slug=f"s{number}", kind="plenary", title=f"Plenary {number}", day_on=date(2026, 5, 5)
        )
        DateChange.objects.create(forum=call.forum, what="x", reason="x", changed_by=kofi)
    desk = signed_in(kofi)
    counts = []
    with clock.frozen(DURING):
        for path in (reverse("admin:dates"), address(call.forum, "forum.hearing_on")):
            desk.get(path)
            with CaptureQueriesContext(connection) as queries:
                desk.get(path)
            counts.append(len(queries))
    assert counts == [11, 16]


def test_a_proposal_is_of_one_kind_and_subject(call, kofi, noor):
    with clock.frozen(DURING):
        press(kofi, call.forum, f"call-{call.pk}.closes_at", SOONER)
    other = make_forum("OTH26")
    act = CountersignedAct.objects.get()
    with pytest.raises(Refused, match="two signatures"):
        countersigned.require_consent(act, "date_move", other)


@pytest.mark.parametrize(("hour", "day"), [("23:30", 27), ("03:00", 28)])
def test_a_day_moves_with_an_instant_by_whole_days_and_else_stays(call, kofi, hour, day):
    line = KeyDate.objects.create(forum=call.forum, label="Last day to apply", on=date(2026, 3, 27))
    words = {"moment_0": f"2026-03-{day}", "moment_1": hour, "reason": "The portal was slow."}
    with clock.frozen(HOUR_BEFORE):
        press(kofi, call.forum, f"call-{call.pk}.closes_at", words, take=[f"key_date-{line.pk}.on"])
    line.refresh_from_db()
    assert (line.on, DateChange.objects.count()) == (date(2026, 3, day), day - 26)


def test_a_session_that_starts_next_morning_is_held_on_that_day(call, kofi):
    kofi.is_superuser = True
    kofi.save()
    starts_at = datetime(2026, 5, 5, 22, tzinfo=UTC)
    session = ForumSession.objects.create(
        forum=call.forum, slug="evening", kind="plenary", title="Evening", day_on=date(2026, 5, 5),
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
    )  # fmt: skip
    words = {"moment_0": "2026-05-06", "moment_1": "09:00", "reason": "The room is taken."}
    with clock.frozen(DURING):
        press(kofi, call.forum, f"session-{session.pk}.held", words)
    session.refresh_from_db()
    assert (session.day_on, session.starts_at, session.ends_at) == (
        date(2026, 5, 6), datetime(2026, 5, 6, 13, tzinfo=UTC), datetime(2026, 5, 6, 15, tzinfo=UTC),
    )  # fmt: skip
