"""What staff see of sealed applications: for each Call how many were received and how many are only begun."""

from django.db.models import Count, Q

from imrf_portal import seals, sight


def counts(user):
    """The sealed Calls of this officer's Forums with ``received`` and ``begun``; one statement."""
    calls = sight.visible(seals.sealed_calls().select_related("forum"), user).order_by("closes_at")
    return calls.annotate(
        received=Count("applications", filter=Q(applications__submitted_at__isnull=False)),
        begun=Count("applications", filter=Q(applications__submitted_at=None)),
    )
