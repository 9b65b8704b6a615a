"""What a Member State may do with a list: ask about a name, object, withdraw, disown; and the secretariat's side of it.

Source: product rules “The list and Member States”; the Forum's clause governs the basis of an objection.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, mail
from imrf_portal.access import Audience, Capability
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.users import User

from .circulation import tell_missions
from .models import ListEntry, Objection, ObjectionSupporter, ObjectionTalk, StakeholderList, StateRequest, Status
from .review import require
from .workflow import MACHINE, locked

BASIS_REQUIRED = {Forum.Clause.ON_REQUEST, Forum.Clause.ASSEMBLY_DECIDES}
"""Clauses under which an objection without a general basis stays a draft."""


def _locked_entry(entry):
    return (
        ListEntry.objects.select_for_update(of=("self",))
        .select_related("stakeholder_list__forum", "country", "application")
        .get(pk=entry.pk)
    )


def refusal_to_object(user, forum):
    """Why this person may not object in this Forum, in a sentence; None where it may."""
    if Audience.of(user) != Audience.MEMBER_STATE:
        return _("Only a Member State may object.")
    if user.mission_role == User.MissionRole.READER:
        return _("Your access is to read. Your Mission’s administrator can let you object.")
    if user.member_state.kind != Country.Kind.MEMBER_STATE and not forum.observers_may_object:
        return _("Observer States read the list; in this Forum they do not object.")
    return None


def refusal_to_ask(user, listed):
    """Why this person may not ask about the names of a list, in a sentence; None where it may, the time apart."""
    if Audience.of(user) != Audience.MEMBER_STATE:
        return _("Only a Member State may ask.")
    if user.mission_role == User.MissionRole.READER:
        return _("Your access is to read. Your Mission’s administrator can let you ask and object.")
    if listed.kind == StakeholderList.Kind.FINAL:
        return _("The final list is to read: questions were possible on the proposed list.")
    return None


def require_may_object(user, forum):
    """Raise unless this delegate may object in this Forum."""
    if reason := refusal_to_object(user, forum):
        raise Refused(reason)


def newest(entry):
    """The entry of the same application on the newest version that States can read; refused when it stands on none."""
    listed = entry.stakeholder_list
    while (newer := getattr(listed, "replaced_by", None)) and newer.circulated_at:
        listed = newer
    if listed == entry.stakeholder_list:
        return entry
    current = listed.entries.filter(application=entry.application_id).first()
    if current is None:
        raise Refused(
            _("“%(name)s” is not on version %(version)s of the list, which replaced the one you read.")
            % {"name": entry.name, "version": listed.version}
        )
    return current


def object_to(entry, *, by, basis="", on_behalf_of=()):
    """Record the objection of the delegate's State to a name; also on behalf of other States.

    Under a clause that requires a basis, an objection without one is kept as a draft (T-M06). After the closing instant
    it is kept as received late, without effect (T-M09). A State has one objection per name: a second delegate joins it
    (T-M10). Returns the objection.
    """
    with transaction.atomic():
        entry = _locked_entry(newest(_locked_entry(entry)))
        silence = entry.stakeholder_list
        forum = silence.forum
        require_may_object(by, forum)
        if silence.kind == StakeholderList.Kind.FINAL:
            raise Refused(_("The final list is not under a non-objection procedure."))
        basis = "" if forum.clause == Forum.Clause.BARE else basis.strip()
        status = _status_on_arrival(silence, basis)
        over = {Objection.State.WITHDRAWN} | ({Objection.State.LATE} if status != Objection.State.LATE else set())
        standing = entry.objections.filter(state=by.member_state).exclude(status__in=over).order_by("pk").last()
        if standing and standing.status in Objection.STANDING and status == Objection.State.LATE:
            raise Closed(silence.window(), silence.window().refusal())
        if standing:
            objection = _join(standing, basis=basis, status=status)
        else:
            objection = Objection.objects.create(
                entry=entry,
                state=by.member_state,
                status=status,
                basis=basis,
                recorded_by=by,
                received_at=clock.now(),
                receipt_code=codes.random_code("O"),
            )
        objection.contributors.add(by)
        _name_supporters(objection, on_behalf_of)
        audit.record(
            "objection.record",
            objection,
            by=by,
            after=objection.status,
            entry=entry.key,
            on_behalf_of=sorted(state.pk for state in on_behalf_of),
        )
        if objection.status == Objection.State.RECORDED:
            _confirm(objection, by=by)
        return objection


def _status_on_arrival(silence, basis):
    if silence.is_closed:
        return Objection.State.LATE
    if not basis and silence.forum.clause in BASIS_REQUIRED:
        return Objection.State.DRAFT
    return Objection.State.RECORDED


def _join(objection, *, basis, status):
    """Add to the objection of the same State; a draft becomes what arrives now, a late one stays late."""
    if objection.status == Objection.State.DRAFT and status != Objection.State.DRAFT:
        objection.status, objection.received_at = status, clock.now()
    objection.basis = basis or objection.basis
    objection.save(update_fields=["status", "basis", "received_at"])
    return objection


def _name_supporters(objection, states):
    for state in states:
        if state.pk != objection.state_id:
            ObjectionSupporter.objects.get_or_create(objection=objection, state=state)


def _confirm(objection, *, by):
    """The receipt to the own Mission, and a letter to each Mission on whose behalf it was made."""
    listed = objection.entry.stakeholder_list
    tell_missions(
        listed,
        "objection_recorded",
        key=f"objection.record:{objection.pk}:{clock.now().isoformat()}",
        states=[objection.state_id],
        objection=objection,
        by=by,
    )
    for supporter in objection.supporters.filter(disowned_at=None):
        tell_missions(
            listed,
            "objection_on_your_behalf",
            key=f"objection.behalf:{objection.pk}:{supporter.state_id}",
            states=[supporter.state_id],
            objection=objection,
        )


@transaction.atomic
def record_letter(entry, *, by, state, received_at, basis="", letter=None):
    """Enter an objection that arrived by letter, with its document, on behalf of the Mission, which is told (T-S39)."""
    require(by, Capability.CIRCULATE)
    entry = _locked_entry(newest(_locked_entry(entry)))
    silence = entry.stakeholder_list
    if silence.kind == StakeholderList.Kind.FINAL or not silence.circulated_at:
        raise Refused(_("This list is not under a non-objection procedure."))
    if received_at > clock.now():
        raise Refused(_("The letter cannot have been received in the future."), field="received_at")
    late = received_at >= silence.closes_at
    if (
        not late
        and entry.objections.filter(state=state, status__in=[Objection.State.DRAFT, *Objection.STANDING]).exists()
    ):
        raise Refused(_("An objection of this State to this name stands already."), field="state")
    objection = Objection.objects.create(
        entry=entry,
        state=state,
        status=Objection.State.LATE if late else Objection.State.RECORDED,
        basis=basis.strip(),
        recorded_by=by,
        received_at=received_at,
        received_by_letter=True,
        letter=letter,
        receipt_code=codes.random_code("O"),
    )
    audit.record("objection.record_letter", objection, by=by, after=objection.status, entry=entry.key)
    tell_missions(
        silence, "objection_entered", key=f"objection.letter:{objection.pk}", states=[state.pk], objection=objection
    )
    return objection


@transaction.atomic
def withdraw(objection, *, by):
    """Withdraw the State's objection; a name referred to decision is cleared when none stands any more (T-M11)."""
    entry = _locked_entry(objection.entry)
    objection = Objection.objects.select_related("entry__stakeholder_list__forum").get(pk=objection.pk)
    require_may_object(by, entry.stakeholder_list.forum)
    if objection.state_id != by.member_state_id:
        raise Refused(_("Only the State that objected may withdraw."))
    if objection.status not in {Objection.State.DRAFT, *Objection.STANDING}:
        raise Refused(_("This objection does not stand any more."))
    if objection.status == Objection.State.DRAFT and entry.stakeholder_list.is_closed:
        raise Refused(_("This draft was not complete when the period closed. It has no effect."))
    before = objection.status
    objection.status, objection.withdrawn_at, objection.withdrawn_by = Objection.State.WITHDRAWN, clock.now(), by
    objection.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    objection.contributors.add(by)
    audit.record("objection.withdraw", objection, by=by, before=before, after=objection.status, entry=entry.key)
    return objection


