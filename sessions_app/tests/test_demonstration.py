"""The real programmes are loaded as far as they are known."""

from accreditation import demonstration as forums
from sessions_app import demonstration
from sessions_app.models import ForumSession, Objective


def test_the_programme_of_2022_shows_the_move_of_one_week(db):
    demonstration.load_objectives()
    demonstration.imrf(forums.imrf_2022(), 2022)
    hearing = ForumSession.objects.get(kind="hearing")
    assert (str(hearing.day_on), str(hearing.changes.get().old_day_on)) == ("2022-05-16", "2022-05-09")
    assert str(hearing.starts_at) == "2022-05-16 14:00:00+00:00"
    assert list(ForumSession.objects.get(number=1).objectives.values_list("pk", flat=True)) == [2, 5, 6, 12, 18]


def test_the_sessions_of_2017_stand_in_the_zone_of_their_city(db):
    demonstration.gcm(forums.gcm_2017())
    geneva = ForumSession.objects.get(slug="geneva-2017-06-19")
    assert str(geneva.registration_closes_at) == "2017-05-30 22:00:00+00:00"
    assert ForumSession.objects.count() == 9


def test_objectives_are_loaded_once(db):
    demonstration.load_objectives()
    demonstration.load_objectives()
    assert Objective.objects.count() == 23
