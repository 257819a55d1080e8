"""The schema. Migrations in `migrations/versions/` bring a database to it.

A scope is 0 for the public catalogue and a guild's id for what that server keeps for itself. A
guild of 0 is no server: the terminal, or the start of the bot. A person of 0 is nobody: a shipped
update, or the owner in the terminal.
"""

import sqlalchemy as sa

from bot.storage.columns import Moment, Whole

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""Facts about this installation."""

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", Whole, nullable=False),
    sqlite_strict=True,
)
"""Numbers that only grow; taking the next one makes a transaction wait for the one before it."""

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("scope", Whole, nullable=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("revision", Whole, nullable=False),
    sa.Column("changed_in", Whole, nullable=False, index=True),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Column("shipped_hash", sa.Text),
    sa.Column("shipped_document", sa.LargeBinary),
    sa.UniqueConstraint("scope", "slug", name="cases_scope_slug"),
    sqlite_strict=True,
)
"""One row a case.

`document` is the compact JSON of the record; a withdrawn case keeps its last one. `changed_in` is
the catalogue's revision that changed it last. `shipped_hash` and `shipped_document` tell which
shipped file the case last took in: the base against which an editor's changes are told from the
shipped ones.
"""

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("changed_in", Whole, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("person", Whole, nullable=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("before", sa.LargeBinary),
    sa.Column("after", sa.LargeBinary),
    sa.Index("revisions_person", "person", "changed_in"),
    sqlite_strict=True,
)
"""Every change of every case: who, when, where, why, before and after.

`before` is null where the case was not in the catalogue, `after` where it no longer is.
"""

shipped_updates = sa.Table(
    "shipped_updates",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sqlite_strict=True,
)
"""Shipped files that contradict what an editor wrote, until an editor settles it."""

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", Whole, nullable=False, index=True),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("scope", Whole, nullable=False),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE")),
    sa.Column("base_revision", Whole),
    sa.Column("base", sa.LargeBinary),
    sa.Column("fields", sa.LargeBinary, nullable=False),
    sa.Column("typed", sa.LargeBinary, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("suggestions", sa.Text, nullable=False, server_default=""),
    sa.Index("drafts_case", "case_id"),
    sa.Index("drafts_saved", "saved_at"),
    sqlite_strict=True,
)
"""What people have not published yet.

`fields` is the record as far as it goes, `typed` what stood in forms that were not understood,
both as JSON. `base` is the record that an edit started from, `suggestions` the ids of
what it takes up.
"""

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("scope", Whole, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE")),
    sa.Column("person", Whole, nullable=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("link", sa.Text),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_by", Whole),
    sa.Column("decided_at", Moment),
    sa.Column("answer", sa.Text),
    sa.Column("told_at", Moment),
    sa.Index("suggestions_queue", "scope", "state", "made_at"),
    sa.Index("suggestions_person", "person", "made_at"),
    sa.Index("suggestions_case", "case_id"),
    sqlite_strict=True,
)
"""Cases that people miss and mistakes that they report, with what the editors decided."""

server_settings = sa.Table(
    "server_settings",
    metadata,
    sa.Column("guild", Whole, primary_key=True, autoincrement=False),
    sa.Column("editor_role", Whole),
    sa.Column("language", sa.Text),
    sqlite_strict=True,
)
"""What a server chose; null where it left the default.

