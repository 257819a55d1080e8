"""Import and export of whole catalogues. An import is a dry run first, then one transaction."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.exchange import Limits, read_file, write_file
from bot.domain.permissions import Actor
from bot.domain.problems import Problem, error
from bot.domain.records import PUBLIC, Record, new_id, public_id, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.errors import NothingToDoError, OvertakenError
from bot.services.curation.ledger import Ledger, Writing, changed
from bot.services.threads import in_thread
from bot.storage import Database, cases
from bot.storage.cases import Change, StoredCase

Progress = Callable[[int], None]
"""Told how many rows are done; called in a thread, often."""


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A valid row, and what it would do."""

    row: int
    slug: str
    document: bytes
    revision: int | None
    """The stored case's revision that it replaces; `None` where it would be new."""
    restores: bool = False
    """Whether that case was removed, and would be back."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported, and why."""

    row: int
    """Counts from 1."""
    slug: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; nothing is stored yet.

    Rows that are refused do not keep the others from being imported.
    """

    scope: int
    added: tuple[PlannedCase, ...]
    changed: tuple[PlannedCase, ...]
    skipped: tuple[str, ...]
    """The slugs of the cases that are stored just so."""
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    catalogue_revision: int
    """The change that an undo takes back."""


class Exchange:
    """Imports into, and exports from, the catalogue that is written where the actor stands.

    The methods without an actor are the owner's, in the terminal. Those with one raise
    `NotAllowedError` where the actor does not edit.
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, ledger: Ledger, access: Access
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._ledger = ledger
        self._access = access

    async def plan(
        self, actor: Actor, data: bytes, limits: Limits, progress: Progress | None = None
    ) -> ImportPlan:
        """The dry run: read and check a file against the catalogue.

        Args:
            actor: who imports.
            data: the file, plain JSON or gzip.
            limits: `IN_DISCORD`; check the size that Discord tells before reading, too.
            progress: told how far it is.

        Raises:
            UnreadableFileError: if it is no list of records, or too large.
        """
        await self._access.require_editor(actor)
        return await self.plan_for(self._access.written_scope(actor), data, limits, progress)

    async def plan_for(
        self, scope: int, data: bytes, limits: Limits, progress: Progress | None = None
    ) -> ImportPlan:
        """`plan` for the owner, into any scope."""
        rows = await in_thread(_read_all, data, limits, progress)
        async with self._database.read() as tx:
            known = await cases.slugs(tx, scope)
            public = await cases.slugs(tx, PUBLIC)
            stored = await cases.by_slugs(tx, scope, (row.slug for row in rows if row.slug))
        return await in_thread(_plan, scope, rows, {*known, *public}, stored)

    async def run(self, actor: Actor, plan: ImportPlan, reason: str = "") -> Imported:
        """Import what was planned, in one transaction.

        Raises:
            OvertakenError: if somebody changed one of the cases since; plan again.
            NothingToDoError: if the plan neither adds nor changes anything.
        """
        await self._access.require_writer(actor, plan.scope)
        return await self.run_for(plan, actor.author, reason)

    async def run_for(self, plan: ImportPlan, author: Author, reason: str = "") -> Imported:
        """`run` for the owner."""
        planned = [*plan.added, *plan.changed]
        if not planned:
            raise NothingToDoError

        async def work(writing: Writing) -> None:
            known = await cases.slugs(writing.tx, plan.scope)
            moved = [
                each.slug
                for each in planned
                if (known[each.slug][1] if each.slug in known else None) != each.revision
            ]
            if moved:
                raise OvertakenError(tuple(moved))
            ids = [known[each.slug][0] for each in plan.changed]
            stored = await cases.get_many(writing.tx, ids)
            by_slug = {each.slug: each for each in stored.values()}
            changes: list[Change] = []
            for each in planned:
                changes.append(_change(plan.scope, each, by_slug.get(each.slug)))
                if len(changes) % 50 == 0:
                    await asyncio.sleep(0)  # lookups go on in between
            await writing.record(changes, author, reason)

        await self._ledger.change(work)
        return Imported(len(plan.added), len(plan.changed), self._catalogue.revision)

    async def export(self, actor: Actor) -> bytes:
        """The cases of the catalogue that is written where the actor stands, as a file.

        Removed cases are left out, and so are links to cases that are not there.
        """
        await self._access.require_editor(actor)
        return await self.export_of(self._access.written_scope(actor))

    async def export_of(self, scope: int) -> bytes:
        """`export` for the owner, of any scope."""
        records = self._catalogue.records(scope)
        known = {record.case().slug for record in self._catalogue.records(PUBLIC)}
        return await in_thread(_write, records, known)


