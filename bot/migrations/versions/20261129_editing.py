"""editing: drafts, saves, comments; facts and contacts that know their age; variants by country of return; opinions on answers."""

import sqlalchemy as sa
from alembic import op


revision = '20261129_editing'
down_revision = '20261128_oidc'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('figure_useful',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('useful', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('figure_useful_key'))
    )
    op.create_index('figure_useful_answer', 'figure_useful', ['intent', 'language', 'version'], unique=False)
    op.create_table('fact',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('sources', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('as_of', sa.Text(), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('origin', sa.String(length=8), server_default='file', nullable=False),
    sa.Column('checked_by', sa.Uuid(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_for', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['checked_by'], ['member.id'], name=op.f('fact_checked_by_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fact_owner_id_of'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('fact_key'))
    )
    op.create_table('text_comment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('settled_by', sa.Uuid(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('text_comment_member_id_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['settled_by'], ['member.id'], name=op.f('text_comment_settled_by_of'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('text_comment_key'))
    )
    op.create_index('text_comment_text', 'text_comment', ['kind', 'name', 'language'], unique=False)
    op.create_table('text_draft',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('state', sa.Enum('draft', 'in_review', 'scheduled', name='draftstate', native_enum=False, length=16), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('base_number', sa.Integer(), nullable=False),
    sa.Column('made_from', sa.String(length=64), nullable=True),
    sa.Column('same_meaning', sa.Boolean(), nullable=False),
    sa.Column('reviewed', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('problem', sa.String(length=32), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('updated_by', sa.Uuid(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(), nullable=True),
    sa.Column('publish_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['member.id'], name=op.f('text_draft_approved_by_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['created_by'], ['member.id'], name=op.f('text_draft_created_by_of'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['updated_by'], ['member.id'], name=op.f('text_draft_updated_by_of'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('text_draft_key')),
    sa.UniqueConstraint('kind', 'name', 'language', name=op.f('text_draft_kind_name_language_once'))
    )
    op.create_index(op.f('text_draft_publish_at'), 'text_draft', ['publish_at'], unique=False)
    op.create_table('text_save',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('set_aside', sa.Boolean(), nullable=False),
    sa.Column('base_number', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('text_save_member_id_of'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('text_save_key')),
    sa.UniqueConstraint('kind', 'name', 'language', 'revision', name=op.f('text_save_kind_name_language_revision_once'))
    )
    op.alter_column('answer_variant', 'country',
               existing_type=sa.VARCHAR(length=2),
               type_=sa.String(length=5),
               existing_nullable=False)
    op.add_column('answer_version', sa.Column('meaning', sa.String(length=64), server_default='', nullable=False))
    op.add_column('answer_version', sa.Column('author_id', sa.Uuid(), nullable=True))
    op.add_column('answer_version', sa.Column('approver_id', sa.Uuid(), nullable=True))
    op.add_column('answer_version', sa.Column('note', sa.Text(), server_default='', nullable=False))
    op.create_foreign_key(op.f('answer_version_approver_id_of'), 'answer_version', 'member', ['approver_id'], ['id'], ondelete='SET NULL')
    op.create_foreign_key(op.f('answer_version_author_id_of'), 'answer_version', 'member', ['author_id'], ['id'], ondelete='SET NULL')
    op.add_column('contact', sa.Column('languages', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))
    op.add_column('contact', sa.Column('confidence', sa.Text(), server_default='', nullable=False))
    op.add_column('contact', sa.Column('secondary', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('contact', sa.Column('remark', sa.Text(), server_default='', nullable=False))
    op.add_column('contact', sa.Column('review_by', sa.Date(), nullable=True))
    op.add_column('contact', sa.Column('owner_id', sa.Uuid(), nullable=True))
    op.add_column('contact', sa.Column('origin', sa.String(length=8), server_default='file', nullable=False))
    op.add_column('contact', sa.Column('checked_by', sa.Uuid(), nullable=True))
    op.add_column('contact', sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('contact', sa.Column('reminded_for', sa.Date(), nullable=True))
    op.create_foreign_key(op.f('contact_checked_by_of'), 'contact', 'member', ['checked_by'], ['id'], ondelete='SET NULL')
    op.create_foreign_key(op.f('contact_owner_id_of'), 'contact', 'member', ['owner_id'], ['id'], ondelete='SET NULL')
    op.add_column('conversation', sa.Column('home_asked', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('message', sa.Column('useful', sa.Boolean(), nullable=True))
    op.execute("update answer_version set meaning = content_hash")


def downgrade() -> None:
    op.drop_column('message', 'useful')
    op.drop_column('conversation', 'home_asked')
    for column in ('reminded_for', 'checked_at', 'checked_by', 'origin', 'owner_id', 'review_by', 'remark', 'secondary', 'confidence', 'languages'):
        op.drop_column('contact', column)
    for column in ('note', 'approver_id', 'author_id', 'meaning'):
        op.drop_column('answer_version', column)
    op.execute("delete from answer_variant where length(country) > 2")
    op.alter_column('answer_variant', 'country', existing_type=sa.String(length=5), type_=sa.VARCHAR(length=2), existing_nullable=False)
    for table in ('text_save', 'text_draft', 'text_comment', 'fact', 'figure_useful'):
        op.drop_table(table)
