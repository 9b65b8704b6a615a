import django.contrib.postgres.indexes
import django.contrib.postgres.operations
from django.db import migrations, models

from accreditation.search import words_of

BATCH = 500


def write_search_words(apps, schema_editor):
    Application = apps.get_model("accreditation", "Application")
    rows = []
    for application in Application.objects.only(
        "reference", "name", "acronym", "former_names", "homepage", "contact_name", "contact_email", "contact_phone"
    ).iterator(chunk_size=BATCH):
        application.search_words = words_of(application)
        rows.append(application)
        if len(rows) == BATCH:
            Application.objects.bulk_update(rows, ["search_words"])
            rows = []
    Application.objects.bulk_update(rows, ["search_words"])


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0007_letter_texts")]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.AddField(
            model_name="application",
            name="search_words",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.RunPython(write_search_words, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="application",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_words"], name="application_found_by", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