def may_be_cleared(application):
    """Whether a name referred to decision has no standing objection left."""
    return (
        application.status == Status.OBJECTED
        and not Objection.objects.filter(entry__application=application, status__in=Objection.STANDING).exists()
    )


@transaction.atomic
def clear_after_withdrawal(application, *, by):
    """The last standing objection was withdrawn: the secretariat clears the name."""
    application = locked(application)
    if application.status == Status.OBJECTED and not may_be_cleared(application):
        raise Refused(_("An objection still stands."))
    return MACHINE.perform("clear_after_withdrawal", application, by=by, internal=True)


@transaction.atomic
def disown(supporter, *, by):
    """A State named on another's objection takes its name off, until the closing instant (T-M07)."""
    require_may_object(by, supporter.objection.entry.stakeholder_list.forum)
    if supporter.state_id != by.member_state_id:
        raise Refused(_("Only the State named may do this."))
    supporter.objection.entry.stakeholder_list.window().require_open()
    if not ObjectionSupporter.objects.filter(pk=supporter.pk, disowned_at=None).update(
        disowned_at=clock.now(), disowned_by=by
    ):
        raise Refused(_("Your State’s name has been taken off already."))
    audit.record("objection.disown", supporter.objection, by=by)
    supporter.refresh_from_db()
    return supporter


