"""What members tell the editors, the queue of it, and the answer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.permissions import Actor
from bot.domain.records import new_id
from bot.domain.revisions import Author
from bot.domain.suggestions import Suggestion, SuggestionKind, SuggestionState
from bot.domain.text import one_line, visible
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.errors import (
    AlreadyDecidedError,
    NothingToDoError,
    TooManySuggestionsError,
    UnknownCaseError,
    UnknownSuggestionError,
)
from bot.services.moments import Clock, utc_now
from bot.storage import Database, Transaction, audit, suggestions
from bot.storage.audit import AuditEntry

PAGE = 10
MAX_TEXT = 2000
RATES = ((dt.timedelta(hours=1), 3), (dt.timedelta(days=1), 10))
"""In any such time, at most so many suggestions of one person."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some open suggestions, oldest first."""

    suggestions: tuple[Suggestion, ...]
    total: int
    page: int
    """Counts from 1."""
    pages: int


class Suggestions:
    """Takes suggestions from anybody, and lets the editors settle them.

    A suggestion goes to the editors of the catalogue that is written where it is made; one about
    a case to the editors of that case. Where nobody curates the public catalogue, the bot's owner
    settles what would go to its editors (`goes_to_owner`).
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, access: Access, now: Clock = utc_now
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._access = access
        self._now = now

    async def suggest_case(self, actor: Actor, text: str, link: str = "") -> Suggestion:
        """Suggest a case that is missing.

        Args:
            actor: who; need not be an editor.
            text: the caption or what they know; cut at `MAX_TEXT` characters.
            link: where it can be read; may be empty.

        Raises:
            NothingToDoError: if there is no text.
            TooManySuggestionsError: if this person made as many as one may.
        """
        scope = self._access.written_scope(actor)
        return await self._store(actor, scope, SuggestionKind.CASE, None, text, link)

    async def report_mistake(
        self, actor: Actor, case_id: str, text: str, link: str = ""
    ) -> Suggestion:
        """Say what is wrong in a case.

        Raises:
            UnknownCaseError: if the actor does not see the case.
            NothingToDoError: if there is no text.
            TooManySuggestionsError: if this person made as many as one may.
        """
        record = self._catalogue.get(case_id, actor.guild)
        if record is None:
            raise UnknownCaseError
        kind = SuggestionKind.MISTAKE
        return await self._store(actor, record.scope, kind, case_id, text, link)

    def goes_to_owner(self, suggestion: Suggestion) -> bool:
        """Whether the bot's owner settles it, since nobody curates the public catalogue."""
        return suggestion.scope == 0 and self._access.curator_guild is None

    async def queue(self, actor: Actor, page: int = 1) -> QueuePage:
        """A page of what waits for the actor, oldest first.

        In a server, that is what its editors settle; for the bot's owner outside any server, what
        the curators would settle if there were some.

        Raises:
            NotAllowedError: if the actor settles nothing here.
        """
        scope = self._access.written_scope(actor)
        await self._access.require_reviewer(actor, scope)
        async with self._database.read() as tx:
            total = await suggestions.count_open(tx, scope)
            pages = max(1, -(-total // PAGE))
            shown = min(max(page, 1), pages)
            found = await suggestions.open_in(tx, scope, skip=(shown - 1) * PAGE, limit=PAGE)
        return QueuePage(tuple(found), total, shown, pages)

    async def get(self, actor: Actor, suggestion_id: str) -> Suggestion:
        """A suggestion that the actor settles.

        Raises:
            UnknownSuggestionError: if there is none, or it is for others.
            NotAllowedError: if the actor does not settle suggestions.
        """
        async with self._database.read() as tx:
            return await self._mine(tx, actor, suggestion_id)

    async def decide(
        self, actor: Actor, suggestion_id: str, *, approve: bool, answer: str = ""
    ) -> Suggestion:
        """Approve or decline. Tell the person then, and call `mark_told`.

        Args:
            actor: who decides.
            suggestion_id: the suggestion.
            approve: whether it is taken up; publishing is done with a draft.
            answer: what the person shall know; may be empty.

        Raises:
            AlreadyDecidedError: if somebody decided it before.
            UnknownSuggestionError: if there is none, or it is for others.
            NotAllowedError: if the actor does not settle suggestions.
        """
        await self.get(actor, suggestion_id)
        state = SuggestionState.APPROVED if approve else SuggestionState.DECLINED
        async with self._database.write() as tx:
            suggestion = await suggestions.get(tx, suggestion_id, lock=True)
            if suggestion is None:
                raise UnknownSuggestionError
            if suggestion.state is not SuggestionState.OPEN:
                raise AlreadyDecidedError
            return await _settle(tx, suggestion, state, actor.author, answer, self._now())

    async def untold(self) -> list[Suggestion]:
        """Decided suggestions whose makers were not told yet: after a restart, tell them now."""
        async with self._database.read() as tx:
            return await suggestions.untold(tx)

    async def mark_told(self, suggestion_id: str) -> None:
        """Note that the person was told, or cannot be told."""
        async with self._database.write() as tx:
            suggestion = await suggestions.get(tx, suggestion_id, lock=True)
            if suggestion is not None:
                await suggestions.put(tx, replace(suggestion, told_at=self._now()))

    async def _store(
        self,
        actor: Actor,
        scope: int,
        kind: SuggestionKind,
        case_id: str | None,
        text: str,
        link: str,
    ) -> Suggestion:
        shown = visible(text)[:MAX_TEXT]
        if not shown:
            raise NothingToDoError
        suggestion = Suggestion(
            id=new_id(),
            scope=scope,
            kind=kind,
            case_id=case_id,
            person=actor.person,
            guild=actor.guild,
            text=shown,
            link=one_line(link)[:MAX_TEXT] or None,
            made_at=self._now(),
        )
        async with self._database.write() as tx:
            await self._limit(tx, actor, suggestion.made_at)
            await suggestions.put(tx, suggestion)
        return suggestion

    async def _limit(self, tx: Transaction, actor: Actor, now: dt.datetime) -> None:
        longest = max(span for span, _ in RATES)
        made = await suggestions.made_since(tx, actor.person, now - longest)
        for span, most in RATES:
            recent = [moment for moment in made if moment > now - span]
            if len(recent) >= most:
                raise TooManySuggestionsError(recent[-most] + span)

    async def _mine(self, tx: Transaction, actor: Actor, suggestion_id: str) -> Suggestion:
        suggestion = await suggestions.get(tx, suggestion_id)
        if suggestion is None or not self._access.sees(actor, suggestion.scope):
            await self._access.require_reviewer(actor, self._access.written_scope(actor))
            raise UnknownSuggestionError
        await self._access.require_reviewer(actor, suggestion.scope)
        return suggestion


async def approve_with(
    tx: Transaction,
    suggestion_ids: Iterable[str],
    case_id: str,
    scope: int,
    author: Author,
    at: dt.datetime,
) -> list[Suggestion]:
    """Approve what a published change took up, in its transaction. Tell the people then.

    Args:
        tx: the transaction.
        suggestion_ids: what it took up; what was decided before is left alone.
        case_id: the case that it led to.
        scope: where that belongs; suggestions to other editors are left alone.
        author: who published it.
        at: when.

    Returns:
        Those that are approved now.
    """
    approved: list[Suggestion] = []
    for suggestion_id in suggestion_ids:
        suggestion = await suggestions.get(tx, suggestion_id, lock=True)
        if suggestion is None or suggestion.scope != scope:
            continue
        if suggestion.state is SuggestionState.OPEN:
            led = replace(suggestion, case_id=case_id)
            approved.append(await _settle(tx, led, SuggestionState.APPROVED, author, "", at))
    return approved


async def _settle(
    tx: Transaction,
    suggestion: Suggestion,
    state: SuggestionState,
    author: Author,
    answer: str,
    at: dt.datetime,
) -> Suggestion:
    decided = replace(
        suggestion,
        state=state,
        decided_by=author.person,
        decided_at=at,
        answer=visible(answer)[:MAX_TEXT] or None,
    )
    await suggestions.put(tx, decided)
    entry = AuditEntry(
        what="suggestion",
        subject=suggestion.id,
        before=SuggestionState.OPEN.value,
        after=state.value,
        author=author,
        made_at=at,
        reason=one_line(answer)[:MAX_TEXT],
    )
    await audit.note(tx, entry)
    return decided
