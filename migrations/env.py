"""Alembic's entry: runs inside the transaction that `colonnade.cli.database.migrate` opened."""

from alembic import context

from colonnade.cli.database import import_tables
from colonnade.kit.database import Table

import_tables()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    user_module_prefix="colonnade.kit.database.",
)
context.run_migrations()
