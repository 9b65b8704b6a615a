"""What the tests of accreditation share beside their cast."""

import pytest

from imrf_portal import clock
from imrf_portal.tests.clients import signed_in

from .cast import AFTER


@pytest.fixture
def desk(chen):
    """The browser of an officer, after the call has closed."""
    with clock.frozen(AFTER):
        yield signed_in(chen)
