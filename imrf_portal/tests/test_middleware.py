"""What every request goes through."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from imrf_portal.middleware import WithoutNul


def answer(request):
    return HttpResponse(f"{request.path_info} {request.GET.dict()}")


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/a/?q=one", "/a/ {'q': 'one'}"),
        ("/a/?q=o%00ne&p=%00", "/a/ {'q': 'one', 'p': ''}"),
        ("/a%00b/", "/a\ufffdb/ {}"),
    ],
)
def test_nul_is_taken_out_of_addresses(asked, seen):
    assert WithoutNul(answer)(RequestFactory().get(asked)).content.decode() == seen


def test_nul_that_reaches_the_database_is_a_bad_request(client, db):
    refusal = ValueError("A string literal cannot contain NUL (0x00) characters.")

    response = WithoutNul(answer).process_exception(client.get("/healthz").wsgi_request, refusal)

    assert response.status_code == 400


def test_other_faults_are_not_hidden(rf):
    assert WithoutNul(answer).process_exception(rf.get("/"), ValueError("something else")) is None
