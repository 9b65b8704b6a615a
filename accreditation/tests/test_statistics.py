"""Statistics of a Forum: right figures for staff, and none for the public in which somebody can be picked out."""

import io
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from accreditation import circulation, final_statistics, objections, review, statistics, workflow
from accreditation.final_statistics import FinalFigures, Turnout
from accreditation.statistics import FEW, LAST_DAY, STAGES
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.forum import Forum
from imrf_portal.tests.clients import PortalClient

from .cast import (
    AFTER,
    CLOSES,
    make_circulated,
    make_draft,
    make_eligible,
    make_forum,
    make_officer,
    make_person,
    make_submitted,
)
from .mission_browser import body, words

LATER = AFTER + timedelta(days=8)


def applicants(count, prefix):
    return [make_person(f"one@{prefix}{n}.example") for n in range(count)]


@pytest.fixture
def lived(call, chen, noor, dara):
    """Seven names from Kenya and one from the State of Palestine were proposed, one objected to, six are final."""
    eligible = [
        make_eligible(call, person, by=chen, signed_by=noor, name=f"Body {n}", country="KE" if n else "PS")
        for n, person in enumerate(applicants(8, "a"))
    ]
    make_submitted(call, make_person("waits@b.example"), name="Waits", country="FR", type="youth")
    make_draft(call, make_person("draft@c.example"), name="Draft")
    listed = make_circulated(eligible, by=chen)
    with clock.frozen(AFTER):
        objections.object_to(listed.entries.get(application=eligible[7]), by=dara)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
        for application in eligible[1:7]:
            review.accredit(application, by=noor)
        circulation.final_list(call.forum, by=chen)
    return call.forum


def opened(forum, **fields):
    Forum.objects.filter(pk=forum.pk).update(**(fields or {"statistics_are_public": True}))
    return forum


def get(name, forum, at=LATER, client=None):
    with clock.frozen(at):
        return (client or Client()).get(reverse(name, args=[forum.slug]))


def test_staff_read_every_figure(lived):
    with clock.frozen(LATER):
        figures = statistics.collect(lived)
    assert figures.totals == {"received": 9, "complete": 8, "proposed": 8, "objected": 1, "final": 6}
    nothing = dict.fromkeys(STAGES, 0)
    assert figures.regions == [
        ("african", {"received": 7, "complete": 7, "proposed": 7, "objected": 1, "final": 6}),
        ("western_european", nothing | {"received": 1}),
        ("none", nothing | {"received": 1, "complete": 1, "proposed": 1}),
    ]
    assert figures.countries == [("PS", nothing | {"received": 1, "complete": 1, "proposed": 1})]
    assert dict(figures.types)["youth"] == nothing | {"received": 1}
    assert figures.steps["signature"] == (0, 8)
    assert figures.steps["assessment"] == ((AFTER - CLOSES).days + 17, 8)
    assert figures.silence_days == 7


# T-S28
def test_every_breakdown_adds_up_to_the_totals(lived):
    with clock.frozen(LATER):
        figures = statistics.collect(lived)
    for lines in (figures.regions, figures.types):
        assert {stage: sum(line[stage] for _key, line in lines) for stage in STAGES} == figures.totals


def test_the_public_reads_no_small_figure(lived):
    page = get("statistics", opened(lived))
    shown = words(page)
    assert "Received 9" in shown
    assert "Objected to fewer than 5" in shown
    assert "African States" not in shown  # one of nine is elsewhere: a group of two would be found by subtraction
    for absent in ("State of Palestine", "Western European", "Body 1", "TST26-"):
        assert absent not in body(page).decode()


figures_of_a_line = st.fixed_dictionaries({stage: st.integers(0, 30) for stage in STAGES})


@given(st.lists(figures_of_a_line, max_size=8))
def test_no_merged_figure_is_from_one_to_four_and_sums_stay(lines):
    lines = [(str(number), line) for number, line in enumerate(lines)]
    shown = statistics.merged(lines)
    for stage in STAGES:
        told = [line[stage] for _key, line in shown if stage in line]
        assert all(figure == 0 or figure >= 5 for figure in told)
        if told:
            assert sum(told) == sum(line[stage] for _key, line in lines)
    assert len(shown) != 1 or len(lines) == 1


def test_a_large_group_is_shown_beside_the_rest():
    lines = [("african", dict.fromkeys(STAGES, 9)), ("a", dict.fromkeys(STAGES, 3)), ("b", dict.fromkeys(STAGES, 4))]
    assert statistics.merged(lines) == [("african", dict.fromkeys(STAGES, 9)), ("rest", dict.fromkeys(STAGES, 7))]


