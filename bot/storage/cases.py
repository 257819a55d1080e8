"""The stored cases and their revisions."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.domain.records import Record
from bot.domain.revisions import Author, ChangeKind, Revision
from bot.storage import counters, tables
from bot.storage.database import Transaction
from bot.storage.statements import in_batches, in_parts, upsert
from bot.storage.tables import cases, revisions

_STEP = 500


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it is stored."""

    record: Record
    slug: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change to be recorded: what a case becomes, and what it was."""

    after: StoredCase
    """With the new revision's number."""
    kind: ChangeKind
    before: StoredCase | None = None
    """`None` for a case that is new."""


async def load_all(tx: Transaction) -> list[StoredCase]:
    """Every case of every scope, withdrawn ones included, in order of id."""
    return await _stored(tx, sa.true())


async def changed_since(tx: Transaction, revision: int) -> list[StoredCase]:
    """The cases that changed after a revision of the catalogue, in order of id."""
    return await _stored(tx, cases.c.changed_in > revision)


async def in_scope(tx: Transaction, scope: int) -> list[StoredCase]:
    """Every case of one scope, withdrawn ones included, in order of id."""
    return await _stored(tx, cases.c.scope == scope)


async def by_slugs(tx: Transaction, scope: int, slugs: Iterable[str]) -> dict[str, StoredCase]:
    """The cases of a scope with these slugs, withdrawn ones included, by slug."""
    found: dict[str, StoredCase] = {}
    for part in in_parts(slugs):
        condition = sa.and_(cases.c.scope == scope, cases.c.slug.in_(part))
        found |= {case.slug: case for case in await _stored(tx, condition)}
    return found


async def get(tx: Transaction, case_id: str) -> StoredCase | None:
    """The case with an id, withdrawn or not."""
    found = await _stored(tx, cases.c.id == case_id)
    return found[0] if found else None


async def by_slug(tx: Transaction, scope: int, slug: str) -> StoredCase | None:
    """The case of a scope with a slug, withdrawn or not."""
    found = await _stored(tx, sa.and_(cases.c.scope == scope, cases.c.slug == slug))
    return found[0] if found else None


async def slugs(tx: Transaction, scope: int) -> dict[str, tuple[str, int, bool]]:
    """The cases of a scope, withdrawn ones included: slug → id, revision, whether withdrawn."""
    columns = (cases.c.slug, cases.c.id, cases.c.revision, cases.c.withdrawn_at)
    rows = await tx.execute(sa.select(*columns).where(cases.c.scope == scope))
    return {row.slug: (row.id, row.revision, row.withdrawn_at is not None) for row in rows}


async def get_many(tx: Transaction, case_ids: Iterable[str]) -> dict[str, StoredCase]:
    """The cases with these ids, by id; unknown ones are left out."""
    found: dict[str, StoredCase] = {}
    for ids in in_parts(case_ids):
        part = await _stored(tx, cases.c.id.in_(ids))
        found |= {case.record.id: case for case in part}
    return found


async def catalogue_revision(tx: Transaction) -> int:
    """How many changes the catalogue has seen; it grows with every commit that changes a case."""
    (row,) = await tx.execute(_counter())
    return row.value


async def lock(tx: Transaction) -> int:
    """Let no other transaction change the catalogue until this one ends.

    On SQLite a writing transaction has that lock from its beginning. Take it before reading what
    the change depends on.

    Returns:
        The catalogue's revision.
    """
    (row,) = await tx.execute(_counter().with_for_update())
    return row.value


async def advance_revision(tx: Transaction) -> int:
    """Count a change, in the transaction that makes it.

    Returns:
        The catalogue's new revision.
    """
    return await counters.advance(tx, counters.CATALOGUE)


