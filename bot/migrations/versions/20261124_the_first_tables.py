"""the_first_tables."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op


revision = '20261124_first'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The queue's own schema; all its statements at once, which only the driver itself can send.
    queue = Path(__file__).parents[1] / "sql" / "procrastinate_3_10_0.sql"
    op.get_bind().connection.driver_connection.execute(queue.read_text("utf-8"))
    op.create_table('answer_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('followups', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('sources', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=True),
    sa.Column('made_from', sa.String(length=64), nullable=True),
    sa.Column('reviewed', sa.Boolean(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('answer_version_key')),
    sa.UniqueConstraint('kind', 'name', 'language', 'number', name=op.f('answer_version_kind_name_language_number_once'))
    )
    op.create_index('answer_version_published', 'answer_version', ['kind', 'name', 'language'], unique=True, postgresql_where='published')
    op.create_table('contact',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('country', sa.String(length=3), nullable=False),
    sa.Column('topics', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('phones', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('postal', sa.Text(), nullable=False),
    sa.Column('free', sa.Boolean(), nullable=True),
    sa.Column('as_of', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('show', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('contact_key'))
    )
    op.create_table('member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('languages', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('member_key')),
    sa.UniqueConstraint('email', name=op.f('member_email_once'))
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('country_of_stay', sa.String(length=2), nullable=True),
    sa.Column('country_of_return', sa.String(length=2), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('person_key'))
    )
    op.create_table('address',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=32), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('address_person_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('address_key')),
    sa.UniqueConstraint('channel', 'fingerprint', name=op.f('address_channel_fingerprint_once'))
    )
    op.create_index(op.f('address_person_id'), 'address', ['person_id'], unique=False)
    op.create_table('answer_variant',
    sa.Column('version_id', sa.BigInteger(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['answer_version.id'], name=op.f('answer_variant_version_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'country', name=op.f('answer_variant_key'))
    )
    op.create_table('contact_name',
    sa.Column('contact_id', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('contact_name_contact_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', 'language', name=op.f('contact_name_key'))
    )
    op.create_table('sign_in_link',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('sign_in_link_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('sign_in_link_key'))
    )
    op.create_index(op.f('sign_in_link_member_id'), 'sign_in_link', ['member_id'], unique=False)
    op.create_table('staff_session',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('staff_session_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('staff_session_key'))
    )
    op.create_index(op.f('staff_session_member_id'), 'staff_session', ['member_id'], unique=False)
    op.create_table('conversation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('address_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=True),
    sa.Column('language_chosen', sa.Boolean(), nullable=False),
    sa.Column('hint', sa.String(length=16), nullable=True),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('unsure', sa.Integer(), nullable=False),
    sa.Column('offered', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('pending', sa.String(length=64), nullable=True),
    sa.Column('safe_to_write', sa.Boolean(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_inbound_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['address_id'], ['address.id'], name=op.f('conversation_address_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('conversation_person_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('conversation_key')),
    sa.UniqueConstraint('address_id', name=op.f('conversation_address_id_once'))
    )
    op.create_index(op.f('conversation_last_inbound_at'), 'conversation', ['last_inbound_at'], unique=False)
    op.create_index(op.f('conversation_person_id'), 'conversation', ['person_id'], unique=False)
    op.create_table('case_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('risk', sa.String(length=16), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.Uuid(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('case_file_conversation_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['taken_by'], ['member.id'], name=op.f('case_file_taken_by_of')),
    sa.PrimaryKeyConstraint('id', name=op.f('case_file_key'))
    )
    op.create_index(op.f('case_file_conversation_id'), 'case_file', ['conversation_id'], unique=False)
    op.create_index('case_file_one_open', 'case_file', ['conversation_id'], unique=True, postgresql_where="state <> 'closed'")
    op.create_table('message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('direction', sa.String(length=3), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('button', sa.Text(), nullable=True),
    sa.Column('media', sa.LargeBinary(), nullable=True),
    sa.Column('callback', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('language', sa.String(length=3), nullable=True),
    sa.Column('intent', sa.String(length=64), nullable=True),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('risk', sa.String(length=16), nullable=True),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('choices', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('delivery', sa.String(length=16), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('answers_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('message_conversation_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('message_key'))
    )
    op.create_index('message_heard_once', 'message', ['channel', 'external_id'], unique=True, postgresql_where="direction = 'in'")
    op.create_index('message_said', 'message', ['channel', 'external_id'], unique=False, postgresql_where="direction = 'out'")
    op.create_index('message_thread', 'message', ['conversation_id', 'id'], unique=False)


def downgrade() -> None:
    msg = "The first tables cannot be taken away without losing everything; drop the database instead."
    raise NotImplementedError(msg)
