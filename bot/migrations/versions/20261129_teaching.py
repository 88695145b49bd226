"""What was not understood, what editors teach of it, test questions, and models made at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_teaching"
down_revision = "20261129_media"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("message", sa.Column("action", sa.String(16)))
    op.add_column("message", sa.Column("wrong", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("message", sa.Column("sorted_at", WHEN))
    to_sort = "sorted_at is null and (wrong or action in ('clarify', 'handover'))"
    op.create_index("message_to_sort", "message", ["created_at"], postgresql_where=sa.text(to_sort))
    op.create_table(
        "sentence",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="sentence_key"),
        sa.UniqueConstraint("language", "normal", "intent", name="sentence_language_normal_intent_once"),
    )
    op.create_index("sentence_newest", "sentence", ["created_at"])
    op.create_table(
        "missing_topic",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("noted_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="missing_topic_key"),
        sa.UniqueConstraint("key", name="missing_topic_key_once"),
    )
    op.create_table(
        "test_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="test_question_key"),
        sa.UniqueConstraint("language", "normal", name="test_question_language_normal_once"),
    )
    op.create_index("test_question_of", "test_question", ["intent", "language"])
    op.create_table(
        "model",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("against_id", sa.BigInteger()),
        sa.Column("started_by", sa.Uuid()),
        sa.Column("started_at", WHEN, nullable=False),
        sa.Column("made_at", WHEN),
        sa.Column("live_by", sa.Uuid()),
        sa.Column("live_at", WHEN),
        sa.Column("problem", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("heard_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="model_key"),
    )
    op.create_index("model_live_once", "model", ["state"], unique=True, postgresql_where=sa.text("state = 'live'"))
    op.create_table(
        "model_file",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "name", name="model_file_key"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], ondelete="CASCADE", name="model_file_model_id_of"),
    )
    op.create_table(
        "model_figure",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(4), nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "language", "name", name="model_figure_key"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], ondelete="CASCADE", name="model_figure_model_id_of"),
    )
    op.create_table(
        "model_loss",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("read_as", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="model_loss_key"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], ondelete="CASCADE", name="model_loss_model_id_of"),
    )
    op.create_index("model_loss_model_id", "model_loss", ["model_id"])


def downgrade() -> None:
    for table in ("model_loss", "model_figure", "model_file", "model", "test_question", "missing_topic", "sentence"):
        op.drop_table(table)
    op.drop_index("message_to_sort", "message")
    for column in ("sorted_at", "wrong", "action"):
        op.drop_column("message", column)
