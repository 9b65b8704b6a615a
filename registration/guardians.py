"""People under 18: their guardian is asked, and until the guardian agrees there is no letter, no pass and no entry.

Nothing about it is silent: the organization, the person, the guardian and the desk each read what is missing (T-R12).
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, mail
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused

from .models import GuardianForm, Representative, SeatRule

ASKED = ("guardian_name", "guardian_email")
"""What is asked about the guardian of a person under 18."""


def form_of(person):
    """The form of a person's guardian, or None."""
    return GuardianForm.objects.filter(representative=person).first()


def is_missing(person):
    """Whether a guardian must still agree before this person comes in."""
    return person.is_minor and not GuardianForm.objects.filter(representative=person, agreed_at__isnull=False).exists()


def waiting(forum=None):
    """People under 18 whose guardian has not agreed."""
    people = Representative.objects.filter(is_minor=True, removed_at=None).exclude(
        guardian_form__agreed_at__isnull=False
    )
    return people if forum is None else people.filter(accreditation__forum=forum)


def require_agreement(person):
    if is_missing(person):
        raise Refused(
            _("%(name)s is under 18: there is no letter before a parent or guardian agreed.") % {"name": person}
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
