"""Shipped records that contradict what an editor wrote: the curators' queue."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.drafts import fields_of
from bot.domain.merge import FieldConflict, Merged, Side, merge
from bot.domain.permissions import Actor
from bot.domain.problems import InvalidRecordError
from bot.domain.records import PUBLIC, to_document
from bot.domain.revisions import ChangeKind
from bot.services.curation.access import Access
from bot.services.curation.errors import NothingToDoError, OvertakenError
from bot.services.curation.ledger import Ledger, Writing, changed
from bot.storage import Database, Transaction, cases, shipping
from bot.storage.cases import StoredCase
from bot.storage.shipping import Base, WaitingUpdate


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A shipped record that waits, with both texts of what is in conflict."""

    case_id: str
    title: str
    withdrawn: bool
    """Whether the editors had removed the case; settling does not bring it back."""
    conflicts: tuple[FieldConflict, ...]
    """*ours* is the editors' text, *theirs* the shipped one."""
    content_hash: str
    """Which shipped record it is; the answer names it."""


class ShippedUpdates:
    """The queue, for those who may change the public catalogue; others get `NotAllowedError`."""

    def __init__(self, database: Database, ledger: Ledger, access: Access) -> None:
        self._database = database
        self._ledger = ledger
        self._access = access

    async def pending(self, actor: Actor) -> list[PendingUpdate]:
        """Everything that waits, oldest first."""
        await self._access.require_writer(actor, PUBLIC)
        async with self._database.read() as tx:
            waiting = await shipping.queue(tx)
            ids = [each.case_id for each in waiting]
            stored = await cases.get_many(tx, ids)
            bases = await shipping.bases_of(tx, ids)
        return [
            _pending(each, stored[each.case_id], bases[each.case_id])
            for each in waiting
            if each.case_id in stored
        ]

    async def settle(
        self,
        actor: Actor,
        case_id: str,
        content_hash: str,
        choices: Mapping[str, Side],
        *,
        otherwise: Side = "ours",
        reason: str = "",
    ) -> None:
        """Decide what becomes of a shipped record. What does not conflict is taken over.

        Args:
            actor: who decides.
            case_id: the case.
            content_hash: the shipped record that was shown.
            choices: for a conflict's place, whose text to keep.
            otherwise: the choice for all conflicts that are not in `choices`.
            reason: why; it stands in the history.

        Raises:
            NothingToDoError: if nothing waits (any more).
            OvertakenError: if a newer shipped record waits by now.
        """
        await self._access.require_writer(actor, PUBLIC)

        async def work(writing: Writing) -> None:
            waiting = await shipping.waiting(writing.tx, case_id)
            if waiting is None:
                raise NothingToDoError
            stored, base = await _state(writing.tx, case_id)
            if waiting.content_hash != content_hash:
                raise OvertakenError((stored.slug,))
            merged = _merged(waiting, stored, base, choices, otherwise)
            document = to_document(merged.case)
            if document != stored.record.document:
                kind = ChangeKind.SHIPPED
                change = changed(stored, document, kind, withdrawn=stored.withdrawn)
                await writing.record([change], actor.author, reason)
            taken = Base(case_id, waiting.content_hash, waiting.document)
            await shipping.set_bases(writing.tx, [taken])

        await self._ledger.change(work)


async def _state(tx: Transaction, case_id: str) -> tuple[StoredCase, Base]:
    stored = await cases.get(tx, case_id)
    bases = await shipping.bases_of(tx, [case_id])
    if stored is None:
        raise NothingToDoError
    return stored, bases[case_id]


def _pending(waiting: WaitingUpdate, stored: StoredCase, base: Base) -> PendingUpdate:
    merged = _merged(waiting, stored, base, {}, "ours")
    title = stored.record.case().title
    return PendingUpdate(
        stored.record.id, title, stored.withdrawn, merged.conflicts, waiting.content_hash
    )


def _merged(
    waiting: WaitingUpdate,
    stored: StoredCase,
    base: Base,
    choices: Mapping[str, Side],
    otherwise: Side,
) -> Merged:
    """The editors' record and the shipped one; as a whole where there is no common base."""
    ours = stored.record.case()
    theirs = Case.model_validate_json(waiting.document)
    if base.document is not None:
        try:
            common = Case.model_validate_json(base.document)
            return merge(common, ours, theirs, prefer=otherwise, choices=choices)
        except InvalidRecordError:
            pass  # together they have more entries than a record may have
    conflict = FieldConflict("", None, fields_of(ours), fields_of(theirs))
    chosen = choices.get("", otherwise)
    return Merged(ours if chosen == "ours" else theirs, () if "" in choices else (conflict,))
