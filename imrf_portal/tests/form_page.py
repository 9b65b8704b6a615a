"""A page with a form, for the tests of what every form of the portal does in a browser."""

import time

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from imrf_portal.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

PAGE = """{% extends "base.html" %}{% load portal crispy_forms_filters %}
{% block title %}Form{% endblock %}
{% block page_head %}<h1>Form</h1>{% endblock %}
{% block content %}{% field_errors_summary form %}
<form method="post" novalidate>{% csrf_token %}{{ form|crispy }}<button type="submit" id="send">Send</button></form>
{% endblock %}"""
RECEIVED = []
SLOW = 1
"""Seconds that an answer to a POST takes."""


class ScopeForm(forms.Form):
    title = forms.CharField(label="Title")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    scope = forms.CharField(label="Scope", widget=forms.Textarea, max_length=20)


def page(request):
    form = ScopeForm(request.POST or None)
    if request.method == "POST":
        RECEIVED.append(request.POST.dict())
        time.sleep(SLOW)
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form}, request))


def closed(request):
    return render(request, "errors/refused.html", {"refusal": None, "typed": [{"name": "scope", "text": "My text"}]})


urlpatterns = [path("form/", page), path("refused/", closed), *urlpatterns]
