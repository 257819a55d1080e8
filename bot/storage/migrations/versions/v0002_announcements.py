"""Subscriptions, announcements and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _subscriptions()
    _announcements()
    _deliveries()
    _table("conversations", _whole("person", key=True), _whole("channel"))


def _subscriptions() -> None:
    _table(
        "subscriptions",
        sa.Column("number", _WHOLE, primary_key=True),
        _text("lane"),
        _whole("target"),
        _whole("guild"),
        _text("jurisdiction"),
        _text("topic"),
        _text("kind"),
        _text("case_id"),
        _whole("role"),
        _whole("person"),
        _whole("made_at"),
        _text("state"),
        _whole("paused_at", null=True),
        _whole("code"),
        _whole("failures"),
        _whole("failing_since", null=True),
        _whole("untold"),
        sa.UniqueConstraint(
            "lane", "target", "jurisdiction", "topic", "kind", "case_id", name="subscriptions_wish"
        ),
    )
    op.create_index("subscriptions_guild", "subscriptions", ["guild", "number"])
    op.create_index("subscriptions_untold", "subscriptions", ["untold"])


def _announcements() -> None:
    case_id = sa.ForeignKey("cases.id", ondelete="CASCADE")
    _table(
        "announcements",
        sa.Column("number", _WHOLE, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        _text("kind"),
        sa.Column("case_id", sa.Text, case_id, nullable=False),
        _whole("scope"),
        _whole("revision"),
        sa.Column("document", sa.LargeBinary, nullable=False),
        _whole("ruling", null=True),
        _text("note"),
        _whole("person"),
        _whole("guild"),
        _whole("made_at"),
        _whole("version"),
        _text("change"),
        _text("reason"),
        _whole("changed_at", null=True),
        _whole("corrects", null=True),
        _whole("code"),
        _whole("untold"),
    )
    op.create_index("announcements_case", "announcements", ["case_id"])
    op.create_index("announcements_made", "announcements", ["made_at"])
    op.create_index("announcements_untold", "announcements", ["untold"])


def _deliveries() -> None:
    announcement = sa.ForeignKey("announcements.number", ondelete="CASCADE")
    _table(
        "deliveries",
        sa.Column("announcement", _WHOLE, announcement, primary_key=True, autoincrement=False),
        _text("lane", key=True),
        _whole("target", key=True),
        _whole("guild"),
        _text("roles"),
        _whole("turn"),
        _text("state"),
        _whole("due_at"),
        _whole("attempts"),
        _whole("doubtful"),
        _whole("started_at", null=True),
        _whole("done_at", null=True),
        _whole("channel", null=True),
        _whole("message", null=True),
        _whole("shown"),
        _whole("code"),
    )
    op.create_index("deliveries_queue", "deliveries", ["state", "lane", "announcement", "turn"])
    op.create_index("deliveries_target", "deliveries", ["lane", "target", "state"])
    op.create_index("deliveries_guild", "deliveries", ["guild", "announcement"])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_strict=True)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _whole(name: str, *, key: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, _WHOLE, primary_key=key, nullable=null, autoincrement=False)