def test_a_stage_that_would_hide_every_group_is_left_out():
    first, second = {"received": 20, "complete": 15}, {"received": 9, "complete": 8}
    small = {"proposed": 3, "objected": 0, "final": 3}
    shown = statistics.merged([("african", first | small), ("asia_pacific", second | small)])
    nobody = {"objected": 0}
    assert shown == [("african", first | nobody), ("asia_pacific", second | nobody)]


def test_few_in_all_is_said_as_few(call, amina):
    make_submitted(call, amina)
    with clock.frozen(AFTER):
        figures = statistics.public(statistics.collect(call.forum))
    assert (figures.totals["received"], figures.totals["final"], figures.regions) == (FEW, 0, [])


FLAGS = ("is_ldc", "is_lldc", "is_sids")


@given(st.lists(st.integers(0, 12), min_size=3, max_size=3), st.data())
def test_nothing_told_of_a_final_list_picks_anybody_out(answers, data):
    """Neither a figure nor what is left of the list without it is from one to four."""
    total = sum(answers)
    registered = data.draw(st.integers(0, total))
    came = data.draw(st.integers(0, registered))
    shown = final_statistics.public(
        FinalFigures(
            total=total,
            countries=total,
            leadership=list(zip(final_statistics.ANSWERS, answers, strict=True)),
            situations=[(flag, data.draw(st.integers(0, total))) for flag in FLAGS],
            turnout=Turnout(registered, came, sessions=1, people=came),
            is_over=True,
        )
    )
    turnout = shown.turnout
    for figure, whole in [
        *((figure, total) for _answer, figure in shown.leadership),
        *((figure, total) for _flag, figure in shown.situations),
        (turnout.registered, total),
        (turnout.came, total),
        (turnout.people, turnout.people),
    ]:
        assert figure < 0 or not (0 < figure < 5 or 0 < whole - figure < 5)
    if turnout.came >= 0:
        assert not 0 < registered - turnout.came < 5


def test_staff_and_the_public_read_the_balance_of_the_final_list_and_how_timely_it_was(lived, chen):
    ask = lived.applications.order_by("pk")
    ask.update(women_led="no")
    ask.filter(name="Body 3").update(women_led="yes")
    desk = PortalClient()
    desk.force_login(chen)
    staff = words(get("admin:statistics", lived, client=desk))
    assert "Led by women 1" in staff
    assert "Not led by women 5" in staff
    assert "Least developed countries 0" in staff
    assert "100 % of applications were sent on the last day" not in staff

    public = words(get("statistics", opened(lived)))
    assert "Led by women 1" not in public
    assert "Least developed countries 0" in public
    assert "from the close of applications to the final list" in public
    lines = body(get("statistics_csv", lived)).decode("utf-8-sig").splitlines()
    assert '"Days","from the close of applications to the final list","","10"' in lines
    assert any(line.startswith('"How we count"') for line in lines)
    paper = PdfReader(io.BytesIO(body(get("statistics_pdf", lived))))
    assert "two officers looked" in " ".join(" ".join(page.extract_text().split()) for page in paper.pages)


def test_what_was_sent_on_the_last_day_and_answered_in_time_is_a_share(call, chen):
    """Five of nine on the last day, the first of the others exactly 24 hours before; six of eight answers in time."""
    for number, person in enumerate(applicants(9, "d")):
        draft = make_draft(call, person, name=f"Body {number}")
        with clock.frozen(CLOSES - timedelta(hours=1 if number < 5 else 24)):
            workflow.submit(draft, by=person)
        if number:
            asked = draft.information_requests.create(asked_by=chen, asked_at=AFTER, answer_by=AFTER + LAST_DAY)
            asked.answered_at = asked.answer_by + timedelta(seconds=0 if number < 7 else 1)
            asked.save()

    desk = PortalClient()
    desk.force_login(chen)
    page = words(get("admin:statistics", call.forum, client=desk))
    assert "56 % of applications were sent on the last day" in page
    assert "75 % of our questions were answered in time" in page
    public = words(get("statistics", opened(call.forum)))
    assert "sent on the last day" not in public  # four were not
    assert "answered in time" not in public  # two were not


def test_years_are_compared_when_one_is_over_and_others_say_not_yet(lived):
    opened(lived, statistics_are_public=True, starts_on=LATER.date(), ends_on=LATER.date())
    make_forum("NXT30", short_title="Next Forum", starts_on=date(2030, 5, 1), ends_on=date(2030, 5, 4))
    assert "Compare the years" not in words(get("statistics", lived, at=LATER + timedelta(days=1)))
    opened(Forum.objects.get(slug="nxt30"))
    cache.clear()
    assert "Compare the years" not in words(get("statistics", lived, at=LATER))
    cache.clear()

    page = words(get("statistics", lived, at=LATER + timedelta(days=1)))

    assert "Organizations on the final list 6 Not yet Countries 1 Not yet" in page


