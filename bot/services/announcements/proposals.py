"""What there is to announce of a change, for an editor to see before it goes, and to choose."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.announcements import News, NewsKind, corrected, is_known, news_between
from bot.domain.case import Case
from bot.domain.deliveries import Announcement, Change, Reach
from bot.domain.permissions import Actor
from bot.domain.records import to_document
from bot.domain.revisions import Author
from bot.domain.text import visible
from bot.services.announcements.publishing import Announcements, Published
from bot.services.curation.access import Access
from bot.services.curation.errors import UnknownCaseError
from bot.services.curation.ledger import Writing
from bot.services.moments import utc_now
from bot.storage import Database, Transaction, announcement_notes, announcements, cases, deliveries
from bot.storage.cases import Change as RecordChange
from bot.storage.cases import StoredCase

MAX_NOTE = 500
"""Characters of the editor's line."""

_EVERYBODY: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One announcement that a change gives rise to."""

    news: News
    reach: Reach
    told: tuple[int, ...] = ()
    """The announcements whose readers get it; empty: whoever subscribes does."""
    reason: str = ""
    """Why something is withdrawn."""

    @property
    def choice(self) -> str:
        """What tells it from the others of the same change: `new-ruling.1`."""
        place = "" if self.news.ruling is None else f".{self.news.ruling}"
        return f"{self.news.kind}{place}"

    @property
    def digest(self) -> str:
        """Eight characters that change with what the message says."""
        told = ",".join(map(str, self.told))
        whole = f"{self.choice}\0{told}\0{self.reason}\0{self.news.note}\0"
        document = to_document(self.news.case)
        return hashlib.blake2b(whole.encode() + document, digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change gives rise to."""

    proposals: tuple[Proposal, ...]
    """What can be announced, what matters most first."""
    edited: int
    """How many posted messages are edited, silently, whatever is announced."""

    def chosen(self, choice: str) -> Proposal | None:
        """The proposal of that name; where there is none, the first one."""
        named = (each for each in self.proposals if each.choice == choice)
        return next(named, self.proposals[0] if self.proposals else None)


@dataclass(frozen=True, slots=True)
class DraftSource:
    """A draft, which is published and announced at once."""

    draft_id: str

    def __str__(self) -> str:
        """As it stands in the ids of buttons."""
        return f"d:{self.draft_id}"


@dataclass(frozen=True, slots=True)
class ChangeSource:
    """A revision of a case that is in the catalogue already."""

    case_id: str
    revision: int

    def __str__(self) -> str:
        """As it stands in the ids of buttons."""
        return f"c:{self.case_id}:{self.revision}"


Source = DraftSource | ChangeSource
"""What is announced."""


def source_of(name: str) -> Source:
    """The source that a name in a button's id stands for."""
    kind, _, rest = name.partition(":")
    if kind == "d":
        return DraftSource(rest)
    case_id, _, revision = rest.partition(":")
    return ChangeSource(case_id, int(revision))


class OutdatedError(Exception):
    """What would be announced is no longer what the editor saw."""


class Proposals:
    """Says what a change gives rise to, and announces what an editor chose of it."""

    def __init__(self, database: Database, published: Announcements, access: Access) -> None:
        self._database = database
        self._published = published
        self._access = access

    # Of a draft, in the transaction that publishes it or pretends to

    async def of_draft(self, writing: Writing, change: RecordChange, draft_id: str) -> Outlook:
        """What publishing a draft gives rise to, after its change was recorded."""
        note = await announcement_notes.get(writing.tx, str(DraftSource(draft_id)))
        before = change.before
        was = before.record.case() if before is not None and not before.withdrawn else None
        return await _outlook(writing.tx, change.after, change.after.record.revision, was, note)

    async def announce_draft(
        self, writing: Writing, change: RecordChange, draft_id: str, digest: str, author: Author
    ) -> Published:
        """Announce of a draft what has a digest. Wake the outbox after the commit.

        Raises:
            OutdatedError: if nothing of it reads like that any more.
        """
        outlook = await self.of_draft(writing, change, draft_id)
        published = await self._announce(writing.tx, outlook, digest, author, writing.now)
        await announcement_notes.put(writing.tx, str(DraftSource(draft_id)), 0, "", writing.now)
        return published

    # Of a change that is in the catalogue

    async def of_change(self, actor: Actor, source: ChangeSource) -> Outlook:
        """What a change that is in the catalogue gives rise to now.

        Raises:
            UnknownCaseError: if the actor sees no such case.
            NotAllowedError: if they may not change it.
        """
        await self.require_writer(actor, source)
        async with self._database.read() as tx:
            return await _of_change(tx, source)

    async def announce_change(self, actor: Actor, source: ChangeSource, digest: str) -> Published:
        """Announce of a change what has a digest.

        Raises:
            OutdatedError: if nothing of it reads like that any more.
            UnknownCaseError: if the actor sees no such case.
            NotAllowedError: if they may not change it.
        """
        await self.require_writer(actor, source)
        now = utc_now()
        async with self._database.write() as tx:
            await cases.lock(tx)
            outlook = await _of_change(tx, source)
            published = await self._announce(tx, outlook, digest, actor.author, now)
            await announcement_notes.put(tx, str(source), 0, "", now)
        self._published.kick()
        return published

    # The editor's line

    async def note(self, source: Source) -> str:
        """The line that an editor wrote on why it matters; empty if none did."""
        async with self._database.read() as tx:
            return await announcement_notes.get(tx, str(source))

    async def keep_note(self, actor: Actor, source: Source, note: str) -> None:
        """Keep an editor's line until it is published; an empty one is forgotten.

        Whether the actor may is asked before.
        """
        kept = visible(note)[:MAX_NOTE]
        async with self._database.write() as tx:
            await announcement_notes.put(tx, str(source), actor.guild, kept, utc_now())

    async def require_writer(self, actor: Actor, source: ChangeSource) -> None:
        """Pass if an actor may announce a change: who may change the case.

        Raises:
            UnknownCaseError: if they see no such case.
            NotAllowedError: if they may not change it.
        """
        async with self._database.read() as tx:
            stored = await cases.get(tx, source.case_id)
        if stored is None or not self._access.sees(actor, stored.record.scope):
            await self._access.require_editor(actor)
            raise UnknownCaseError
        await self._access.require_writer(actor, stored.record.scope)

    async def _announce(
        self, tx: Transaction, outlook: Outlook, digest: str, author: Author, at: dt.datetime
    ) -> Published:
        chosen = next((each for each in outlook.proposals if each.digest == digest), None)
        if chosen is None:
            raise OutdatedError
        if not chosen.told:
            return await self._published.plan(tx, chosen.news, author, at)
        return await self._published.tell_again(
            tx, chosen.news, chosen.told, author, at, reason=chosen.reason
        )


