from django.db import migrations

from imrf_portal.triggers import execute_by_vendor

LIMIT = "(SELECT seats_per_organization FROM sessions_app_forumsession WHERE id = NEW.forum_session_id)"
SENTENCE = "More people than this session lets in of one organization"
TABLE = "registration_registration"


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_seats")]

    operations = [
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER seat_quota_insert BEFORE INSERT ON {TABLE} WHEN NEW.seat > {LIMIT} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
                f"CREATE TRIGGER seat_quota_update BEFORE UPDATE ON {TABLE} WHEN NEW.seat > {LIMIT} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
            ],
            postgresql=[
                "CREATE FUNCTION seat_quota_guard() RETURNS trigger AS $$ BEGIN "
                f"IF NEW.seat > {LIMIT} THEN RAISE EXCEPTION '{SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER seat_quota BEFORE INSERT OR UPDATE ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION seat_quota_guard()",
            ],
        ),
    ]
