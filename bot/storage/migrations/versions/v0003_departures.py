"""Servers that removed the bot, and indexes for what goes with a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _table("departures", _whole("guild", key=True), _whole("since"), _whole("absences"))
    _table("forgotten", _whole("scope", key=True), _whole("changed_in"), _whole("at"))
    op.create_index("drafts_case", "drafts", ["case_id"])
    op.create_index("suggestions_case", "suggestions", ["case_id"])
    op.create_index("hidden_cases_case", "hidden_cases", ["case_id"])
    op.create_index("drafts_saved", "drafts", ["saved_at"])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sqlite_strict=True)


def _whole(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _WHOLE, primary_key=key, nullable=False, autoincrement=False)