async def _of_change(tx: Transaction, source: ChangeSource) -> Outlook:
    """What is new since before the change, as the record is now."""
    stored = await cases.get(tx, source.case_id)
    made = await cases.revision_of(tx, source.case_id, source.revision)
    if stored is None or made is None:
        return Outlook((), 0)
    note = await announcement_notes.get(tx, str(source))
    before = None if made.before is None else Case.model_validate_json(made.before)
    return await _outlook(tx, stored, source.revision, before, note)


async def _outlook(
    tx: Transaction, after: StoredCase, revision: int, before: Case | None, note: str
) -> Outlook:
    """What there is to announce.

    Args:
        tx: the transaction.
        after: the case as it is now.
        revision: the one whose news it is, so that it is the same news however often it is shown.
        before: the record before that revision; `None` if the case was not in the catalogue.
        note: the editor's line.
    """
    record = after.record
    told = await announcements.of_case(tx, record.id)
    found = _owed(after, told)
    if not after.withdrawn:
        news = news_between(record.id, record.scope, revision, before, record.case())
        taken = await announcements.published_among(tx, [each.key for each in news])
        standing = [one.news for one in told if one.change is not Change.TAKEN_BACK]
        fresh = [
            each
            for each in news
            if each.key not in taken and not any(is_known(each, one) for one in standing)
        ]
        found = [*((each, _EVERYBODY) for each in fresh), *found]
    reasons = {one.number: one.reason for one in told}
    proposals: list[Proposal] = []
    for each, numbers in found:
        reach = await _reach(tx, each, numbers)
        if numbers and not reach.channels + reach.members:
            continue  # nobody has heard of it, or nobody listens any more
        withdrawal = each.kind is NewsKind.WITHDRAWAL
        reason = reasons[numbers[0]] if withdrawal else ""
        proposals.append(Proposal(replace(each, note=note), reach, numbers, reason))
    return Outlook(tuple(proposals), await deliveries.count_stale(tx, record.id))


async def _reach(tx: Transaction, news: News, told: Sequence[int]) -> Reach:
    if told:
        return await announcements.reach_of_told(tx, told)
    return await announcements.reach(tx, news)


def _owed(after: StoredCase, told: Sequence[Announcement]) -> list[tuple[News, tuple[int, ...]]]:
    """What those who were told something wrong have to be told, a line for each ruling."""
    record, case = after.record, after.record.case()
    groups: dict[tuple[NewsKind, int | None], list[int]] = {}
    texts: dict[tuple[NewsKind, int | None], Case] = {}
    for one in told:
        if one.owed is None:
            continue
        now = None if after.withdrawn else corrected(one.news, case, record.revision)
        text, place = one.news.case, None if after.withdrawn else one.news.ruling
        if now is not None:
            text, place = now.case, now.ruling
        groups.setdefault((one.owed, place), []).append(one.number)
        texts[one.owed, place] = text
    return [
        (
            News(kind, record.id, record.scope, record.revision, texts[kind, place], place),
            tuple(numbers),
        )
        for (kind, place), numbers in groups.items()
    ]
