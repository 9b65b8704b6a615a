"""Lists, objections, questions of States, dates and letters at the desk."""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accreditation import circulation, objections, workflow
from accreditation.models import Objection, StakeholderList, StateRequest
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests import file_samples
from imrf_portal.tests.clients import PortalClient, signed_in

from .cast import (
    AFTER,
    make_circulated,
    make_eligible,
    make_officer,
    make_person,
)

LISTS = "/admin/accreditation/stakeholderlist/"


@pytest.fixture
def two(call, amina, boris, chen, noor):
    return [
        make_eligible(call, amina, by=chen, signed_by=noor),
        make_eligible(call, boris, by=chen, signed_by=noor, name="Other Body", country="NO"),
    ]


def compile_two(desk, two):
    desk.post(f"{LISTS}compile/tst26/", {"add": [a.pk for a in two], "step": "save"})
    return StakeholderList.objects.latest("pk")


def test_names_are_found_in_pool_and_draft_and_ticks_stay(desk, call, chen, noor):
    kept = {}
    for place, (name, country) in enumerate({"Été Choir": "FR", "Hill School": "KE", "Sea Watch": "KE"}.items()):
        person = make_person(f"p{place}@names.example")
        kept[name] = make_eligible(call, person, by=chen, signed_by=noor, name=name, country=country)
    address = f"{LISTS}compile/tst26/"
    found = desk.get(f"{address}?q=ete france")
    assert [name.application.name for name in found.context["pool"] if name.is_shown] == ["Été Choir"]
    assert "Hill School" not in found.content.decode()
    plain = desk.post(address, {"q": "kenya", "step": "find"})
    assert plain.url == f"{address}?q=kenya"

    ticked = desk.post(plain.url, {"q": "choir", "add": [kept["Hill School"].pk], "step": "find"})
    assert (ticked.context["added"], ticked.context["found"]) == (1, [1, 0])
    assert f'<input type="hidden" name="add" value="{kept["Hill School"].pk}">' in ticked.content.decode()
    everything = desk.post(address, {"q": "choir", "add": [kept["Hill School"].pk], "step": "all"})
    assert everything.context["added"] == 2
    shown = desk.post(address, {"q": "choir", "add": [kept["Hill School"].pk], "step": "unfind"})
    assert (shown.context["found"], shown.context["added"]) == ([3, 0], 1)
    desk.post(address, {"q": "choir", "add": [kept["Hill School"].pk, kept["Été Choir"].pk], "step": "save"})
    listed = StakeholderList.objects.get()
    assert set(listed.entries.values_list("name", flat=True)) == {"Hill School", "Été Choir"}
    narrowed = desk.get(f"{LISTS}{listed.pk}/change/?q=hill")
    assert [name.application.name for name in narrowed.context["draft"] if name.is_shown] == ["Hill School"]


def test_a_list_goes_from_draft_to_missions(desk, two, dara):
    listed = compile_two(desk, two)
    assert "2 names are frozen as version 1" in desk.get(f"{LISTS}{listed.pk}/do/freeze/").content.decode()
    desk.post(f"{LISTS}{listed.pk}/do/freeze/", {"step": "do"})
    asked = desk.get(f"{LISTS}{listed.pk}/do/circulate/").content.decode()
    assert "Member States read 2 names with their countries" in asked
    assert "On the clock of the Forum: EDT (UTC−4)." in asked
    words = {"closes_at_0": "2026-04-14", "closes_at_1": "17:00", "letter": "[Salutation] Please find the list."}
    shown = desk.post(f"{LISTS}{listed.pk}/do/circulate/", {**words, "step": "preview"})
    assert len(shown.context["rehearsal"].letters) == 1
    assert not OutgoingMail.objects.filter(template="list_circulated").exists()
    desk.post(f"{LISTS}{listed.pk}/do/circulate/", {**words, "step": "do"})
    listed.refresh_from_db()
    assert listed.closes_at.isoformat() == "2026-04-14T21:00:00+00:00"
    assert OutgoingMail.objects.get(template="list_circulated").recipient == dara


