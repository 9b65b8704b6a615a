from django.db import migrations

from imrf_portal.triggers import execute_by_vendor

SEATS = "registration_registration"
LIMIT = "(SELECT seats_per_organization FROM sessions_app_forumsession WHERE id = NEW.forum_session_id)"
QUOTA_SENTENCE = "More people than this session lets in of one organization"
PEOPLE = "registration_representative"
AGE_UNSAID = "OLD.is_minor AND NOT NEW.is_minor AND NEW.of_age_said_at IS NULL"
AGE_SENTENCE = "Somebody entered as under 18 is of age only once the desk compared the passport"


class Migration(migrations.Migration):
    replaces = [("registration", "0002_guard_seats"), ("registration", "0006_age_said_after_under_18")]

    dependencies = [("registration", "0001_initial")]

    operations = [
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER seat_quota_{act.lower()} BEFORE {act} ON {SEATS} WHEN NEW.seat > {LIMIT} "
                f"BEGIN SELECT RAISE(ABORT, '{QUOTA_SENTENCE}'); END"
                for act in ("INSERT", "UPDATE")
            ],
            postgresql=[
                "CREATE FUNCTION seat_quota_guard() RETURNS trigger AS $$ BEGIN "
                f"IF NEW.seat > {LIMIT} THEN RAISE EXCEPTION '{QUOTA_SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER seat_quota BEFORE INSERT OR UPDATE ON {SEATS} "
                "FOR EACH ROW EXECUTE FUNCTION seat_quota_guard()",
            ],
        ),
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER age_not_unsaid BEFORE UPDATE ON {PEOPLE} WHEN {AGE_UNSAID} "
                f"BEGIN SELECT RAISE(ABORT, '{AGE_SENTENCE}'); END",
            ],
            postgresql=[
                "CREATE FUNCTION age_not_unsaid_guard() RETURNS trigger AS $$ BEGIN "
                f"IF {AGE_UNSAID} THEN RAISE EXCEPTION '{AGE_SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER age_not_unsaid BEFORE UPDATE ON {PEOPLE} "
                "FOR EACH ROW EXECUTE FUNCTION age_not_unsaid_guard()",
            ],
        ),
    ]
