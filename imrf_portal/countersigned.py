"""Acts that need two signatures: one officer proposes, another signs, and only then is it done, once.

An app registers a ``Kind`` when it starts: the words, who may propose and who may sign, what the act rests on, and the
verb that performs it. The verb takes the signed act and asks ``require_consent``, so that no door can go round it; that
the signer is not the proposer is also forbidden by the database. An act is void once what it rests on has changed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock
from .access import ROLES, Audience, Capability, capabilities_of, may
from .errors import Refused
from .form_fields import LongTextField
from .rehearsal import rehearse
from .users import User


class ProposalForm(forms.Form):
    """What every proposal asks; a kind whose act needs more brings a form that extends this one."""

    reason = LongTextField(label=_("Reason"), limit=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, subject, **options):
        self.subject = subject
        super().__init__(*args, **options)


@dataclass(frozen=True)
class Kind:
    """One kind of act.

    ``subjects``: the queryset of what a user may know of and act on, from which the subject is taken; ``known`` is all
    that she may know of, where that is more: an act that waits is read and ended also when its subject can have it no
    longer. ``perform(subject, act)`` does it, after ``require_consent``, and may refuse. ``describe(act)`` is one
    sentence, read from the act alone. ``rests_on(subject, parameters)`` is ``{key: JSON value}``: the act is void once
    it gives something else.
    ``shown(key, value, act)`` turns one of these into ``(label, text)``. ``topic_of(parameters)``: two acts of a kind
    on one subject can wait side by side when their topics differ. ``address(pk)`` is the page of the subject; ``lasts``
    is how long a proposal waits.
    """

    name: str
    label: Any
    subjects: Callable
    perform: Callable
    describe: Callable
    rests_on: Callable
    address: Callable
    known: Callable | None = None
    form: type = ProposalForm
    proposes: Capability = Capability.SCREEN
    signs: Capability = Capability.SIGN
    shown: Callable = lambda key, value, act: (key.replace("_", " ").capitalize(), "" if value is None else str(value))
    topic_of: Callable = lambda parameters: ""
    lasts: timedelta = timedelta(days=14)

    def known_to(self, user):
        return (self.known or self.subjects)(user)


KINDS = {}


def register(kind):
    """Make a kind known; called from ``AppConfig.ready``."""
    KINDS[kind.name] = kind


def kind_of(name):
    """The kind of that name; raises ``KeyError``."""
    return KINDS[name]


class CountersignedActQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The acts on what this member of the secretariat may know of."""
        if not may(user, Capability.VIEW):
            return self.none()
        return self._on(lambda kind: kind.known_to(user))

    def _on(self, rows_of):
        standing = Q(pk=None)
        for kind in KINDS.values():
            standing |= Q(kind=kind.name, subject_id__in=rows_of(kind).order_by().values("pk"))
        return self.filter(standing)

    def waiting(self):
        return self.filter(state=CountersignedAct.State.WAITING, expires_at__gt=clock.now())

    def signable_by(self, user):
        """Those that wait for a signature which this person may give."""
        allowed = [kind.name for kind in KINDS.values() if may(user, kind.signs)]
        acts = self.visible_to(user)._on(lambda kind: kind.subjects(user))
        return acts.waiting().filter(kind__in=allowed).exclude(proposed_by=user)


