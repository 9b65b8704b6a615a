"""Which Forums a member of the secretariat works on: assigned by another officer, from a day on, until it ends.

An officer sees nothing of a Forum that is not hers (T-S38); ``sight`` reads ``forums_of`` for every page of the desk.
"""

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock
from .access import Audience, Capability, may
from .errors import Refused
from .forum import Forum


class ForumOfficerQuerySet(models.QuerySet):
    def standing(self):
        """Those that count now."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=clock.now()))


class ForumOfficer(models.Model):
    """One officer works on one Forum; without a Forum: on all of them, those to come too. Rows end, none is deleted."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="forum_offices", verbose_name=_("officer")
    )
    forum = models.ForeignKey(
        Forum, on_delete=models.PROTECT, null=True, blank=True, related_name="officers", verbose_name=_("Forum")
    )
    since_at = models.DateTimeField(_("since"), default=clock.now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned by"),
    )
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = ForumOfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer of a Forum")
        verbose_name_plural = _("officers of Forums")
        ordering = ["officer__email", "-since_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "forum"], condition=Q(until_at=None), name="forum_officer_once_per_forum"
            ),
            models.UniqueConstraint(
                fields=["officer"], condition=Q(until_at=None, forum=None), name="forum_officer_of_all_once"
            ),
            models.CheckConstraint(
                name="forum_officer_ends_after_the_start",
                condition=Q(until_at=None) | Q(until_at__gte=F("since_at")),
            ),
            models.CheckConstraint(
                name="forum_officer_is_assigned_by_another",
                condition=Q(assigned_by=None) | ~Q(assigned_by=F("officer")),
            ),
        ]

    def __str__(self):
        return f"{self.officer}: {self.forum or _t('all Forums')}"


def forums_of(user):
    """The Forums that this person works on at the desk now; a superuser on all, whoever is not an officer on none."""
    if Audience.of(user) != Audience.SECRETARIAT:
        return Forum.objects.none()
    if user.is_superuser:
        return Forum.objects.all()
    offices = ForumOfficer.objects.standing().filter(officer=user)
    return Forum.objects.filter(Exists(offices.filter(Q(forum=OuterRef("pk")) | Q(forum=None))))


def works_on_all(user):
    return user.is_superuser or ForumOfficer.objects.standing().filter(officer=user, forum=None).exists()


@transaction.atomic
def assign(officer, *, by, forum=None, until_at=None):
    """Let an officer work on a Forum, or, without ``forum``, on all; until then, or until it is ended.

    Refused for oneself, and for Forums that ``by`` does not work on.
    """
    _require(by, officer, forum)
    if officer.audience != Audience.SECRETARIAT:
        raise Refused(_t("Only members of the secretariat work on Forums."), field="officer")
    if until_at is not None and until_at <= clock.now():
        raise Refused(_t("That day has passed already."), field="until_at")
    if ForumOfficer.objects.standing().filter(officer=officer, forum=forum).exists():
        raise Refused(_t("%(who)s works on it already.") % {"who": officer}, field="officer")
    try:
        with transaction.atomic():
            office = ForumOfficer.objects.create(officer=officer, forum=forum, assigned_by=by, until_at=until_at)
    except IntegrityError:
        raise Refused(_t("%(who)s works on it already.") % {"who": officer}, field="officer")
    audit.record("forum_officer.assign", office, by=by, internal=True)
    return office


@transaction.atomic
def end(office, *, by):
    """From now on the officer sees nothing of the Forum; the row stays."""
    _require(by, office.officer, office.forum)
    now = clock.now()
    if not ForumOfficer.objects.standing().filter(pk=office.pk).update(until_at=now, ended_by=by):
        raise Refused(_t("This ended already."))
    office.refresh_from_db()
    audit.record("forum_officer.end", office, by=by, internal=True)
    return office


def begin(forum, *, by):
    """Whoever makes a Forum works on it; None when ``by`` works on all."""
    if works_on_all(by):
        return None
    office = ForumOfficer.objects.create(officer=by, forum=forum)
    audit.record("forum_officer.assign", office, by=by, internal=True)
    return office


def _require(by, officer, forum):
    if not may(by, Capability.CONFIGURE):
        raise Refused(_t("Your role does not include changing people."))
    if officer.pk == by.pk:
        raise Refused(_t("Another officer must do this for you."), field="officer")
    hers = works_on_all(by) if forum is None else forums_of(by).filter(pk=forum.pk).exists()
    if not hers:
        raise Refused(_t("You do not work on this yourself. Ask an officer who does."), field="forum")
