"""Drafts: from the first form to publishing. Each step is stored before anything is shown."""

import copy
import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from bot.domain.case import Case
from bot.domain.courts import Courts
from bot.domain.drafts import (
    Base,
    Draft,
    Fields,
    advice_on_draft,
    fields_of,
    preview_of,
    problems_of_draft,
    with_defaults,
)
from bot.domain.forms import BasicsForm, Form, typed_in
from bot.domain.merge import FieldConflict, Merged, Side, merge
from bot.domain.permissions import Actor, NotAllowedError, Refusal
from bot.domain.problems import InvalidRecordError, Problem, Severity
from bot.domain.records import PUBLIC, Record, new_id, parse_case, to_document
from bot.domain.revisions import Author, ChangeKind
from bot.domain.suggestions import Suggestion
from bot.domain.text import visible
from bot.domain.typed import recognise
from bot.services.catalogue import Catalogue
from bot.services.curation.access import Access
from bot.services.curation.errors import (
    NothingToDoError,
    TooManyDraftsError,
    UnknownCaseError,
    UnknownDraftError,
    WithdrawnCaseError,
)
from bot.services.curation.knowledge import Knowledge, Lookalike
from bot.services.curation.ledger import Ledger, Writing, changed
from bot.services.curation.suggestions import approve_with
from bot.storage import Database, cases, drafts
from bot.storage.cases import Change, StoredCase

MAX_DRAFTS = 25
"""How many drafts somebody may have in a server: as many as a select can show."""


Also = Callable[[Writing, Change], Awaitable[None]]
"""Writes something in the transaction of a change, after it."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft, and all that its preview says."""

    draft: Draft
    preview: Case | None
    """The record as it would be shown, without the parts that are not valid; `None` where too
    little is there."""
    errors: tuple[Problem, ...]
    """What keeps it from being published."""
    advice: tuple[Problem, ...]
    """What would make it better."""
    lookalikes: tuple[Lookalike, ...]
    """Existing cases that it may be about; always empty for an edit."""

    @property
    def is_public(self) -> bool:
        """Whether it will be published in the public catalogue, for every server."""
        return self.draft.scope == PUBLIC


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a form."""

    view: DraftView
    problems: tuple[Problem, ...]
    """What was not understood. The form's texts are kept in `view.draft.typed[form.name]`."""


@dataclass(frozen=True, slots=True)
class Published:
    """A change is in the catalogue, and whoever asks from now on sees it."""

    record: Record
    merged: bool = False
    """Whether somebody else's newer revision was put together with it."""
    approved: tuple[Suggestion, ...] = ()
    """What members suggested and this took up. Tell them."""

    @property
    def case_id(self) -> str:
        """The case's permanent id."""
        return self.record.id

    @property
    def scope(self) -> int:
        """The catalogue that has it."""
        return self.record.scope

    @property
    def revision(self) -> int:
        """The revision that the change made."""
        return self.record.revision

    @property
    def title(self) -> str:
        """The caption; the record is parsed for it."""
        return self.record.case().title


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the same fields since the edit began; nothing was published.

    The draft is as it was. `Drafting.settle` takes a choice for each conflict.
    """

    draft: Draft
    conflicts: tuple[FieldConflict, ...]
    """*ours* is the draft's text, *theirs* the published one."""
    mine: Case
    theirs: Case
    theirs_revision: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """The draft cannot be published yet; it is as it was."""

    view: DraftView


PublishOutcome: TypeAlias = Published | Conflict | Blocked


class _Instead(Enum):
    """What came of publishing where nothing was published."""

    NOTHING = auto()
    CHECK_AGAIN = auto()


class _RehearsedError(Exception):
    """Ends a transaction that is not to be committed."""

    def __init__(self, outcome: "PublishOutcome | _Instead") -> None:
        self.outcome = outcome
        super().__init__()


