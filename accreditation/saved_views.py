"""The verbs of a saved view of the queue: keep, rename, share, delete and take the deletion back."""

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, texts
from imrf_portal.access import Capability
from imrf_portal.errors import Refused

from . import queue
from .models import SavedView
from .review import require

MOST = 30
LONGEST_NAME = 60


def of(user):
    return SavedView.objects.usable_by(user).select_related("owner")


def filters_of(view, forums):
    """The filters the view stands for; a filter that is no longer known is left out."""
    return queue.QueueFilters.read(QueryDict(view.address), forums)


@transaction.atomic
def keep(address, *, name, is_shared, by):
    """Keep the filters of ``address`` (a query string of the queue) under a name."""
    require(by, Capability.VIEW)
    if SavedView.objects.filter(owner=by, deleted_at=None).count() >= MOST:
        raise Refused(_("You keep %(most)s views already. Delete one first.") % {"most": MOST})
    filters = queue.QueueFilters.read(QueryDict(address), queue.forums(by))
    view = _saved(SavedView(name=_checked(name), address=filters.address(), owner=by, is_shared=is_shared))
    audit.record("view.keep", view, by=by, internal=True, shared=is_shared)
    return view


@transaction.atomic
def change(view, *, name, is_shared, by):
    """Give the view another name, or another circle of readers."""
    _require_own(view, by)
    before, view.name, view.is_shared = view.name, _checked(name), is_shared
    _saved(view)
    audit.record("view.change", view, by=by, internal=True, before=before, after=view.name, shared=is_shared)
    return view


@transaction.atomic
def delete(view, *, by):
    """Take the view out of the tabs; ``restore`` brings it back."""
    _require_own(view, by)
    view.deleted_at = clock.now()
    audit.record("view.delete", _saved(view), by=by, internal=True)
    return view


@transaction.atomic
def restore(view, *, by):
    """Bring a deleted view back, unless its name has been given to another meanwhile."""
    _require_own(view, by)
    view.deleted_at = None
    audit.record("view.restore", _saved(view), by=by, internal=True)
    return view


def _checked(name):
    name = texts.clean_name(name)
    if not name:
        raise Refused(_("Give the view a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("A name has at most %(most)s characters.") % {"most": LONGEST_NAME}, field="name")
    return name


def _require_own(view, user):
    require(user, Capability.VIEW)
    if view.owner_id != user.pk:
        raise Refused(_("Only %(owner)s can change this view.") % {"owner": view.owner})


def _saved(view):
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("A view of this name exists already. Choose another name."), field="name") from None
    return view
