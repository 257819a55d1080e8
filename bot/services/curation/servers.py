"""What a server chose: who edits, and which public cases it does not show."""

from collections.abc import Awaitable, Callable

from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC
from bot.domain.text import one_line
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.errors import (
    EverybodyError,
    NothingToDoError,
    NotPublicError,
    UnknownCaseError,
)
from bot.services.curation.ledger import MAX_REASON
from bot.services.moments import Clock, utc_now
from bot.storage import Database, Transaction, audit, cases, servers
from bot.storage.audit import AuditEntry
from bot.storage.servers import ServerSettings


class Servers:
    """Reads and changes what a server chose. Changing raises `NotAllowedError` for non-editors."""

    def __init__(
        self, database: Database, catalogue: Catalogue, access: Access, now: Clock = utc_now
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._access = access
        self._now = now

    async def settings(self, guild: int) -> ServerSettings:
        """What a server chose."""
        async with self._database.read() as tx:
            return await servers.settings_of(tx, guild)

    async def name_editors(self, actor: Actor, role: int | None) -> ServerSettings:
        """Let a role edit, besides those with *Manage Server*; `None` for nobody else.

        Raises:
            EverybodyError: for the role that everybody has, whose id is the server's.
        """
        await self._access.require_editor(actor)
        if role == actor.guild:
            raise EverybodyError
        async with self._database.write() as tx:
            await cases.lock(tx)  # two editors choose one after the other
            before = await servers.settings_of(tx, actor.guild)
            after = ServerSettings(editor_role=role)
            await servers.put_settings(tx, actor.guild, after)
            values = (before.editor_role, after.editor_role)
            await self._note(tx, actor, "editor role", "", values)
        return after

    async def hide(self, actor: Actor, case_id: str, reason: str = "") -> None:
        """Do not show a public case in this server; other servers do not notice.

        Raises:
            UnknownCaseError: if there is no such case.
            NotPublicError: for the server's own case.
            NothingToDoError: if it is hidden.
        """
        await self._show_or_hide(actor, case_id, reason, hidden=True)

    async def show(self, actor: Actor, case_id: str, reason: str = "") -> None:
        """Show a public case in this server again.

        Raises:
            UnknownCaseError: if there is no such case.
            NotPublicError: for the server's own case.
            NothingToDoError: if it is not hidden.
        """
        await self._show_or_hide(actor, case_id, reason, hidden=False)

    async def hidden(self, actor: Actor) -> list[tuple[str, str]]:
        """The ids and captions of the public cases that this server does not show, by caption."""
        await self._access.require_editor(actor)
        async with self._database.read() as tx:
            ids = (await servers.hidden(tx)).get(actor.guild, frozenset[str]())
            stored = await cases.get_many(tx, ids)
        return sorted(
            ((case_id, each.record.case().title) for case_id, each in stored.items()),
            key=lambda pair: pair[1].casefold(),
        )

    async def _show_or_hide(self, actor: Actor, case_id: str, reason: str, *, hidden: bool) -> None:
        await self._access.require_editor(actor)
        change: Callable[[Transaction, int, str], Awaitable[None]] = (
            servers.hide if hidden else servers.show
        )
        async with self._database.write() as tx:
            await cases.lock(tx)
            stored = await cases.get(tx, case_id)
            if stored is None or not self._access.sees(actor, stored.record.scope):
                raise UnknownCaseError
            if stored.record.scope != PUBLIC:
                raise NotPublicError
            known = (await servers.hidden(tx)).get(actor.guild, frozenset[str]())
            if (case_id in known) == hidden:
                raise NothingToDoError
            await change(tx, actor.guild, case_id)
            shown = ("shown", "hidden") if hidden else ("hidden", "shown")
            await self._note(tx, actor, "hidden case", case_id, shown, reason)
            revision = await cases.advance_revision(tx)
        self._catalogue.hide(actor.guild, case_id, hidden=hidden, revision=revision)

    async def _note(
        self,
        tx: Transaction,
        actor: Actor,
        what: str,
        subject: str,
        values: tuple[object, object],
        reason: str = "",
    ) -> None:
        before, after = (None if value is None else str(value) for value in values)
        entry = AuditEntry(
            what=what,
            subject=subject,
            before=before,
            after=after,
            author=actor.author,
            made_at=self._now(),
            reason=one_line(reason)[:MAX_REASON],
        )
        await audit.note(tx, entry)
