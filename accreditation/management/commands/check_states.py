from django.core.management.base import BaseCommand, CommandError

from accreditation.calendar import states_without_event


class Command(BaseCommand):
    help = "Name the applications whose status no event explains; fails when there is one."

    def handle(self, **options):
        unexplained = list(states_without_event())
        for application in unexplained:
            self.stdout.write(f"{application.reference}: “{application.status}”, last told “{application.told or ''}”")
        if unexplained:
            raise CommandError(f"{len(unexplained)} without an event.")
        self.stdout.write("Every status has its event.")
