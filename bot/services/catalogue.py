"""The catalogue in memory: what every lookup reads."""

import asyncio
import gc
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.records import PUBLIC, Record
from bot.search import CaseIndex, Entry, build, entry_of
from bot.storage import Database, cases, forgetting, servers
from bot.storage.cases import StoredCase

_IN_PLACE = 200
"""How many changes are made in the index in use; for more a new one is built beside it."""


class Catalogue:
    """Every case by id and by slug, and the search index over those that are not withdrawn.

    A reader of a scope sees the public cases, but for those that the scope's server hides, and
    that scope's own. The event loop alone changes it, between two lookups, so each lookup sees
    one state.

    Attributes:
        index: the search index; asked for again at each use, since a large import swaps it.
        revision: grows with every change.
    """

    def __init__(self, stored: Iterable[StoredCase], index: CaseIndex, revision: int) -> None:
        self.index = index
        self.revision = revision
        self._taken_in = revision
        self._state = _State(stored)
        self._hidden: Mapping[int, frozenset[str]] = {}
        self._hides = 0
        self._rebuilding = asyncio.Lock()
        self._since: dict[str, StoredCase] | None = None

    @classmethod
    async def load(cls, database: Database) -> "Catalogue":
        """Read every case and build the index, off the event loop.

        What it allocates stays for the life of the process, so it is taken out of the garbage
        collector's sight.
        """
        async with database.read() as tx:
            # The revision first: what is committed in between is then taken in once more.
            revision = await cases.catalogue_revision(tx)
            stored = await cases.load_all(tx)
            hidden = await servers.hidden(tx)
        index = await build(_entry(case) for case in stored if not case.withdrawn)
        catalogue = cls(stored, index, revision)
        catalogue._hidden = hidden
        gc.collect()
        gc.freeze()
        return catalogue

    def get(self, case_id: str, scope: int) -> Record | None:
        """The case with an id, if a reader of the scope may see it and it is not withdrawn."""
        if case_id in self.hidden(scope):
            return None
        return _seen(self._state.records.get(case_id), scope)

    def by_slug(self, slug: str, scope: int) -> Record | None:
        """The case with a slug; where a server's own has the slug of a public one, its own."""
        ids = self._state.ids
        case_id = ids.get((scope, slug)) or ids.get((PUBLIC, slug))
        return None if case_id is None else self.get(case_id, scope)

    def withdrawn(self, case_id: str, scope: int) -> Record | None:
        """The last state of a withdrawn case, if a reader of the scope may know of it."""
        return _seen(self._state.withdrawn.get(case_id), scope)

    def hidden(self, scope: int) -> frozenset[str]:
        """The ids of the public cases that a server does not show."""
        return self._hidden.get(scope, frozenset())

    def records(self, scope: int) -> list[Record]:
        """The cases that belong to exactly this scope and are not withdrawn, by slug."""
        state = self._state
        own = sorted((slug, case_id) for (s, slug), case_id in state.ids.items() if s == scope)
        return [state.records[case_id] for _, case_id in own]

    def removed(self, scope: int) -> list[Record]:
        """The last states of the withdrawn cases of exactly this scope, by caption."""
        found = [record for record in self._state.withdrawn.values() if record.scope == scope]
        return sorted(found, key=lambda record: record.case().title.casefold())

    def count(self, scope: int) -> int:
        """How many cases a reader of the scope sees."""
        state = self._state
        public = state.counts.get(PUBLIC, 0)
        if scope == PUBLIC:
            return public
        hidden = sum(case_id in state.records for case_id in self.hidden(scope))
        return public - hidden + state.counts.get(scope, 0)

    def apply(self, changed: Iterable[StoredCase], revision: int) -> None:
        """Take in committed changes: cases that are new, changed or withdrawn.

        Commits may be told of in any order: a state older than the one here is passed over.

        Args:
            changed: their state after the commit.
            revision: the catalogue's revision after the commit.
        """
        for case in changed:
            if not self._state.take(case):
                continue
            if self._since is not None:
                self._since[case.record.id] = case
            _put(self.index, case)
        self.revision = max(self.revision + 1, revision)

    async def take_in(self, changed: Iterable[StoredCase], revision: int) -> None:
        """`apply` for any number of changes, without holding the event loop.

        Where there are many, a new index is built in a thread while the old one answers, and
        takes its place at once, together with the new records.
        """
        news = [case for case in changed if self._state.is_news(case)]
        if len(news) <= _IN_PLACE:
            self.apply(news, revision)
            return
        async with self._rebuilding:
            self._since = {}
            try:
                state = self._state.copy()
                await asyncio.to_thread(state.take_all, news)
                index = await build(_entry(case) for case in state.shown())
                for case in self._since.values():
                    if state.take(case):
                        _put(index, case)
            finally:
                self._since = None
            # No await from here on, so that readers see either all of it or nothing.
            self._state = state
            self.index = index
            self.revision = max(self.revision + 1, revision)

    async def refresh(self, database: Database) -> bool:
        """Take in what other processes committed since the last time.

        Returns:
            Whether there was anything.
        """
        hides = self._hides
        async with database.read() as tx:
            revision = await cases.catalogue_revision(tx)
            if revision <= self._taken_in:
                return False
            gone = await forgetting.scopes_forgotten_since(tx, self._taken_in)
            changed = await cases.changed_since(tx, self._taken_in)
            hidden = await servers.hidden(tx)
        gone = [scope for scope in gone if self._state.ids_in(scope)]
        for scope in gone:
            await self._drop(scope)
        if hides != self._hides:  # this process hid or showed something in the meantime
            hidden = self._hidden
        news = [case for case in changed if self._state.is_news(case)]
        own = not news and not gone and hidden == self._hidden
        if not own:
            self._hidden = hidden
            await self.take_in(news, revision)
        if hides == self._hides:  # else what was read may be older: it is read again next time
            self._taken_in = max(self._taken_in, revision)
        return not own

    async def forget(self, scope: int, revision: int) -> None:
        """Take in that a server's cases were deleted for good, and all that it chose.

        Args:
            scope: the server.
            revision: the catalogue's revision after the commit.
        """
        self._hides += 1
        self._hidden = {guild: ids for guild, ids in self._hidden.items() if guild != scope}
        await self._drop(scope)
        self.revision = max(self.revision + 1, revision)

    async def _drop(self, scope: int) -> None:
        async with self._rebuilding:  # a new index would have the cases still
            for number, case_id in enumerate(self._state.ids_in(scope)):
                if number % _IN_PLACE == 0:
                    await asyncio.sleep(0)  # lookups go on in between
                self._state.drop(case_id)
                if case_id in self.index:
                    self.index.remove(case_id)

    def hide(self, guild: int, case_id: str, *, hidden: bool, revision: int) -> None:
        """Take in that a server hides a public case, or shows it again.

        Args:
            guild: the server.
            case_id: the case.
            hidden: whether it hides it now.
            revision: the catalogue's revision after the commit.
        """
        self._hides += 1
        known = self.hidden(guild)
        changed = known | {case_id} if hidden else known - {case_id}
        others = {server: ids for server, ids in self._hidden.items() if server != guild}
        self._hidden = {**others, guild: changed} if changed else others
        self.revision = max(self.revision + 1, revision)


