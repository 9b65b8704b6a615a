"""The same reads and writes as the portal's pages, and nothing else: no rules, no words, no languages."""

import csv
import hashlib
import json
import secrets
import uuid
from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from .models import (
    TEXTS,
    Announcement,
    Application,
    Call,
    CallDocument,
    Country,
    Document,
    Event,
    File,
    Forum,
    KeyDate,
    Letter,
    Membership,
    Organization,
    Version,
)

PAGE = 50
COLUMNS = ("pk", "reference", "name", "country__name", "type", "status", "submitted_at", "assigned_to__name")
EXPORTED = (
    *COLUMNS,
    "acronym",
    "women_led",
    "is_late",
    "within_tolerance",
    "homepage",
    "contact_name",
    "contact_email",
)
ANSWERS = ("name", "acronym", "former_names", "country_id", "type", "women_led", "homepage", "scope", "compact",
           "reason", "head_name", "head_title", "contact_name", "contact_email", "contact_phone", "languages",
           "declared")  # fmt: skip


def page(request, **context):
    return render(request, "page.html", context)


def public(request, slug):
    forum = Forum.objects.values_list("pk", "title", "summary").get(slug=slug, is_published=True)
    calls = list(Call.objects.filter(forum=forum[0]).values_list("kind", "opens_at", "closes_at"))
    dates = list(KeyDate.objects.filter(forum=forum[0]).values_list("label", "at"))
    news = list(Announcement.objects.filter(forum=forum[0]).values_list("published_at", "title", "body"))
    return page(request, title=forum[1], facts=[forum[2:]], rows=calls + dates + news)


def officer(view):
    """Only for a person who is signed in, whose roles are read."""

    def guarded(request, **values):
        if request.user.audience != "secretariat":
            raise PermissionDenied
        return view(request, **values)

    return guarded


def menu():
    """The numbers beside the entries of the menu."""
    waiting = Application.objects.filter(status__in=["submitted", "assessed", "objected"]).count()
    return [waiting, Letter.objects.filter(state__in=["failed", "bounced"]).count()]


STATUSES = ("draft", "submitted", "returned", "assessed", "eligible", "circulated", "cleared", "objected")


@officer
def queue(request):
    forums = list(Forum.objects.filter(is_published=True).values_list("pk", "title"))
    tabs = Application.objects.aggregate(**{status: Count("pk", filter=Q(status=status)) for status in STATUSES})
    found = Application.objects.filter(status="submitted").order_by("submitted_at")
    count = found.count()
    rows = list(
        found.values_list(*COLUMNS, "call__closes_at", "forum__title", "revision", "is_late", "homepage")[:PAGE]
    )
    keys = [row[0] for row in rows]
    papers = {}
    for pk, *paper in Document.objects.filter(application__in=keys, replaced_at=None).values_list(
        "application", "kind", "file__name", "file__scan_state"
    ):
        papers.setdefault(pk, []).append(paper)
    rows = [(*row, *papers.get(row[0], [])) for row in rows]
    return page(request, title=count, facts=[forums, tabs.items(), menu()], rows=rows)


def history(pk):
    events = Event.objects.filter(subject_type="accreditation.application", subject_id=str(pk)).order_by("-happened_at")
    return list(events.values_list("happened_at", "actor_name", "verb", "before", "after"))


@officer
def one(request, pk):
    facts = Application.objects.values_list(
        *ANSWERS, "call__closes_at", "forum__title", "organization__name", "applicant__email", "reference", "status",
        "country__name",
    ).get(pk=pk)  # fmt: skip
    country, reference = facts[3], facts[-3]
    documents = Document.objects.filter(application=pk, replaced_at=None)
    papers = documents.values_list("kind", "file__name", "file__size", "file__sha256")
    versions = Version.objects.filter(application=pk).values_list("number", "submitted_at", "answers")
    letters = Letter.objects.filter(about=reference).values_list("subject", "state")
    asked = CallDocument.objects.values_list("kind")
    countries = dict(Country.objects.values_list("iso2", "name"))
    others = Application.objects.filter(country=country).exclude(pk=pk).order_by("-pk")
    alike = others.values_list("reference", "name", "acronym", "homepage", "contact_phone")[:400]
    rows = [*papers, *versions, *letters, *asked, *history(pk), *alike[:5], [countries[country]]]
    return page(request, title=reference, facts=[facts, menu(), place(pk)], rows=rows)


