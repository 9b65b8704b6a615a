from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0006_age_said_after_under_18'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='allocation',
            options={'ordering': ['-confirmed_at'], 'verbose_name': 'allocation of places', 'verbose_name_plural': 'allocations of places'},
        ),
    ]
