import pytest

pytest_plugins = ["accreditation.tests.cast"]


@pytest.fixture
def client():
    """Signs Missions and staff in as after a second factor (``force_login(user, second_factor=False)`` does not)."""
    from imrf_portal.tests.clients import PortalClient

    return PortalClient()
