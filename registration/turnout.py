"""Who registered and who came, counted for the statistics of a Forum: numbers only."""

from django.db.models import Q

from accreditation.final_statistics import Turnout
from sessions_app.models import ForumSession

from .models import CheckIn, Registration
from .models.seats import LIVE


def count(forum, applications):
    """The ``Turnout`` of a Forum, ``applications`` being those on its final list. Entries with a code that was not in
    use are not counted; whoever came had registered, whatever became of the seat since."""
    entered = (
        CheckIn.objects.exclude(flag=CheckIn.Flag.VOID).filter(registration__forum_session__forum=forum).order_by()
    )
    came = entered.filter(registration__accreditation__application__in=applications)
    held = Registration.objects.filter(LIVE | Q(pk__in=entered.values("registration"))).order_by()
    registered = held.filter(forum_session__forum=forum, accreditation__application__in=applications)
    sessions = ForumSession.objects.public().exclude(status=ForumSession.Status.CANCELLED).filter(forum=forum)
    return Turnout(
        registered=registered.values("accreditation").distinct().count(),
        came=came.values("registration__accreditation").distinct().count(),
        sessions=sessions.filter(pk__in=held.values("forum_session")).count(),
        people=entered.values("registration__representative").distinct().count(),
    )
