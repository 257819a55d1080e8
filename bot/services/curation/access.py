"""Whether an actor may, with what their server chose."""

from bot.domain.permissions import (
    Actor,
    NotAllowedError,
    Refusal,
    refuse_editing,
    refuse_reviewing,
    refuse_writing,
    written_scope,
)
from bot.domain.records import PUBLIC
from bot.storage import Database, Transaction, servers


class Access:
    """Decides with the rules of `bot.domain.permissions`; settings are read anew each time.

    Args:
        database: where the servers' settings are.
        curator_guild: the server whose editors keep the public catalogue, if there is one.
    """

    def __init__(self, database: Database, curator_guild: int | None) -> None:
        self._database = database
        self.curator_guild = curator_guild

    def written_scope(self, actor: Actor) -> int:
        """The catalogue that is written where the actor stands; 0 also outside any server."""
        return written_scope(actor.guild, self.curator_guild)

    def sees(self, actor: Actor, scope: int) -> bool:
        """Whether the actor may know of a scope's cases: public ones, and their server's own."""
        return scope in (PUBLIC, actor.guild)

    async def is_editor(self, actor: Actor) -> bool:
        """Whether the actor edits in their server."""
        return refuse_editing(actor, await self._editor_role(actor)) is None

    async def require_editor(self, actor: Actor) -> None:
        """Pass if the actor edits in their server.

        Raises:
            NotAllowedError: if not.
        """
        _raise(refuse_editing(actor, await self._editor_role(actor)))

    async def require_writer(self, actor: Actor, scope: int) -> None:
        """Pass if the actor may change the cases of a scope that they see.

        Raises:
            NotAllowedError: if not.
        """
        role = await self._editor_role(actor)
        _raise(refuse_writing(actor, scope, role, self.curator_guild))

    async def require_reviewer(self, actor: Actor, scope: int) -> None:
        """Pass if the actor settles the suggestions of a scope.

        Raises:
            NotAllowedError: if not.
        """
        role = await self._editor_role(actor)
        _raise(refuse_reviewing(actor, scope, role, self.curator_guild))

    async def _editor_role(self, actor: Actor) -> int | None:
        if actor.guild == 0 or actor.manages_server:
            return None
        async with self._database.read() as tx:
            return await self.editor_role(tx, actor.guild)

    async def editor_role(self, tx: Transaction, guild: int) -> int | None:
        """The editor role that a server named."""
        return (await servers.settings_of(tx, guild)).editor_role


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise NotAllowedError(refusal)
