"""The editor's line before it is published, what was said, and which draft takes what up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("drafts", _text("suggestions"))
    op.add_column("announcements", _text("said"))
    op.create_table(
        "announcement_notes",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("guild", _WHOLE, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("saved_at", _WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
