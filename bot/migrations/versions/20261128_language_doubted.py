"""language_doubted: how often in a row the language of a person's messages was not clear."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_doubted"
down_revision = "20261124_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("language_doubted", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("conversation", "language_doubted")
