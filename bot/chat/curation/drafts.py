"""Drafts in Discord: from the first form to publishing. Everything is stored at each step."""

import asyncio
from collections.abc import Mapping, Sequence

import discord

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.curation.conflict import conflict_embed, conflict_view
from bot.chat.curation.draft_forms import DRAFT_FORMS, NONE, DraftForm
from bot.chat.curation.draft_view import (
    DraftSelect,
    EditCaseButton,
    PanelButton,
    RelateSelect,
    discard_view,
    entry_view,
    list_view,
    parties_view,
    preview_view,
)
from bot.chat.curation.entries import entries_of, entry_label
from bot.chat.curation.form import (
    ChoiceField,
    Filled,
    PersistentForm,
    TextField,
    open_form,
)
from bot.chat.curation.history import HistoryButton
from bot.chat.curation.preview import preview_message
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import Interaction, own_text, scope_of
from bot.chat.render.lines import option_description, option_label
from bot.chat.render.markup import escape_line
from bot.chat.render.reply import case_message, choice_message
from bot.chat.views.items import Components
from bot.domain.dates import PartialDate
from bot.domain.drafts import Draft, Fields
from bot.domain.forms import BasicsForm, FormError, RelatedForm, RemoveEntry, RulingChoice
from bot.domain.merge import Side
from bot.domain.permissions import Actor
from bot.domain.problems import Problem
from bot.domain.records import PUBLIC
from bot.domain.text import one_line
from bot.domain.vocabulary import Level, Relation, Result
from bot.services.curation.desk import Desk
from bot.services.curation.drafting import (
    MAX_DRAFTS,
    Blocked,
    Conflict,
    DraftView,
    Published,
)
from bot.services.curation.errors import (
    TooManyDraftsError,
    UnclearCaseError,
    UnknownCaseError,
    UnknownDraftError,
)
from bot.services.curation.ledger import MAX_REASON
from bot.services.lookup import Answer, CaseLine, Lookup
from bot.text import English

_NOWHERE = "-"


