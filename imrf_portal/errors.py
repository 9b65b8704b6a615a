"""A refusal: the answer “no” with a sentence meant for the person who asked."""


class Refused(Exception):
    """A verb may not happen. The message says what happened, why, and what to do.

    ``field`` names the form field the sentence belongs to; ``None`` when it is about the whole request.
    """

    def __init__(self, message, *, field=None):
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self):
        return str(self.message)


class AskFirst(Exception):
    """A page does not open before something was answered on another one, at ``address``."""

    def __init__(self, address):
        super().__init__(address)
        self.address = address
