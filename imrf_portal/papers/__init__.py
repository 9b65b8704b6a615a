"""Papers of the portal as PDF: receipt, letter of confirmation, letter with a list, certificate.

Whoever needs one calls the function with the paper's name; each takes plain facts (text, aware datetimes), writes in
the active language and returns the bytes. Equal facts give equal bytes.
"""

from .certificate import certificate
from .correspondence import confirmation_letter, list_letter
from .receipt import receipt
from .rendering import render
from .statistics import statistics_paper

__all__ = ["certificate", "confirmation_letter", "list_letter", "receipt", "render", "statistics_paper"]