def place(pk):
    """How many wait, in order, and which stand before and after this one."""
    waiting = Application.objects.filter(status__in=["submitted", "assessed", "objected"])
    keys = list(waiting.order_by("status", "call__closes_at", "submitted_at", "pk").values_list("pk", flat=True)[:75])
    at = keys.index(pk) if pk in keys else 0
    return [at + 1, waiting.count(), *keys[max(at - 1, 0) : at + 2]]


class Echo:
    write = staticmethod(lambda line: line)


@officer
def export(request):
    writer = csv.writer(Echo())
    rows = Application.objects.filter(status="submitted").values_list(*EXPORTED).iterator(chunk_size=500)
    return StreamingHttpResponse((writer.writerow(row) for row in rows), content_type="text/csv")


def tell(request, verb, application, **fields):
    now = timezone.now()
    Event.objects.create(
        happened_at=now, recorded_at=now, actor=request.user, audience="applicant", verb=verb,
        subject_type="accreditation.application", subject_id=str(application.pk),
        subject_name=application.reference, **fields,
    )  # fmt: skip


@transaction.atomic
def apply(request, slug):
    call = Call.objects.select_related("forum").get(forum__slug=slug)
    now = timezone.now()
    body = Organization.objects.create(created_at=now)
    Membership.objects.create(organization=body, user=request.user, role="owner", since_at=now)
    number = Application.objects.filter(forum=call.forum).aggregate(Max("pk"))["pk__max"] + 1
    application = Application.objects.create(
        reference=f"FLO-{number}", call=call, forum=call.forum, organization=body, applicant=request.user,
        status="draft", started_at=now, saved_at=now, saved_by=request.user,
    )  # fmt: skip
    tell(request, "application.start", application, after="draft")
    return redirect(f"/step/{application.reference}/organization/")


def own(request, reference):
    return Application.objects.get(reference=reference, applicant=request.user)


def step(request, reference, step):
    application = own(request, reference)
    if request.method == "POST":
        with transaction.atomic():
            given = {name: request.POST[name] for name in ANSWERS if name in request.POST}
            Application.objects.filter(pk=application.pk).update(
                **given, revision=application.revision + 1, saved_at=timezone.now()
            )
            tell(request, "application.save", application, detail={"answers": list(given)})
        return redirect(f"/step/{reference}/next/")
    return page(request, title=reference, facts=[[getattr(application, name) for name in ANSWERS]])


def documents(request, reference):
    application = own(request, reference)
    with transaction.atomic():
        for kind, upload in request.FILES.items():
            content = upload.read()
            upload.seek(0)
            key = default_storage.save(secrets.token_hex(16), upload)
            file = File.objects.create(
                id=uuid.uuid4(), key=key, name=upload.name, size=len(content), content_type="application/pdf",
                sha256=hashlib.sha256(content).hexdigest(), uploaded_by=request.user, uploaded_at=timezone.now(),
                scan_state="not_scanned",
            )  # fmt: skip
            Document.objects.create(application=application, kind=kind, file=file)
            tell(request, "application.attach", application, detail={"document": kind})
    return redirect(f"/check/{reference}/")


def check(request, reference):
    application = own(request, reference)
    papers = list(Document.objects.filter(application=application).values_list("kind", "file__name", "file__sha256"))
    answers = {name: getattr(application, name) for name in ANSWERS}
    if request.method != "POST":
        return page(request, title=reference, facts=[answers.values()], rows=papers)
    now = datetime.now(UTC)
    with transaction.atomic():
        asked = list(CallDocument.objects.filter(call=application.call_id).values_list("kind", flat=True))
        assert {kind for kind, *_rest in papers} == set(asked)
        digest = hashlib.sha256(json.dumps([answers, papers], sort_keys=True).encode()).hexdigest()
        Application.objects.filter(pk=application.pk).update(status="submitted", submitted_at=now, declared=True)
        Version.objects.create(
            application=application, number=1, answers=answers, documents=papers, sha256=digest, submitted_at=now,
            submitted_by=request.user, revision=application.revision, receipt_code=secrets.token_hex(8),
        )  # fmt: skip
        Letter.objects.create(
            key=f"floor:{application.pk}", template="received", recipient=request.user, to=request.user.email,
            subject="Received", body="Received.", about=reference, written_at=now, due_at=now,
        )  # fmt: skip
        tell(request, "application.submit", application, before="draft", after="submitted")
    return redirect(f"/sent/{reference}/")


def sent(request, reference):
    application = own(request, reference)
    return page(request, title=reference, facts=[[getattr(application, name) for name in TEXTS]])
