"""People with an account: applicants, delegates of Member States, members of the secretariat."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from . import clock
from .access import Audience
from .geography import Country


class UserQuerySet(models.QuerySet):
    def with_access(self):
        """Those who may sign in now."""
        return self.filter(Q(access_ends_at=None) | Q(access_ends_at__gt=clock.now()), is_active=True)

    def without_access(self):
        """Those who may not, any more or for now."""
        return self.filter(Q(access_ends_at__lte=clock.now()) | Q(is_active=False))

    def at(self, address):
        """Whose address it is, letter by letter: addresses are stored in small letters.

        A database may take “ı” for “i” and “ſ” for “s”; a letter to such an address goes to somebody else.
        """
        return self.filter(email=address.strip().lower())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        fields |= {"audience": Audience.SECRETARIAT, "is_superuser": True}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email):
        return self.at(email).get()


class User(AbstractBaseUser, PermissionsMixin):
    """One person, known by e-mail address, with one audience for life of the account."""

    class MissionRole(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator of the Mission")
        OBJECTOR = "objector", _("delegate, may object")
        READER = "reader", _("delegate, reads only")

    AUDIENCES = [(a.value, a.label) for a in (Audience.APPLICANT, Audience.MEMBER_STATE, Audience.SECRETARIAT)]

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    audience = models.CharField(_("audience"), max_length=20, choices=AUDIENCES, default=Audience.APPLICANT)
    member_state = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="delegates", verbose_name=_("State")
    )
    mission_role = models.CharField(_("role in the Mission"), max_length=20, choices=MissionRole, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    working_languages = models.CharField(
        _("languages they assess in"),
        max_length=60,
        blank=True,
        help_text=_("Codes of languages, with blanks between."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    access_ends_at = models.DateTimeField(_("access ends"), null=True, blank=True)
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = _("person with an account")
        verbose_name_plural = _("people with an account")
        ordering = ["email"]
        indexes = [models.Index(fields=["audience"], name="user_by_audience")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_one_account_per_address"),
            models.CheckConstraint(
                name="user_speaks_for_a_state_iff_member_state_audience",
                condition=(Q(audience="member_state") & Q(member_state__isnull=False) & ~Q(mission_role=""))
                | (~Q(audience="member_state") & Q(member_state=None) & Q(mission_role="")),
            ),
            models.CheckConstraint(
                name="user_superuser_is_secretariat",
                condition=Q(is_superuser=False) | Q(audience="secretariat"),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    @property
    def is_staff(self):
        """Whether Django admin opens: for the secretariat only."""
        return self.audience == Audience.SECRETARIAT

    @cached_property
    def role_names(self):
        return frozenset(self.groups.values_list("name", flat=True))

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name

    def access_has_ended(self):
        return self.access_ends_at is not None and clock.now() >= self.access_ends_at


def end_sessions(user, *, except_for=None):
    """Sign ``user`` out everywhere, at once and on the server; ``except_for`` is the key of a session that stays."""
    sessions = user.usersession_set.exclude(session_key=except_for)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