class DraftReplies:
    """Shows drafts, opens their forms and publishes them."""

    def __init__(self, desk: Desk, lookup: Lookup) -> None:
        self._desk = desk
        self._lookup = lookup

    # Beginning

    async def open_new(self, interaction: Interaction) -> None:
        """Open the first form of a new case."""
        actor = actor_of(interaction)
        # Checked before somebody types, so that what they type finds its place.
        if len(await self._desk.drafting.drafts(actor)) >= MAX_DRAFTS:
            raise TooManyDraftsError
        public = self._desk.access.written_scope(actor) == PUBLIC
        await self._open(interaction, DRAFT_FORMS["basics"], "n", _NOWHERE, NONE, {}, {}, public)

    async def open_for_case(self, interaction: Interaction, named: str, form: str) -> None:
        """Open a form that adds a ruling or a source to a case."""
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = self._desk.choices.named(actor, named)
        record = self._desk.catalogue.get(case_id, actor.guild)
        if record is None:
            raise UnknownCaseError
        await self._desk.access.require_writer(actor, record.scope)
        public = record.scope == PUBLIC
        await self._open(interaction, DRAFT_FORMS[form], "c", case_id, "new", {}, {}, public)

    async def begin_named(self, interaction: Interaction, named: str) -> None:
        """Begin an edit of the case that a text means, or go on with the one there is."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = self._desk.choices.named(actor, named)
        await self._show(interaction, await self._desk.drafting.begin_edit(actor, case_id))

    async def begin_edit(self, interaction: Interaction, case_id: str) -> None:
        """Begin an edit of a case, or go on with the one there is."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._show(interaction, await self._desk.drafting.begin_edit(actor, case_id))

    async def list_drafts(self, interaction: Interaction) -> None:
        """Show the person's drafts in this server."""
        await hold(interaction)
        text = own_text(interaction)
        drafts = await self._desk.drafting.drafts(actor_of(interaction))
        view = Components()
        if drafts:
            view.add_item(DraftSelect.of([_draft_option(draft, text) for draft in drafts], text))
        await show(interaction, text.editors.drafts(len(drafts)), view=view)

    # Filling

    async def open_part(
        self,
        interaction: Interaction,
        draft_id: str,
        form: str,
        argument: str,
        *,
        as_typed: bool = False,
    ) -> None:
        """Open the form of one part of a draft.

        Args:
            interaction: the pressed button.
            draft_id: the draft.
            form: which form.
            argument: which entry, role, or nothing.
            as_typed: whether to fill it with what was typed and not understood.
        """
        draft = await self._own(actor_of(interaction), draft_id)
        if form == "related":
            await self._open_related(interaction, draft)
            return
        nothing: Mapping[str, str] = {}
        typed = draft.typed.get(form, nothing) if as_typed else nothing
        known = _known(form)
        public = draft.scope == PUBLIC
        await self._open(interaction, known, "d", draft_id, argument, draft.fields, typed, public)

    async def submit(
        self, interaction: Interaction, target: tuple[str, str], form: DraftForm, argument: str,
        filled: Filled,
    ) -> None:  # fmt: skip
        """Fill a draft from a form, and show it; what was not understood is kept as typed.

        Args:
            interaction: the submitted form.
            target: a new case, a draft or a case, and its id.
            form: which form.
            argument: which entry, role, or nothing.
            filled: what was typed and chosen.
        """
        await hold(interaction)
        actor = actor_of(interaction)
        kind, target_id = target
        problems: list[Problem] = []
        match kind:
            case "n":
                [basics] = form.understood({}, NONE, filled)
                if not isinstance(basics, BasicsForm):
                    raise FormError(form.name)
                submitted = await self._desk.drafting.begin(actor, basics)
                await self._show(interaction, submitted.view, submitted.problems)
                return
            case "c":
                draft = (await self._desk.drafting.begin_edit(actor, target_id)).draft
            case _:
                draft = await self._own(actor, target_id)
        view: DraftView | None = None
        for each in form.understood(draft.fields, argument, filled):
            submitted = await self._desk.drafting.fill(actor, draft.id, each)
            problems += submitted.problems
            view = submitted.view
        if view is not None:
            await self._show(interaction, view, problems)

    async def choose_for_ruling(
        self, interaction: Interaction, draft_id: str, index: int, chosen: Mapping[str, str]
    ) -> None:
        """Fill in a ruling's result or rank."""
        await hold(interaction)
        result = Result(chosen["result"]) if "result" in chosen else None
        level = Level(chosen["level"]) if "level" in chosen else None
        form = RulingChoice(index, result, level)
        submitted = await self._desk.drafting.fill(actor_of(interaction), draft_id, form)
        await self._show(interaction, submitted.view, submitted.problems)

    async def take_out(
        self, interaction: Interaction, draft_id: str, name: str, index: int
    ) -> None:
        """Take an entry out of one of the draft's lists."""
        await hold(interaction)
        form = RemoveEntry(name, index)
        submitted = await self._desk.drafting.fill(actor_of(interaction), draft_id, form)
        await self._show(interaction, submitted.view, submitted.problems)

    async def find_related(
        self, interaction: Interaction, draft_id: str, query: str, relation: Relation
    ) -> None:
        """Relate the case that a text means, or ask which one it is."""
        await hold(interaction)
        actor = actor_of(interaction)
        draft = await self._own(actor, draft_id)
        try:
            case_id = self._desk.choices.named(actor, query)
        except UnclearCaseError:
            await self._ask_which(interaction, draft, query, relation)
            return
        await self._relate(interaction, draft, case_id, relation)

    async def relate(
        self, interaction: Interaction, draft_id: str, relation: str, case_id: str
    ) -> None:
        """Relate a chosen case."""
        await hold(interaction)
        draft = await self._own(actor_of(interaction), draft_id)
        await self._relate(interaction, draft, case_id, Relation(relation))

    # Showing

    async def show_panel(
        self, interaction: Interaction, draft_id: str, panel: str, page: int
    ) -> None:
        """Show the preview, or one of the draft's lists."""
        await hold(interaction)
        actor = actor_of(interaction)
        if panel == "preview":
            await self._show(interaction, await self._desk.drafting.open(actor, draft_id))
            return
        draft = await self._own(actor, draft_id)
        text = own_text(interaction)
        content = text.editors.panel(panel)
        if panel == "parties":
            await show(interaction, content, view=parties_view(draft_id, text))
            return
        entries = entries_of(draft.fields, panel, page, text)
        await show(interaction, content, view=list_view(draft_id, panel, entries, text))

    async def show_entry(
        self, interaction: Interaction, draft_id: str, name: str, index: int
    ) -> None:
        """Show what can be done with one entry of a list."""
        await hold(interaction)
        draft = await self._own(actor_of(interaction), draft_id)
        text = own_text(interaction)
        entries: list[Fields] = draft.fields.get(name) or []
        if index >= len(entries):
            raise FormError(f"{name}[{index}]")
        label = entry_label(entries[index], name, index, text)
        content = f"**{escape_line(label)}**"
        await show(interaction, content, view=entry_view(draft_id, name, index, text))

    async def show_lookalike(self, interaction: Interaction, case_id: str) -> None:
        """Show an existing case beside the draft, with a button that edits it instead."""
        await hold(interaction, anew=True)
        await self._desk.access.require_editor(actor_of(interaction))
        text = own_text(interaction)
        found = self._lookup.open(case_id, scope_of(interaction))
        if not isinstance(found, Answer):
            sentence = choice_message(found, text).content if found else text.case_gone
            await show(interaction, sentence)
            return
        view = Components()
        view.add_item(EditCaseButton.of(case_id, text.editors.edit_this_one))
        note = text.editors.lookalike_note
        await show(interaction, note, embed=case_message(found, text).embed, view=view)

    # Ending

    async def ask_reason(self, interaction: Interaction, draft_id: str) -> None:
        """Open the form for why a draft is published."""
        draft = await self._own(actor_of(interaction), draft_id)
        own = own_text(interaction).editors
        reason = TextField(
            "reason", own.reason, example=own.reason_example, long=True, most=MAX_REASON
        )
        note = own.goes_to(public=draft.scope == PUBLIC)
        await open_form(interaction, f"draft:why:{draft_id}", own.publish, [reason], note)

    async def publish(self, interaction: Interaction, draft_id: str, reason: str = "") -> None:
        """Publish a draft, or say what is in the way."""
        await hold(interaction)
        text = own_text(interaction)
        outcome = await self._desk.drafting.publish(actor_of(interaction), draft_id, reason)
        match outcome:
            case Published():
                await self._published(interaction, outcome, text)
            case Conflict():
                await self._show_conflict(interaction, outcome, text)
            case Blocked(view):
                await self._show(interaction, view)

    async def _published(
        self, interaction: Interaction, published: Published, text: English
    ) -> None:
        """The case is in the catalogue; subscribers hear of it if the editor wants that."""
        sentence = text.editors.published(
            escape_line(published.title, limits.EMBED_TITLE),
            public=published.scope == PUBLIC,
            merged=published.merged,
            new=published.revision == 1,
        )
        view = Components()
        view.add_item(HistoryButton.of(published.case_id, 1, text.editors.history_button))
        offered = await interaction.client.publishing.offer(
            view, actor_of(interaction), published.case_id, published.revision, text
        )
        await show(interaction, f"{sentence} {offered}".strip(), view=view)
        await interaction.client.suggestions.tell(interaction.client, published.approved)

    async def settle(
        self, interaction: Interaction, draft_id: str, *, theirs: Sequence[str], otherwise: Side
    ) -> None:
        """Take a side in each conflict, and show the draft that comes of it."""
        await hold(interaction)
        actor = actor_of(interaction)
        found = await self._desk.drafting.settle(actor, draft_id, {})
        if isinstance(found, Conflict):
            taken = {"" if place == "-" else place for place in theirs}
            choices: dict[str, Side] = {
                each.place: "theirs" if each.place in taken else otherwise
                for each in found.conflicts
            }
            found = await self._desk.drafting.settle(actor, draft_id, choices)
        if isinstance(found, Conflict):
            await self._show_conflict(interaction, found, own_text(interaction))
            return
        await self._show(interaction, found)

    async def discard(self, interaction: Interaction, draft_id: str, *, sure: bool) -> None:
        """Throw a draft away, or ask first."""
        await hold(interaction)
        actor = actor_of(interaction)
        text = own_text(interaction)
        if not sure:
            await self._own(actor, draft_id)
            view = discard_view(draft_id, text)
            await show(interaction, text.editors.discard_question, view=view)
            return
        await self._desk.drafting.discard(actor, draft_id)
        await show(interaction, text.editors.discarded)

    # Parts of the above

    async def show_draft(self, interaction: Interaction, view: DraftView) -> None:
        """Give the preview of a draft as the answer that was held."""
        await self._show(interaction, view)

    async def _show(
        self, interaction: Interaction, view: DraftView, problems: Sequence[Problem] = ()
    ) -> None:
        text = own_text(interaction)
        # A record may be long enough for a second's work, and lookups go on in between.
        message = await asyncio.to_thread(
            preview_message, view, problems, self._desk.catalogue, text
        )
        await show(interaction, message.content, embed=message.embed, view=preview_view(view, text))

    async def _show_conflict(
        self, interaction: Interaction, conflict: Conflict, text: English
    ) -> None:
        own = text.editors
        embed = conflict_embed(conflict.conflicts, own.mine, own.theirs, text)
        view = conflict_view(conflict.draft.id, conflict.conflicts, text)
        await show(interaction, own.conflict, embed=embed, view=view)

    async def _open(
        self,
        interaction: Interaction,
        form: DraftForm,
        kind: str,
        target_id: str,
        argument: str,
        fields: Mapping[str, object],
        typed: Mapping[str, str],
        public: bool,  # noqa: FBT001
    ) -> None:
        own = own_text(interaction).editors
        shown = form.shown(dict(fields), typed, argument, own)
        custom_id = f"draft:form:{kind}:{target_id}:{form.name}:{argument}"
        note = own.goes_to(public=public) if len(shown) < limits.FORM_PARTS else ""
        title = own.form_title(form.name)
        if not any(field.fits for field in shown):
            await interaction.response.send_message(own.too_long_for_a_form, ephemeral=True)
            return
        await open_form(interaction, custom_id, title, shown, note)

    async def _open_related(self, interaction: Interaction, draft: Draft) -> None:
        own = own_text(interaction).editors
        fields = [
            TextField(
                "query", own.related_case, required=True, example=own.related_example, most=300
            ),
            ChoiceField("relation", own.relation, own.relations(), required=True),
        ]
        custom_id = f"draft:related:{draft.id}"
        await open_form(interaction, custom_id, own.form_title("related"), fields)

    async def _ask_which(
        self, interaction: Interaction, draft: Draft, query: str, relation: Relation
    ) -> None:
        text = own_text(interaction)
        lines = self._lookup.suggest(query, draft.scope)
        view = Components()
        if lines:
            options = [_case_option(line, text) for line in lines]
            view.add_item(RelateSelect.of(draft.id, relation.value, options))
        view.add_item(PanelButton.of(draft.id, "related", text.editors.back_to_list, row=1))
        await show(interaction, text.editors.which_related(), view=view)

    async def _relate(
        self, interaction: Interaction, draft: Draft, case_id: str, relation: Relation
    ) -> None:
        record = self._desk.catalogue.get(case_id, draft.scope)
        if record is None:
            raise UnknownCaseError
        form = RelatedForm(record.case().slug, relation)
        submitted = await self._desk.drafting.fill(actor_of(interaction), draft.id, form)
        await self._show(interaction, submitted.view, submitted.problems)

    async def _own(self, actor: Actor, draft_id: str) -> Draft:
        """The draft alone, without all that its preview has to find out."""
        for draft in await self._desk.drafting.drafts(actor):
            if draft.id == draft_id:
                return draft
        raise UnknownDraftError


