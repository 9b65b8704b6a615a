"""Template tags of every page: icons, badges, instants, deadlines, error summary, pages of a list, form controls."""

import re
from datetime import datetime
from functools import lru_cache

from django import forms, template
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from imrf_portal import clock, geography, times

from .icons import FLIPPED, ICONS

register = template.Library()

AUDIENCES = {
    "public": ("public", gettext_lazy("Public")),
    "states": ("states", gettext_lazy("Member States")),
    "request": ("request", gettext_lazy("Member States, if they ask")),
    "secretariat": ("lock", gettext_lazy("Secretariat only")),
}
"""Who can see an answer: the badge's icon and words, by the value of ``data-audience``."""


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name, css=""):
    """An icon of ``icons.ICONS`` as inline SVG, hidden from screen readers: the words stand beside it."""
    classes = " ".join(filter(None, ["ga-icon", "ga-icon--flip" if name in FLIPPED else "", css]))
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def audience(kind, words=""):
    """The badge that says who can see this: ``public``, ``states``, ``request`` or ``secretariat``."""
    picture, label = AUDIENCES[kind]
    return format_html(
        '<span class="ga-aud" data-audience="{}">{}<span class="visually-hidden">{} </span>{}</span>',
        kind,
        icon(picture),
        _("Who can see this:"),
        words or label,
    )


@register.simple_tag
def status_chip(state, label, tag=False):
    """A status: ``done``, ``ended``, ``progress``, ``todo``, ``wait``, ``fix`` or ``ask``, and its words."""
    return format_html(
        '<span class="ga-status{}" data-state="{}">{}</span>', " ga-status--tag" if tag else "", state, label
    )


@register.simple_tag
def instant(moment, zone=times.HEADQUARTERS, style="short", seconds=False):
    """One ``<time>`` in one zone; ``style`` is ``short`` or ``long``."""
    words = {"short": times.short_at_zone, "long": times.at_zone}[style](moment, zone, seconds=seconds)
    return format_html('<time datetime="{}">{}</time>', times.machine_time(moment, zone), words)


