"""Why a letter was not delivered: a short code, whether trying again can help, and words for people.

A code is an SMTP reply with its enhanced status where there is one (“550 5.1.1”, RFC 5321 and RFC 3463), or the name
of what went wrong on the way to the server (“TimeoutError”). The server's own words are never kept: they may quote
addresses.
"""

import re
import smtplib

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")

NO_SUCH_ADDRESS = _("The address does not exist. Ask for another one.")
FULL = _("The mailbox is full.")
NO_SERVER = _("The mail server could not be reached.")
WORDS = {
    "1.1": NO_SUCH_ADDRESS,
    "1.2": _("The domain of the address does not exist. Ask for another address."),
    "1.3": NO_SUCH_ADDRESS,
    "1.6": _("The mailbox has moved. Ask for the new address."),
    "1.10": _("The domain of the address takes no mail. Ask for another address."),
    "2.1": _("The mailbox is closed. Ask for another address."),
    "2.2": FULL,
    "2.3": _("The letter is too large for the mailbox."),
    "3.4": _("The letter is too large for the mailbox."),
    "4.1": _("The server of the address does not answer."),
    "4.4": _("The domain of the address takes no mail. Ask for another address."),
    "4.7": _("The server of the address did not take the letter in time."),
}
"""By the last two numbers of the enhanced status."""
GROUPS = {
    "1": NO_SUCH_ADDRESS,
    "2": _("The mailbox does not take the letter."),
    "3": _("The server of the address has a problem."),
    "4": _("The letter could not be brought to the server of the address."),
    "6": _("The server of the address could not read the letter."),
    "7": _("The server of the address does not accept letters from us."),
}
"""By the middle number, where the whole is not in ``WORDS``."""
REPLIES = {
    "550": NO_SUCH_ADDRESS,
    "551": _("The mailbox has moved. Ask for the new address."),
    "552": FULL,
    "553": NO_SUCH_ADDRESS,
    "554": _("The server of the address does not accept letters from us."),
}
CLASSES = {
    "SMTPAuthenticationError": _("The mail server did not accept the portal’s password."),
    "SMTPSenderRefused": _("The mail server did not accept the portal as a sender."),
}


def code_of(problem):
    """The code of an exception that posting raised."""
    reply = _reply(problem)
    if reply is None:
        return type(problem).__name__
    number, words = reply
    found = ENHANCED.search(words)
    code = f"{number} {found[1]}" if found else str(number)
    return f"{type(problem).__name__} {code}" if type(problem).__name__ in CLASSES else code


def is_final(problem):
    """Whether the server refused this letter or its address for good; what concerns the portal is tried again."""
    if not isinstance(problem, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    return 500 <= _reply(problem)[0] < 600


def _reply(problem):
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        number, words = next(iter(problem.recipients.values()))
    elif isinstance(problem, smtplib.SMTPResponseException):
        number, words = problem.smtp_code, problem.smtp_error
    else:
        return None
    return number, words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)


def words_of(code):
    """The code in words; empty without one."""
    if not code:
        return ""
    if found := ENHANCED.search(code):
        _class, group, detail = found[1].split(".")
        if sentence := WORDS.get(f"{group}.{detail}") or GROUPS.get(group):
            return str(sentence)
    first = code.split()[0]
    if sentence := CLASSES.get(first) or REPLIES.get(first):
        return str(sentence)
    if first.isdigit():
        return (
            _t("The server of the address refused the letter.")
            if first[0] == "5"
            else _t("The server of the address asks to try later.")
        )
    return str(NO_SERVER)