def _known(form: str) -> DraftForm:
    known = DRAFT_FORMS.get(form)
    if known is None:
        raise FormError(form)
    return known


def _draft_option(draft: Draft, text: English) -> discord.SelectOption:
    own = text.editors
    title = one_line(str(draft.fields.get("title") or "")) or own.untitled
    description = own.draft_description(
        public=draft.scope == PUBLIC,
        edit=draft.case_id is not None,
        saved=text.date(PartialDate(draft.saved_at.date().isoformat())),
    )
    return discord.SelectOption(
        label=limits.cut(title, limits.OPTION_LABEL), value=draft.id, description=description
    )


def _case_option(line: CaseLine, text: English) -> discord.SelectOption:
    return discord.SelectOption(
        label=option_label(line), value=line.id, description=option_description(line, text)
    )


class PartForm(
    PersistentForm,
    template=r"draft:form:(?P<kind>[ndc]):(?P<id>[a-z2-7]{13}|-):(?P<form>[a-z]+)"
    r":(?P<argument>[a-z]+|\d{1,3}|-)",
):
    """A part of a new case, of a draft, or of an edit that it begins."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Fill the draft."""
        target = (self.parts["kind"], self.parts["id"])
        form = _known(self.parts["form"])
        await interaction.client.drafts.submit(
            interaction, target, form, self.parts["argument"], filled
        )


class RelatedCaseForm(PersistentForm, template=r"draft:related:(?P<draft>[a-z2-7]{13})"):
    """A related case by name."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Find the case."""
        chosen = filled.chosen("relation") or ()
        known = {word.value: word for word in Relation}
        relation = next((known[word] for word in chosen if word in known), Relation.COMPARE)
        await interaction.client.drafts.find_related(
            interaction, self.parts["draft"], filled.text("query"), relation
        )


class ReasonForm(PersistentForm, template=r"draft:why:(?P<draft>[a-z2-7]{13})"):
    """Why a draft is published."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Publish it."""
        await interaction.client.drafts.publish(
            interaction, self.parts["draft"], filled.text("reason")
        )


DRAFT_FORM_CLASSES: tuple[type[PersistentForm], ...] = (PartForm, RelatedCaseForm, ReasonForm)