class Drafting:
    """Begins, fills, shows and publishes drafts.

    A draft belongs to the person who began it, in the server where they did. All methods raise
    `NotAllowedError` where the actor does not (or no longer) edit there, and those that take a
    draft's id `UnknownDraftError` where it is gone or somebody else's.
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, ledger: Ledger, access: Access
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._ledger = ledger
        self._access = access
        self._knowledge = Knowledge(catalogue)

    async def begin(self, actor: Actor, form: BasicsForm) -> Submitted:
        """Begin a new case in the catalogue that is written where the actor stands.

        Raises:
            TooManyDraftsError: if the actor has `MAX_DRAFTS` already.
        """
        await self._access.require_editor(actor)
        draft = self._new(actor, self._access.written_scope(actor), {})
        return await self._store_new(draft, form)

    async def begin_edit(self, actor: Actor, case_id: str) -> DraftView:
        """Begin an edit of a published case. A draft of the same case that is there is taken up.

        Raises:
            UnknownCaseError: if the actor does not see such a case.
            WithdrawnCaseError: if it was removed.
            TooManyDraftsError: if the actor has `MAX_DRAFTS` already.
        """
        async with self._database.read() as tx:
            stored = await cases.get(tx, case_id)
        if stored is None or not self._access.sees(actor, stored.record.scope):
            raise UnknownCaseError
        await self._access.require_writer(actor, stored.record.scope)
        if stored.withdrawn:
            raise WithdrawnCaseError
        record = stored.record
        draft = replace(
            self._new(actor, record.scope, fields_of(record.case())),
            case_id=case_id,
            base=Base(record.revision, record.document),
        )
        async with self._database.write() as tx:
            mine = await drafts.of(tx, person=actor.person, guild=actor.guild)
            known = next((each for each in mine if each.case_id == case_id), None)
            if known is None:
                if len(mine) >= MAX_DRAFTS:
                    raise TooManyDraftsError
                await drafts.put(tx, draft)
        return await self._view(known or draft)

    async def begin_from(self, actor: Actor, suggestion: Suggestion) -> DraftView:
        """Begin a draft from what a member suggested: an edit where it names a case.

        Links, docket numbers and citations in the text are taken over; for a new case its first
        line is the caption.

        Raises:
            UnknownCaseError: if the actor does not see the case it names.
            WithdrawnCaseError: if that was removed.
            TooManyDraftsError: if the actor has `MAX_DRAFTS` already.
        """
        if suggestion.case_id is not None:
            begun = (await self.begin_edit(actor, suggestion.case_id)).draft
            return await self._take_up(begun, suggestion.id)
        caption, _, rest = visible(suggestion.text).partition("\n")
        found = recognise(caption)
        for link in found.links:
            caption = caption.replace(link, "").strip()
        text = suggestion.text if rest or found.links else ""
        form = BasicsForm(caption[:200], summary=text, link=suggestion.link or "")
        begun = (await self.begin(actor, form)).view.draft
        return await self._take_up(begun, suggestion.id)

    async def _take_up(self, draft: Draft, suggestion_id: str) -> DraftView:
        """Note that publishing a draft settles a suggestion."""
        async with self._database.write() as tx:
            mine = await drafts.get(tx, draft.id, person=draft.person, guild=draft.guild, lock=True)
            if mine is None:
                raise UnknownDraftError
            if suggestion_id not in mine.suggestions:
                mine = replace(mine, suggestions=(*mine.suggestions, suggestion_id))
                await drafts.put(tx, mine)
        return await self._view(mine)

    async def drafts(self, actor: Actor) -> list[Draft]:
        """The actor's drafts in this server, the one saved last first."""
        await self._access.require_editor(actor)
        async with self._database.read() as tx:
            return await drafts.of(tx, person=actor.person, guild=actor.guild)

    async def open(self, actor: Actor, draft_id: str) -> DraftView:
        """Show a draft."""
        return await self._view(await self._own(actor, draft_id))

    async def fill(self, actor: Actor, draft_id: str, form: Form) -> Submitted:
        """Fill a part of a draft. What was not understood is kept as it was typed.

        Raises:
            bot.domain.forms.FormError: if the form is about an entry that is not there.
        """
        scope = (await self._own(actor, draft_id)).scope
        courts = await self._knowledge.courts(scope)
        async with self._database.write() as tx:
            draft = await drafts.get(
                tx, draft_id, person=actor.person, guild=actor.guild, lock=True
            )
            if draft is None:
                raise UnknownDraftError
            draft, problems = self._filled(draft, form, courts)
            await drafts.put(tx, draft)
        return Submitted(await self._view(draft), tuple(problems))

    async def discard(self, actor: Actor, draft_id: str) -> None:
        """Throw a draft away."""
        await self._access.require_editor(actor)
        async with self._database.write() as tx:
            if await drafts.get(tx, draft_id, person=actor.person, guild=actor.guild) is None:
                raise UnknownDraftError
            await drafts.remove(tx, draft_id)

    async def publish(
        self, actor: Actor, draft_id: str, reason: str = "", also: Also | None = None
    ) -> PublishOutcome:
        """Put a draft into the catalogue; the draft is gone afterwards.

        Over somebody else's newer revision, what does not conflict is merged. What members
        suggested and the draft took up is approved.

        Args:
            actor: whose draft it is.
            draft_id: the draft.
            reason: why, in the actor's words; it stands in the history.
            also: what else to write in the same transaction, such as an announcement.

        Raises:
            NothingToDoError: if an edit changes nothing; the draft is gone.
            WithdrawnCaseError: if the case was removed in the meantime.
        """
        return await self._carry_out(
            actor, draft_id, lambda writing, draft: self._publish(writing, draft, reason, also)
        )

    async def rehearse(self, actor: Actor, draft_id: str, look: Also) -> PublishOutcome:
        """What publishing a draft would lead to; nothing of it is kept.

        Args:
            actor: whose draft it is.
            draft_id: the draft.
            look: reads, in the transaction that is given up then, what the change leads to.

        Raises:
            NothingToDoError: if an edit changes nothing.
            WithdrawnCaseError: if the case was removed in the meantime.
        """

        async def rehearse(writing: Writing, draft: Draft) -> "PublishOutcome | _Instead":
            raise _RehearsedError(await self._publish(writing, draft, "", look))

        return await self._carry_out(actor, draft_id, rehearse)

    async def _carry_out(
        self,
        actor: Actor,
        draft_id: str,
        work: "Callable[[Writing, Draft], Awaitable[PublishOutcome | _Instead]]",
    ) -> PublishOutcome:
        while True:
            view = await self.open(actor, draft_id)
            await self._access.require_writer(actor, view.draft.scope)
            if view.errors:
                return Blocked(view)
            checked = view.draft
            try:
                outcome = await self._ledger.change(
                    lambda writing: work(writing, checked)  # noqa: B023
                )
            except _RehearsedError as rehearsed:
                outcome = rehearsed.outcome
            if outcome is _Instead.NOTHING:
                raise NothingToDoError
            if outcome is not _Instead.CHECK_AGAIN:
                return outcome

    async def _publish(
        self, writing: Writing, checked: Draft, reason: str, also: "Also | None"
    ) -> "PublishOutcome | _Instead":
        draft = await drafts.get(
            writing.tx, checked.id, person=checked.person, guild=checked.guild, lock=True
        )
        if draft is None:
            raise UnknownDraftError
        if draft != checked:  # filled from another device in between
            return _Instead.CHECK_AGAIN
        case = parse_case(_json(self._whole(draft)))
        if draft.case_id is None:
            change = await _addition(writing, draft, case)
        else:
            change = await _edit(writing, draft, case)
        if isinstance(change, Conflict):
            return change
        await drafts.remove(writing.tx, draft.id)
        if change is None:
            return _Instead.NOTHING
        author, record = Author(draft.person, draft.guild), change.after.record
        await writing.record([change], author, reason)
        approved = await approve_with(
            writing.tx, draft.suggestions, record.id, record.scope, author, writing.now
        )
        if also is not None:
            await also(writing, change)
        return Published(record, _is_merged(draft, change), tuple(approved))

    async def settle(
        self, actor: Actor, draft_id: str, choices: Mapping[str, Side]
    ) -> DraftView | Conflict:
        """Put a draft onto the newest revision of its case.

        Args:
            actor: whose draft it is.
            draft_id: the draft.
            choices: for each conflict's place, whose text to take: *ours* is the draft's.

        Returns:
            The draft, which can be published now, or what is still in conflict.

        Raises:
            WithdrawnCaseError: if the case was removed in the meantime.
        """
        await self._access.require_editor(actor)
        async with self._database.write() as tx:
            draft = await drafts.get(
                tx, draft_id, person=actor.person, guild=actor.guild, lock=True
            )
            if draft is None or draft.case_id is None or draft.base is None:
                raise UnknownDraftError
            stored = await cases.get(tx, draft.case_id)
            if stored is None or stored.withdrawn:
                raise WithdrawnCaseError
            mine = parse_case(_json(self._whole(draft)))
            merged = _merge(draft.base, mine, stored.record, choices)
            if merged.conflicts:
                return _conflict(draft, mine, stored.record, merged)
            draft = replace(
                draft,
                fields=fields_of(merged.case),
                base=Base(stored.record.revision, stored.record.document),
                saved_at=self._ledger.now(),
            )
            await drafts.put(tx, draft)
        return await self._view(draft)

    async def _own(self, actor: Actor, draft_id: str) -> Draft:
        await self._access.require_editor(actor)
        async with self._database.read() as tx:
            draft = await drafts.get(tx, draft_id, person=actor.person, guild=actor.guild)
        if draft is None:
            raise UnknownDraftError
        return draft

    def _new(self, actor: Actor, scope: int, fields: Fields) -> Draft:
        now = self._ledger.now()
        return Draft(
            id=new_id(),
            person=actor.person,
            guild=actor.guild,
            scope=scope,
            case_id=None,
            base=None,
            fields=fields,
            typed={},
            made_at=now,
            saved_at=now,
        )

    async def _store_new(self, draft: Draft, form: BasicsForm) -> Submitted:
        courts = await self._knowledge.courts(draft.scope)
        filled, problems = self._filled(draft, form, courts)
        async with self._database.write() as tx:
            mine = await drafts.of(tx, person=draft.person, guild=draft.guild)
            if len(mine) >= MAX_DRAFTS:
                raise TooManyDraftsError
            await drafts.put(tx, filled)
        return Submitted(await self._view(filled), tuple(problems))

    def _filled(self, draft: Draft, form: Form, courts: Courts) -> tuple[Draft, list[Problem]]:
        fields = copy.deepcopy(draft.fields)
        problems = form.fill(fields, courts)
        typed = {name: texts for name, texts in draft.typed.items() if name != form.name}
        if problems:
            typed[form.name] = typed_in(form)
        now = self._ledger.now()
        return replace(draft, fields=fields, typed=typed, saved_at=now), problems

    async def _view(self, draft: Draft) -> DraftView:
        fields = self._whole(draft)
        base = Case.model_validate_json(draft.base.document) if draft.base else None
        known = await self._knowledge.problems(fields, draft.scope, draft.case_id, base)
        found = [*problems_of_draft(fields, draft.typed), *known, *advice_on_draft(fields)]
        lookalikes = (
            await self._knowledge.lookalikes(fields, draft.scope, None)
            if draft.case_id is None
            else []
        )
        return DraftView(
            draft,
            preview_of(fields),
            tuple(p for p in found if p.severity is Severity.ERROR),
            tuple(p for p in found if p.severity is Severity.ADVICE),
            tuple(lookalikes),
        )

    def _whole(self, draft: Draft) -> Fields:
        today: dt.date = self._ledger.now().date()
        return with_defaults(draft.fields, today)


