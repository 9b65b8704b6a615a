"""The verbs of people: enter, change, invite, fill in one's own data, remove; what is kept, and who is known twice."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from imrf_portal import audit, clock, mail, retention
from imrf_portal.errors import Refused

from . import guardians
from .models import CheckIn, GuardianForm, Letter, Registration, Representative, SpeakingRequest
from .models.seats import PRESENT
from .workflow import require_door

OWN_FIELDS = (
    "name",
    "function",
    "email",
    "phone",
    "gender",
    "languages",
    "access_needs",
    "wants_visa_letter",
    "passport_number",
    "is_minor",
)
"""What is asked of a person, and nothing else."""
PRIVATE_FIELDS = ("phone", "gender", "languages", "access_needs", "passport_number")
"""What nobody needs any more when the person does not come."""
PASSPORT_KEPT = timedelta(days=30)
"""How long after the last day of the meeting a passport number is kept."""


@transaction.atomic
def add(accreditation, answers, *, agreed, by):
    """Enter a person; ``answers`` holds some of ``OWN_FIELDS``; ``agreed``: the person agrees that this is kept."""
    require_door(accreditation, by=by)
    if not answers.get("name") and not answers.get("email"):
        raise Refused(_("Give the name as in the passport."), field="name")
    person = Representative.objects.create(
        accreditation=accreditation,
        created_by=by,
        consented_at=clock.now() if agreed else None,
        **{name: answers[name] for name in OWN_FIELDS if name in answers},
    )
    audit.record("representative.add", person, by=by)
    if not person.is_minor and guardians.was_under_18(accreditation, person.name):
        guardians.say_of_age(person, by=by)
    _ask_guardian(person, answers, by=by)
    return person


@transaction.atomic
def change(person, answers, *, agreed, by):
    """Change what is kept about a person, by a focal point."""
    require_door(person.accreditation, by=by)
    return _write(person, answers, agreed=agreed, by=by)


@transaction.atomic
def fill_in(person, answers, *, agreed):
    """The person fills in the own data on the page of the invitation; needs the person's agreement."""
    if person.removed_at:
        raise Refused(_("Your organization took you off its people. Ask your focal point."))
    if not agreed:
        raise Refused(_("We may only keep this if you agree."), field="agreed")
    if not answers.get("name"):
        raise Refused(_("Give the name as in the passport."), field="name")
    return _write(person, answers, agreed=True, by=None)


def _write(person, answers, *, agreed, by):
    changed = [name for name in OWN_FIELDS if name in answers and getattr(person, name) != answers[name]]
    if "email" in changed and answers["email"].lower() != person.email.lower():
        _forget_letters(person, person.email)
    for name in changed:
        setattr(person, name, answers[name])
    if "is_minor" in changed and not person.is_minor:
        guardians.say_of_age(person, by=by)
    elif "is_minor" in changed:
        person.of_age_said_at = None
        changed.append("of_age_said_at")
    if bool(person.consented_at) != agreed:
        person.consented_at = clock.now() if agreed else None
        changed.append("consented_at")
    if changed:
        person.save(update_fields=changed)
        audit.record("representative.change", person, by=by, fields=changed)
    _ask_guardian(person, answers, by=by, is_renamed="name" in changed)
    return person


def _ask_guardian(person, answers, *, by, is_renamed=False):
    """Somebody under 18 is never entered in silence: a parent or guardian is named and asked (T-R12)."""
    if person.is_minor and ("is_minor" in answers or is_renamed):
        name, email = (answers.get(asked, "") for asked in guardians.ASKED)
        guardians.ask(person, name=name, email=email, by=by, is_renamed=is_renamed)


@transaction.atomic
def invite(accreditation, *, email, name="", by):
    """Invite a person by e-mail to fill in the own data; a second time sends the letter again, once a day at most."""
    require_door(accreditation, by=by)
    person = Representative.objects.filter(accreditation=accreditation, email__iexact=email, removed_at=None).first()
    if person is None:
        person = Representative.objects.create(accreditation=accreditation, email=email, name=name, created_by=by)
    person.invited_at = clock.now()
    person.save(update_fields=["invited_at"])
    audit.record("representative.invite", person, by=by)
    mail.queue(
        f"representative.invite:{person.pk}:{clock.now():%Y%m%d}",
        "representative_invitation",
        to=person.email,
        about=accreditation.forum.reference_prefix,
        context={"forum": accreditation.forum, "organization": accreditation.organization, "url": address_of(person)},
    )
    return person


def address_of(person):
    """The private page on which the person fills in and reads what is kept."""
    return settings.PORTAL_URL + reverse("representative_invitation", args=[person.invitation_key])


@transaction.atomic
def remove(person, *, by):
    """Take a person off the organization's people; the name stays in the record, what is private goes."""
    require_door(person.accreditation, by=by)
    held = [
        str(registration.forum_session)
        for registration in Registration.objects.filter(PRESENT, representative=person).select_related("forum_session")
    ]
    if held:
        raise Refused(
            _("%(name)s is registered for %(sessions)s. Replace or withdraw %(name)s there first.")
            % {"name": person, "sessions": ", ".join(held)}
        )
    person.removed_at = clock.now()
    person.feed_keys.filter(revoked_at=None).update(revoked_at=clock.now())
    guardians.forget(person)
    for name in PRIVATE_FIELDS:
        setattr(person, name, "")
    person.save(update_fields=["removed_at", *PRIVATE_FIELDS])
    audit.record("representative.remove", person, by=by)
    return person


