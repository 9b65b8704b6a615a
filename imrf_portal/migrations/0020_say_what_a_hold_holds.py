from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('imrf_portal', '0019_early_openings_of_seals'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='hold',
            options={'ordering': ['-placed_at', '-pk'], 'verbose_name': 'hold on erasure', 'verbose_name_plural': 'holds on erasure'},
        ),
    ]