class CountersignedAct(models.Model):
    """What one officer proposed and what became of it. What was proposed never changes; what is settled stays so."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second signature")
        SIGNED = "signed", _("Signed and done")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        VOID = "void", _("Void: what it rests on changed")
        EXPIRED = "expired", _("Expired without a second signature")

    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=80, blank=True)
    subject_id = models.PositiveBigIntegerField()
    subject_name = models.CharField(max_length=255)
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    rests_on = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(_("to be signed by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)

    objects = CountersignedActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act with two signatures")
        verbose_name_plural = _("acts with two signatures")
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "kind", "subject_id"], name="countersigned_waiting")]
        constraints = [
            models.CheckConstraint(
                name="countersigned_by_another_person", condition=Q(signed_by=None) | ~Q(signed_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="countersigned_signature_is_whole",
                condition=Q(state="signed", signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state="signed") & Q(signed_by=None, signed_at=None)),
            ),
            models.CheckConstraint(
                name="countersigned_end_has_a_date",
                condition=Q(state__in=["waiting", "signed"], ended_at=None, ended_by=None)
                | (~Q(state__in=["waiting", "signed"]) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="countersigned_act_has_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                fields=["kind", "subject_id", "topic"],
                condition=Q(state="waiting"),
                name="countersigned_one_waiting_on_a_subject",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_name}"

    @property
    def state_now(self):
        """By the clock: nobody has to wake up for an act to expire."""
        overdue = self.state == self.State.WAITING and clock.now() >= self.expires_at
        return self.State.EXPIRED if overdue else self.State(self.state)

    @property
    def is_waiting(self):
        return self.state_now == self.State.WAITING


_S = CountersignedAct.State


def _subject(rows, pk):
    subject = rows.filter(pk=pk).first()
    if subject is None:
        raise Refused(_t("You cannot act on this record."))
    return subject


def _locked(act):
    return CountersignedAct.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=act.pk)


def another_who_may_sign(kind, proposer, subject_id):
    """An officer with access who could give the second signature on this subject, of the widest role; None if none."""
    names = [role for role, allowed in ROLES.items() if kind.signs in allowed]
    officers = (
        User.objects.with_access()
        .filter(Q(is_superuser=True) | Q(groups__name__in=names), audience=Audience.SECRETARIAT)
        .exclude(pk=proposer.pk)
        .distinct()
    )
    by_role = sorted(officers, key=lambda officer: (-len(capabilities_of(officer)), officer.pk))
    return next((officer for officer in by_role if kind.subjects(officer).filter(pk=subject_id).exists()), None)


@transaction.atomic
def propose(name, subject, *, by, reason, **parameters):
    """Propose an act of the kind ``name`` on ``subject``; nothing is done until another officer signs.

    ``parameters`` are JSON (dates and instants may be given as such). Refused while another proposal of the same waits.
    """
    kind = kind_of(name)
    if not may(by, kind.proposes):
        raise Refused(_t("Your role does not include this. Ask a coordinator."))
    subject = _subject(kind.subjects(by), subject.pk)
    if not reason.strip():
        raise Refused(_t("Say why; the officer who signs reads it."), field="reason")
    if another_who_may_sign(kind, by, subject.pk) is None:
        raise Refused(_t("No other officer can give the second signature. Ask an administrator to name one."))
    topic, now = kind.topic_of(parameters), clock.now()
    same = CountersignedAct.objects.filter(kind=name, subject_id=subject.pk, topic=topic, state=_S.WAITING)
    same.filter(expires_at__lte=now).update(state=_S.EXPIRED, ended_at=F("expires_at"))
    if waiting := same.select_related("proposed_by").first():
        raise Refused(
            _t("%(who)s proposed this already; it waits for a second signature. Sign, decline or withdraw that first.")
            % {"who": waiting.proposed_by}
        )
    act = CountersignedAct.objects.create(
        kind=name,
        topic=topic,
        subject_id=subject.pk,
        subject_name=str(subject)[:255],
        parameters=parameters,
        rests_on=kind.rests_on(subject, parameters),
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
        expires_at=now + kind.lasts,
    )
    act.refresh_from_db()
    _record("propose", act, subject, by=by, reason=act.reason)
    return act


def _record(verb, act, subject, *, by, reason=""):
    audit.record(f"countersigned.{verb}", subject, by=by, reason=reason, internal=True, act=act.pk, kind=act.kind)


def differences(act, subject):
    """What the act rests on and what changed since it was proposed: ``[(label, old text, new text)]``."""
    kind, now = kind_of(act.kind), _as_json(kind_of(act.kind).rests_on(subject, act.parameters))
    changed = [key for key in {**act.rests_on, **now} if act.rests_on.get(key) != now.get(key)]
    return [(*kind.shown(key, act.rests_on.get(key), act), kind.shown(key, now.get(key), act)[1]) for key in changed]


def _as_json(values):
    """As the database gives it back: instants and days as text."""
    return json.loads(DjangoJSONEncoder().encode(values))


def _require_waiting(act):
    if not act.is_waiting:
        raise Refused(_t("This is settled: %(state)s.") % {"state": act.state_now.label})


def sign(act, *, by):
    """Give the second signature: the act is performed now, once. Returns what the kind's verb returned.

    Refused for the proposer, for a role without the capability, when it is settled, and when what it rests on has
    changed; in that last case it is void from then on.
    """
    with transaction.atomic():
        act = _locked(act)
        kind = kind_of(act.kind)
        _require_waiting(act)
        if act.proposed_by_id == by.pk:
            raise Refused(_t("You proposed this yourself. Another officer must sign."))
        if not may(by, kind.signs):
            raise Refused(_t("Your role does not include the second signature. Ask a coordinator."))
        subject = _subject(kind.subjects(by), act.subject_id)
        if not differences(act, subject):
            return _perform(act, kind, subject, by=by)
        _end(act, _S.VOID)
        _record("void", act, subject, by=by)
    raise Refused(_t("What this rests on has changed since it was proposed, so it is void. Propose it again."))


def _perform(act, kind, subject, *, by):
    changed = CountersignedAct.objects.filter(pk=act.pk, state=_S.WAITING).update(
        state=_S.SIGNED, signed_by=by, signed_at=clock.now()
    )
    if not changed:
        raise Refused(_t("Someone else settled this a moment ago. Reload the page."))
    act.state, act.signed_by, act.signed_at = _S.SIGNED, by, clock.now()
    _record("sign", act, subject, by=by, reason=act.reason)
    return kind.perform(subject, act)


def _end(act, state, *, by=None, reason=""):
    ended = {"state": state, "ended_by": by, "ended_at": clock.now(), "end_reason": reason.strip()}
    CountersignedAct.objects.filter(pk=act.pk, state=_S.WAITING).update(**ended)


@transaction.atomic
def decline(act, *, by, reason):
    """Refuse the second signature, with a reason that the proposer reads."""
    act = _locked(act)
    kind = kind_of(act.kind)
    _require_waiting(act)
    if act.proposed_by_id == by.pk:
        raise Refused(_t("You proposed this yourself. Withdraw it instead."))
    if not may(by, kind.signs):
        raise Refused(_t("Your role does not include the second signature. Ask a coordinator."))
    if not reason.strip():
        raise Refused(_t("Say why; the proposer reads it."), field="reason")
    _end(act, _S.DECLINED, by=by, reason=reason)
    _record("decline", act, _subject(kind.known_to(by), act.subject_id), by=by, reason=reason)
    act.refresh_from_db()
    return act


@transaction.atomic
def withdraw(act, *, by):
    """Take back what one proposed oneself, while it waits."""
    act = _locked(act)
    _require_waiting(act)
    if act.proposed_by_id != by.pk:
        raise Refused(_t("%(who)s proposed this. Decline it instead.") % {"who": act.proposed_by})
    _end(act, _S.WITHDRAWN, by=by)
    _record("withdraw", act, _subject(kind_of(act.kind).known_to(by), act.subject_id), by=by)
    act.refresh_from_db()
    return act


def require_consent(act, name, subject):
    """Raise unless ``act`` is of this kind, on this subject, and bears two signatures in the database."""
    stored = act and CountersignedAct.objects.filter(
        pk=act.pk, kind=name, subject_id=subject.pk, state=_S.SIGNED, signed_by__isnull=False
    )
    if not stored or not stored.exists():
        raise Refused(_t("This needs two signatures. Propose it; another officer signs."))


def rehearse_proposal(name, subject, *, by, reason, **parameters):
    """What would follow once another officer signed; nothing is kept. ``by`` must be able to propose it."""

    def both():
        act = propose(name, subject, by=by, reason=reason, **parameters)
        sign(act, by=another_who_may_sign(kind_of(name), by, subject.pk))

    return rehearse(both)


def rehearse_signature(act, *, by):
    """What would follow if it were signed now: by ``by``, or, where that is the proposer, by somebody who may."""
    kind = kind_of(act.kind)
    is_own = by.pk == act.proposed_by_id
    standing_in = another_who_may_sign(kind, act.proposed_by, act.subject_id) if is_own else by
    return rehearse(lambda: sign(act, by=standing_in or by))
