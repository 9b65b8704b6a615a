from django.db import migrations

from imrf_portal.triggers import append_only, execute_by_vendor

OTHER_THAN_ERASURE = (
    "NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND OLD.application_id = NEW.application_id "
    "AND OLD.number = NEW.number AND OLD.sha256 = NEW.sha256 AND OLD.submitted_at = NEW.submitted_at "
    "AND OLD.submitted_by_id = NEW.submitted_by_id AND OLD.revision = NEW.revision "
    "AND OLD.receipt_code = NEW.receipt_code)"
)
FROZEN = "(SELECT frozen_at FROM accreditation_stakeholderlist WHERE id = OLD.stakeholder_list_id) IS NOT NULL"
FROZEN_SENTENCE = "A frozen list is never changed"
SIGNED = ("recommended_by_id", "signed_by_id", "decided_by_id", "assigned_to_id")
RECUSED_SENTENCE = "A recused officer neither holds nor signs the file"


def recused(differs):
    """A recusal stands for whoever is newly written into one of the columns."""
    written = " OR ".join(f"(d.officer_id = NEW.{name} AND NEW.{name} {differs} OLD.{name})" for name in SIGNED)
    return (
        "EXISTS (SELECT 1 FROM accreditation_conflictdeclaration d WHERE d.application_id = NEW.id "
        f"AND d.has_conflict AND d.lifted_at IS NULL AND ({written}))"
    )


class Migration(migrations.Migration):
    replaces = [
        ("accreditation", "0003_guard_what_was_shown"),
        ("accreditation", "0018_erase_contacts_of_versions"),
        ("accreditation", "0021_refuse_what_a_recused_officer_signs"),
    ]

    dependencies = [("accreditation", "0001_initial")]

    operations = [
        append_only(
            "accreditation_applicationversion",
            "What was submitted is never changed or deleted",
            condition=OTHER_THAN_ERASURE,
        ),
        append_only("accreditation_listextension", "The history of a list is never changed or deleted"),
        append_only("accreditation_extension", "More time that was given stays on the record"),
        append_only("accreditation_waiver", "A waiver stays on the record"),
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER listentry_frozen_{act.lower()} BEFORE {act} ON accreditation_listentry WHEN "
                f"{FROZEN} BEGIN SELECT RAISE(ABORT, '{FROZEN_SENTENCE}'); END"
                for act in ("UPDATE", "DELETE")
            ],
            postgresql=[
                "CREATE FUNCTION listentry_guard() RETURNS trigger AS $$ BEGIN "
                f"IF {FROZEN} THEN RAISE EXCEPTION '{FROZEN_SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                "CREATE TRIGGER listentry_frozen BEFORE UPDATE OR DELETE ON accreditation_listentry "
                "FOR EACH ROW EXECUTE FUNCTION listentry_guard()",
            ],
        ),
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER application_recused BEFORE UPDATE OF {', '.join(SIGNED)} ON accreditation_application "
                f"WHEN {recused('IS NOT')} BEGIN SELECT RAISE(ABORT, '{RECUSED_SENTENCE}'); END"
            ],
            postgresql=[
                "CREATE FUNCTION application_recused_guard() RETURNS trigger AS $$ BEGIN "
                f"IF {recused('IS DISTINCT FROM')} THEN RAISE EXCEPTION '{RECUSED_SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER application_recused BEFORE UPDATE OF {', '.join(SIGNED)} "
                "ON accreditation_application FOR EACH ROW EXECUTE FUNCTION application_recused_guard()",
            ],
        ),
    ]
