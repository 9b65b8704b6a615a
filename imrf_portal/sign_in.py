"""Signing in by e-mail: a code and a link sent to one address, used once.

The same letter goes to any address, known or not, so that nothing tells whether an address has an account. An account
is made when its first code is used: a mistyped address leaves nothing behind.
"""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock, mail
from .errors import Refused
from .users import User

LIFE = timedelta(minutes=15)
TRIES = 5


class SignInCode(models.Model):
    """One code and its link, for one address; whichever is used first uses up both. Only digests are stored."""

    address = models.EmailField(_("e-mail address"), db_index=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    next_url = models.CharField(max_length=500, blank=True)
    code_digest = models.CharField(max_length=64)
    link_digest = models.CharField(max_length=64, unique=True)
    wrong_attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")

    def __str__(self):
        return self.address

    def is_usable(self):
        return self.used_at is None and clock.now() < self.expires_at and self.wrong_attempts < TRIES


def digest(text):
    return salted_hmac("imrf_portal.sign_in", text, algorithm="sha256").hexdigest()


@transaction.atomic
def send_code(address, *, name="", language="en", next_url="", replaces=None):
    """Write a code and a link to ``address`` and return the row; ``replaces`` (a row) stops working."""
    if replaces is not None:
        SignInCode.objects.filter(pk=replaces.pk, used_at=None).update(used_at=clock.now())
    code, token = f"{secrets.randbelow(10**6):06}", secrets.token_urlsafe(24)
    link_digest = digest(token)
    row = SignInCode.objects.create(
        address=address.strip().lower(),
        name=name,
        language=language,
        next_url=next_url,
        link_digest=link_digest,
        code_digest=digest(link_digest + code),
        expires_at=clock.now() + LIFE,
    )
    context = {"code": code, "url": settings.PORTAL_URL + reverse("account_link", args=[token])}
    mail.queue(f"sign-in:{row.pk}", "account_sign_in", to=row.address, context=context, language=language)
    return row


def by_token(token):
    """The row of a link, or None."""
    return SignInCode.objects.filter(link_digest=digest(token)).first()


def use_code(row, code):
    """Use up ``row`` by its code (any digits, spaces do not matter) and return the person. Refuses in words."""
    counted = SignInCode.objects.filter(
        pk=row.pk, used_at=None, expires_at__gt=clock.now(), wrong_attempts__lt=TRIES
    ).update(wrong_attempts=F("wrong_attempts") + 1)
    if not counted:
        raise Refused(_t("This code no longer works. Ask for a new one: it goes to the same address."))
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    if not constant_time_compare(digest(row.link_digest + digits), row.code_digest):
        raise Refused(_t("This is not the code in our newest e-mail. Check the six digits."), field="code")
    return use(row)


def use(row):
    """Use up ``row`` (once, whoever is first) and return the person who owns the address."""
    used = SignInCode.objects.filter(pk=row.pk, used_at=None, expires_at__gt=clock.now()).update(used_at=clock.now())
    if not used:
        raise Refused(_t("This link was used, or is too old. Ask for a new one: it goes to the same address."))
    return person_at(row.address, name=row.name, language=row.language)


def person_at(address, *, name="", language="en"):
    """The account of a proven address, made now where there is none."""
    try:
        with transaction.atomic():
            return known_at(address) or new_applicant(address, name=name, language=language)
    except IntegrityError:
        return known_at(address)


def known_at(address):
    user = User.objects.at(address).first()
    if user is not None:
        prove(user)
    return user


def new_applicant(address, *, name, language):
    user = User.objects.create_user(address, name=name, language=language)
    prove(user)
    audit.record("user.start", user, by=user)
    return user


def prove(user):
    """Record that ``user`` reads the mail of the account's address."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def forget_old_codes():
    """Sweep: rows older than a day tell nothing any more. The letters that carried them lose their text."""
    old = clock.now() - timedelta(days=1)
    mail.OutgoingMail.objects.filter(template="account_sign_in", written_at__lt=old).exclude(body="").update(
        body="", body_html=""
    )
    return SignInCode.objects.filter(made_at__lt=old).delete()[0]
