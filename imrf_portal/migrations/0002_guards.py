from django.db import migrations

from imrf_portal.triggers import append_only

PROPOSED = ("kind", "topic", "subject_id", "subject_name", "reason", "proposed_by_id", "proposed_at", "expires_at")
LOOKED = ("officer_id", "person_id", "reason", "started_at", "ends_at")


def changed(*columns):
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in columns)


class Migration(migrations.Migration):
    replaces = [("imrf_portal", "0003_guard_events")]

    dependencies = [("imrf_portal", "0001_initial")]

    operations = [
        append_only("imrf_portal_event", "Events are never changed or deleted"),
        append_only(
            "imrf_portal_countersignedact",
            "What was proposed is never changed, and what is settled stays settled",
            condition=f"OLD.state <> 'waiting' OR {changed(*PROPOSED, 'parameters', 'rests_on')}",
        ),
        append_only(
            "imrf_portal_supportlook",
            "A look with the eyes of a person is never changed or deleted; it only ends",
            condition=f"OLD.ended_at IS NOT NULL OR {changed(*LOOKED)}",
        ),
    ]
