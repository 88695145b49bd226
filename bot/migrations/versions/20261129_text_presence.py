"""editing: who has a text open."""

import sqlalchemy as sa
from alembic import op


revision = '20261129_text_presence'
down_revision = '20261129_contacts'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('text_presence',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('text_presence_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('kind', 'name', 'language', 'member_id', name=op.f('text_presence_key'))
    )


def downgrade() -> None:
    op.drop_table('text_presence')
