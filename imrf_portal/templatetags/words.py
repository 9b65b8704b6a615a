"""``{% translate "words" %}``, looked up once for each language: a page holds a hundred of them."""

from django import template
from django.template.base import Node, Variable
from django.templatetags.i18n import TranslateNode, do_translate
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


def _is_constant(expression):
    variable = expression.var
    literal = variable.literal if isinstance(variable, Variable) else variable
    return isinstance(literal, str) and not expression.filters