def people_of(accreditation):
    """The organization's people; ``guardian_agreed`` says whether a parent or guardian did."""
    agreed = GuardianForm.objects.filter(representative=OuterRef("pk"), agreed_at__isnull=False)
    people = Representative.objects.filter(accreditation=accreditation, removed_at=None)
    return people.annotate(guardian_agreed=Exists(agreed))


def same_person(person):
    """The same person under other organizations of the Forum: by passport number, or by name and e-mail address.

    For staff (T-R09): nobody is blocked; the person chooses one organization for each session.
    """
    likeness = Q()
    if person.passport_number:
        likeness |= Q(passport_number__iexact=person.passport_number)
    if person.name and person.email:
        likeness |= Q(name__iexact=person.name, email__iexact=person.email)
    if not likeness:
        return Representative.objects.none()
    return (
        Representative.objects.filter(likeness, accreditation__forum_id=person.accreditation.forum_id, removed_at=None)
        .exclude(accreditation_id=person.accreditation_id)
        .select_related("accreditation__organization")
    )


def what_is_kept(person):
    """Everything the portal keeps about a person, as plain data for one download (T-R30)."""
    accreditation = person.accreditation
    return {
        "meeting": accreditation.forum.title,
        "organization": str(accreditation.organization),
        "person": {name: getattr(person, name) for name in OWN_FIELDS},
        "agreed_at": _instant(person.consented_at),
        "said_to_be_of_age_at": _instant(person.of_age_said_at),
        "guardian": _guardian_kept(person),
        "entered_at": _instant(person.created_at),
        "invited_at": _instant(person.invited_at),
        "registrations": [
            {
                "session": str(registration.forum_session),
                "status": registration.status,
                "priority": registration.is_priority,
                "code": registration.code,
                "registered_at": _instant(registration.registered_at),
                "ended_at": _instant(registration.ended_at),
            }
            for registration in Registration.objects.filter(representative=person).select_related("forum_session")
        ],
        "requests_to_speak": [
            {"session": str(request.forum_session), "topic": request.topic, "language": request.language}
            for request in SpeakingRequest.objects.filter(representative=person).select_related("forum_session")
        ],
        "letters": [
            {"kind": letter.kind, "code": letter.code, "written_at": _instant(letter.written_at)}
            for letter in Letter.objects.filter(representative=person)
        ],
        "doors": [
            {"at": _instant(check_in.at), "entrance": check_in.entrance}
            for check_in in CheckIn.objects.filter(registration__representative=person)
        ],
        "passport_number_is_erased_on": _erased_on(accreditation.forum),
    }


def _guardian_kept(person):
    form = guardians.form_of(person)
    if form is None:
        return None
    kept = ("name", "email", "relation", "phone", "accompanied_by", "words")
    return {name: getattr(form, name) for name in kept} | {"agreed_at": _instant(form.agreed_at)}


def _instant(moment):
    return moment.isoformat() if moment else None


def _erased_on(forum):
    return (forum.ends_on + PASSPORT_KEPT).isoformat() if forum.ends_on else None


def _erase_private_data(person):
    _forget_letters(person, person.email)
    Representative.objects.filter(pk=person.pk).update(**dict.fromkeys(PRIVATE_FIELDS, ""), email="")
    guardians.forget(person)


def _forget_letters(person, address):
    """Letters to an address that is kept no longer, unless somebody else at the Forum has it too."""
    forum = person.accreditation.forum
    others = Representative.objects.filter(email__iexact=address, accreditation__forum=forum).exclude(pk=person.pk)
    if address and not others.exists():
        letters = mail.OutgoingMail.objects.filter(about=forum.reference_prefix, recipient=None, to__iexact=address)
        mail.forget(letters)


def _with_private_data(forum):
    """A guardian's address and telephone are as private, also of somebody of whom nothing else is kept."""
    with_guardian = GuardianForm.objects.exclude(email="", phone="").values("representative")
    return Representative.objects.filter(
        ~Q(**dict.fromkeys(PRIVATE_FIELDS, ""), email="") | Q(pk__in=with_guardian), accreditation__forum=forum
    ).select_related("accreditation__application", "accreditation__organization")


def record_of(person):
    """The record on which a hold is put that keeps what is private of this person."""
    return person.accreditation.application or person.accreditation


PRIVATE_DATA = retention.Kind(
    name="representatives",
    label=_lazy("Private data of representatives (all but the name and function)"),
    due=_with_private_data,
    erase=_erase_private_data,
    record=record_of,
)


def erase_due_passports():
    """Erase passport numbers when their date has come; the name stays on the record; returns how many (T-R30).

    The address and the telephone of a guardian go with them. A hold keeps those of its record; an event says so.
    """
    last_day = clock.now().date() - PASSPORT_KEPT
    over = Representative.objects.filter(accreditation__forum__ends_on__lt=last_day).select_related(
        "accreditation__application", "accreditation__organization"
    )
    with_guardian = GuardianForm.objects.exclude(email="", phone="").values("representative")
    erased = 0
    for person in over.filter(~Q(passport_number="") | Q(pk__in=with_guardian)):
        if retention.is_held(person, what="passport", records=[record_of(person)]):
            continue
        with transaction.atomic():
            guardians.forget(person)
            if Representative.objects.filter(pk=person.pk).exclude(passport_number="").update(passport_number=""):
                audit.record("representative.erase_passport", person, by=None)
                erased += 1
    return erased
