"""Which case an editor means: suggestions while they type, and what a finished text names."""

import re
from collections.abc import Iterable

from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC, Record
from bot.search import Ambiguous, Found
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.errors import UnclearCaseError
from bot.services.lookup import NAME_SEPARATOR, CaseLine, line_of

_ID = re.compile(r"[a-z2-7]{13}")
_LOOKED_AT = 200
_MOST = 25


class Choices:
    """Suggests only cases that the actor may change; nothing at all to who is no editor."""

    def __init__(self, catalogue: Catalogue, access: Access) -> None:
        self._catalogue = catalogue
        self._access = access

    async def writable(self, actor: Actor, typed: str) -> list[CaseLine]:
        """Cases that the actor may edit, at most 25, best first."""
        if not await self._access.is_editor(actor):
            return []
        scope = self._access.written_scope(actor)
        return _lines(self._found(actor, typed, scope))

    async def removed(self, actor: Actor, typed: str) -> list[CaseLine]:
        """Removed cases that the actor may bring back, at most 25, by caption."""
        if not await self._access.is_editor(actor):
            return []
        return _lines(self._removed(actor, typed))

    async def known(self, actor: Actor, typed: str) -> list[CaseLine]:
        """Cases that the actor may edit or bring back."""
        if not await self._access.is_editor(actor):
            return []
        found = self._found(actor, typed, self._access.written_scope(actor))
        return _lines([*found, *self._removed(actor, typed)])

    async def public(self, actor: Actor, typed: str) -> list[CaseLine]:
        """Public cases that the actor's server shows, at most 25, best first."""
        if not await self._access.is_editor(actor):
            return []
        return _lines(self._found(actor, typed, PUBLIC))

    def named(self, actor: Actor, text: str) -> str:
        """The id of the case that a text means: a suggestion's value or name, or a sure query.

        Raises:
            UnclearCaseError: if it may be another one, or none.
        """
        query = text.strip()
        if _ID.fullmatch(query):
            return query
        caption, separator, _ = query.partition(NAME_SEPARATOR)
        match self._catalogue.index.ask(caption if separator else query, scope=actor.guild):
            case Found(hit):
                return self._visible(actor, [hit.id])
            case Ambiguous(hits=hits, sure=True):
                return self._visible(actor, [hit.id for hit in hits])
            case _:
                raise UnclearCaseError

    def named_removed(self, actor: Actor, text: str) -> str:
        """`named` among the removed cases, by the caption.

        Raises:
            UnclearCaseError: if no removed case, or several, have that caption.
        """
        query = text.strip()
        if _ID.fullmatch(query):
            return query
        caption = query.partition(NAME_SEPARATOR)[0].removesuffix("…")
        found = self._removed(actor, caption) if caption else []
        if len(found) != 1:
            raise UnclearCaseError
        return found[0].id

    def _visible(self, actor: Actor, ids: Iterable[str]) -> str:
        for case_id in ids:
            if self._catalogue.get(case_id, actor.guild) is not None:
                return case_id
        raise UnclearCaseError

    def _found(self, actor: Actor, typed: str, scope: int) -> list[Record]:
        """Cases of exactly a scope, best first."""
        if not typed.strip() and scope != PUBLIC:
            return self._catalogue.records(scope)
        hits = self._catalogue.index.complete(typed, scope=actor.guild, limit=_LOOKED_AT)
        records = (self._catalogue.get(hit.id, actor.guild) for hit in hits)
        return [record for record in records if record is not None and record.scope == scope]

    def _removed(self, actor: Actor, typed: str) -> list[Record]:
        scope = self._access.written_scope(actor)
        wanted = typed.casefold().strip()
        removed = self._catalogue.removed(scope)
        return [record for record in removed if wanted in record.case().title.casefold()]


def _lines(records: Iterable[Record]) -> list[CaseLine]:
    return [line_of(record) for record in list(records)[:_MOST]]