class _State:
    """The records by what they are asked by."""

    def __init__(self, stored: Iterable[StoredCase] = ()) -> None:
        self.records: dict[str, Record] = {}
        self.withdrawn: dict[str, Record] = {}
        self.slugs: dict[str, str] = {}
        self.ids: dict[tuple[int, str], str] = {}
        self.counts: dict[int, int] = {}
        self.take_all(stored)

    def copy(self) -> "_State":
        """A state that can change without this one; records are shared."""
        copy = _State()
        copy.records = self.records.copy()
        copy.withdrawn = self.withdrawn.copy()
        copy.slugs = self.slugs.copy()
        copy.ids = self.ids.copy()
        copy.counts = self.counts.copy()
        return copy

    def shown(self) -> Iterator[StoredCase]:
        """The cases that are not withdrawn."""
        return (StoredCase(record, self.slugs[key]) for key, record in self.records.items())

    def is_news(self, case: StoredCase) -> bool:
        """Whether a case is not known in this or a newer revision."""
        case_id = case.record.id
        known = self.records.get(case_id) or self.withdrawn.get(case_id)
        return known is None or known.revision < case.record.revision

    def take_all(self, cases: Iterable[StoredCase]) -> None:
        """Take in every case that is news."""
        for case in cases:
            self.take(case)

    def ids_in(self, scope: int) -> list[str]:
        """The ids of every case of exactly this scope, withdrawn ones too."""
        everything = (*self.records.values(), *self.withdrawn.values())
        return [record.id for record in everything if record.scope == scope]

    def drop(self, case_id: str) -> None:
        """Forget a case."""
        self.withdrawn.pop(case_id, None)
        known = self.records.pop(case_id, None)
        slug = self.slugs.pop(case_id, "")
        if known is not None:
            self.counts[known.scope] -= 1
            self.ids.pop((known.scope, slug), None)

    def take(self, case: StoredCase) -> bool:
        """Take in a case if it is news, and tell whether it was."""
        if not self.is_news(case):
            return False
        record = case.record
        self.drop(record.id)
        self.slugs[record.id] = case.slug
        if case.withdrawn:
            self.withdrawn[record.id] = record
        else:
            self.records[record.id] = record
            self.ids[record.scope, case.slug] = record.id
            self.counts[record.scope] = self.counts.get(record.scope, 0) + 1
        return True


def _entry(case: StoredCase) -> Entry:
    return entry_of(case.record.id, case.record.scope, case.record.case())


def _put(index: CaseIndex, case: StoredCase) -> None:
    if not case.withdrawn:
        index.put(_entry(case))
    elif case.record.id in index:
        index.remove(case.record.id)


def _seen(record: Record | None, scope: int) -> Record | None:
    return record if record is not None and record.scope in (PUBLIC, scope) else None
