"""What the type of an organization changes in its application: words, never answers.

No question of the form is asked of one type alone, so a change of type drops nothing; what it does change is said.
"""

from django.utils.translation import gettext as _

from .models import OrganizationType


def proof_words(kind):
    """What else counts as proof of legal status for this type; an empty text where nothing does."""
    if kind == OrganizationType.LOCAL_AUTHORITY:
        return _("For a local or regional authority, the public law, decree or charter that sets it up is accepted.")
    return ""


def what_changes(before, after):
    """What a change of type means, in sentences; none where no type was given before, or it is the same."""
    if not before or not after or before == after:
        return []
    said = [
        _("The type was “%(before)s” and is now “%(after)s”. No answer depends on it: nothing is dropped.")
        % {"before": OrganizationType(before).label, "after": OrganizationType(after).label}
    ]
    if after == OrganizationType.NHRI:
        said.append(
            _(
                "National human rights institutions have a route of their own and do not apply here. Look at “Which "
                "route is yours?” before you send anything."
            )
        )
    if words := proof_words(after):
        said.append(words)
    elif proof_words(before):
        said.append(_("As proof of legal status we now ask for a certificate issued by the government."))
    return said
