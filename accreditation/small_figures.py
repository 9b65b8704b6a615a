"""Figures that the public may read: none by which one to four organizations could be picked out, nor their rest.

Who reads that 82 of 83 came knows of one that did not; so a part is told only when what is left is none or at least
five as well.
"""

from .register import SMALLEST_GROUP

FEW = -1
"""In the place of a figure from one to four."""
NEARLY_ALL = -2
"""In the place of a part to which only one to four are missing."""


def is_few(number):
    return 0 < number < SMALLEST_GROUP


def told(part, whole):
    """``part`` of ``whole`` (both as counted) as the public may read it: the figure, ``FEW`` or ``NEARLY_ALL``."""
    if is_few(part) or is_few(whole):
        return FEW
    return NEARLY_ALL if is_few(whole - part) else part
