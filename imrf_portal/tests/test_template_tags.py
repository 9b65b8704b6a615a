from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from imrf_portal import clock
from imrf_portal.deadlines import Window
from imrf_portal.templatetags import portal
from imrf_portal.templatetags.icons import ICONS

CLOSE = datetime(2022, 1, 26, 22, tzinfo=UTC)


class Form(forms.Form):
    title = forms.CharField(help_text="As on the certificate")
    homepage = forms.URLField(required=False, assume_scheme="https")
    scope = forms.CharField(widget=forms.Textarea, max_length=10)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agrees = forms.BooleanField()

    def clean(self):
        if self.cleaned_data.get("title") == "both":
            raise forms.ValidationError("These two do not go together.")


def render(source, path="/", cookies=None, **context):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    return Template("{% load portal crispy_forms_filters %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("name", ICONS)
def test_icon_is_hidden_from_screen_readers(name):
    assert 'aria-hidden="true"' in portal.icon(name)


def test_arrows_turn_round_with_the_writing():
    assert "ga-icon--flip" in portal.icon("arrow")
    assert "ga-icon--flip" not in portal.icon("clock")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("public", "Public"),
        ("states", "Member States"),
        ("request", "Member States, if they ask"),
        ("secretariat", "Secretariat only"),
    ],
)
def test_badge_says_who_can_see(kind, words):
    badge = portal.audience(kind)
    assert f'data-audience="{kind}"' in badge
    assert f"Who can see this: </span>{words}</span>" in badge


def test_words_of_a_status_are_escaped():
    assert portal.status_chip("done", "<b>") == '<span class="ga-status" data-state="done">&lt;b&gt;</span>'


# T-A35
def test_instant_stands_at_the_host_first_and_at_the_reader_second():
    page = render("{% moment at %}", cookies={"tz": "Pacific/Kiritimati"}, at=CLOSE)
    assert page.index("17:00 EST (UTC−5)") < page.index("Thu 27 Jan 2022, 12:00, Kiritimati")


def test_reader_at_the_host_sees_one_time():
    assert render("{% moment at %}", cookies={"tz": "America/New_York"}, at=CLOSE).count("<time") == 1


def test_forged_zone_is_passed_over():
    assert render("{% moment at %}", cookies={"tz": "<script>"}, at=CLOSE).count("<time") == 1


# T-A36
def test_countdown_is_given_the_instant_and_the_servers_moment():
    with clock.frozen(CLOSE - timedelta(hours=30)):
        card = render("{% deadline window purpose='to apply' %}", window=Window("Call", None, CLOSE))
        assert portal.server_moment() == "2022-01-25T16:00:00.000+00:00"
    assert 'data-until="2022-01-26T22:00:00+00:00"' in card
    assert 'data-phrase="{} left to apply"' in card
    assert 'data-state="soon"' in card
    assert "30 hours left to apply" in card


@pytest.mark.parametrize(
    ("at", "words", "counts"),
    [
        (CLOSE - timedelta(days=6), "6 days left", True),
        (CLOSE, "Closed less than an hour ago", False),
        (CLOSE + timedelta(days=2), "Closed 2 days ago", False),
        (CLOSE - timedelta(days=33), "Opens in 3 days", False),
    ],
)
def test_deadline_before_during_and_after(at, words, counts):
    with clock.frozen(at):
        card = render("{% deadline window %}", window=Window("Call", CLOSE - timedelta(days=30), CLOSE))
    assert words in card
    assert ("data-until" in card) is counts


def test_deadline_without_an_end():
    assert "No closing date is announced" in render("{% deadline window %}", window=Window("Call", None, None))


def test_summary_links_each_problem_to_its_control_and_a_group_to_its_first_option():
    form = Form({"title": "", "scope": "x" * 11, "homepage": "https://example.org"})
    form.fields["title"].label = "Who is it?"
    page = render("{% field_errors_summary form %}", form=form)
    assert 'role="alert"' in page
    assert "Who is it: " in page
    assert "data-takes-focus" in page
    for target in ("#id_title", "#id_scope", "#id_kind_0", "#id_agrees"):
        assert f'href="{target}"' in page


def test_problem_of_the_whole_form_is_said_once():
    form = Form({"title": "both", "scope": "x", "kind": "a", "agrees": "on"})
    page = render("{% field_errors_summary form %}{{ form|crispy }}", form=form)
    assert page.count("These two do not go together.") == 1


def test_no_summary_without_problems():
    assert render("{% field_errors_summary form %}", form=Form()).strip() == ""


def test_field_names_its_help_and_error_and_marks_what_is_optional():
    form = Form({"title": ""})
    page = render("{{ form|crispy }}", form=form)
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_title_error" class="invalid-feedback"' in page
    assert page.count("(optional)") == 1
    assert "asteriskField" not in page


def test_audience_of_a_field_is_shown_between_label_and_control():
    form = Form()
    form.fields["title"].audience = "states"
    page = render("{{ form|crispy }}", form=form)
    assert page.index("</label>") < page.index('data-audience="states"') < page.index('name="title"')


def test_long_text_is_counted_as_the_server_counts_and_never_cut():
    page = render("{{ form|crispy }}", form=Form(initial={"scope": "a\r\n🕊"}))
    assert "maxlength" not in page.split('name="scope"')[1].split(">")[0]
    assert 'data-limit="10"' in page
    assert "7 left" in page
    assert "id_scope_count" in page


def test_direction_of_writing_follows_the_text_except_in_addresses():
    page = render("{{ form|crispy }}", form=Form())
    assert 'dir="auto"' in page.split('name="title"')[1].split(">")[0]
    assert 'dir="ltr"' in page.split('name="homepage"')[1].split(">")[0]


def test_chosen_option_stays_chosen():
    page = render("{{ form|crispy }}", form=Form({"kind": "b"}))
    assert "checked" in page.split('value="b"')[1].split(">")[0]
    assert "checked" not in page.split('value="a"')[1].split(">")[0]


def test_pages_keep_the_filters_of_the_address():
    page = render("{% pagination page %}", "/?kind=a&page=2", page=Paginator(range(50), 10).page(2))
    assert 'href="?kind=a&amp;page=3"' in page
    assert 'aria-current="page" aria-label="Page 2"' in page


def test_one_page_needs_no_links():
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Linux"),
        ("Some <b>thing", "Some &lt;b&gt;thing"),
        ("", "A browser that says nothing of itself"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent, words):
    assert render("{% load devices %}{{ said|device }}", said=user_agent) == words
