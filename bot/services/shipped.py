"""Bringing the public catalogue up to the case files that this version ships."""

import asyncio
import datetime as dt
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.case import Case
from bot.domain.merge import merge
from bot.domain.problems import InvalidRecordError
from bot.domain.records import PUBLIC, Record, parse_case, public_id, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.services.moments import utc_now
from bot.services.threads import in_thread
from bot.storage import Database, Transaction, cases, shipping
from bot.storage.cases import Change, StoredCase
from bot.storage.shipping import Base, ShippedState, WaitingUpdate

_log = logging.getLogger(__name__)

_REASON = "Came with the installed version"
_GONE = "No longer in the installed version"


@dataclass(frozen=True, slots=True)
class ShippedChanges:
    """What a start took in."""

    added: int = 0
    changed: int = 0
    merged: int = 0
    """Changed files that were put together with what an editor had changed elsewhere in them."""
    kept: int = 0
    """Changed files that contradict an editor; they wait, and the editor's text stays."""
    withdrawn: int = 0
    """Cases whose files are gone, and that no editor had changed."""


class InvalidShippedFilesError(Exception):
    """Shipped files that hold no valid record.

    Attributes:
        problems: a line for each problem, with file, place and mend.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


async def load_shipped(database: Database, folder: Path) -> ShippedChanges:
    """Take in the files that differ from those taken in last, in one transaction.

    A file is recognised by the hash of its bytes and parsed only if that is new; where no file is
    new nothing is written. What an editor changed is merged with what the file changed; where the
    two contradict each other the editor's text stays and the file waits in the editors' queue. A
    case whose file is gone is withdrawn, unless an editor changed it.

    Args:
        database: where the public catalogue is.
        folder: holds `<slug>.json` files.

    Raises:
        InvalidShippedFilesError: with the problems of all files; nothing is taken in then.
    """
    files, hashes = await asyncio.to_thread(_read, folder)
    async with database.read() as tx:
        known = await shipping.states(tx)
    news = {slug: data for slug, data in files.items() if _is_news(known.get(slug), hashes[slug])}
    if not news and not _gone(known, files):
        return ShippedChanges()
    parsed = await in_thread(_parse, news, folder)
    async with database.write() as tx:
        await cases.lock(tx)
        known = await shipping.states(tx)
        gone = _gone(known, files)
        touched = [*gone, *(known[slug].case_id for slug in parsed if slug in known)]
        intake = _Intake(
            await cases.get_many(tx, touched),
            await shipping.bases_of(tx, touched),
            utc_now(),
        )
        for slug, document in parsed.items():
            if _is_news(known.get(slug), hashes[slug]):
                intake.take(slug, document, hashes[slug], known.get(slug))
        for case_id in gone:
            intake.withdraw(case_id)
        changes = await intake.store(tx)
    _log.info(
        "Shipped cases: %d added, %d changed, %d merged with edits, %d kept as edited, "
        "%d withdrawn",
        changes.added,
        changes.changed,
        changes.merged,
        changes.kept,
        changes.withdrawn,
    )
    return changes


class _Intake:
    """Decides what becomes of each file, and stores all of it at the end."""

    def __init__(
        self, stored: Mapping[str, StoredCase], bases: Mapping[str, Base], now: dt.datetime
    ) -> None:
        self._stored = stored
        self._base_of = bases
        self._now = now
        self._added: list[Change] = []
        self._changed: list[Change] = []
        self._withdrawn: list[Change] = []
        self._bases: list[Base] = []
        self._waiting: list[WaitingUpdate] = []
        self._merged = 0

    def take(
        self, slug: str, document: bytes, content_hash: str, state: ShippedState | None
    ) -> None:
        if state is None:
            record = Record(public_id(slug), PUBLIC, 1, document)
            self._added.append(Change(StoredCase(record, slug), ChangeKind.SHIPPED))
            self._bases.append(Base(record.id, content_hash, document))
            return
        stored, base = self._stored[state.case_id], self._base_of[state.case_id]
        # Withdrawn by its missing file, and not by an editor: the file brings it back.
        returns = stored.withdrawn and base.content_hash is None and base.document is not None
        combined = _combine(stored, base, document)
        if combined is None or (stored.withdrawn and not returns):
            update = WaitingUpdate(state.case_id, content_hash, document, self._now)
            self._waiting.append(update)
            return
        self._bases.append(Base(state.case_id, content_hash, document))
        self._merged += state.edited
        if returns or combined != stored.record.document:
            self._changed.append(_change(stored, combined, withdrawn=False))

    def withdraw(self, case_id: str) -> None:
        stored = self._stored[case_id]
        self._withdrawn.append(_change(stored, stored.record.document, withdrawn=True))
        self._bases.append(Base(case_id, None, stored.record.document))

    async def store(self, tx: Transaction) -> ShippedChanges:
        nobody = Author()
        if taken := [*self._added, *self._changed]:
            await cases.record(tx, taken, author=nobody, reason=_REASON, at=self._now)
        if self._withdrawn:
            await cases.record(tx, self._withdrawn, author=nobody, reason=_GONE, at=self._now)
        await shipping.set_bases(tx, self._bases)
        await shipping.let_wait(tx, self._waiting)
        return ShippedChanges(
            added=len(self._added),
            changed=len(self._bases) - len(self._added) - len(self._withdrawn) - self._merged,
            merged=self._merged,
            kept=len(self._waiting),
            withdrawn=len(self._withdrawn),
        )


def _combine(stored: StoredCase, base: Base, document: bytes) -> bytes | None:
    """The record with the file's changes and the editor's; `None` where they contradict."""
    if stored.record.document in (base.document, document):
        return document
    if base.document is None:
        return None
    try:
        before, now = (Case.model_validate_json(text) for text in (base.document, document))
        merged = merge(before, stored.record.case(), now)
    except InvalidRecordError:
        return None
    return None if merged.conflicts else to_document(merged.case)


def _change(stored: StoredCase, document: bytes, *, withdrawn: bool) -> Change:
    old = stored.record
    record = Record(old.id, old.scope, old.revision + 1, document)
    return Change(StoredCase(record, stored.slug, withdrawn), ChangeKind.SHIPPED, stored)


def _is_news(state: ShippedState | None, content_hash: str) -> bool:
    return state is None or not state.knows(content_hash)


def _gone(known: Mapping[str, ShippedState], files: Mapping[str, bytes]) -> list[str]:
    """The cases that a file shipped once, that no editor changed, and that none ships now."""
    return [
        state.case_id
        for slug, state in known.items()
        if state.content_hash is not None
        and slug not in files
        and not state.edited
        and not state.withdrawn
    ]


def _read(folder: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """The bytes and the hashes of the files, by the slug that names them."""
    problems: list[str] = []
    files: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            files[path.stem] = path.read_bytes()
        except OSError as failure:
            problems.append(f"{path}: cannot be read ({failure.strerror}); check its permissions.")
    if not files and not problems:
        problems.append(f"{folder}: has no case files (*.json); install the bot again.")
    if problems:
        raise InvalidShippedFilesError(problems)
    return files, {slug: hashlib.sha256(data).hexdigest() for slug, data in files.items()}


def _parse(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The documents of the files. No parsed record is kept, which has five times their size."""
    parsed: dict[str, bytes] = {}
    problems: list[str] = []
    for slug, data in files.items():
        file = folder / f"{slug}.json"
        try:
            case = parse_case(data)
        except InvalidRecordError as failure:
            problems += [f"{file}: {p.place} {p.message}; {p.mend}." for p in failure.problems]
            continue
        if case.slug != slug:
            problems.append(f"{file}: slug is not the file's name; rename either.")
        parsed[slug] = to_document(case)
    if problems:
        raise InvalidShippedFilesError(problems)
    return parsed
