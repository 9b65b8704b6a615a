"""Fills an empty portal with the demonstration; running it again changes nothing."""

from zoneinfo import ZoneInfo

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import transaction

from accreditation import demonstration as accreditation_demonstration
from imrf_portal import clock, demonstration
from imrf_portal.access import Audience
from imrf_portal.deadlines import HEADQUARTERS
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.users import User
from registration import demonstration as registration_demonstration
from sessions_app import demonstration as sessions_demonstration

ADMINISTRATOR, OBJECTOR = User.MissionRole.ADMINISTRATOR, User.MissionRole.OBJECTOR
PEOPLE = [
    # key, name, audience, roles, State, role in the Mission, what they do
    ("applicant", "Applicant One", Audience.APPLICANT, (), "", "", "an organization that is accredited"),
    ("newcomer", "Newcomer One", Audience.APPLICANT, (), "", "", "an organization that has not begun"),
    ("reviewer", "Officer One", Audience.SECRETARIAT, ("Reviewer",), "", "", "officer, recommends"),
    ("senior", "Officer Two", Audience.SECRETARIAT, ("Senior reviewer",), "", "", "officer, second signature"),
    (
        "coordinator",
        "Coordinator One",
        Audience.SECRETARIAT,
        ("Coordinator", "Administrator"),
        "",
        "",
        "coordinator: lists, decisions, registration",
    ),
    ("kenya", "Delegate One", Audience.MEMBER_STATE, (), "KE", ADMINISTRATOR, "Mission of Kenya, administrator"),
    ("norway", "Delegate Two", Audience.MEMBER_STATE, (), "NO", OBJECTOR, "Mission of Norway, may object"),
]


def email_of(key):
    return f"{key}@{demonstration.DOMAIN}"


def sign_in_help():
    """Lines that tell a person at the terminal how to sign in as each demonstration person."""
    lines = [f"Sign in with the password “{demonstration.PASSWORD}” as"]
    lines += [f"  {email_of(key):26} {what}" for key, _name, _audience, _roles, _state, _role, what in PEOPLE]
    return [*lines, "The six digits that officers and delegates are asked for stand on the page /demo/."]


class Command(BaseCommand):
    help = "Fills the portal with demonstration data, once."

    def handle(self, **options):
        if Forum.objects.exists():
            return
        if "load_reference_lists" in get_commands():
            call_command("load_reference_lists", verbosity=0, stdout=self.stdout)
        today = clock.now().astimezone(ZoneInfo(HEADQUARTERS)).date()
        with transaction.atomic():
            people = {
                key: demonstration.create_person(
                    email_of(key),
                    name,
                    audience,
                    roles=roles,
                    state=Country.objects.get(pk=state) if state else None,
                    mission_role=role,
                )
                for key, name, audience, roles, state, role, _what in PEOPLE
            }
            sessions_demonstration.load_objectives()
            sessions_demonstration.imrf(accreditation_demonstration.imrf_2022(), 2022)
            sessions_demonstration.imrf(accreditation_demonstration.imrf_2026(), 2026)
            sessions_demonstration.gcm(accreditation_demonstration.gcm_2017())
            forum, call = accreditation_demonstration.sample_forum(today)
            sessions_demonstration.sample(forum)
            accreditation_demonstration.walk(call, people, today, create_person=demonstration.create_person)
            registration_demonstration.register(by=people["applicant"])
        self.stdout.write("The portal holds demonstration data; organizations and people in it are invented.")
