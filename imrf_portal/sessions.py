"""Sessions in the database, as Django keeps them, read by a statement that is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from . import clock, written


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key):
        """Only what Django could have made is looked for: PostgreSQL refuses to be asked about a NUL."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def _get_session_from_db(self):
        found = written.found(lambda key: Session.objects.filter(session_key=key), self.session_key)
        if found and found[0].expire_date > clock.present():
            return found[0]
        self._session_key = None
        return None
