from django.core.management.base import BaseCommand

from imrf_portal import country_data
from imrf_portal.geography import Country


class Command(BaseCommand):
    help = "Load the countries and areas that ship with the portal. Running it again changes nothing."

    def handle(self, **options):
        count = country_data.load(Country)
        self.stdout.write(f"{count} countries and areas are loaded.")
