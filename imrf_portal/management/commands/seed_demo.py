"""Fills an empty portal with the demonstration; running it again changes nothing."""

from django.core.management.base import BaseCommand


def sign_in_help():
    """Lines that tell a person at the terminal how to sign in as each demonstration person."""
    return []


class Command(BaseCommand):
    help = "Fills the portal with demonstration data, once."

    def handle(self, **options):
        pass