def test_the_balance_is_worked_out_before_saving(desk, two):
    shown = desk.post(f"{LISTS}compile/tst26/", {"add": [two[0].pk], "step": "balance"})
    (groups,) = [table for table in shown.context["balance"] if table.key == "group"]
    counts = {str(row.label): [count for count, _share in row.counts] for row in groups.rows}
    assert counts["African States"] == [1, 1]
    assert counts["Western European and other States"] == [0, 1]
    assert not StakeholderList.objects.exists()


def test_names_go_from_pool_to_draft_and_back_and_what_cannot_be_listed_any_more_is_said(desk, two, amina, chen):
    listed = compile_two(desk, two[:1])
    address = f"{LISTS}{listed.pk}/change/"
    page = desk.get(address)
    assert [[name.application for name in page.context[side]] for side in ("draft", "pool")] == [two[:1], two[1:]]
    what_if = desk.post(address, {"add": [two[1].pk], "remove": [two[0].pk], "step": "balance"})
    assert "What if: +1 −1 = 1 names." in what_if.content.decode()
    assert [entry.application for entry in listed.entries.all()] == two[:1]
    circulation.set_entries(listed, two, by=chen)  # a colleague, meanwhile
    desk.post(address, {"add": [two[1].pk], "step": "save"})
    assert listed.entries.count() == 2
    workflow.withdraw(two[0], by=amina)
    page = desk.get(address)
    assert "1 can no longer be listed" in page.content.decode()
    assert [(name.application, name.gone) for name in page.context["draft"]] == [(two[0], True), (two[1], False)]
    desk.post(address, {"step": "save"})
    assert [entry.application for entry in listed.entries.all()] == two[1:]


# T-S25
def test_after_the_freeze_a_colleague_adds_nothing(desk, two):
    listed = compile_two(desk, two[:1])
    desk.post(f"{LISTS}{listed.pk}/do/freeze/", {"step": "do"})
    answer = desk.post(f"{LISTS}{listed.pk}/change/", {"add": [a.pk for a in two], "step": "save"})
    assert answer.status_code == 405
    assert listed.entries.count() == 1


# T-S26
def test_a_withdrawal_after_the_freeze_asks_for_a_new_version(desk, two, amina):
    listed = compile_two(desk, two)
    desk.post(f"{LISTS}{listed.pk}/do/freeze/", {"step": "do"})
    workflow.withdraw(two[0], by=amina)
    assert "This version can no longer go out" in desk.get(f"{LISTS}{listed.pk}/change/").content.decode()
    words = {"closes_at_0": "2026-04-14", "closes_at_1": "17:00", "step": "do"}
    shown = desk.post(f"{LISTS}{listed.pk}/do/circulate/", words)
    assert "Make a new version first" in shown.content.decode()
    listed.refresh_from_db()
    assert listed.circulated_at is None


# T-S27
def test_a_withdrawal_after_circulation_stays_in_the_version_that_was_shown(two, chen, amina):
    listed = make_circulated(two, by=chen)
    with clock.frozen(AFTER + timedelta(hours=1)):
        workflow.withdraw(two[0], by=amina)
        page = signed_in(chen).get(f"{LISTS}{listed.pk}/change/").content.decode()
        assert "A name has withdrawn" in page
        signed_in(chen).post(f"{LISTS}{listed.pk}/do/new_version/", {"step": "do"})
        newer = StakeholderList.objects.get(replaces=listed)
        difference = signed_in(chen).get(f"{LISTS}{newer.pk}/change/").context["difference"]
    assert [entry.name for entry in listed.entries.all()] == ["Harbour Lights", "Other Body"]
    assert [entry.name for entry in newer.entries.all()] == ["Other Body"]
    assert [entry.name for entry in difference[1]] == ["Harbour Lights"]


def cells(response, columns=3):
    """The rows of the table of names as read: the words of the first columns."""
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    read = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)[:columns] for row in rows]
    plain = lambda cell: " ".join(re.sub(r"<small>.*?</small>|<[^>]+>", " ", cell, flags=re.DOTALL).split())  # noqa: E731
    return [[plain(cell) for cell in row] for row in read]


