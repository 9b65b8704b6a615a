"""The forms of a Forum and of its Calls at the desk: what is told and not asked, and on which clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accreditation.tests.cast import AFTER, CLOSES, OPENS, make_call, make_forum, make_officer
from imrf_portal.forum import Announcement, Call, DateChange, Forum, KeyDate
from imrf_portal.tests.clients import signed_in

SECOND = timedelta(seconds=1)


@pytest.fixture
def kofi(db):
    return make_officer("kofi@secretariat.example", "Administrator")


def test_announced_dates_are_not_typed_over(call, kofi):
    Call.objects.update(review_ends_at=AFTER)
    line = KeyDate.objects.create(forum=call.forum, label="Final list", on=date(2026, 4, 20))
    open_line = KeyDate.objects.create(forum=call.forum, label="Rooms", note="soon")
    desk = signed_in(kofi)
    page = desk.get(f"/admin/imrf_portal/call/{call.pk}/change/").content.decode()
    assert 'name="text_limit"' in page
    for name in ("tolerance_minutes", "closes_at_0", "opens_at_0", "review_ends_at_0"):
        assert f'name="{name}"' not in page
    assert reverse("admin:move_date", args=[call.forum.pk, f"call-{call.pk}.review_ends_at"]) in page
    form_page = desk.get(f"/admin/imrf_portal/forum/{call.forum.pk}/change/")
    assert reverse("admin:move_date", args=[call.forum.pk, f"key_date-{line.pk}.on"]) in form_page.content.decode()
    typed = typed_into(form_page)
    place = {typed[f"key_dates-{n}-id"]: n for n in range(2)}
    typed |= {
        f"key_dates-{place[str(line.pk)]}-on": "2026-12-31",
        f"key_dates-{place[str(line.pk)]}-label": "The final list",
        f"key_dates-{place[str(open_line.pk)]}-on": "2026-04-30",
    }
    answer = desk.post(f"/admin/imrf_portal/forum/{call.forum.pk}/change/", typed)
    assert answer.status_code == 302, answer.context["errors"]
    line.refresh_from_db()
    open_line.refresh_from_db()
    assert (line.on, line.label, open_line.on) == (date(2026, 4, 20), "The final list", date(2026, 4, 30))


def test_no_field_of_the_desk_takes_away_what_was_announced(call, kofi):
    """A Forum taken off the public page, its dates typed over, and put back would go round the second signature."""
    desk = signed_in(kofi)
    forum = f"/admin/imrf_portal/forum/{call.forum.pk}/change/"
    typed = typed_into(desk.get(forum))
    typed.pop("is_published", None)
    assert desk.post(forum, typed | {"time_zone": "Asia/Tokyo", "title": "Renamed"}).status_code == 302
    stored = Forum.objects.get(pk=call.forum.pk)
    assert (stored.is_published, stored.time_zone, stored.title) == (True, "America/New_York", "Renamed")

    page = f"/admin/imrf_portal/call/{call.pk}/change/"
    typed = typed_into(desk.get(page))
    less = desk.post(page, typed | {"draft_days": "1", "text_limit": "10", "file_limit_mb": "1"})
    assert less.text.count("It can be more, not less.") >= 3
    assert desk.post(page, typed | {"draft_days": "60"}).status_code == 302
    call.refresh_from_db()
    assert (call.draft_days, call.text_limit) == (60, 2000)


def typed_into(response):
    """What the form of an admin page would send as it stands."""
    form = response.context["adminform"].form
    posted = {name: form[name].value() for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        posted |= {field.html_name: field.value() for field in formset.management_form}
        owner = formset.fk.name
        for one in formset.forms:
            posted |= {one.add_prefix(name): one[name].value() for name in one.fields if name not in {"id", owner}}
            posted |= {one.add_prefix("id"): str(one.instance.pk), one.add_prefix(owner): str(formset.instance.pk)}
    return {name: value for name, value in posted.items() if value is not None and value is not False}


@pytest.mark.parametrize("model", [Forum, Call])
def test_the_sections_of_a_form_ask_every_field_once(kofi, model):
    """A field that no section names could be filled in nowhere."""
    page = signed_in(kofi).get(reverse(f"admin:imrf_portal_{model._meta.model_name}_add"))
    asked = [name for section in page.context["adminform"] for line in section for name in line.fields]
    assert sorted({*asked} - {"move_a_date"}) == sorted(
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "editable", False) and not field.primary_key and field.concrete
    )
    assert len(asked) == len({*asked})
    assert page.content.decode().count("fieldset-heading") >= 3


def test_instants_are_told_on_the_clock_of_headquarters_with_its_zone(call, kofi):
    """Before and after the clocks go forward on 8 March; the order is that of the instants, not of the words."""
    later = make_call(make_forum("LAT26"), opens_at=OPENS + timedelta(days=1))
    DateChange.objects.create(forum=call.forum, what="Close", reason="Slow.", old_at=OPENS, new_at=CLOSES)
    desk = signed_in(kofi)
    page = desk.get("/admin/imrf_portal/call/?o=-3").text
    assert page.index("Tue 3 Mar 2026, 09:00 EST (UTC−5)") < page.index("Mon 2 Mar 2026, 09:00 EST (UTC−5)")
    assert desk.get("/admin/imrf_portal/call/?o=3").text.count("Fri 27 Mar 2026, 17:00 EDT (UTC−4)") == 2
    shown = [
        desk.get(f"/admin/imrf_portal/call/{later.pk}/change/").text,
        desk.get(f"/admin/imrf_portal/forum/{call.forum.pk}/change/").text,
        desk.get(f"/admin/imrf_portal/datechange/{DateChange.objects.get().pk}/change/").text,
        desk.get("/admin/imrf_portal/datechange/").text,
    ]
    for page in shown:
        assert "Fri 27 Mar 2026, 17:00 EDT (UTC−4)" in page
        assert " UTC<" not in page


def test_instants_are_asked_on_that_clock_and_come_back_as_they_were_typed(kofi):
    forum = make_forum(is_published=False)
    announced = KeyDate.objects.create(forum=make_forum("OUT26"), label="Close", at=CLOSES + SECOND)
    desk = signed_in(kofi)
    kind = Call.Kind.SPECIAL_ACCREDITATION
    asked = {"forum": forum.pk, "kind": kind, "tolerance_minutes": 0, "draft_days": 30, "answer_days": 7,
             "text_limit": 2000, "file_limit_mb": 20, "documents_asked-TOTAL_FORMS": 0,
             "documents_asked-INITIAL_FORMS": 0, "opens_at_0": "2 March 2026", "opens_at_1": "09:00"}  # fmt: skip
    twice = desk.post(
        "/admin/imrf_portal/call/add/", asked | {"closes_at_0": "1 November 2026", "closes_at_1": "01:30"}
    )
    assert "this time comes twice" in twice.text
    assert "New York time, 24 hours" in twice.text
    done = desk.post("/admin/imrf_portal/call/add/", asked | {"closes_at_0": "27 March 2026", "closes_at_1": "17:00"})
    call = Call.objects.get()
    assert (done.status_code, call.opens_at, call.closes_at) == (302, OPENS, CLOSES)
    page = desk.get(f"/admin/imrf_portal/call/{call.pk}/change/").context["adminform"].form
    assert 'value="27 March 2026"' in str(page["closes_at"])
    assert 'value="17:00"' in str(page["closes_at"])

    address = f"/admin/imrf_portal/forum/{announced.forum_id}/change/"
    assert desk.post(address, typed_into(desk.get(address)) | {"key_dates-0-note": "on the hour"}).status_code == 302
    announced.refresh_from_db()
    assert (announced.at, announced.note) == (CLOSES + SECOND, "on the hour")


def test_an_announcement_that_was_opened_and_not_written_is_none(kofi, call):
    """The instant a new one begins with is no answer of the person."""
    desk, address = signed_in(kofi), f"/admin/imrf_portal/forum/{call.forum.pk}/change/"
    typed = typed_into(desk.get(address))
    now = {"0": "2026-03-10", "1": "08:00"}
    added = {"announcements-TOTAL_FORMS": "1", "announcements-0-title": "", "announcements-0-body": ""}
    for part, value in now.items():
        added |= {f"announcements-0-published_at_{part}": value, f"initial-announcements-0-published_at_{part}": value}
    assert desk.post(address, typed | added).status_code == 302
    assert not Announcement.objects.exists()
    written = {"announcements-0-title": "Rooms", "announcements-0-body": "Open."}
    assert desk.post(address, typed | added | written).status_code == 302
    assert Announcement.objects.get().published_at == datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_the_end_of_a_persons_access_is_told_and_asked_on_that_clock(kofi, noor):
    desk, address = signed_in(kofi), f"/admin/imrf_portal/user/{noor.pk}/change/"
    form = desk.get(address).context["adminform"].form
    typed = {"name": noor.name, "groups": form["groups"].value(), "access_ends_at_0": "27 March 2027"}
    assert desk.post(address, typed | {"access_ends_at_1": "17:00"}).status_code == 302
    noor.refresh_from_db()
    assert noor.access_ends_at == datetime(2027, 3, 27, 21, tzinfo=UTC)
    assert 'value="17:00"' in desk.get(address).text
