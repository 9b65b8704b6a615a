"""Views of the queue that officers keep."""

import pytest
from django.db import IntegrityError, transaction

from accreditation.models import SavedView
from imrf_portal.audit import Event
from imrf_portal.tests.clients import signed_in

from .cast import make_submitted

QUEUE, VIEWS = "/admin/accreditation/application/", "/admin/views/"


def keep(client, name, address="tab=all&status=submitted&nonsense=1", **more):
    return client.post(VIEWS, {"name": name, "address": address, **more}, follow=True)


def test_a_view_is_kept_shown_over_the_queue_renamed_shared_deleted_and_brought_back(desk, call, amina, chen, noor):
    make_submitted(call, amina)
    shown = keep(desk, " Files   of today ")
    view = SavedView.objects.get()
    assert (view.name, view.address) == ("Files of today", "tab=all&status=submitted")
    assert shown.redirect_chain == [(f"{QUEUE}?tab=all&status=submitted", 302)]
    link = '<a href="?tab=all&amp;status=submitted" aria-current="page"><bdi>Files of today</bdi></a>'
    assert link in shown.content.decode()

    colleague = signed_in(noor)
    assert "Files of today" not in colleague.get(QUEUE).content.decode()
    assert colleague.post(f"{VIEWS}{view.pk}/delete/").status_code == 404

    desk.post(f"{VIEWS}{view.pk}/change/", {"name": "Africa", "is_shared": "on"})
    assert "Africa</bdi>" in colleague.get(QUEUE).content.decode()
    refused = colleague.post(f"{VIEWS}{view.pk}/change/", {"name": "Mine now"}, follow=True)
    assert f"Only {chen} can change this view." in refused.content.decode()

    desk.post(f"{VIEWS}{view.pk}/delete/")
    assert "Africa</bdi>" not in desk.get(QUEUE).content.decode()
    assert "Bring back" in desk.get(VIEWS).content.decode()
    desk.post(f"{VIEWS}{view.pk}/restore/")
    assert "Africa</bdi>" in colleague.get(QUEUE).content.decode()
    assert list(Event.objects.filter(verb__startswith="view.").order_by("pk").values_list("verb", flat=True)) == [
        "view.keep", "view.change", "view.delete", "view.restore",
    ]  # fmt: skip


def test_a_name_that_is_taken_or_missing_is_refused_in_words(desk, call, chen):
    keep(desk, "Africa")
    assert "A view of this name exists already" in keep(desk, "Africa").content.decode()
    assert keep(desk, "  ").status_code == 422
    assert keep(desk, "x" * 61).status_code == 422
    assert SavedView.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(name="Africa", address="tab=all", owner=chen)


def test_the_queue_costs_the_same_with_one_view_and_with_three(desk, call, django_assert_num_queries):
    for names in (["one"], ["two", "three"]):
        for name in names:
            keep(desk, name)
        with django_assert_num_queries(7):
            desk.get(QUEUE)
