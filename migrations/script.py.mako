"""${message}"""

import sqlalchemy as sa
from alembic import op

import colonnade.kit.database

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the tables to this form."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take the tables back to the form before."""
    ${downgrades if downgrades else "pass"}
