import django.db.models.deletion
import imrf_portal.clock
from django.conf import settings
from django.db import migrations, models

from imrf_portal.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("sessions_app", "0001_programme"),
        ("sessions_app", "0002_order_by_number"),
        ("sessions_app", "0003_overflow_seats"),
    ]

    dependencies = [
        ("imrf_portal", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Objective',
                    fields=[
                        ('number', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                        ('title', models.CharField(max_length=255, verbose_name='title')),
                        ('round_table', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='round table')),
                    ],
                    options={
                        'verbose_name': 'objective',
                        'verbose_name_plural': 'objectives',
                        'ordering': ['number'],
                    },
                ),
                migrations.CreateModel(
                    name='ForumSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='imrf_portal.forum')),
                        ('slug', models.SlugField(max_length=60)),
                        ('kind', models.CharField(choices=[('hearing', 'Multi-stakeholder hearing'), ('round_table', 'Round table'), ('policy_debate', 'Policy debate'), ('plenary', 'Plenary'), ('thematic', 'Thematic session')], max_length=20, verbose_name='kind')),
                        ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('theme', models.TextField(blank=True, verbose_name='theme')),
                        ('day_on', models.DateField(help_text='In the zone of the host city.', verbose_name='day')),
                        ('last_day_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='starts at')),
                        ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='ends at')),
                        ('part_of_day', models.CharField(blank=True, max_length=40, verbose_name='part of the day, where hours are not announced')),
                        ('time_zone', models.CharField(default='America/New_York', max_length=60, verbose_name='time zone')),
                        ('city', models.CharField(blank=True, max_length=80, verbose_name='city')),
                        ('room', models.CharField(blank=True, max_length=120, verbose_name='room')),
                        ('overflow_room', models.CharField(blank=True, max_length=120, verbose_name='overflow room')),
                        ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='capacity of the room')),
                        ('stakeholder_seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats for stakeholders')),
                        ('overflow_seats', models.PositiveIntegerField(blank=True, help_text='Empty: as many as come.', null=True, verbose_name='seats in the overflow room')),
                        ('seats_per_organization', models.PositiveSmallIntegerField(default=2, verbose_name='people per organization')),
                        ('webcast_url', models.URLField(blank=True, verbose_name='webcast')),
                        ('webcast', models.CharField(blank=True, choices=[('', 'Not announced'), ('announced', 'Announced'), ('live', 'Live'), ('recording', 'Recording')], max_length=10, verbose_name='state of the webcast')),
                        ('languages', models.CharField(blank=True, max_length=120, verbose_name='interpretation')),
                        ('status', models.CharField(choices=[('tentative', 'To be confirmed'), ('confirmed', 'Confirmed'), ('moved', 'Moved'), ('cancelled', 'Cancelled')], default='tentative', editable=False, max_length=10, verbose_name='status')),
                        ('is_published', models.BooleanField(default=False, editable=False, verbose_name='published')),
                        ('registration_opens_at', models.DateTimeField(blank=True, null=True, verbose_name='registration opens')),
                        ('registration_closes_at', models.DateTimeField(blank=True, null=True, verbose_name='registration closes')),
                        ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                        ('changed_at', models.DateTimeField(default=imrf_portal.clock.now, editable=False)),
                        ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                        ('objectives', models.ManyToManyField(blank=True, related_name='sessions', to='sessions_app.objective', verbose_name='objectives')),
                    ],
                    options={
                        'verbose_name': 'Forum session',
                        'verbose_name_plural': 'Forum sessions',
                        'ordering': ['day_on', models.OrderBy(models.F('starts_at'), nulls_last=True), models.OrderBy(models.F('number'), nulls_last=True), 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('forum', 'slug'), name='session_slug_once_per_forum'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at', None), ('starts_at', None)), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='session_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('registration_opens_at', None), ('registration_closes_at', None), ('registration_closes_at__gt', models.F('registration_opens_at')), _connector='OR'), name='session_registration_closes_after_it_opens'), models.CheckConstraint(condition=models.Q(('seats_per_organization__gte', 1)), name='session_lets_in_at_least_one_of_an_organization')],
                    },
                ),
                migrations.CreateModel(
                    name='SessionChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum_session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='sessions_app.forumsession')),
                        ('verb', models.CharField(max_length=10)),
                        ('old_day_on', models.DateField()),
                        ('new_day_on', models.DateField(blank=True, null=True)),
                        ('old_starts_at', models.DateTimeField(blank=True, null=True)),
                        ('new_starts_at', models.DateTimeField(blank=True, null=True)),
                        ('old_room', models.CharField(blank=True, max_length=120)),
                        ('new_room', models.CharField(blank=True, max_length=120)),
                        ('reason', models.TextField(verbose_name='reason')),
                        ('changed_at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'change of a session',
                        'verbose_name_plural': 'changes of sessions',
                        'ordering': ['-changed_at'],
                    },
                ),
                migrations.CreateModel(
                    name='SessionPerson',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum_session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='sessions_app.forumsession')),
                        ('part', models.CharField(choices=[('co_chair', 'Co-chair'), ('moderator', 'Moderator'), ('panellist', 'Panellist')], max_length=10, verbose_name='part')),
                        ('name', models.CharField(max_length=150, verbose_name='name')),
                        ('function', models.CharField(blank=True, max_length=200, verbose_name='function')),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name': 'person on the podium',
                        'verbose_name_plural': 'people on the podium',
                        'ordering': ['part', 'position', 'pk'],
                    },
                ),
            ]
        ),
    ]
