"""Statements that are kept: right for each person, at each moment, after each change."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accreditation import queue, queue_counts, recusals
from accreditation.admin.dashboard import waiting
from accreditation.models import Application, ApplicationDocument
from accreditation.tests.cast import AFTER, CLOSES, DURING, make_call, make_forum, make_officer, make_submitted
from imrf_portal import clock, written
from imrf_portal.counting import counting, set_of
from imrf_portal.forum import Forum

pytestmark = pytest.mark.django_db


def live(person):
    """The numbers of the menu, each counted by itself."""
    return [item.rows(person).count() for item in admin.site.menu if item.rows]


def kept(person):
    items = tuple(item for item in admin.site.menu if item.rows)
    return list(admin.site._numbers(person, items).values())


@pytest.fixture
def people(call):
    sealed = make_call(make_forum(slug="sealed-26", reference_prefix="SEA26", sealed_until_close=True))
    everywhere = make_officer("everywhere@secretariat.example", "Coordinator")
    elsewhere = make_officer("elsewhere@secretariat.example", "Coordinator", forums=[sealed.forum])
    return sealed, everywhere, elsewhere, make_officer("roleless@secretariat.example")


def test_the_numbers_of_the_menu_are_those_of_the_person_and_the_moment(call, people, amina, boris):
    sealed, everywhere, elsewhere, roleless = people
    application = make_submitted(call, amina)
    make_submitted(sealed, boris, name="Other Body")
    shown = {}
    for moment in (DURING, CLOSES, AFTER, DURING):
        for person in (everywhere, elsewhere, roleless):
            with clock.frozen(moment):
                assert kept(person) == live(person)
                shown[person.pk, moment] = kept(person)[0]
    assert (shown[everywhere.pk, DURING], shown[everywhere.pk, AFTER]) == (1, 2), "the seal, by the clock"
    assert (shown[elsewhere.pk, DURING], shown[elsewhere.pk, AFTER]) == (0, 1), "only her Forum"
    assert shown[roleless.pk, AFTER] == 0
    with clock.frozen(AFTER):
        recusals.declare(application, by=everywhere, has_conflict=True, reason="A cousin works there.")
        assert kept(everywhere) == live(everywhere)
        assert kept(everywhere)[0] == 1, "recused from one"
        Forum.objects.filter(pk=sealed.forum_id).update(slug="sealed-again")
        everywhere.groups.clear()
        everywhere = type(everywhere).objects.get(pk=everywhere.pk)
        assert kept(everywhere) == live(everywhere)
        assert kept(everywhere)[0] == 0, "the role was taken away"


def test_the_place_in_the_queue_follows_the_clock(call, amina, boris, chen):
    first, second = make_submitted(call, amina), make_submitted(call, boris, name="Other Body")
    type(call).objects.filter(pk=call.pk).update(review_ends_at=AFTER)
    filters = queue.QueueFilters(tab="overdue")
    for moment, place in ((DURING, None), (AFTER, 2), (DURING, None)):
        with clock.frozen(moment):
            assert filters.place_of(second, chen)["place"] == place
    with clock.frozen(AFTER):
        assert filters.place_of(first, chen)["next"] == second.pk


def test_a_statement_that_holds_a_moment_of_its_own_is_not_kept(chen):
    def before():
        return Application.objects.filter(submitted_at__lte=clock.now() - (AFTER - DURING)).values("pk")

    with clock.frozen(DURING):
        outside = Application.objects.filter(submitted_at__lte=clock.now()).values("pk")
        assert written._written(lambda _turn: outside.query.sql_with_params()) is None
        assert written._written(lambda _turn: before().query.sql_with_params()) is None
        assert written.rows_of(chen, "before", lambda: before().query.sql_with_params()) == []
        assert written.rows_of(chen, "nothing", Application.objects.none().query.sql_with_params) == []


def named(text):
    return Application.objects.filter(name__contains=text).select_related("forum").order_by("pk")


def test_a_kept_queryset_finds_what_it_would_find_itself(call, amina, boris):
    first, second = make_submitted(call, amina, name="Half_way 50% House"), make_submitted(call, boris, name="Halfway")
    for text, rows in (("Half", [first, second]), ("_", [first]), ("50%", [first]), ("\\", []), ("no body", [])):
        for turn in ("written", "kept"):
            with CaptureQueriesContext(connection) as asked:
                found = written.found(named, text)
                assert {row.forum.title for row in found} <= {call.forum.title}, turn
            assert (found, len(asked)) == (rows, 1), (text, turn)
    assert found is not written.found(named, "no body"), "a list of one's own"
    found = written.found(named, "Halfway")
    found[0].name = "Changed"
    assert written.found(named, "Halfway")[0].name == "Halfway"
    Application.objects.filter(pk=second.pk).update(name="Another")
    assert written.found(named, "Halfway") == []


def test_tuples_and_keys_of_every_kind_are_put_in_anew(call, amina, boris):
    first, second = make_submitted(call, amina), make_submitted(call, boris, name="Other Body")
    for application in (first, second, first):
        document = application.documents.first()
        for _turn in range(2):
            rows = written.found(
                lambda file, kind: ApplicationDocument.objects.filter(file=file, kind=kind).values_list("pk", "kind"),
                document.file_id,
                document.kind,
            )
            assert rows == [(document.pk, document.kind)]


def test_a_queryset_that_decides_by_a_value_is_not_kept(call, amina):
    application = make_submitted(call, amina)

    def of(status):
        return Application.objects.filter(status=status) if status == "submitted" else Application.objects.none()

    def but_for(text):
        return Application.objects.filter(name__startswith=text.upper())

    for _turn in range(2):
        assert written.found(of, "submitted") == [application]
        assert written.found(of, "draft") == []
        assert written.found(but_for, application.name[:3]) in ([application], [])
    assert {written._kept[of.__code__, None], written._kept[but_for.__code__, None]} == {None}
    with pytest.raises(ValueError, match="afterwards"):
        written.found(lambda key: Application.objects.filter(pk=key).prefetch_related("documents"), application.pk)


def test_a_kept_queryset_belongs_to_the_moment_and_to_who_asks(call, people, amina, boris):
    sealed, everywhere, elsewhere, roleless = people
    make_submitted(call, amina)
    make_submitted(sealed, boris, name="Other Body")

    def known_to(person):
        return lambda forum: Application.objects.visible_to(person).filter(forum=forum)

    for moment in (DURING, AFTER, DURING):
        for person in (everywhere, elsewhere, roleless):
            for forum in (call.forum_id, sealed.forum_id):
                with clock.frozen(moment):
                    found = written.found(known_to(person), forum, what=written.rights_of(person))
                    assert found == list(Application.objects.visible_to(person).filter(forum=forum))


def test_sets_and_counts_stand_for_their_rows(call, amina, boris, chen):
    application = make_submitted(call, amina)
    make_submitted(call, boris, name="Other Body")
    named = Application.objects.filter(name=application.name)
    assert list(Application.objects.filter(pk__in=set_of(named.values("pk")))) == [application]
    assert list(Application.objects.filter(pk__in=set_of(named.none().values("pk")))) == []
    rows = (named, Application.objects.all(), Application.objects.none())
    assert written.rows_of(chen, "numbers", lambda: counting(rows)) == [(1, 2, 0)]
    assert written.rows_of(chen, waiting, lambda: counting(waiting(chen))) == [(0, 0, 0)]


def test_the_numbers_of_the_front_page_are_one_row_for_each_forum(call, people, amina, boris, eve):
    sealed, everywhere, elsewhere, roleless = people
    make_submitted(call, amina)
    with clock.frozen(AFTER):
        assert queue_counts.spreads(roleless)[1] == {}
        assert set(queue.counts(roleless).values()) == {0}
        one = _rows_of_spreads(everywhere)
    make_submitted(call, boris, name="Other Body", country="NO", type="academic")
    make_submitted(sealed, eve, name="Third Body", country="PE", type="trade_union")
    with clock.frozen(AFTER):
        tables, by_forum = queue_counts.spreads(everywhere)
        lines = {table.name: {line.query.rpartition("=")[2]: line.count for line in table.lines} for table in tables}
        assert lines["type"] == {"migrant": 1, "academic": 1, "trade_union": 1}
        assert sum(lines["group"].values()) == lines["status"]["submitted"] == 3
        assert by_forum == {call.forum_id: {"submitted": 2}, sealed.forum_id: {"submitted": 1}}
        assert queue_counts.spreads(elsewhere)[1] == {sealed.forum_id: {"submitted": 1}}
        assert (one, _rows_of_spreads(everywhere)) == (1, 2), "a row for each Forum, not for each group in use"
        assert queue.counts(everywhere)["all"] == 3
        assert queue.counts(everywhere, forum=call.forum)["all"] == 2


def _rows_of_spreads(person):
    with CaptureQueriesContext(connection) as asked:
        queue_counts.spreads(person)
    with connection.cursor() as cursor:
        cursor.execute(asked[-1]["sql"])
        return len(cursor.fetchall())
