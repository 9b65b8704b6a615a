from django.db import migrations


def let_them_work_on_all(apps, schema_editor):
    """Nobody who could work yesterday is shut out; from here on somebody assigns."""
    user = apps.get_model("imrf_portal", "User")
    office = apps.get_model("imrf_portal", "ForumOfficer")
    office.objects.bulk_create(office(officer=officer) for officer in user.objects.filter(audience="secretariat"))


class Migration(migrations.Migration):
    dependencies = [('imrf_portal', '0017_officers_of_forums')]

    operations = [migrations.RunPython(let_them_work_on_all, migrations.RunPython.noop)]
