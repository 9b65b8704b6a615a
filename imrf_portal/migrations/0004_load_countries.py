from django.db import migrations

from imrf_portal import country_data


def load(apps, schema_editor):
    country_data.load(apps.get_model("imrf_portal", "Country"))


class Migration(migrations.Migration):
    dependencies = [("imrf_portal", "0003_guard_events")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