@dataclass(frozen=True, slots=True)
class _ReadRow:
    """A valid row; its text is a fifth of the size of the parsed record."""

    number: int
    slug: str
    document: bytes
    related: tuple[str, ...]


def _read_all(
    data: bytes, limits: Limits, progress: Progress | None
) -> list[_ReadRow | RefusedRow]:
    rows: list[_ReadRow | RefusedRow] = []
    for row in read_file(data, limits):
        if row.case is None:
            rows.append(RefusedRow(row.number, row.slug, row.problems))
        else:
            related = tuple(each.slug for each in row.case.related)
            rows.append(_ReadRow(row.number, row.case.slug, to_document(row.case), related))
        if progress is not None:
            progress(row.number)
        time.sleep(0)  # a lookup that waits for the interpreter gets it now, not after 5 ms
    return rows


def _plan(
    scope: int,
    rows: Sequence[_ReadRow | RefusedRow],
    known: set[str],
    stored: dict[str, StoredCase],
) -> ImportPlan:
    known |= {row.slug for row in rows if isinstance(row, _ReadRow)}
    seen: dict[str, int] = {}
    added: list[PlannedCase] = []
    changes: list[PlannedCase] = []
    skipped: list[str] = []
    refused: list[RefusedRow] = []
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append(row)
            continue
        if problems := _problems_with_others(row, known, seen):
            refused.append(RefusedRow(row.number, row.slug, tuple(problems)))
            continue
        seen[row.slug] = row.number
        there = stored.get(row.slug)
        if there is None:
            added.append(PlannedCase(row.number, row.slug, row.document, None))
        elif there.record.document == row.document and not there.withdrawn:
            skipped.append(row.slug)
        else:
            revision = there.record.revision
            planned = PlannedCase(row.number, row.slug, row.document, revision, there.withdrawn)
            changes.append(planned)
    return ImportPlan(scope, tuple(added), tuple(changes), tuple(skipped), tuple(refused))


def _problems_with_others(row: _ReadRow, known: set[str], seen: dict[str, int]) -> list[Problem]:
    problems: list[Problem] = []
    if row.slug in seen:
        message = f"{row.slug} stands in row {seen[row.slug]} already"
        problems.append(error("slug", message, "remove one of the two rows"))
    for index, related in enumerate(row.related):
        place = f"related[{index}].slug"
        if related == row.slug:
            problems.append(error(place, "is the case itself", "remove it"))
        elif related not in known:
            message = f"{related} does not exist"
            problems.append(error(place, message, "correct the slug or remove it"))
    return problems


def _change(scope: int, planned: PlannedCase, stored: StoredCase | None) -> Change:
    if stored is not None:
        return changed(stored, planned.document, ChangeKind.IMPORTED)
    # A public case keeps the id that its shipped file would give it.
    case_id = public_id(planned.slug) if scope == PUBLIC else new_id()
    record = Record(case_id, scope, 1, planned.document)
    return Change(StoredCase(record, planned.slug), ChangeKind.IMPORTED)


def _write(records: Sequence[Record], public: set[str]) -> bytes:
    cases_in = [record.case() for record in records]
    there = public | {case.slug for case in cases_in}
    return write_file(_without_dangling(case, there) for case in cases_in)


def _without_dangling(case: Case, there: set[str]) -> Case:
    related = tuple(each for each in case.related if each.slug in there)
    if len(related) == len(case.related):
        return case
    return case.model_copy(update={"related": related})
