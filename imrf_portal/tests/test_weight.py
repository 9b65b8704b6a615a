"""The weight of a first visit, compressed as the server compresses it. Source: the bars for speed."""

import re
from datetime import UTC, datetime

import brotli
import pytest
from django.contrib.staticfiles import finders

from imrf_portal import clock

from .test_public_pages import furnish, make_call, make_forum

HEADERS = 400
"""Bytes set aside for the headers of one answer."""


def first_visit(client, path):
    """Kilobytes over the wire and number of requests: the page and everything it names."""
    page = client.get(path).content
    assets = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', page))
    sizes = [len(brotli.compress(page))]
    for asset in assets:
        with open(finders.find(asset.decode()), "rb") as file:
            content = file.read()
        sizes.append(len(content) if asset.endswith(b".woff2") else len(brotli.compress(content)))
    return (sum(sizes) + HEADERS * len(sizes)) / 1000, len(sizes)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/meetings/imrf-2022/", "/help/"])
def test_first_visit_weighs_at_most_50_kilobytes_in_6_requests(client, path):
    forum = make_forum()
    furnish(forum, make_call(forum), 2)
    with clock.frozen(datetime(2022, 1, 20, tzinfo=UTC)):
        weight, requests = first_visit(client, path)
    assert requests <= 6
    assert weight <= 50
