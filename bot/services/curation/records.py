"""What is done to a published case at once: aliases, removal, restoring, undo, history."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.differences import Difference, differences
from bot.domain.merge import merge
from bot.domain.permissions import Actor
from bot.domain.problems import InvalidRecordError
from bot.domain.records import parse_case, to_document
from bot.domain.revisions import ChangeKind, Revision
from bot.domain.text import one_line
from bot.services.curation.access import Access
from bot.services.curation.drafting import Published
from bot.services.curation.errors import (
    NothingToDoError,
    NotWithdrawnError,
    OvertakenError,
    UnknownCaseError,
    UnknownRevisionError,
    WithdrawnCaseError,
)
from bot.services.curation.ledger import Ledger, Writing, changed
from bot.storage import Database, Transaction, cases
from bot.storage.cases import Change, StoredCase

_STEP = 200
PAGE = 5
"""How many revisions a page of the history has."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A revision, and what it changed."""

    revision: Revision
    differences: tuple[Difference, ...]
    """Empty where the case was added, removed or restored: the revision's kind says it."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some revisions of a case, newest first."""

    case_id: str
    title: str
    withdrawn: bool
    entries: tuple[HistoryEntry, ...]
    page: int
    """Counts from 1."""
    pages: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did."""

    cases: tuple[Published, ...]
    overtaken: tuple[str, ...]
    """Captions of cases that somebody changed since in a way that contradicts; they stay."""


class Records:
    """Changes published cases directly, and tells their history.

    Methods raise `UnknownCaseError` where the actor does not see the case, and `NotAllowedError`
    where they may not change it.
    """

    def __init__(self, database: Database, ledger: Ledger, access: Access) -> None:
        self._database = database
        self._ledger = ledger
        self._access = access

    async def add_alias(
        self, actor: Actor, case_id: str, alias: str, reason: str = ""
    ) -> Published:
        """Add a name by which people find a case.

        Raises:
            NothingToDoError: if the case has it, or it is empty.
            WithdrawnCaseError: if the case was removed.
            InvalidRecordError: if the case has as many as a record may have, or it is too long.
        """
        await self._writable(actor, case_id)
        added = one_line(alias)

        async def work(writing: Writing) -> Published:
            stored = await _present(writing.tx, case_id)
            case = stored.record.case()
            if not added or added.casefold() in (known.casefold() for known in case.aliases):
                raise NothingToDoError
            longer = case.model_copy(update={"aliases": (*case.aliases, added)})
            document = to_document(parse_case(to_document(longer)))
            change = changed(stored, document, ChangeKind.EDITED)
            await writing.record([change], actor.author, reason)
            return Published(change.after.record)

        return await self._ledger.change(work)

    async def remove(
        self, actor: Actor, case_id: str, reason: str, *, revision: int | None = None
    ) -> Published:
        """Take a case out of the catalogue. Old links and buttons say that it was withdrawn.

        Args:
            actor: who.
            case_id: the case.
            reason: why; it stands in the history.
            revision: the revision that the actor saw, if it shall still be that one.

        Raises:
            WithdrawnCaseError: if it was removed before.
            OvertakenError: if it has a newer revision.
        """
        await self._writable(actor, case_id)

        async def work(writing: Writing) -> Published:
            stored = await _present(writing.tx, case_id)
            if revision is not None and revision != stored.record.revision:
                raise OvertakenError((stored.slug,))
            change = changed(stored, stored.record.document, ChangeKind.REMOVED, withdrawn=True)
            await writing.record([change], actor.author, reason)
            return Published(change.after.record)

        return await self._ledger.change(work)

    async def restore(
        self, actor: Actor, case_id: str, number: int | None = None, reason: str = ""
    ) -> Published:
        """Bring a revision of a case back, as a new revision.

        Args:
            actor: who.
            case_id: the case, removed or not.
            number: the revision; `None` for the last text of a removed case.
            reason: why.

        Raises:
            NotWithdrawnError: if no number is given and the case is in the catalogue.
            UnknownRevisionError: if there is no such revision, or it is a removal.
            NothingToDoError: if the case has just that text.
        """
        await self._writable(actor, case_id)

        async def work(writing: Writing) -> Published:
            stored = await _stored(writing.tx, case_id)
            if number is None:
                if not stored.withdrawn:
                    raise NotWithdrawnError
                document = stored.record.document
            else:
                document = await _text_of(writing.tx, case_id, number)
            if document == stored.record.document and not stored.withdrawn:
                raise NothingToDoError
            change = changed(stored, document, ChangeKind.RESTORED)
            await writing.record([change], actor.author, reason)
            return Published(change.after.record)

        return await self._ledger.change(work)

    async def undo(self, actor: Actor, case_id: str | None = None, reason: str = "") -> Undone:
        """Take a change back, as new revisions; undoing that brings it again.

        What somebody else changed since is kept where it does not contradict.

        Args:
            actor: who.
            case_id: undo the newest revision of this case, whoever made it; `None` to undo the
                last change that the actor made in this server, such as a whole import.
            reason: why.

        Raises:
            NothingToDoError: if the actor changed nothing here yet.
        """
        await self._access.require_editor(actor)
        if case_id is not None:
            await self._writable(actor, case_id)

        async def work(writing: Writing) -> Undone:
            if case_id is not None:
                stored = await _stored(writing.tx, case_id)
                newest = await cases.revision_of(writing.tx, case_id, stored.record.revision)
                made = [newest] if newest else []
            else:
                last = await cases.last_change_of(writing.tx, actor.author)
                if last is None:
                    raise NothingToDoError
                made = await cases.revisions_in(writing.tx, last)
            return await self._take_back(writing, actor, made, reason)

        return await self._ledger.change(work)

    async def history(self, actor: Actor, case_id: str, page: int = 1) -> HistoryPage:
        """A page of who changed what, when and why, newest first.

        Editors see the history of the cases that they may change.

        Args:
            actor: who asks.
            case_id: the case, removed or not.
            page: counts from 1; a number that is too large gives the last page.
        """
        stored = await self._writable(actor, case_id)
        async with self._database.read() as tx:
            count = await cases.count_revisions(tx, case_id)
            pages = max(1, -(-count // PAGE))
            shown = min(max(page, 1), pages)
            made = await cases.history(tx, case_id, skip=(shown - 1) * PAGE, limit=PAGE)
        entries = tuple(HistoryEntry(each, tuple(_differences(each))) for each in made)
        title = stored.record.case().title
        return HistoryPage(case_id, title, stored.withdrawn, entries, shown, pages)

    async def _writable(self, actor: Actor, case_id: str) -> StoredCase:
        async with self._database.read() as tx:
            stored = await cases.get(tx, case_id)
        if stored is None or not self._access.sees(actor, stored.record.scope):
            await self._access.require_editor(actor)
            raise UnknownCaseError
        await self._access.require_writer(actor, stored.record.scope)
        return stored

    async def _take_back(
        self, writing: Writing, actor: Actor, made: Sequence[Revision], reason: str
    ) -> Undone:
        current = await cases.get_many(writing.tx, [each.case_id for each in made])
        changes: list[Change] = []
        overtaken: list[str] = []
        for scope in {stored.record.scope for stored in current.values()}:
            await self._access.require_writer(actor, scope)
        for number, revision in enumerate(made):
            if number % _STEP == 0:
                await asyncio.sleep(0)  # lookups go on in between
            stored = current[revision.case_id]
            change = _reverse(stored, revision)
            if change is None:
                overtaken.append(stored.record.case().title)
            else:
                changes.append(change)
        await writing.record(changes, actor.author, reason)
        return Undone(tuple(Published(change.after.record) for change in changes), tuple(overtaken))


async def _stored(tx: Transaction, case_id: str) -> StoredCase:
    stored = await cases.get(tx, case_id)
    if stored is None:
        raise UnknownCaseError
    return stored


async def _present(tx: Transaction, case_id: str) -> StoredCase:
    stored = await _stored(tx, case_id)
    if stored.withdrawn:
        raise WithdrawnCaseError
    return stored


async def _text_of(tx: Transaction, case_id: str, number: int) -> bytes:
    revision = await cases.revision_of(tx, case_id, number)
    if revision is None or revision.after is None:
        raise UnknownRevisionError
    return revision.after


def _reverse(stored: StoredCase, revision: Revision) -> Change | None:
    """The change that takes a revision back; `None` where later ones contradict that."""
    now = None if stored.withdrawn else stored.record.document
    if now == revision.after:
        document = revision.before or stored.record.document
        withdrawn = revision.before is None
        return changed(stored, document, ChangeKind.UNDONE, withdrawn=withdrawn)
    if now is None or revision.before is None or revision.after is None:
        return None
    try:
        merged = merge(
            Case.model_validate_json(revision.after),
            Case.model_validate_json(now),
            Case.model_validate_json(revision.before),
        )
    except InvalidRecordError:
        return None
    document = to_document(merged.case)
    if merged.conflicts or document == now:
        return None
    return changed(stored, document, ChangeKind.UNDONE)


def _differences(revision: Revision) -> list[Difference]:
    if revision.before is None or revision.after is None:
        return []
    return differences(
        Case.model_validate_json(revision.before), Case.model_validate_json(revision.after)
    )
