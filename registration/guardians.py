"""People under 18: their guardian is asked, and until the guardian agrees there is no letter, no pass and no entry.

Nothing about it is silent: the organization, the person, the guardian and the desk each read what is missing (T-R12).
Nor does it end in silence: where somebody entered as under 18 is said to be of age, the organization is told and the
desk compares the passport; until then nothing opens that a guardian did not agree to, and no letter is written that
would have to be void afterwards.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, mail
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused

from . import telling
from .models import GuardianForm, Representative, SeatRule
from .models.guardians import IN_QUESTION, WAITING

ASKED = ("guardian_name", "guardian_email")
"""What is asked about the guardian of a person under 18."""


def form_of(person):
    """The form of a person's guardian, or None."""
    return GuardianForm.objects.filter(representative=person).first()


def is_missing(person):
    """Whether a guardian must still agree before this person comes in."""
    if not person.is_minor and person.of_age_said_at is None:
        return False
    return not GuardianForm.objects.filter(representative=person, agreed_at__isnull=False).exists()


def what_is_missing(person):
    """The same as a sentence, empty where nothing is; of a person as ``people.people_of`` reads them."""
    if person.guardian_agreed:
        return ""
    if person.of_age_said_at:
        return _("Entered as under 18 before: the registration desk compares the passport")
    return _("Under 18: a guardian must agree") if person.is_minor else ""


def counts(forum):
    """``(waiting, in question)``: people of a Forum, in one statement. Who may come in is in question all the same."""
    found = Representative.objects.filter(removed_at=None, accreditation__forum=forum).aggregate(
        waiting=Count("pk", filter=WAITING), in_question=Count("pk", filter=IN_QUESTION)
    )
    return found["waiting"], found["in_question"]


def require_agreement(person):
    if not is_missing(person):
        return
    if person.of_age_said_at:
        raise Refused(
            _(
                "%(name)s was entered as under 18 before: there is no letter before the registration desk compared the "
                "passport. Bring it to the desk or write to the Secretariat."
            )
            % {"name": person}
        )
    raise Refused(_("%(name)s is under 18: there is no letter before a parent or guardian agreed.") % {"name": person})


def was_under_18(accreditation, name):
    """Whether the organization took somebody of this name off its people who was entered as under 18."""
    gone = Representative.objects.filter(accreditation=accreditation, name__iexact=name, removed_at__isnull=False)
    return bool(name) and gone.exclude(is_minor=False, of_age_said_at=None).exists()


@transaction.atomic
def say_of_age(person, *, by):
    """Somebody entered as under 18 is entered as of age: the organization is told, and the desk has it in its queue.

    The database refuses the one without the other.
    """
    person.is_minor, person.of_age_said_at = False, clock.now()
    person.save(update_fields=["is_minor", "of_age_said_at"])
    happening = audit.record("guardian.said_of_age", person, by=by)
    _tell_organization(person, "said_to_be_of_age", happening, by=by)


@transaction.atomic
def settle_age(person, *, is_of_age, reason, by):
    """The desk compared the passport: of age, so that nothing is missing; or under 18, as entered first."""
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    in_question = Representative.objects.filter(IN_QUESTION, pk=person.pk, removed_at=None)
    if not in_question.update(is_minor=not is_of_age, of_age_said_at=None):
        raise Refused(_("The age of %(name)s is not in question.") % {"name": person})
    person.refresh_from_db(fields=["is_minor", "of_age_said_at"])
    happening = audit.record("guardian.of_age" if is_of_age else "guardian.under_18", person, by=by, reason=reason)
    _tell_organization(person, "age_settled", happening, is_of_age=is_of_age)


def _tell_organization(person, template, happening, **context):
    accreditation = person.accreditation
    for user in telling.focal_points(accreditation):
        mail.queue(
            f"{happening.verb}:{happening.pk}:{user.pk}",
            template,
            to=user.email,
            recipient=user,
            about=accreditation.forum.reference_prefix,
            context={"person": person, "address": telling.address_for(accreditation), **context},
        )


def words_for(forum):
    """What a guardian agrees to, as the Forum says it or in general words."""
    rule = SeatRule.objects.filter(forum=forum).exclude(minors_words="").first()
    if rule:
        return rule.minors_words
    return _(
        "I agree that the person named here takes part in the %(forum)s. Somebody of age whom I name accompanies the "
        "person at the meeting, and I can be reached by telephone while it lasts."
    ) % {"forum": forum.title}


@transaction.atomic
def ask(person, *, name, email, by, is_renamed=False):
    """Write to the guardian; another address is another guardian, who must agree anew. Returns the form.

    So must the guardian of somebody who bears another name now: an agreement is for one person, not for a place.
    """
    form = form_of(person)
    if form and is_renamed:
        name, email = name or form.name, email or form.email
    elif form and form.agreed_at and not email:
        return form
    if not name or not email:
        raise Refused(
            _("Give the name and the e-mail address of a parent or guardian: we ask for the agreement."),
            field="guardian_email" if name else "guardian_name",
        )
    if form and not is_renamed and (form.name, form.email.casefold()) == (name, email.casefold()):
        return form
    if form is not None:
        forget_letters(form)
        form.delete()
    form = GuardianForm.objects.create(representative=person, name=name, email=email)
    happening = audit.record("guardian.ask", form, by=by)
    forum = person.accreditation.forum
    mail.queue(
        f"guardian.ask:{happening.pk}",
        "guardian_form",
        to=email,
        about=forum.reference_prefix,
        context={
            "forum": forum,
            "person": person,
            "guardian": name,
            "organization": person.accreditation.organization,
            "url": address_of(form),
        },
    )
    return form


def address_of(form):
    """The private page on which the guardian reads and agrees."""
    return settings.PORTAL_URL + reverse("guardian_form", args=[form.key])


def forget_letters(form):
    """The letter to the guardian holds the address, the names, and the way to agree."""
    about = form.representative.accreditation.forum.reference_prefix
    written = mail.OutgoingMail.objects.filter(about=about, template="guardian_form", body__contains=form.key)
    mail.forget(written)


def forget(person):
    """Take the address and the telephone of a person's guardian out of what is kept; that one agreed stays."""
    form = form_of(person)
    if form is not None and (form.email or form.phone):
        forget_letters(form)
        GuardianForm.objects.filter(pk=form.pk).update(email="", phone="")


@transaction.atomic
def agree(form, *, relation, phone, accompanied_by):
    """The guardian agrees to the Forum's words, which are kept with the form."""
    if not GuardianForm.objects.filter(pk=form.pk, agreed_at=None).update(
        relation=relation,
        phone=phone,
        accompanied_by=accompanied_by,
        words=words_for(form.representative.accreditation.forum),
        agreed_at=clock.now(),
    ):
        raise Refused(_("You agreed already. Write to the organization to change something."))
    form.refresh_from_db()
    audit.record("guardian.agree", form, by=None)
    return form


@transaction.atomic
def receive_on_paper(person, *, by, name, reason):
    """The desk has a signed form on paper; ``reason`` says where it is kept."""
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    if not is_missing(person):
        raise Refused(_("No agreement is missing for %(name)s.") % {"name": person})
    form = form_of(person) or GuardianForm(representative=person)
    form.name, form.agreed_at, form.received_by = name, clock.now(), by
    form.save()
    audit.record("guardian.receive", form, by=by, reason=reason)
    return form
