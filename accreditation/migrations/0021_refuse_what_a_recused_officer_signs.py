from django.db import migrations

from imrf_portal.triggers import execute_by_vendor

COLUMNS = ("recommended_by_id", "signed_by_id", "decided_by_id", "assigned_to_id")
SENTENCE = "A recused officer neither holds nor signs the file"


def recused(differs):
    """A recusal stands for whoever is newly written into one of the columns."""
    written = " OR ".join(f"(d.officer_id = NEW.{name} AND NEW.{name} {differs} OLD.{name})" for name in COLUMNS)
    return (
        "EXISTS (SELECT 1 FROM accreditation_conflictdeclaration d WHERE d.application_id = NEW.id "
        f"AND d.has_conflict AND d.lifted_at IS NULL AND ({written}))"
    )


class Migration(migrations.Migration):
    dependencies = [('accreditation', '0020_conflicts_of_interest')]

    operations = [
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER application_recused BEFORE UPDATE OF {', '.join(COLUMNS)} ON accreditation_application "
                f"WHEN {recused('IS NOT')} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            ],
            postgresql=[
                "CREATE FUNCTION application_recused_guard() RETURNS trigger AS $$ BEGIN "
                f"IF {recused('IS DISTINCT FROM')} THEN RAISE EXCEPTION '{SENTENCE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER application_recused BEFORE UPDATE OF {', '.join(COLUMNS)} "
                "ON accreditation_application FOR EACH ROW EXECUTE FUNCTION application_recused_guard()",
            ],
        )
    ]
