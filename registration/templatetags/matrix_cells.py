"""The controls of the matrix: a person for each slot, and who has priority.

They are written here, not by a template for each cell: twenty sessions have a hundred of them.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from imrf_portal.templatetags.portal import icon

register = template.Library()


@register.simple_tag
def slot_cells(matrix, row, may_write):
    """The cells of one session, disabled where its registration is closed or the reader may only read."""
    off = mark_safe(" disabled") if row.reason or not may_write else ""
    slots = {slot.number: slot for slot in row.slots}
    cells = [_slot_cell(matrix, row, slots.get(number), number, off) for number in matrix.most_slots]
    return mark_safe("".join([*cells, _priority_cell(row, off)]))


def _slot_cell(matrix, row, slot, number, off):
    if slot is None:
        return format_html('<td><span class="visually-hidden">{}</span></td>', _("No slot"))
    state = invalid = ""
    if slot.problems:
        state, invalid = " is-invalid", format_html(' aria-invalid="true" aria-describedby="e{}"', row.key)
    elif row.reason:
        invalid = format_html(' aria-describedby="r{}"', row.key)
    return format_html(
        '<td data-label="{}"><select class="form-select{}" id="{}" name="{}" aria-label="{}"{}{}>'
        '<option value="">{}</option>{}</select></td>',
        _slot(number),
        state,
        slot.name,
        slot.name,
        _("%(session)s, slot %(number)s") % {"session": row.session.title, "number": number},
        invalid,
        off,
        _("Empty"),
        format_html_join("", '<option value="{}"{}>{}</option>', _options(matrix, slot)),
    )


def _options(matrix, slot):
    return ((key, mark_safe(" selected") if key == slot.value else "", name) for key, name in matrix.choices)


def _priority_cell(row, off):
    chosen = {row.star: mark_safe(" checked")}
    stars = (
        (row.key, slot.number, chosen.get(slot.number, ""), icon("star"), _slot(slot.number)) for slot in row.slots
    )
    return format_html(
        '<td data-label="{}"><fieldset class="ga-stars"{}>'
        '<legend class="visually-hidden">{}</legend>{}</fieldset></td>',
        _("Priority"),
        off,
        _("Priority for %(session)s") % {"session": row.session.title},
        format_html_join("", '<label class="ga-star"><input type="radio" name="p{}" value="{}"{}>{}{}</label>', stars),
    )


def _slot(number):
    return _("Slot %(number)s") % {"number": number}