# T-S29
def test_a_preview_as_a_mission_shows_its_rows_and_fields_and_nothing_to_press(desk, two, chen, dara, emil):
    listed = make_circulated(two, by=chen)
    with clock.frozen(AFTER + timedelta(days=1)):
        objections.object_to(listed.entries.get(name="Other Body"), by=dara)
        objections.ask(listed.entries.get(name="Harbour Lights"), StateRequest.What.HOMEPAGE, by=emil)
        for delegate, state, own in ((dara, "KE", "Objection recorded"), (emil, "NO", "Asked, not answered yet")):
            theirs = signed_in(delegate).get(f"/lists/{listed.pk}/")
            preview = signed_in(chen).get(f"{LISTS}{listed.pk}/as-states-see-it/?state={state}")
            assert cells(preview) == cells(theirs)
            assert own in str(cells(preview)) and len(cells(preview)) == 2
            assert preview.context["names"].total == theirs.context["names"].total
            words = preview.content.decode()
            assert f"This is what the Permanent Mission of {delegate.member_state.name} sees." in words
            for forbidden in ("TST26-0001", "amina@", "/object/", "/ask/", 'name="entry"'):
                assert forbidden not in words
            main = words.partition("<main")[2].partition("</main>")[0]
            assert 'method="post"' not in main
        filtered = signed_in(chen).get(f"{LISTS}{listed.pk}/as-states-see-it/?state=NO&q=harbour")
        assert [row[0] for row in cells(filtered)] == ["Harbour Lights"]
        assert signed_in(chen).post(f"{LISTS}{listed.pk}/as-states-see-it/?state=KE").status_code == 405
        assert Event.objects.filter(verb="list.print").count() == 0


def test_a_list_can_be_read_as_a_mission_before_it_is_sent(desk, two):
    listed = compile_two(desk, two)
    desk.post(f"{LISTS}{listed.pk}/do/freeze/", {"step": "do"})
    page = desk.get(f"{LISTS}{listed.pk}/as-states-see-it/?state=ZZ")
    assert "Not sent yet" in page.content.decode()
    assert [row[:2] for row in cells(page)] == [["Harbour Lights", "Kenya"], ["Other Body", "Norway"]]


# T-S22
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_a_list_taken_out_is_recorded_safe_and_equal_to_the_byte(call, amina, boris, chen, noor, kind):
    names = ["=1+1", "Straße & جمعية"]
    people = zip((amina, boris), names, strict=True)
    listed = make_circulated(
        [make_eligible(call, p, by=chen, signed_by=noor, name=name) for p, name in people], by=chen
    )
    taken = []
    for officer, hours in ((chen, 1), (noor, 30)):
        with clock.frozen(AFTER + timedelta(hours=hours)):
            response = signed_in(officer).get(f"{LISTS}{listed.pk}/export/{kind}/")
        taken.append(response.getvalue())
        assert response["Content-Disposition"] == f'attachment; filename="TST26-L1-v1-2026-03-30.{kind}"'
    assert taken[0] == taken[1]
    assert [event.actor for event in Event.objects.filter(verb="list.export").order_by("pk")] == [chen, noor]
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(taken[0].decode("utf-8-sig"))))
        assert [row[:3] for row in rows[1:]] == [["1", "'=1+1", "Kenya"], ["2", "Straße & جمعية", "Kenya"]]
        assert {row[6] for row in rows[1:]} == {listed.sha256}
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(taken[0])).active
        assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B3"].value) == ("=1+1", "s", "Straße & جمعية")
    with clock.frozen(AFTER + timedelta(hours=2)):
        workflow.withdraw(listed.entries.first().application, by=amina)
        newer = circulation.new_version(listed, by=chen)
        assert signed_in(chen).get(f"{LISTS}{newer.pk}/export/{kind}/").getvalue() != taken[0]
    reviewer = signed_in(make_officer("reviewer@secretariat.example", "Reviewer"))
    assert reviewer.get(f"{LISTS}{listed.pk}/export/{kind}/").status_code == 403


