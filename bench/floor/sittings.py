"""Programme, matrix, list of registrations and passes, read bare: SQL on the portal's tables, one template."""

import csv
import io
import json
import tempfile

import xlsxwriter
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

SESSION = (
    "SELECT id, title, kind, day_on, starts_at, ends_at, room, status FROM sessions_app_forumsession WHERE is_published"
)
PEOPLE = "SELECT id, name, function FROM registration_representative WHERE accreditation_id = %s AND removed_at IS NULL"
HELD = (
    "SELECT r.forum_session_id, r.seat, r.is_priority, r.status, p.name FROM registration_registration r "
    "JOIN registration_representative p ON p.id = r.representative_id WHERE r.accreditation_id = %s ORDER BY r.seat"
)
LISTED = (
    "SELECT r.code, p.name, o.name, s.title, r.status, r.seat, r.is_priority, r.place, r.rank, r.registered_at "
    "FROM registration_registration r JOIN registration_representative p ON p.id = r.representative_id "
    "JOIN accreditation_accreditation a ON a.id = r.accreditation_id "
    "JOIN accreditation_organization o ON o.id = a.organization_id "
    "JOIN sessions_app_forumsession s ON s.id = r.forum_session_id "
    "ORDER BY r.forum_session_id, r.accreditation_id, r.seat, r.id LIMIT 50"
)
PASSES = (
    "SELECT r.code, p.name, p.function, o.name, c.name_en, s.title, s.day_on, s.starts_at, s.room, r.is_priority "
    "FROM registration_registration r JOIN registration_representative p ON p.id = r.representative_id "
    "JOIN accreditation_accreditation a ON a.id = r.accreditation_id "
    "JOIN accreditation_organization o ON o.id = a.organization_id "
    "LEFT JOIN imrf_portal_country c ON c.iso2 = o.country_id "
    "JOIN sessions_app_forumsession s ON s.id = r.forum_session_id "
    "WHERE r.status IN ('confirmed', 'overflow') AND a.revoked_at IS NULL ORDER BY o.name, p.name, s.day_on, r.id"
)


def rows(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def programme(request):
    objectives = rows("SELECT number, title FROM sessions_app_objective ORDER BY number")
    changes = rows("SELECT forum_session_id, old_day_on, new_day_on, reason FROM sessions_app_sessionchange")
    return render(request, "page.html", {"title": "Programme", "facts": [objectives, changes], "rows": rows(SESSION)})


def matrix(request, pk):
    facts = [rows(PEOPLE, pk), rows(HELD, pk)]
    return render(request, "page.html", {"title": "Matrix", "facts": facts, "rows": rows(SESSION)})


def registrations(request):
    total = rows("SELECT COUNT(*) FROM registration_registration")
    return render(request, "page.html", {"title": "Registrations", "facts": total, "rows": rows(LISTED)})


def passes(request):
    """The same three results as the portal's export: a workbook, a CSV, and the rows kept."""
    found = rows(PASSES)
    text = io.StringIO()
    csv.writer(text).writerows(found)
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(found):
            sheet.write_row(number, 0, row)
        book.close()
        size = file.tell()
    return HttpResponse(f"{len(found)} {len(text.getvalue())} {size} {len(json.dumps(found, default=str))}")
