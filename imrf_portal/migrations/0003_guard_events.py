from django.db import migrations

from imrf_portal.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("imrf_portal", "0002_forums_events_letters")]

    operations = [append_only("imrf_portal_event", "Events are never changed or deleted")]
