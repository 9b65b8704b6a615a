"""Django's test client for a portal that asks Missions and staff for a second factor."""

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.usersessions.models import UserSession
from django.test import Client

from imrf_portal import clock


class PortalClient(Client):
    def force_login(self, user, backend=None, *, second_factor=True):
        """Sign ``user`` in, as after a second factor unless told otherwise."""
        super().force_login(user, backend)
        session = self.session
        if second_factor:
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": clock.now().timestamp()}]
            session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
            session.save()
        UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key, user_agent="test")


def signed_in(user):
    """A client in which this person is signed in."""
    client = PortalClient()
    client.force_login(user)
    return client
