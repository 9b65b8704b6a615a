from django.db import migrations

from imrf_portal.triggers import append_only, execute_by_vendor

FROZEN = "(SELECT frozen_at FROM accreditation_stakeholderlist WHERE id = OLD.stakeholder_list_id) IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0002_applications_and_lists")]

    operations = [
        append_only("accreditation_applicationversion", "What was submitted is never changed or deleted"),
        append_only("accreditation_listextension", "The history of a list is never changed or deleted"),
        execute_by_vendor(
            sqlite=[
                "CREATE TRIGGER listentry_frozen_update BEFORE UPDATE ON accreditation_listentry WHEN "
                f"{FROZEN} BEGIN SELECT RAISE(ABORT, 'A frozen list is never changed'); END",
                "CREATE TRIGGER listentry_frozen_delete BEFORE DELETE ON accreditation_listentry WHEN "
                f"{FROZEN} BEGIN SELECT RAISE(ABORT, 'A frozen list is never changed'); END",
            ],
            postgresql=[
                "CREATE FUNCTION listentry_guard() RETURNS trigger AS $$ BEGIN "
                f"IF {FROZEN} THEN RAISE EXCEPTION 'A frozen list is never changed' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                "CREATE TRIGGER listentry_frozen BEFORE UPDATE OR DELETE ON accreditation_listentry "
                "FOR EACH ROW EXECUTE FUNCTION listentry_guard()",
            ],
        ),
    ]
