import sys

from django.core.management.base import BaseCommand, CommandError

from imrf_portal import bounces


class Command(BaseCommand):
    help = "Reads reports of undeliverable letters: one message from standard input, or the mailbox of the settings."

    def add_arguments(self, parser):
        parser.add_argument("--stdin", action="store_true", help="read one message, as a mail server pipes it")

    def handle(self, *, stdin, **options):
        if stdin:
            letter = bounces.take(sys.stdin.buffer.read(bounces.LONGEST_MESSAGE))
            self.stdout.write(f"Letter {letter.pk} came back." if letter else "No report about a letter.")
            return
        try:
            taken = bounces.take_all()
        except (ValueError, *bounces.AWAY) as problem:
            raise CommandError(f"The mailbox could not be read ({type(problem).__name__}).") from None
        self.stdout.write(f"{taken} letters came back.")