def test_a_draft_is_not_taken_out_and_a_frozen_list_has_no_letter_yet(desk, two):
    listed = compile_two(desk, two)
    assert desk.get(f"{LISTS}{listed.pk}/export/csv/").status_code == 404
    desk.post(f"{LISTS}{listed.pk}/do/freeze/", {"step": "do"})
    answers = {
        kind: desk.get(f"{LISTS}{listed.pk}/export/{kind}/").status_code for kind in ("csv", "xlsx", "pdf", "doc")
    }
    assert answers == {"csv": 200, "xlsx": 200, "pdf": 404, "doc": 404}


def test_a_reviewer_circulates_nothing(two, chen):
    reviewer = signed_in(make_officer("reviewer@secretariat.example", "Reviewer"))
    listed = make_circulated(two[:1], by=chen)
    for address in (f"{listed.pk}/do/extend/", f"{listed.pk}/do/new_version/", "compile/tst26/", "final/tst26/"):
        assert reviewer.get(LISTS + address).status_code == 403
        assert reviewer.post(LISTS + address, {"step": "do"}).status_code == 403


def test_talks_are_noted_and_an_objection_maintained(two, chen, dara):
    listed = make_circulated(two, by=chen)
    with clock.frozen(AFTER + timedelta(days=1)):
        objection = objections.object_to(listed.entries.first(), by=dara)
        address = f"/admin/accreditation/objection/{objection.pk}/change/"
        signed_in(chen).post(address, {"text": "They stand by it.", "maintained": "on"})
    objection.refresh_from_db()
    assert objection.status == Objection.State.MAINTAINED
    assert objection.talks.get().text == "They stand by it."


# T-S39
def test_an_objection_by_letter_is_recorded_for_the_mission_with_its_document(two, chen, dara):
    listed = make_circulated(two, by=chen)
    entry = listed.entries.first()
    with clock.frozen(AFTER + timedelta(days=1)):
        signed_in(chen).post(
            f"/admin/accreditation/objection/letter/{entry.pk}/",
            {
                "state": "KE",
                "received_at_0": "2026-03-31",
                "received_at_1": "10:00",
                "letter": SimpleUploadedFile("note.pdf", file_samples.pdf()),
            },
        )
    objection = Objection.objects.get()
    assert (objection.state_id, objection.received_by_letter, objection.letter.name) == ("KE", True, "note.pdf")
    assert OutgoingMail.objects.get(template="objection_entered").recipient == dara


@pytest.mark.parametrize(("decision", "released"), [("yes", True), ("no", False)])
def test_a_question_of_a_state_is_released_or_declined(two, chen, dara, decision, released):
    listed = make_circulated(two, by=chen)
    with clock.frozen(AFTER + timedelta(days=1)):
        asked = objections.ask(listed.entries.first(), StateRequest.What.HOMEPAGE, by=dara)
        signed_in(chen).post(
            f"/admin/accreditation/staterequest/{asked.pk}/change/",
            {"release": decision, "words": "" if released else "Not public."},
        )
    asked.refresh_from_db()
    assert (asked.is_released, asked.released_value) == (released, "https://harbour-lights.example" if released else "")


def test_nobody_edits_or_deletes_events(desk, two):
    event = Event.objects.first()
    assert desk.get(f"/admin/imrf_portal/event/{event.pk}/change/").status_code == 200
    assert desk.post(f"/admin/imrf_portal/event/{event.pk}/change/", {"verb": "x"}).status_code == 403
    assert desk.post(f"/admin/imrf_portal/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/admin/all/",
        "/admin/imrf_portal/event/",
        "/admin/imrf_portal/outgoingmail/",
        "/admin/imrf_portal/forum/",
        "/admin/imrf_portal/call/",
        "/admin/imrf_portal/datechange/",
        "/admin/accreditation/accreditation/",
        "/admin/accreditation/objection/",
        "/admin/accreditation/staterequest/",
        LISTS,
    ],
)
def test_each_page_opens_for_staff_and_for_nobody_else(desk, two, amina, address):
    assert desk.get(address).status_code == 200
    assert signed_in(amina).get(address).status_code in {302, 403}
    assert PortalClient().get(address).status_code == 302
    assert signed_in(make_person("eve@nobody.example")).get(address).status_code in {302, 403}
