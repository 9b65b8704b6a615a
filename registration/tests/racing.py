"""Many people at the same instant, as of one moment of the portal's clock."""

import os

from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.tests.races import at_once


def rounds(usual):
    """How often a race is run: ``usual`` in the suite, as often as ``RACE_ROUNDS`` says in the bench."""
    return int(os.environ.get("RACE_ROUNDS", usual))


def race(actions, *, at):
    """Run all actions at once, as of the instant ``at``; what each returned, or the ``Refused`` it read.

    Anything else that an action raises is raised here: a person would have seen an error page.
    """

    def run(action):
        with clock.frozen(at):
            return action()

    results = at_once(*(lambda action=action: run(action) for action in actions))
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refused):
            raise result
    return results


def winners(results):
    return [result for result in results if not isinstance(result, Refused)]


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]