@register.simple_tag
def day_or_instant(value, zone=times.HEADQUARTERS, until=None):
    """One ``<time>`` for a day (of several, until a last one) or an instant; “to be announced” for None."""
    if value is None:
        return _("to be announced")
    if isinstance(value, datetime):
        return instant(value, zone)
    words = times.days_between(value, until) if until else times.short_date(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def moment(context, moment, zone="", style="short", seconds=False):
    """An instant at the host's time and, where the reader's zone is known and another, at the reader's own."""
    host = zone or times.HEADQUARTERS
    theirs = reader_zone(context)
    first = instant(moment, host, style, seconds)
    if not theirs or times.offset_of(moment, theirs) == times.offset_of(moment, host):
        return first
    return format_html(
        '{} <span class="ga-muted">{}</span>',
        first,
        format_html(
            _("(your time: {time})"),
            time=format_html(
                '<time datetime="{}">{}, {}</time>',
                times.machine_time(moment, theirs),
                times.day_and_clock(moment, theirs, seconds=seconds),
                times.city_of(theirs),
            ),
        ),
    )


@register.inclusion_tag("components/deadline.html", takes_context=True)
def deadline(context, window, forum=None, style="card", purpose=""):
    """The card of a window's next instant, at the host's and the reader's time.

    ``style``: ``card``, ``bar``, or ``line`` (one line for phones). ``purpose`` follows the time left: “to apply”.
    """
    zone = forum.time_zone if forum else getattr(window, "zone", times.HEADQUARTERS)
    at = window.opens_at if window.not_yet_open() else window.closes_at
    theirs = reader_zone(context)
    zones = [zone] if not theirs or theirs == zone else [zone, theirs]
    return {
        "style": style,
        "state": _deadline_state(window, at),
        "left": _deadline_words(window, at, purpose),
        "counts_down": at is not None and not window.not_yet_open() and not window.has_closed(),
        "phrase": _("%(time)s left") % {"time": "{}"} + (f" {purpose}" if purpose else ""),
        "until": at.isoformat() if at else "",
        "rows": [_deadline_row(at, name, theirs) for name in zones] if at else [],
        "here": _deadline_row(at, theirs or zone, theirs) if at else None,
        "knows_reader": bool(theirs),
        "preferences": _url("preferences"),
    }


def _deadline_state(window, at):
    if window.has_closed():
        return "closed"
    return "soon" if at and not window.not_yet_open() and times.is_soon(at) else ""


def _deadline_words(window, at, purpose):
    if window.has_closed():
        return times.time_ago(at)
    if window.not_yet_open():
        return times.time_until_opening(at)
    if at is None:
        return _("No closing date is announced")
    return f"{times.time_left(at)} {purpose}".strip()


def _deadline_row(at, zone, theirs):
    city = times.city_of(zone)
    return {
        "place": _("%(city)s, you") % {"city": city} if zone == theirs else city,
        "city": city,
        "machine": times.machine_time(at, zone),
        "words": times.day_and_clock(at, zone),
        "note": times.zone_note(at, zone),
        "letters": times.abbreviation_of(at, zone),
    }


@register.inclusion_tag("components/error_summary.html")
def field_errors_summary(*bound):
    """The summary at the head of a page with errors: takes the focus, each line links to its control.

    Marks the forms, so that crispy's own place for errors does not say the same again.
    """
    problems = [problem for form in bound if form is not None for problem in _problems(form)]
    for form in filter(None, bound):
        form.errors_are_summed_up = True
    return {"problems": problems}


def _problems(form):
    for message in form.non_field_errors():
        yield {"target": "", "message": message}
    for field in form:
        for message in field.errors:
            yield {"target": _control_of(field, message), "message": message, "label": str(field.label).rstrip(".?:")}


def _control_of(field, message):
    """The id that a link to an error should lead to: of an instant, the part (day or time) that cannot be read."""
    if isinstance(field.field, forms.MultiValueField) and field.form.is_bound:
        for number, (part, typed) in enumerate(zip(field.field.fields, field.data, strict=True)):
            try:
                part.clean(typed)
            except ValidationError as problem:
                if message in problem.messages:
                    return f"{field.auto_id}_{number}"
    return _first_control(field)


def _first_control(field):
    """The id that a link should lead to: of a group (radio, checkboxes, several inputs), its first."""
    widget = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget)):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.simple_tag
def control(field):
    """The control of a bound field with our classes, description, direction of writing and counter."""
    widget = field.field.widget
    attrs = {"class": f"{widget.attrs.get('class', '')} {_control_class(widget, bool(field.errors))}".strip()}
    described = [field.aria_describedby or widget.attrs.get("aria-describedby", "")]
    if counted(field):
        described.append(f"{field.auto_id}_count")
        attrs["maxlength"] = False
    if any(described):
        attrs["aria-describedby"] = " ".join(filter(None, described))
    if "dir" not in widget.attrs:
        attrs |= _direction(widget)
    return field.as_widget(attrs=attrs)


def _direction(widget):
    if isinstance(widget, (forms.EmailInput, forms.URLInput, forms.NumberInput, forms.PasswordInput)):
        return {"dir": "ltr"}
    return {"dir": "auto"} if isinstance(widget, (forms.TextInput, forms.Textarea)) else {}


def _control_class(widget, has_errors):
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    elif isinstance(widget, (forms.Select, forms.SelectMultiple)):
        name = "form-select"
    else:
        name = "form-control"
    return f"{name} is-invalid" if has_errors else name


@register.filter
def counted(field):
    """Whether the field is a long text with a limit, which the reader sees counted."""
    return isinstance(field.field.widget, forms.Textarea) and bool(getattr(field.field, "max_length", None))


@register.filter
def characters(text):
    """How many characters the server counts: code points, a line break as one."""
    return len(str(text or "").replace("\r\n", "\n"))


@register.filter
def characters_left(field):
    return max(field.field.max_length - characters(field.value()), 0)


