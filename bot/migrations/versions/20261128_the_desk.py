"""the_desk: signing in, teams and hours, notes, drafts, presence, saved replies, attachments, audit, figures."""

import sqlalchemy as sa
from alembic import op

import bot.sealing


revision = '20261128_desk'
down_revision = '20261128_doubted'
branch_labels = None
depends_on = None


#: Rows of the audit are written once: the database itself refuses anything else.
APPEND_ONLY = """
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only';
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit for each statement execute function audit_is_append_only();
"""


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=True),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('audit_key'))
    )
    op.create_index('audit_at', 'audit', ['at'], unique=False)
    op.create_index('audit_member', 'audit', ['member_id', 'at'], unique=False)
    op.create_index('audit_subject', 'audit', ['subject_id', 'at'], unique=False)
    op.create_table('figure_closing',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('figure_closing_key'))
    )
    op.create_index('figure_closing_day', 'figure_closing', ['day'], unique=False)
    op.create_table('figure_first_reply',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('risk', sa.String(length=16), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('figure_first_reply_key'))
    )
    op.create_index('figure_first_reply_day', 'figure_first_reply', ['day'], unique=False)
    op.create_table('figure_helped',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('helped', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('figure_helped_key'))
    )
    op.create_index('figure_helped_day', 'figure_helped', ['day'], unique=False)
    op.create_table('figure_question',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('figure_question_key'))
    )
    op.create_index('figure_question_day', 'figure_question', ['day'], unique=False)
    op.create_table('saved_reply',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('updated_by', sa.Uuid(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', 'language', name=op.f('saved_reply_key'))
    )
    op.create_table('sign_in_failure',
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('sign_in_failure_key'))
    )
    op.create_table('team',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('team_key')),
    sa.UniqueConstraint('name', name=op.f('team_name_once'))
    )
    op.create_table('holiday',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('holiday_team_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('team_id', 'day', name=op.f('holiday_key'))
    )
    op.create_table('team_hours',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('team_hours_team_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('team_hours_key'))
    )
    op.create_index(op.f('team_hours_team_id'), 'team_hours', ['team_id'], unique=False)
    op.create_table('recovery_code',
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('recovery_code_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'code_hash', name=op.f('recovery_code_key'))
    )
    op.create_table('note',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('text', bot.sealing.Sealed(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('note_conversation_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('note_member_id_of')),
    sa.PrimaryKeyConstraint('id', name=op.f('note_key'))
    )
    op.create_index(op.f('note_conversation_id'), 'note', ['conversation_id'], unique=False)
    op.create_table('attachment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('content', bot.sealing.SealedBytes(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('attachment_message_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('attachment_key')),
    sa.UniqueConstraint('message_id', name=op.f('attachment_message_id_once'))
    )
    op.create_table('draft',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('text', bot.sealing.Sealed(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('draft_case_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('draft_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'member_id', name=op.f('draft_key'))
    )
    op.create_table('filing',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('tags', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('follow_up_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('filing_case_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', name=op.f('filing_key'))
    )
    op.create_index(op.f('filing_follow_up_on'), 'filing', ['follow_up_on'], unique=False)
    op.create_table('presence',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('writing_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('presence_case_id_of'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('presence_member_id_of'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'member_id', name=op.f('presence_key'))
    )
    op.add_column('case_file', sa.Column('outcome', sa.Enum('answered', 'referred', 'no_reply', 'unreachable', 'not_for_us', 'bot', name='outcome', native_enum=False, length=16), nullable=True))
    op.add_column('case_file', sa.Column('helped', sa.Boolean(), nullable=True))
    op.add_column('case_file', sa.Column('waiting_since', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
    op.add_column('case_file', sa.Column('greeted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('team_id', sa.Uuid(), nullable=True))
    op.add_column('case_file', sa.Column('reserved_for', sa.Uuid(), nullable=True))
    op.add_column('case_file', sa.Column('reserved_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_file', sa.Column('passed_by', sa.ARRAY(sa.Uuid()), server_default='{}', nullable=False))
    op.create_index('case_file_open', 'case_file', ['state', 'opened_at'], unique=False, postgresql_where="state <> 'closed'")
    op.create_index(op.f('case_file_taken_by'), 'case_file', ['taken_by'], unique=False)
    op.create_foreign_key(op.f('case_file_reserved_for_of'), 'case_file', 'member', ['reserved_for'], ['id'])
    op.create_foreign_key(op.f('case_file_team_id_of'), 'case_file', 'team', ['team_id'], ['id'], ondelete='SET NULL')
    op.add_column('contact', sa.Column('latitude', sa.Double(), nullable=True))
    op.add_column('contact', sa.Column('longitude', sa.Double(), nullable=True))
    op.add_column('conversation', sa.Column('asked_on_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('conversation', sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('name', sa.Text(), server_default='', nullable=False))
    op.add_column('member', sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('password_hash', sa.Text(), nullable=True))
    op.add_column('member', sa.Column('totp_secret', bot.sealing.Sealed(), nullable=True))
    op.add_column('member', sa.Column('totp_confirmed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('totp_last_step', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('member', sa.Column('console_language', sa.String(length=3), server_default='en', nullable=False))
    op.add_column('member', sa.Column('topics', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))
    op.add_column('member', sa.Column('team_id', sa.Uuid(), nullable=True))
    op.add_column('member', sa.Column('most_cases', sa.Integer(), server_default='6', nullable=False))
    op.add_column('member', sa.Column('on_duty_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f('member_team_id_of'), 'member', 'team', ['team_id'], ['id'], ondelete='SET NULL')
    op.add_column('staff_session', sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
    op.add_column('staff_session', sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
    op.add_column('staff_session', sa.Column('second_factor_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.execute("drop function audit_is_append_only cascade")
    op.drop_column('staff_session', 'second_factor_at')
    op.drop_column('staff_session', 'seen_at')
    op.drop_column('staff_session', 'created_at')
    op.drop_constraint(op.f('member_team_id_of'), 'member', type_='foreignkey')
    op.drop_column('member', 'seen_at')
    op.drop_column('member', 'on_duty_since')
    op.drop_column('member', 'most_cases')
    op.drop_column('member', 'team_id')
    op.drop_column('member', 'topics')
    op.drop_column('member', 'console_language')
    op.drop_column('member', 'totp_last_step')
    op.drop_column('member', 'totp_confirmed_at')
    op.drop_column('member', 'totp_secret')
    op.drop_column('member', 'password_hash')
    op.drop_column('member', 'disabled_at')
    op.drop_column('member', 'name')
    op.drop_column('conversation', 'reopened_at')
    op.drop_column('conversation', 'asked_on_at')
    op.drop_column('contact', 'longitude')
    op.drop_column('contact', 'latitude')
    op.drop_constraint(op.f('case_file_team_id_of'), 'case_file', type_='foreignkey')
    op.drop_constraint(op.f('case_file_reserved_for_of'), 'case_file', type_='foreignkey')
    op.drop_index(op.f('case_file_taken_by'), table_name='case_file')
    op.drop_index('case_file_open', table_name='case_file', postgresql_where="state <> 'closed'")
    op.drop_column('case_file', 'passed_by')
    op.drop_column('case_file', 'reserved_until')
    op.drop_column('case_file', 'reserved_for')
    op.drop_column('case_file', 'team_id')
    op.drop_column('case_file', 'answered_at')
    op.drop_column('case_file', 'escalated_at')
    op.drop_column('case_file', 'replied_at')
    op.drop_column('case_file', 'greeted_at')
    op.drop_column('case_file', 'waiting_since')
    op.drop_column('case_file', 'helped')
    op.drop_column('case_file', 'outcome')
    op.drop_table('presence')
    op.drop_index(op.f('filing_follow_up_on'), table_name='filing')
    op.drop_table('filing')
    op.drop_table('draft')
    op.drop_table('attachment')
    op.drop_index(op.f('note_conversation_id'), table_name='note')
    op.drop_table('note')
    op.drop_table('recovery_code')
    op.drop_index(op.f('team_hours_team_id'), table_name='team_hours')
    op.drop_table('team_hours')
    op.drop_table('holiday')
    op.drop_table('team')
    op.drop_table('sign_in_failure')
    op.drop_table('saved_reply')
    op.drop_index('figure_question_day', table_name='figure_question')
    op.drop_table('figure_question')
    op.drop_index('figure_helped_day', table_name='figure_helped')
    op.drop_table('figure_helped')
    op.drop_index('figure_first_reply_day', table_name='figure_first_reply')
    op.drop_table('figure_first_reply')
    op.drop_index('figure_closing_day', table_name='figure_closing')
    op.drop_table('figure_closing')
    op.drop_index('audit_subject', table_name='audit')
    op.drop_index('audit_member', table_name='audit')
    op.drop_index('audit_at', table_name='audit')
    op.drop_table('audit')
