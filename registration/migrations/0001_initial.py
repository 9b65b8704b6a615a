import django.db.models.deletion
import imrf_portal.clock
import registration.models.guardians
import registration.models.papers
import registration.models.people
from django.conf import settings
from django.db import migrations, models

from imrf_portal.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("registration", "0001_seats"),
        ("registration", "0003_letters_and_calendar_addresses"),
        ("registration", "0004_rules_notices_and_ranks"),
        ("registration", "0005_guardians_and_doors_without_a_connection"),
        ("registration", "0007_name_models_in_plain_words"),
    ]

    dependencies = [
        ("accreditation", "0001_initial"),
        ("imrf_portal", "0001_initial"),
        ("sessions_app", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Allocation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum_session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='sessions_app.forumsession')),
                        ('rule', models.CharField(max_length=20)),
                        ('input_sha256', models.CharField(max_length=64)),
                        ('result', models.JSONField()),
                        ('confirmed_at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'allocation of places',
                        'verbose_name_plural': 'allocations of places',
                        'ordering': ['-confirmed_at'],
                    },
                ),
                migrations.CreateModel(
                    name='HandledChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sessions_app.sessionchange')),
                        ('handled_at', models.DateTimeField(default=imrf_portal.clock.now)),
                    ],
                    options={
                        'verbose_name': 'handled change',
                        'verbose_name_plural': 'handled changes',
                    },
                ),
                migrations.CreateModel(
                    name='PassExport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pass_exports', to='imrf_portal.forum')),
                        ('number', models.PositiveIntegerField()),
                        ('is_difference', models.BooleanField(default=False)),
                        ('rows', models.JSONField()),
                        ('changed_count', models.PositiveIntegerField(null=True, verbose_name='rows in the files')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='imrf_portal.privatefile')),
                        ('csv_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='imrf_portal.privatefile')),
                        ('exported_at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('exported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'export for passes',
                        'verbose_name_plural': 'exports for passes',
                        'ordering': ['-number'],
                        'constraints': [models.UniqueConstraint(fields=('forum', 'number'), name='pass_export_numbered_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Representative',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('accreditation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representatives', to='accreditation.accreditation')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='name as in the passport')),
                        ('function', models.CharField(blank=True, max_length=150, verbose_name='function')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                        ('gender', models.CharField(blank=True, choices=[('', 'Not answered'), ('woman', 'Woman'), ('man', 'Man'), ('other', 'Other')], max_length=10, verbose_name='gender')),
                        ('languages', models.CharField(blank=True, max_length=120, verbose_name='languages')),
                        ('access_needs', models.TextField(blank=True, verbose_name='access needs')),
                        ('wants_visa_letter', models.BooleanField(default=False, verbose_name='visa support letter wanted')),
                        ('passport_number', models.CharField(blank=True, max_length=30, verbose_name='passport number')),
                        ('is_minor', models.BooleanField(default=False, verbose_name='under 18 on the first day of the meeting')),
                        ('of_age_said_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='entered as under 18 before, said to be of age')),
                        ('consented_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed')),
                        ('invitation_key', models.CharField(default=registration.models.people.new_invitation_key, editable=False, max_length=40, unique=True)),
                        ('invited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='invited')),
                        ('created_at', models.DateTimeField(default=imrf_portal.clock.now, editable=False)),
                        ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        'verbose_name': 'representative',
                        'verbose_name_plural': 'representatives',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('of_age_said_at', None), ('is_minor', False), _connector='OR'), name='representative_said_to_be_of_age_is_not_under_18')],
                    },
                ),
                migrations.CreateModel(
                    name='SeatRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('forum', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seat_rule', to='imrf_portal.forum')),
                        ('second_seats', models.CharField(choices=[('order', 'In the order received'), ('balanced', 'Balanced by region and type, in turn')], default='order', max_length=10, verbose_name='seats after the first of each organization')),
                        ('offer_hours', models.PositiveSmallIntegerField(default=48, verbose_name='hours an offer from the waiting list stands')),
                        ('words', models.TextField(blank=True, verbose_name='the rule as published')),
                        ('minors_words', models.TextField(blank=True, help_text='Empty: the general words. Nobody under 18 comes in without this agreement.', verbose_name='what a parent or guardian agrees to, for people under 18')),
                        ('security_email', models.EmailField(blank=True, help_text='Told of entries that should not have been let in.', max_length=254, verbose_name='address of security')),
                    ],
                    options={
                        'verbose_name': 'rule of seats',
                        'verbose_name_plural': 'rules of seats',
                    },
                ),
                migrations.CreateModel(
                    name='FeedKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(default=registration.models.papers.new_feed_key, editable=False, max_length=40, unique=True)),
                        ('accreditation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feed_keys', to='accreditation.accreditation')),
                        ('representative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feed_keys', to='registration.representative')),
                        ('created_at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'calendar address',
                        'verbose_name_plural': 'calendar addresses',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('representative', None), ('revoked_at', None)), fields=('accreditation',), name='feed_one_address_per_organization'), models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('representative',), name='feed_one_address_per_person')],
                    },
                ),
                migrations.CreateModel(
                    name='GuardianForm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('representative', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_form', to='registration.representative')),
                        ('key', models.CharField(default=registration.models.guardians.new_guardian_key, editable=False, max_length=40, unique=True)),
                        ('name', models.CharField(max_length=200, verbose_name='name of the parent or guardian')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address of the parent or guardian')),
                        ('asked_at', models.DateTimeField(default=imrf_portal.clock.now, verbose_name='asked')),
                        ('relation', models.CharField(blank=True, max_length=80, verbose_name='relation to the person')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone during the meeting')),
                        ('accompanied_by', models.CharField(blank=True, max_length=200, verbose_name='who of age accompanies the person')),
                        ('words', models.TextField(blank=True, verbose_name='what was agreed to')),
                        ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed')),
                        ('received_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'form of a guardian',
                        'verbose_name_plural': 'forms of guardians',
                        'ordering': ['-asked_at', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('received_by', None)), models.Q(('agreed_at__isnull', False), models.Q(models.Q(('words', ''), _negated=True), ('received_by__isnull', False), _connector='OR')), _connector='OR'), name='guardian_agreed_to_words_or_on_paper')],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='registration.representative')),
                        ('kind', models.CharField(choices=[('confirmation', 'Confirmation of participation'), ('visa', 'Visa support letter')], max_length=12, verbose_name='kind')),
                        ('code', models.CharField(default=registration.models.papers.new_letter_code, editable=False, max_length=20, unique=True, verbose_name='code')),
                        ('facts', models.JSONField(verbose_name='facts it states')),
                        ('written_at', models.DateTimeField(default=imrf_portal.clock.now, verbose_name='written at')),
                        ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'letter about a person',
                        'verbose_name_plural': 'letters about people',
                        'ordering': ['-written_at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Registration',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('accreditation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='accreditation.accreditation')),
                        ('forum_session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='sessions_app.forumsession')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='registration.representative')),
                        ('status', models.CharField(choices=[('registered', 'Registered'), ('confirmed', 'Confirmed'), ('waiting', 'On the waiting list'), ('offered', 'Place offered'), ('overflow', 'Overflow room'), ('replaced', 'Replaced'), ('withdrawn', 'Withdrawn'), ('cancelled', 'Session cancelled'), ('suspended', 'Suspended'), ('expired', 'Offer not taken in time')], default='registered', editable=False, max_length=10, verbose_name='status')),
                        ('seat', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='seat of the organization')),
                        ('is_priority', models.BooleanField(default=False, editable=False, verbose_name='priority')),
                        ('place', models.PositiveIntegerField(editable=False, null=True, verbose_name='place in the room')),
                        ('code', models.CharField(editable=False, max_length=20, unique=True, verbose_name='code')),
                        ('registered_at', models.DateTimeField(default=imrf_portal.clock.now, editable=False, verbose_name='registered at')),
                        ('registered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('rank', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='number in the overflow room or on the waiting list')),
                        ('waiting_since_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('passed_over_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('offer_ends_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='offer ends')),
                        ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('suspended_from', models.CharField(blank=True, editable=False, max_length=10)),
                        ('replaced_by', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='registration.registration')),
                        ('exception_reason', models.TextField(blank=True, editable=False, verbose_name='reason of the exception')),
                    ],
                    options={
                        'verbose_name': 'registration',
                        'verbose_name_plural': 'registrations',
                        'ordering': ['forum_session', 'accreditation', 'seat', 'pk'],
                        'indexes': [models.Index(fields=['forum_session', 'status'], name='registration_by_session')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['registered', 'confirmed', 'overflow']), ('seat__isnull', False)), models.Q(models.Q(('status__in', ['registered', 'confirmed', 'overflow']), _negated=True), ('seat', None)), _connector='OR'), name='registration_holds_a_seat_iff_live'), models.CheckConstraint(condition=models.Q(('seat', None), ('seat__gte', 1), _connector='OR'), name='registration_seat_is_a_number_from_one'), models.UniqueConstraint(fields=('accreditation', 'forum_session', 'seat'), name='registration_one_person_per_seat'), models.UniqueConstraint(condition=models.Q(('status__in', ['registered', 'confirmed', 'overflow']), ('is_priority', True)), fields=('accreditation', 'forum_session'), name='registration_one_priority_per_organization'), models.UniqueConstraint(condition=models.Q(('status__in', ['registered', 'confirmed', 'overflow', 'waiting', 'offered'])), fields=('forum_session', 'representative'), name='registration_person_once_per_session'), models.UniqueConstraint(fields=('forum_session', 'place'), name='registration_one_person_per_place'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'offered'), _negated=True), ('offer_ends_at__isnull', False), _connector='OR'), name='registration_offered_until_an_instant')],
                    },
                ),
                migrations.CreateModel(
                    name='SpeakingRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('accreditation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speaking_requests', to='accreditation.accreditation')),
                        ('forum_session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speaking_requests', to='sessions_app.forumsession')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speaking_requests', to='registration.representative')),
                        ('topic', models.CharField(max_length=300, verbose_name='topic')),
                        ('language', models.CharField(max_length=40, verbose_name='language')),
                        ('presents_summary', models.BooleanField(default=False, verbose_name='presents the summary of the hearing')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('shortlisted', 'Shortlisted'), ('selected', 'Selected'), ('declined', 'Not selected')], default='submitted', editable=False, max_length=12, verbose_name='status')),
                        ('asked_at', models.DateTimeField(default=imrf_portal.clock.now, editable=False)),
                    ],
                    options={
                        'verbose_name': 'request to speak',
                        'verbose_name_plural': 'requests to speak',
                        'ordering': ['asked_at', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('forum_session', 'representative'), name='speaking_asked_once_per_person_and_session')],
                    },
                ),
                migrations.CreateModel(
                    name='ChangeNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sessions_app.sessionchange')),
                        ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_notices', to='registration.registration')),
                        ('told_at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('answer', models.CharField(blank=True, choices=[('', 'Not answered'), ('kept', 'Kept'), ('released', 'Released')], max_length=10)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'notice of a change',
                        'verbose_name_plural': 'notices of changes',
                        'ordering': ['-told_at', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('change', 'registration'), name='change_notice_once_per_registration')],
                    },
                ),
                migrations.CreateModel(
                    name='CheckIn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='registration.registration')),
                        ('at', models.DateTimeField(default=imrf_portal.clock.now)),
                        ('entrance', models.CharField(blank=True, max_length=40, verbose_name='entrance')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('is_first', models.BooleanField(default=True)),
                        ('override_reason', models.CharField(blank=True, max_length=200)),
                        ('list_made_at', models.DateTimeField(blank=True, null=True, verbose_name='let in by a list of')),
                        ('flag', models.CharField(blank=True, choices=[('void', 'The code was not in use'), ('twice', 'The code came in before')], max_length=10, verbose_name='for security')),
                        ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                        ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('settled_words', models.CharField(blank=True, max_length=300, verbose_name='what came of it')),
                    ],
                    options={
                        'verbose_name': 'check-in',
                        'verbose_name_plural': 'check-ins',
                        'ordering': ['-at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_first', True)), fields=('registration',), name='check_in_first_once'), models.UniqueConstraint(condition=models.Q(('list_made_at__isnull', False)), fields=('registration', 'at'), name='check_in_offline_entry_sent_once'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None), ('settled_words', '')), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('settled_words', ''), _negated=True), models.Q(('flag', ''), _negated=True)), _connector='OR'), name='check_in_settled_by_somebody_with_words')],
                    },
                ),
            ]
        ),
    ]