async def _addition(writing: Writing, draft: Draft, case: Case) -> Change:
    slug, number = case.slug, 1
    while await cases.by_slug(writing.tx, draft.scope, slug) is not None:
        number += 1
        slug = f"{case.slug}-{number}"
    document = to_document(case.model_copy(update={"slug": slug}))
    return Change(StoredCase(Record(new_id(), draft.scope, 1, document), slug), ChangeKind.ADDED)


async def _edit(writing: Writing, draft: Draft, case: Case) -> Change | Conflict | None:
    """The change that an edit makes, put onto the newest revision; `None` if it makes none."""
    stored = await cases.get(writing.tx, draft.case_id or "")
    if stored is None or draft.base is None:
        raise UnknownCaseError
    if stored.record.scope != draft.scope:
        raise NotAllowedError(Refusal.NOT_CURATED_HERE)
    if stored.withdrawn:
        raise WithdrawnCaseError
    if stored.record.revision != draft.base.revision:
        try:
            merged = _merge(draft.base, case, stored.record, {})
        except InvalidRecordError:
            theirs = stored.record.case()
            whole = FieldConflict("", None, fields_of(case), fields_of(theirs))
            return Conflict(draft, (whole,), case, theirs, stored.record.revision)
        if merged.conflicts:
            return _conflict(draft, case, stored.record, merged)
        case = merged.case
    document = to_document(case)
    if document == stored.record.document:
        return None
    return changed(stored, document, ChangeKind.EDITED)


def _merge(base: Base, mine: Case, published: Record, choices: Mapping[str, Side]) -> Merged:
    if choices.get("") is not None:  # the records as a whole
        return Merged(mine if choices[""] == "ours" else published.case(), ())
    return merge(Case.model_validate_json(base.document), mine, published.case(), choices=choices)


def _conflict(draft: Draft, mine: Case, published: Record, merged: Merged) -> Conflict:
    return Conflict(draft, merged.conflicts, mine, published.case(), published.revision)


def _is_merged(draft: Draft, change: Change) -> bool:
    return draft.base is not None and change.after.record.revision != draft.base.revision + 1


def _json(fields: Fields) -> bytes:
    return json.dumps(fields).encode()
