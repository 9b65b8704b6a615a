"""The public list of registrations received: organization, country, people per session; never a private field.

Source: product rules “Sessions and registration”. Names and functions only of those who agreed.
"""

from dataclasses import dataclass, field

from accreditation.models import Accreditation
from sessions_app.models import ForumSession

from .models import Registration
from .models.seats import LIVE


@dataclass
class Line:
    """One organization on the public list."""

    organization: str
    country: str
    counts: list
    people: dict = field(default_factory=dict)

    @property
    def names(self):
        """(name, function) of those who agreed, by name."""
        return sorted(self.people.values())


def sessions_of(forum):
    return list(ForumSession.objects.public().filter(forum=forum))


def lines(forum, sessions):
    """One line for each organization with people in a session, by name; one statement."""
    place = {session.pk: number for number, session in enumerate(sessions)}
    found = {}
    held = (
        Registration.objects.filter(
            LIVE,
            accreditation__forum=forum,
            accreditation__in=Accreditation.objects.in_force(),
            forum_session__in=list(place),
        )
        .select_related("accreditation__organization__country", "representative")
        .only(
            "forum_session_id",
            "accreditation__organization__name",
            "accreditation__organization__country",
            "representative__name",
            "representative__function",
            "representative__consented_at",
        )
        .order_by("accreditation__organization__name", "accreditation_id")
    )
    for one in held:
        organization = one.accreditation.organization
        line = found.setdefault(
            one.accreditation_id,
            Line(organization.name, str(organization.country or ""), [0] * len(sessions)),
        )
        line.counts[place[one.forum_session_id]] += 1
        person = one.representative
        if person.consented_at and person.name:
            line.people[one.representative_id] = (person.name, person.function)
    return list(found.values())
