"""The world that the walks through every address share."""

import pytest

from imrf_portal.tests import world as worlds


@pytest.fixture(scope="module")
def standing_world(django_db_setup, django_db_blocker):
    with worlds.standing(django_db_blocker) as made:
        yield made


@pytest.fixture
def world(standing_world, db):
    return standing_world
