"""``{% translate "words" %}``, looked up once for each language, and ``{% url "name" %}``: a page holds a hundred."""

from django import template
from django.template import defaulttags
from django.template.base import Node, Variable
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix
from django.utils.translation import get_language

register = template.Library()


class ConstantWords(Node):
    """Words that are written in the template itself, so that their translation depends on the language alone."""

    child_nodelists = ()

    def __init__(self, words, asvar):
        self.words, self.asvar, self.known = words, asvar, {}

    def render(self, context):
        language = get_language()
        if language not in self.known:
            self.known[language] = self.words.render(context)
        if self.asvar is None:
            return self.known[language]
        context[self.asvar] = self.known[language]
        return ""


@register.tag
def translate(parser, token):
    """Django's tag; what it makes of a constant is kept."""
    node = do_translate(parser, token)
    asked = [node.filter_expression, *filter(None, [node.message_context])]
    if not all(_is_constant(expression) for expression in asked):
        return node
    return ConstantWords(TranslateNode(node.filter_expression, node.noop, None, node.message_context), node.asvar)


class ConstantAddress(Node):
    """The address of a page that has but one."""

    child_nodelists = ()

    def __init__(self, node):
        self.node, self.known = node, {}

    def render(self, context):
        prefix = get_script_prefix()
        if prefix not in self.known:
            self.known[prefix] = self.node.render(context)
        return self.known[prefix]


@register.tag
def url(parser, token):
    """Django's tag; an address without values is looked up once."""
    node = defaulttags.url(parser, token)
    is_one = not (node.args or node.kwargs or node.asvar) and _is_constant(node.view_name)
    return ConstantAddress(node) if is_one else node


def _is_constant(expression):
    variable = expression.var
    literal = variable.literal if isinstance(variable, Variable) else variable
    return isinstance(literal, str) and not expression.filters
