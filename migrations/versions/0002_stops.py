"""stops of runtimes"""

import sqlalchemy as sa
from alembic import op

import colonnade.kit.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHILDREN = ("contests", "declarations")
"""What refers to notices. SQLite changes a table by making it anew, which their references forbid;
so they step aside for it."""


OUTCOMES, BEFORE = "'notice', 'hold', 'refuse', 'stop'", "'notice', 'hold', 'refuse'"


def upgrade() -> None:
    """Bring the tables to this form."""
    _allow(OUTCOMES, BEFORE)
    _create_actions()


def downgrade() -> None:
    """Take the tables back to the form before; a stop is kept as a refusal."""
    op.drop_table("action_events")
    op.drop_table("actions")
    op.execute("UPDATE notices SET outcome = 'refuse' WHERE outcome = 'stop'")
    _allow(BEFORE, OUTCOMES)


def _allow(outcomes: str, before: str) -> None:
    """Let notices have these outcomes."""
    name = op.f("ck_notices_outcome")
    aside = [_take(child) for child in CHILDREN]
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"outcome in ({outcomes})")
    for table, rows in aside:
        if rows:
            op.bulk_insert(table, rows)


def _take(name: str) -> tuple[sa.Table, list[dict[str, object]]]:
    """The rows of a table, after they were deleted from it."""
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    rows = [dict(row) for row in op.get_bind().execute(sa.select(table)).mappings()]
    op.execute(sa.delete(table))
    return table, rows


def _create_actions() -> None:
    moment = colonnade.kit.database.Moment(timezone=True)
    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("runtime_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("keep_until", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_actions_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_actions_notice_id")),
        sa.UniqueConstraint("runtime_id", name=op.f("uq_actions_runtime_id")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actions_person_id"), ["person_id"], unique=False)
    op.create_table(
        "action_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("action_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("time", moment, nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_action_events_action_id_actions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_events")),
    )
    with op.batch_alter_table("action_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_events_action_id"), ["action_id"], unique=False)
