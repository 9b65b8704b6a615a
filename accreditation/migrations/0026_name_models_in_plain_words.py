from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accreditation', '0025_note_likenesses'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='listentry',
            options={'ordering': ['position'], 'verbose_name': 'name on a list', 'verbose_name_plural': 'names on lists'},
        ),
        migrations.AlterModelOptions(
            name='referenceentry',
            options={'ordering': ['position'], 'verbose_name': 'entry of a reference list', 'verbose_name_plural': 'entries of reference lists'},
        ),
        migrations.AlterModelOptions(
            name='routeverdict',
            options={'ordering': ['-made_at'], 'verbose_name': 'answer on the way to take part', 'verbose_name_plural': 'answers on the way to take part'},
        ),
    ]
