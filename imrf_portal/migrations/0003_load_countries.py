from django.db import migrations

from imrf_portal import country_data


def load(apps, schema_editor):
    country_data.load(apps.get_model("imrf_portal", "Country"))


class Migration(migrations.Migration):
    replaces = [("imrf_portal", "0004_load_countries")]

    dependencies = [("imrf_portal", "0002_guards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
