"""The demonstration walks the real verbs, so it shows every status."""

from datetime import date

from accreditation import demonstration
from accreditation.models import Application, Status
from imrf_portal.access import Audience

from .cast import make_delegate, make_officer, make_person


def test_the_sample_forum_has_applications_in_every_status(db):
    people = {
        "applicant": make_person("applicant@demo.example"),
        "reviewer": make_officer("reviewer@demo.example", "Reviewer"),
        "senior": make_officer("senior@demo.example", "Senior reviewer"),
        "coordinator": make_officer("coordinator@demo.example", "Coordinator"),
        "kenya": make_delegate("ke@demo.example", "KE"),
        "norway": make_delegate("no@demo.example", "NO"),
    }

    def create_person(email, name, audience):
        assert audience == Audience.APPLICANT
        return make_person(email)

    today = date(2026, 11, 20)
    _forum, call = demonstration.sample_forum(today)
    demonstration.walk(call, people, today, create_person=create_person)

    assert set(Application.objects.values_list("status", flat=True)) == set(Status.values)


def test_the_real_forums_are_closed_and_published(db):
    forums = [demonstration.imrf_2022(), demonstration.gcm_2017(), demonstration.imrf_2026()]
    assert [forum.calls.count() for forum in forums] == [1, 1, 0]
    assert all(forum.is_published for forum in forums)
