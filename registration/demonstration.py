"""Demonstration: an invented organization that registered two invented people for some sessions of the sample Forum."""

from accreditation.models import Accreditation
from imrf_portal.forum import Forum
from sessions_app.models import ForumSession

from . import people, workflow

ORGANIZATION = "Sample Coastal Migrants Network"
PEOPLE = [
    {"name": "Representative One", "function": "Coordinator", "email": "one@demo.example", "wants_visa_letter": True},
    {"name": "Representative Two", "function": "Legal adviser", "email": "two@demo.example"},
]
PLAN = {
    # session: who, the first with priority
    "hearing": (0, 1),
    "round-table-1": (1,),
    "round-table-2": (0,),
    "plenary": (1, 0),
}


def register(*, by):
    """Enter the two people and their sessions, as the focal point ``by``."""
    forum = Forum.objects.get(slug="sample-forum")
    accreditation = Accreditation.objects.select_related("forum", "organization").get(
        forum=forum, organization__name=ORGANIZATION
    )
    entered = [people.add(accreditation, answers, agreed=True, by=by) for answers in PEOPLE]
    sessions = {session.slug: session for session in ForumSession.objects.filter(forum=forum)}
    wanted = {
        sessions[slug]: [(entered[number], place == 0) for place, number in enumerate(numbers)]
        for slug, numbers in PLAN.items()
    }
    workflow.save_matrix(accreditation, wanted, by=by)
    return accreditation
