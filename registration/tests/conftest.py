"""A Forum with one session, and an organization with three people that may register there."""

import pytest

from accreditation.tests.cast import make_forum

from .test_seats import make_accreditation, make_people, make_session


@pytest.fixture
def forum(db):
    return make_forum()


@pytest.fixture
def table(forum):
    return make_session(forum, "table-1")


@pytest.fixture
def lights(forum, amina):
    return make_accreditation(forum, amina)


@pytest.fixture
def trio(lights):
    return make_people(lights, "Ana", "Ben", "Cleo")
