"""Who may do what, decided in this one place, for commands, buttons and forms alike."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.records import PUBLIC
from bot.domain.revisions import Author


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, where, and what Discord says of them there."""

    person: int
    """A Discord user's id."""
    guild: int = 0
    """The server that installed the bot and in which this happens; 0 in direct messages and where
    only the person installed it."""
    manages_server: bool = False
    """Whether they have *Manage Server* there."""
    roles: frozenset[int] = frozenset()
    """Their roles there."""
    owns_bot: bool = False

    @property
    def author(self) -> Author:
        """As it is written into the history."""
        return Author(self.person, self.guild)


class Refusal(StrEnum):
    """Why somebody may not do something."""

    NO_SERVER = "no-server"
    """Editing happens in a server that installed the bot."""
    NOT_AN_EDITOR = "not-an-editor"
    """They have neither *Manage Server* nor the editor role."""
    NOT_CURATED_HERE = "not-curated-here"
    """The case is public, and this is not the curator server."""
    NOT_THE_OWNER = "not-the-owner"
    """Nobody curates the public catalogue, so that only the bot's owner may."""


class NotAllowedError(Exception):
    """Somebody may not do what they asked for; nothing was done.

    Attributes:
        refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


def is_editor(actor: Actor, editor_role: int | None) -> bool:
    """Whether somebody edits in their server: *Manage Server*, or the role the server named."""
    return actor.guild != 0 and (
        actor.manages_server or (editor_role is not None and editor_role in actor.roles)
    )


def written_scope(guild: int, curator_guild: int | None) -> int:
    """The catalogue that is written in a server: the public one in the curator server."""
    return PUBLIC if guild == curator_guild else guild


def refuse_editing(actor: Actor, editor_role: int | None) -> Refusal | None:
    """Why somebody may not edit in their server at all; `None` if they may."""
    if actor.guild == 0:
        return Refusal.NO_SERVER
    return None if is_editor(actor, editor_role) else Refusal.NOT_AN_EDITOR


def refuse_writing(
    actor: Actor, scope: int, editor_role: int | None, curator_guild: int | None
) -> Refusal | None:
    """Why somebody may not change the cases of a scope; `None` if they may.

    A server's own cases are changed there alone, the public ones in the curator server alone.
    Ask only about scopes that the actor sees; another server's are not even admitted to exist.
    """
    refusal = refuse_editing(actor, editor_role)
    if refusal is not None:
        return refusal
    if scope == actor.guild or (scope == PUBLIC and actor.guild == curator_guild):
        return None
    return Refusal.NOT_CURATED_HERE


def refuse_reviewing(
    actor: Actor, scope: int, editor_role: int | None, curator_guild: int | None
) -> Refusal | None:
    """Why somebody may not settle a scope's suggestions; `None` if they may.

    Its editors do; where nobody curates the public catalogue, the bot's owner does, anywhere.
    """
    if scope == PUBLIC and curator_guild is None:
        return None if actor.owns_bot else Refusal.NOT_THE_OWNER
    return refuse_writing(actor, scope, editor_role, curator_guild)