@transaction.atomic
def record_talk(objection, *, by, text, maintained=False):
    """Note talks with the State about its objection; ``maintained`` when it says that it stands by it."""
    require(by, Capability.CIRCULATE)
    if not text.strip():
        raise Refused(_("Write what was said."), field="text")
    talk = ObjectionTalk.objects.create(objection=objection, noted_by=by, text=text.strip())
    if maintained:
        Objection.objects.filter(pk=objection.pk, status=Objection.State.RECORDED).update(
            status=Objection.State.MAINTAINED
        )
    audit.record("objection.talk", objection, by=by, internal=True, maintained=maintained)
    return talk


@transaction.atomic
def ask(entry, what, *, by):
    """A State asks for the homepage, the reason for participation or the basis of an objection of one name.

    Answered at once where the Forum says so, else by the secretariat. Asking again returns the same request.
    """
    entry = _locked_entry(newest(_locked_entry(entry)))
    forum = entry.stakeholder_list.forum
    if reason := refusal_to_ask(by, entry.stakeholder_list):
        raise Refused(reason)
    if what not in StateRequest.What.values:
        raise Refused(_("Choose what you ask for."))
    if what == StateRequest.What.BASIS and forum.clause != Forum.Clause.ON_REQUEST:
        raise Refused(_("Under this Forum’s clause the basis of an objection is not disclosed."))
    existing = StateRequest.objects.filter(entry=entry, state=by.member_state, what=what).first()
    if existing:
        return existing
    if entry.stakeholder_list.is_closed and not forum.requests_after_close:
        entry.stakeholder_list.window().require_open()
    request = StateRequest.objects.create(entry=entry, state=by.member_state, what=what, asked_by=by)
    audit.record("state_request.ask", request, by=by, entry=entry.key, what=what)
    if forum.release == Forum.Release.AT_ONCE and what != StateRequest.What.BASIS:
        _release(request, by=None)
    request.refresh_from_db()
    return request


@transaction.atomic
def ask_about(entries, whats, *, by):
    """Ask the same about several names in one request: one line for each name and thing asked, all of one moment."""
    if not entries:
        raise Refused(_("Choose at least one name."), field="entry")
    if not whats:
        raise Refused(_("Choose what you ask for: the homepage, the reason for participation, or both."), field="what")
    return [ask(entry, what, by=by) for entry in entries for what in whats]


@transaction.atomic
def answer_request(request, *, by, release, words=""):
    """The secretariat releases what a State asked for, or declines in words."""
    require(by, Capability.CIRCULATE)
    request = StateRequest.objects.select_related("entry__stakeholder_list__forum", "entry__application").get(
        pk=request.pk
    )
    if request.answered_at:
        raise Refused(_("This request was answered already."))
    if release:
        return _release(request, by=by)
    if not words.strip():
        raise Refused(_("Say why it is not released; the State reads it."), field="words")
    StateRequest.objects.filter(pk=request.pk).update(
        answered_at=clock.now(), answered_by=by, is_released=False, answer=words.strip()
    )
    audit.record("state_request.decline", request, by=by, reason=words)
    _tell_asking(request)
    request.refresh_from_db()
    return request


def _release(request, *, by):
    application = request.entry.application
    forum = request.entry.stakeholder_list.forum
    if request.what == StateRequest.What.BASIS:
        standing = list(request.entry.objections.filter(status__in=Objection.STANDING).exclude(basis=""))
        if not standing:
            raise Refused(_("No objection with a basis stands against this name."))
        value = "\n\n".join(objection.basis for objection in standing)
        for objection in standing:
            audit.record("objection.disclose", objection, by=by, to=request.state_id)
    else:
        value = application.versions.order_by("-number").first().answers[request.what]
    to_all = forum.released_to == Forum.Reach.ALL and request.what != StateRequest.What.BASIS
    StateRequest.objects.filter(pk=request.pk).update(
        answered_at=clock.now(), answered_by=by, is_released=True, released_value=value, to_all=to_all
    )
    audit.record("state_request.release", request, by=by, entry=request.entry.key, what=request.what, to_all=to_all)
    if request.what != StateRequest.What.BASIS:
        audit.record("application.disclosed", application, by=by, what=request.what)
    _tell_asking(request)
    request.refresh_from_db()
    return request


def _tell_asking(request):
    mail.queue(
        f"state_request:{request.pk}",
        "state_request_answered",
        to=request.asked_by.email,
        recipient=request.asked_by,
        about=f"{request.entry.stakeholder_list.forum.reference_prefix}-L{request.entry.stakeholder_list.number}",
        context={"request": request, "list": request.entry.stakeholder_list},
    )


def released_to(user, entries):
    """What this delegate's State may read beyond name and country: ``{entry pk: {what: value}}``."""
    rows = StateRequest.objects.filter(entry__in=entries, is_released=True).filter(
        Q(state=user.member_state_id) | Q(to_all=True)
    )
    released = {}
    for row in rows:
        released.setdefault(row.entry_id, {})[row.what] = row.released_value
    return released
