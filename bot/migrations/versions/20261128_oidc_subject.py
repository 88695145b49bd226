"""oidc_subject: how the sign-in service of the organisation calls a member."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_oidc"
down_revision = "20261128_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("oidc_subject", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("member_oidc_subject_once"), "member", ["oidc_subject"])


def downgrade() -> None:
    op.drop_constraint(op.f("member_oidc_subject_once"), "member", type_="unique")
    op.drop_column("member", "oidc_subject")
