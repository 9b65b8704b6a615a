"""Append-only tables: SQL for a trigger that refuses UPDATE and DELETE, on SQLite and on PostgreSQL."""

from django.db import migrations


def _names(table):
    return f"{table}_no_update", f"{table}_no_delete"


def create(schema_editor, table, sentence, *, condition="", deletes=True):
    """Guard ``table``; ``condition`` (SQL over OLD and NEW) limits the UPDATEs that are refused.

    Called again for the same table it replaces the guard.
    """
    drop(schema_editor, table)
    update, delete = _names(table)
    when = f"WHEN ({condition})" if condition else ""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} {when} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
        if deletes:
            schema_editor.execute(
                f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        return
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {table}_guard() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {table}_guard()"
    )
    if deletes:
        schema_editor.execute(
            f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
        )


def drop(schema_editor, table):
    for name in _names(table):
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def append_only(table, sentence, **options):
    """A migration operation that guards ``table``."""
    return migrations.RunPython(
        lambda apps, schema_editor: create(schema_editor, table, sentence, **options),
        lambda apps, schema_editor: drop(schema_editor, table),
    )


def execute_by_vendor(*, sqlite, postgresql):
    """A migration operation that runs the statements of the database in use."""
    statements = {"sqlite": sqlite, "postgresql": postgresql}

    def run(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return migrations.RunPython(run, migrations.RunPython.noop)
