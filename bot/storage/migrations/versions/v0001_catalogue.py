"""Cases with their revisions, drafts, suggestions, and what servers chose."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _table("meta", _text("key", key=True), _text("value"))
    _table("counters", _text("name", key=True), _whole("value"))
    op.execute("INSERT INTO counters (name, value) VALUES ('catalogue', 0)")
    _cases()
    _revisions()
    _table(
        "shipped_updates",
        _case_id(key=True),
        _text("content_hash"),
        _bytes("document"),
        _whole("received_at"),
    )
    _drafts()
    _suggestions()
    _table(
        "server_settings",
        _whole("guild", key=True),
        _whole("editor_role", null=True),
        _text("language", null=True),
    )
    _table("hidden_cases", _whole("guild", key=True), _case_id(key=True))
    _audit()


def _cases() -> None:
    _table(
        "cases",
        _text("id", key=True),
        _whole("scope"),
        _text("slug"),
        _whole("revision"),
        _whole("changed_in"),
        _bytes("document"),
        _whole("withdrawn_at", null=True),
        _text("shipped_hash", null=True),
        _bytes("shipped_document", null=True),
        sa.UniqueConstraint("scope", "slug", name="cases_scope_slug"),
    )
    op.create_index("ix_cases_changed_in", "cases", ["changed_in"])


def _revisions() -> None:
    _table(
        "revisions",
        _case_id(key=True),
        _whole("number", key=True),
        _whole("changed_in"),
        _text("kind"),
        _whole("made_at"),
        _whole("person"),
        _whole("guild"),
        _text("reason"),
        _bytes("before", null=True),
        _bytes("after", null=True),
    )
    op.create_index("ix_revisions_changed_in", "revisions", ["changed_in"])
    op.create_index("revisions_person", "revisions", ["person", "changed_in"])


def _drafts() -> None:
    _table(
        "drafts",
        _text("id", key=True),
        _whole("person"),
        _whole("guild"),
        _whole("scope"),
        _case_id(null=True),
        _whole("base_revision", null=True),
        _bytes("base", null=True),
        _bytes("fields"),
        _bytes("typed"),
        _whole("made_at"),
        _whole("saved_at"),
    )
    op.create_index("ix_drafts_person", "drafts", ["person"])


def _suggestions() -> None:
    _table(
        "suggestions",
        _text("id", key=True),
        _whole("scope"),
        _text("kind"),
        _case_id(null=True),
        _whole("person"),
        _whole("guild"),
        _text("text"),
        _text("link", null=True),
        _whole("made_at"),
        _text("state"),
        _whole("decided_by", null=True),
        _whole("decided_at", null=True),
        _text("answer", null=True),
        _whole("told_at", null=True),
    )
    op.create_index("suggestions_queue", "suggestions", ["scope", "state", "made_at"])
    op.create_index("suggestions_person", "suggestions", ["person", "made_at"])


def _audit() -> None:
    _table(
        "audit",
        sa.Column("number", _WHOLE, primary_key=True),
        _whole("made_at"),
        _whole("person"),
        _whole("guild"),
        _text("what"),
        _text("subject"),
        _text("reason"),
        _text("before", null=True),
        _text("after", null=True),
    )
    op.create_index("audit_guild", "audit", ["guild", "number"])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_strict=True)


def _text(name: str, *, key: bool = False, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=null)


def _whole(name: str, *, key: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, _WHOLE, primary_key=key, nullable=null, autoincrement=False)


def _bytes(name: str, *, null: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _case_id(*, key: bool = False, null: bool = False) -> sa.Column[str]:
    foreign = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.Text, foreign, primary_key=key, nullable=null)
