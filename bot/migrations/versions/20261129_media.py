"""answer_media: recordings and pictures of answers; attachments may refer to one, or to a drawing."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_media"
down_revision = "20261129_text_presence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("home", sa.String(2), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("answer_media_member_id_of"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("answer_media_key")),
    )
    place = ["kind", "name", "language", "country", "home"]
    op.create_index("answer_media_used", "answer_media", place, unique=True, postgresql_where=sa.text("withdrawn_at is null"))
    op.alter_column("attachment", "content", nullable=True)
    op.add_column("attachment", sa.Column("media_id", sa.Uuid(), nullable=True))
    op.add_column("attachment", sa.Column("drawn", sa.String(16), server_default="", nullable=False))
    op.create_foreign_key(op.f("attachment_media_id_of"), "attachment", "answer_media", ["media_id"], ["id"])
    op.create_index(op.f("attachment_media_id"), "attachment", ["media_id"])


def downgrade() -> None:
    op.execute("delete from attachment where content is null")
    op.drop_column("attachment", "drawn")
    op.drop_column("attachment", "media_id")
    op.alter_column("attachment", "content", nullable=False)
    op.drop_table("answer_media")