@pytest.mark.parametrize("name", ["statistics", "statistics_csv", "statistics_pdf"])
def test_it_is_there_only_where_the_forum_says_so(lived, name):
    assert get(name, lived).status_code == 404
    assert get(name, opened(lived, register_is_public=True)).status_code == 200
    assert get(name, opened(lived, register_is_public=False, statistics_are_public=True)).status_code == 200
    assert get(name, opened(lived, is_published=False)).status_code == 404


def test_nothing_is_counted_for_the_public_while_the_call_is_open(call, amina):
    make_submitted(call, amina)
    opened(call.forum)
    before = CLOSES - timedelta(microseconds=1)
    assert "There are no figures yet" in words(get("statistics", call.forum, at=before))
    assert get("statistics_csv", call.forum, at=before).status_code == 404
    assert "fewer than 5" in words(get("statistics", call.forum, at=CLOSES))


def test_a_list_circulated_while_the_call_is_open_is_counted_unless_applications_are_sealed(lived):
    lived.calls.update(closes_at=LATER + timedelta(days=1))
    assert "Received 9" in words(get("statistics", opened(lived)))
    assert "There are no figures yet" in words(get("statistics", opened(lived, sealed_until_close=True)))


def test_an_objection_is_not_counted_before_the_period_is_over(lived):
    with clock.frozen(AFTER + timedelta(days=7) - timedelta(microseconds=1)):
        assert statistics.collect(lived).totals["objected"] == 0


def test_the_table_and_the_paper_hold_the_same(lived):
    opened(lived)
    lines = body(get("statistics_csv", lived)).decode("utf-8-sig").splitlines()
    assert lines[0] == '"Table","Line","Stage","Test Forum"'
    assert '"Stage","Received","","9"' in lines
    assert '"Stage","Objected to","","fewer than 5"' in lines
    paper = get("statistics_pdf", lived)
    assert (paper["Content-Type"], body(paper)[:5]) == ("application/pdf", b"%PDF-")


def test_the_public_page_reads_a_fixed_number_of_statements(lived, django_assert_num_queries):
    opened(lived)
    with django_assert_num_queries(29):
        get("statistics", lived)
    with django_assert_num_queries(4):
        get("statistics", lived)


def test_collecting_takes_the_same_statements_at_any_size(call, chen, noor, django_assert_num_queries):
    for size in (5, 2):
        for person in applicants(size, f"s{size}"):
            make_eligible(call, person, by=chen, signed_by=noor, name=person.email)
        with clock.frozen(AFTER), django_assert_num_queries(24):
            statistics.collect(call.forum)


def test_staff_see_nothing_merged_and_others_nothing(lived, chen, amina, dara):
    desk = PortalClient()
    desk.force_login(chen)
    page = get("admin:statistics", lived, client=desk)
    for present in ("State of Palestine", "Western European", "African States"):
        assert present in words(page)
    for person in (amina, dara, make_officer("norole@secretariat.example")):
        other = PortalClient()
        other.force_login(person)
        assert get("admin:statistics", lived, client=other).status_code in (302, 403, 404)
        assert "Palestine" not in body(get("admin:statistics", lived, client=other)).decode()


def test_staff_figures_leave_only_with_the_right_and_are_recorded(lived, chen):
    reviewer = make_officer("reads@secretariat.example", "Reviewer")
    desk = PortalClient()
    desk.force_login(reviewer)
    assert get("admin:statistics_csv", lived, client=desk).status_code == 403
    assert get("admin:statistics_pdf", lived, client=desk).status_code == 403
    desk.force_login(chen)
    assert '"State of Palestine"' in body(get("admin:statistics_csv", lived, client=desk)).decode("utf-8-sig")
    assert Event.objects.get(verb="statistics.export").actor == chen
    read = PdfReader(io.BytesIO(body(get("admin:statistics_pdf", lived, client=desk))))
    paper = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "State of Palestine" in paper
    assert "Do not pass on figures of small groups." in paper
    assert Event.objects.filter(verb="statistics.export", actor=chen).count() == 2
    finding = "Of 9 organizations that applied, 6 are on the final list"
    assert finding in words(get("admin:statistics", lived, client=desk))
    assert finding in words(get("statistics", opened(lived)))