Nothing sets `language` while there is one: public answers follow the server's language in Discord.
"""

hidden_cases = sa.Table(
    "hidden_cases",
    metadata,
    sa.Column("guild", Whole, primary_key=True, autoincrement=False),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Index("hidden_cases_case", "case_id"),
    sqlite_strict=True,
)
"""Public cases that a server does not show."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", Whole, primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("person", Whole, nullable=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Index("audit_guild", "guild", "number"),
    sqlite_strict=True,
)
"""Changes of what is not a case: settings, hidden cases, suggestions."""

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("number", Whole, primary_key=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("target", Whole, nullable=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("jurisdiction", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("role", Whole, nullable=False),
    sa.Column("person", Whole, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("paused_at", Moment),
    sa.Column("code", Whole, nullable=False),
    sa.Column("failures", Whole, nullable=False),
    sa.Column("failing_since", Moment),
    sa.Column("untold", Whole, nullable=False),
    sa.UniqueConstraint(
        "lane", "target", "jurisdiction", "topic", "kind", "case_id", name="subscriptions_wish"
    ),
    sa.Index("subscriptions_guild", "guild", "number"),
    sa.Index("subscriptions_untold", "untold"),
    sqlite_strict=True,
)
"""What channels and members want to hear of; an empty filter matches everything.

`target` is a channel or, in the lane of members, a person. `role` is 0 where none is pinged.
`code` is Discord's reason for failing, 0 if there is none; `untold` is 1 while the people
concerned have not been told that the bot paused it.
"""

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("number", Whole, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("scope", Whole, nullable=False),
    sa.Column("revision", Whole, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("ruling", Whole),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("person", Whole, nullable=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("version", Whole, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("changed_at", Moment),
    sa.Column("corrects", Whole),
    sa.Column("code", Whole, nullable=False),
    sa.Column("untold", Whole, nullable=False),
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    sa.Index("announcements_case", "case_id"),
    sa.Index("announcements_made", "made_at"),
    sa.Index("announcements_untold", "untold"),
    sqlite_strict=True,
)
"""What was published, as it reads now.

`number` is the reference in the messages. `key` makes publishing twice the same as once. `version`
counts what corrections and a withdrawal changed since; `change` and `reason` say what. `code` is
Discord's reason for refusing its text, 0 if it did not; `untold` as in subscriptions. `said` is
the result that those who got it were last told in a message of its own.
"""

announcement_notes = sa.Table(
    "announcement_notes",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sqlite_strict=True,
)
"""What editors wrote on why it matters, until it is published: of a draft, or of a change."""

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column(
        "announcement",
        Whole,
        sa.ForeignKey("announcements.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("lane", sa.Text, primary_key=True),
    sa.Column("target", Whole, primary_key=True, autoincrement=False),
    sa.Column("guild", Whole, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("turn", Whole, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", Whole, nullable=False),
    sa.Column("doubtful", Whole, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("done_at", Moment),
    sa.Column("channel", Whole),
    sa.Column("message", Whole),
    sa.Column("shown", Whole, nullable=False),
    sa.Column("code", Whole, nullable=False),
    sa.Index("deliveries_queue", "state", "lane", "announcement", "turn"),
    sa.Index("deliveries_target", "lane", "target", "state"),
    sa.Index("deliveries_guild", "guild", "announcement"),
    sqlite_strict=True,
)
"""The outbox: one row for each announcement and target.

`turn` counts the targets of one server, so that every server's first comes before anybody's second:
-1, -2 and so on, so that the queue's index gives what is next without sorting what waits.
`doubtful` is 1 while a message may be there that the bot does not know of, from `started_at` on.
`shown` is the announcement's version in the message; `due_at` is when to try next, to send and
later to edit. `code` is Discord's reason for the last failure, 0 where there is none.
"""

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("person", Whole, primary_key=True, autoincrement=False),
    sa.Column("channel", Whole, nullable=False),
    sqlite_strict=True,
)
"""The direct message channels that were opened: Discord limits how many a bot may open."""

departures = sa.Table(
    "departures",
    metadata,
    sa.Column("guild", Whole, primary_key=True, autoincrement=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("absences", Whole, nullable=False),
    sqlite_strict=True,
)
"""Servers that removed the bot, or were absent when it started: see `bot.domain.departures`."""

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("scope", Whole, primary_key=True, autoincrement=False),
    sa.Column("changed_in", Whole, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sqlite_strict=True,
)
"""Scopes whose cases were deleted for good, for some days, so that other processes hear of it.

`changed_in` is the catalogue's revision that deleted them.
"""