async def record(
    tx: Transaction,
    changes: Sequence[Change],
    *,
    author: Author,
    reason: str,
    at: dt.datetime,
) -> int:
    """Store changes with a revision each, as one change of the catalogue.

    Args:
        tx: a writing transaction that holds the catalogue's `lock`.
        changes: at most one for each case; their `before` is the stored state.
        author: who makes them, and where.
        reason: why, in the author's words.
        at: when, with a time zone.

    Returns:
        The catalogue's new revision.
    """
    revision = await advance_revision(tx)
    if not changes:
        return revision
    rows = [
        {
            "id": change.after.record.id,
            "scope": change.after.record.scope,
            "slug": change.after.slug,
            "revision": change.after.record.revision,
            "changed_in": revision,
            "document": change.after.record.document,
            "withdrawn_at": at if change.after.withdrawn else None,
        }
        for change in changes
    ]
    await in_batches(tx, upsert(tx, cases, [*rows[0]]), rows)
    made = [
        {
            "case_id": change.after.record.id,
            "number": change.after.record.revision,
            "changed_in": revision,
            "kind": change.kind.value,
            "made_at": at,
            "person": author.person,
            "guild": author.guild,
            "reason": reason,
            "before": _shown(change.before),
            "after": _shown(change.after),
        }
        for change in changes
    ]
    await in_batches(tx, sa.insert(revisions), made)
    return revision


async def revision_of(tx: Transaction, case_id: str, number: int) -> Revision | None:
    """One revision of a case."""
    rows = await _revisions(tx, revisions.c.case_id == case_id, revisions.c.number == number)
    return rows[0] if rows else None


async def history(tx: Transaction, case_id: str, *, skip: int, limit: int) -> list[Revision]:
    """The revisions of a case, newest first."""
    return await _revisions(tx, revisions.c.case_id == case_id, skip=skip, limit=limit)


async def count_revisions(tx: Transaction, case_id: str) -> int:
    """How many revisions a case has."""
    counted = sa.select(sa.func.count()).where(revisions.c.case_id == case_id)
    return await tx.scalar(counted) or 0


async def revisions_in(tx: Transaction, changed_in: int) -> list[Revision]:
    """The revisions that one change of the catalogue made, in order of id."""
    made: list[Revision] = []
    columns = revisions.c
    while True:  # in steps, between which the event loop runs
        after = columns.case_id > made[-1].case_id if made else sa.true()
        found = (
            sa.select(revisions)
            .where(columns.changed_in == changed_in, after)
            .order_by(columns.case_id)
            .limit(_STEP)
        )
        step = [_revision(row) for row in await tx.execute(found)]
        made += step
        if len(step) < _STEP:
            return made


async def last_change_of(tx: Transaction, author: Author) -> int | None:
    """The newest change of the catalogue that a person made in a server."""
    newest = sa.select(sa.func.max(revisions.c.changed_in)).where(
        revisions.c.person == author.person, revisions.c.guild == author.guild
    )
    return await tx.scalar(newest)


def _counter() -> sa.Select[int]:
    number = tables.counters
    return sa.select(number.c.value).where(number.c.name == counters.CATALOGUE)


def _shown(case: StoredCase | None) -> bytes | None:
    return None if case is None or case.withdrawn else case.record.document


async def _stored(tx: Transaction, condition: sa.ColumnElement[bool]) -> list[StoredCase]:
    columns = (
        cases.c.id,
        cases.c.scope,
        cases.c.revision,
        cases.c.document,
        cases.c.slug,
        cases.c.withdrawn_at,
    )
    rows = await tx.execute(sa.select(*columns).where(condition).order_by(cases.c.id))
    return [
        StoredCase(
            Record(row.id, row.scope, row.revision, row.document),
            row.slug,
            row.withdrawn_at is not None,
        )
        for row in rows
    ]


async def _revisions(
    tx: Transaction,
    *conditions: sa.ColumnElement[bool],
    skip: int = 0,
    limit: int | None = None,
) -> list[Revision]:
    found = (
        sa.select(revisions)
        .where(*conditions)
        .order_by(revisions.c.number.desc())
        .offset(skip)
        .limit(limit)
    )
    return [_revision(row) for row in await tx.execute(found)]


def _revision(row: sa.Row[Any]) -> Revision:
    return Revision(
        case_id=row.case_id,
        number=row.number,
        changed_in=row.changed_in,
        kind=ChangeKind(row.kind),
        made_at=row.made_at,
        author=Author(row.person, row.guild),
        reason=row.reason,
        before=row.before,
        after=row.after,
    )
