from django.db import migrations, models

from imrf_portal.triggers import execute_by_vendor

TABLE = "registration_representative"
SENTENCE = "Somebody entered as under 18 is of age only once the desk compared the passport"


class Migration(migrations.Migration):
    dependencies = [("registration", "0005_guardians_and_doors_without_a_connection")]

    operations = [
        migrations.AddField(
            model_name="representative",
            name="of_age_said_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="entered as under 18 before, said to be of age",
            ),
        ),
        migrations.AddConstraint(
            model_name="representative",
            constraint=models.CheckConstraint(
                condition=models.Q(("of_age_said_at", None), ("is_minor", False), _connector="OR"),
                name="representative_said_to_be_of_age_is_not_under_18",
            ),
        ),
        execute_by_vendor(
            sqlite=[
                f"CREATE TRIGGER age_not_unsaid BEFORE UPDATE ON {TABLE} "
                "WHEN OLD.is_minor AND NOT NEW.is_minor AND NEW.of_age_said_at IS NULL "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
            ],
            postgresql=[
                "CREATE FUNCTION age_not_unsaid_guard() RETURNS trigger AS $$ BEGIN "
                "IF OLD.is_minor AND NOT NEW.is_minor AND NEW.of_age_said_at IS NULL THEN "
                f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                "RETURN NEW; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER age_not_unsaid BEFORE UPDATE ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION age_not_unsaid_guard()",
            ],
        ),
    ]
