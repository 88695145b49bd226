"""contacts: changes that wait for somebody else, and their history."""

import sqlalchemy as sa
from alembic import op


revision = '20261129_contacts'
down_revision = '20261129_editing'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contact_change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('contact_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'published', 'replaced', 'dropped', name='changestate', native_enum=False, length=16), nullable=False),
    sa.Column('base_id', sa.BigInteger(), nullable=True),
    sa.Column('proposed_by', sa.Uuid(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_with', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('country', sa.String(length=3), nullable=False),
    sa.Column('topics', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('phones', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('languages', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('free', sa.Boolean(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('postal', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('show', sa.String(length=16), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Text(), nullable=False),
    sa.Column('secondary', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['base_id'], ['contact_change.id'], name=op.f('contact_change_base_id_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('contact_change_contact_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('contact_change_decided_by_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposed_by'], ['member.id'], name=op.f('contact_change_proposed_by_of'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('contact_change_key'))
    )
    op.create_index(op.f('contact_change_contact_id'), 'contact_change', ['contact_id'], unique=False)
    op.create_index('contact_change_state', 'contact_change', ['state', 'contact_id'], unique=False)
    op.create_table('contact_change_name',
    sa.Column('change_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['contact_change.id'], name=op.f('contact_change_name_change_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('change_id', 'language', name=op.f('contact_change_name_key'))
    )


def downgrade() -> None:
    op.drop_table('contact_change_name')
    op.drop_table('contact_change')