@register.filter
def is_group(field):
    """Several controls under one label: a fieldset with its legend."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget))


@register.filter
def is_checkbox_field(field):
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def option_attrs(option):
    """The attributes of one option of a group, without its class."""
    return flatatt({name: value for name, value in option["attrs"].items() if name != "class"})


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page):
    """Links to the pages of a Django ``Page``; the filters in the address stay."""
    query = context["request"].GET.copy()

    def address(number):
        query["page"] = number
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [{"number": n, "address": address(n) if isinstance(n, int) else ""} for n in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def nav_items(context):
    """What the main menu holds for this reader and, where the page belongs to a Forum, for that Forum."""
    path = context["request"].path
    return [
        {"label": label, "url": url, "current": url == path or (url == _url("home") and _is_meeting(path))}
        for label, url in _entries(get_language(), *_place_of(context))
    ]


@register.simple_tag(takes_context=True)
def footer(context):
    """The foot of every page: the same for all readers of one kind at one Forum, so it is drawn once for them."""
    return _footer(get_language(), *_place_of(context))


@lru_cache(maxsize=256)
def _footer(language, kind, slug, has_register):
    entries = [{"label": label, "url": url} for label, url in _entries(language, kind, slug, has_register)]
    return render_to_string("components/footer.html", {"menu": entries, "kind": kind})


def _place_of(context):
    """What the menus depend on: the kind of reader, the Forum’s slug, and whether its register is public."""
    request, forum = context["request"], context.get("forum")
    kind = getattr(getattr(request, "user", None), "audience", "public")
    slug = getattr(forum, "slug", "") or _slug_of(request)
    return str(kind), slug, bool(getattr(forum, "register_is_public", False))


@lru_cache(maxsize=256)
def _entries(language, kind, slug, has_register):
    """Words and addresses of the main menu; ``language`` is the active one."""
    entries = []
    if kind == "member_state":
        entries += [(_("Proposed lists"), _url("lists")), (_("Our requests and objections"), _url("our_requests"))]
    home = _url("home")
    entries.append((pgettext_lazy("menu", "Meetings"), home))
    if kind == "applicant":
        entries.append((_("My applications"), _url("my_applications")))
    if kind in {"applicant", "public"}:
        entries.append((_("Which route is yours?"), _url("route_finder", slug) if slug else f"{home}#routes"))
    if has_register:
        entries.append((_("Public register"), _url("register", slug)))
    if slug:
        entries.append((_("Programme"), _url("programme", slug)))
    entries.append((_("Help"), _url("help")))
    return [(str(label), url) for label, url in entries if url]


@register.simple_tag(takes_context=True)
def account_items(context):
    """What the menu of a person who is signed in holds."""
    user = context["request"].user
    entries = {
        "applicant": [(_("My applications"), "my_applications")],
        "member_state": [(_("Proposed lists"), "lists"), (_("People of the Mission"), "mission_people")],
        "secretariat": [(_("Secretariat"), "admin:index"), (_("Your interests"), "admin:interests")],
    }[user.audience] + [(_("Account and sign-in"), "account_settings"), (_("Language and time zone"), "preferences")]
    return [{"label": label, "url": _url(name)} for label, name in entries if _url(name)]


def _is_meeting(path):
    return bool(re.fullmatch(r"/meetings/[^/]+/", path))


def _slug_of(request):
    match = getattr(request, "resolver_match", None)
    return match.kwargs.get("slug", "") if match and request.path.startswith("/meetings/") else ""


def _url(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def reader_zone(context):
    request = context.get("request")
    return times.reader_zone(request) if request else ""


@register.simple_tag
def server_moment():
    """The server's moment for scripts that count down; never the browser's clock."""
    return clock.now().isoformat(timespec="milliseconds")


@register.simple_tag
def meeting_days(starts_on, ends_on):
    return times.days_between(starts_on, ends_on)


@register.filter
def country_name(iso2):
    """The name of a country whose row was not read; empty for none."""
    return geography.name_of(iso2)


@register.filter
def in_fours(fingerprint):
    """A hash in groups of four, to compare by eye."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
