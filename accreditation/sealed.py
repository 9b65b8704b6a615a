"""What staff see of sealed applications: for each Call how many were received and how many are only begun."""

from django.db.models import Count, Q

from imrf_portal import seals, sight


def counts(user, *, forums=None):
    """The sealed Calls of this officer's Forums with ``received`` and ``begun``; one statement, and none where her
    ``forums`` are known and no one of them is ever sealed."""
    if forums is not None and not any(forum.sealed_until_close for forum in forums):
        return []
    calls = sight.visible(seals.sealed_calls().select_related("forum"), user).order_by("closes_at")
    return calls.annotate(
        received=Count("applications", filter=Q(applications__submitted_at__isnull=False)),
        begun=Count("applications", filter=Q(applications__submitted_at=None)),
    )
