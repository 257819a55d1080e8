"""What members tell the editors: the forms, the queue, and the answer to the person."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.curation.actor import actor_of, owner_ids
from bot.chat.curation.form import Filled, PersistentForm, TextField, open_form
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import Interaction, own_text, scope_of
from bot.chat.render.case import best_first
from bot.chat.render.components import Json, button
from bot.chat.render.markup import escape, escape_line, safe_url
from bot.chat.views.items import Components, PersistentItem
from bot.domain.permissions import Actor
from bot.domain.records import PUBLIC
from bot.domain.suggestions import Suggestion, SuggestionState
from bot.domain.text import one_line
from bot.services.curation.desk import Desk
from bot.services.curation.errors import (
    AlreadyDecidedError,
    TooManySuggestionsError,
    UnknownCaseError,
)
from bot.services.curation.suggestions import MAX_TEXT
from bot.text import English, text_for

if TYPE_CHECKING:
    from bot.chat.client import CasebookClient
    from bot.chat.curation.drafts import DraftReplies
    from bot.chat.curation.updates import UpdateReplies

_log = logging.getLogger(__name__)

_SUGGESTION = r"(?P<suggestion>[a-z2-7]{13})"
_SHOWN = 1200
_ANSWER = 500
_LINK = 500


class SuggestionReplies:
    """Takes suggestions from everybody, and answers editors about their queue."""

    def __init__(self, desk: Desk, drafts: "DraftReplies", updates: "UpdateReplies") -> None:
        self._desk = desk
        self._drafts = drafts
        self._updates = updates

    # For everybody

    async def open_suggest(self, interaction: Interaction) -> None:
        """Open the form for a case that is missing."""
        own = own_text(interaction).editors
        fields = [
            TextField(
                "text",
                own.suggest_text,
                long=True,
                required=True,
                example=own.suggest_example,
                most=MAX_TEXT,
            ),
            TextField("link", own.source_link, example=own.link_example, most=_LINK),
        ]
        await open_form(interaction, "suggest:case", own.suggest_title, fields)

    async def open_report(self, interaction: Interaction, case_id: str) -> None:
        """Open the form for a mistake in a case."""
        text = own_text(interaction)
        own = text.editors
        record = self._desk.catalogue.get(case_id, scope_of(interaction))
        if record is None:
            raise UnknownCaseError
        caption = escape_line(record.case().title, limits.EMBED_TITLE)
        fields = [
            TextField("text", own.mistake_text, long=True, required=True, most=MAX_TEXT),
            TextField("link", own.mistake_link, example=own.link_example, most=_LINK),
        ]
        custom_id = f"suggest:mistake:{case_id}"
        await open_form(interaction, custom_id, own.mistake_title, fields, f"**{caption}**")

    async def suggest(
        self, interaction: Interaction, case_id: str | None, text: str, link: str
    ) -> None:
        """Keep what somebody suggests, and tell the owner where nobody else settles it."""
        await hold(interaction, anew=True)
        actor = actor_of(interaction)
        own = own_text(interaction).editors
        try:
            if case_id is None:
                made = await self._desk.suggestions.suggest_case(actor, text, link)
            else:
                made = await self._desk.suggestions.report_mistake(actor, case_id, text, link)
        except TooManySuggestionsError as error:
            when = discord.utils.format_dt(error.again_at, "R")
            kept = limits.cut(escape(text), _SHOWN)
            await show(
                interaction, f"{own.too_many_suggestions(when)}\n{own.you_wrote}\n>>> {kept}"
            )
            return
        to_owner = self._desk.suggestions.goes_to_owner(made)
        await show(interaction, own.suggested(to_owner=to_owner, public=made.scope == PUBLIC))
        if to_owner:
            await self._tell_owner(interaction.client, made)

    # For editors

    async def queue(self, interaction: Interaction, page: int = 1) -> None:
        """Show what waits for the editors of this server."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        text = own_text(interaction)
        view = Components()
        found = await self._desk.suggestions.queue(actor, page)
        if found.suggestions:
            options = [self._option(each, text) for each in found.suggestions]
            view.add_item(QueueSelect.of(options, found.page, found.pages, text))
        if found.page > 1:
            view.add_item(QueueButton.of(found.page - 1, text.editors.previous))
        if found.page < found.pages:
            view.add_item(QueueButton.of(found.page + 1, text.editors.next))
        waiting = await self._updates.add_to(view, actor, text)
        total = found.total + await self._add_owners(view, actor, text)
        await show(interaction, text.editors.queue(total, waiting), view=view)

    async def _add_owners(self, view: discord.ui.View, actor: Actor, text: English) -> int:
        """Add what the bot's owner settles, since nobody curates; gives how much that is.

        The owner was told of each by direct message, which may not have arrived.
        """
        if not actor.owns_bot or self._desk.access.curator_guild is not None:
            return 0
        found = await self._desk.suggestions.queue(replace(actor, guild=PUBLIC))
        if found.suggestions:
            options = [self._option(each, text) for each in found.suggestions]
            view.add_item(QueueSelect.of(options, 1, 1, text, owners=True))
        return found.total

    async def open(self, interaction: Interaction, suggestion_id: str) -> None:
        """Show a suggestion with what can be done with it."""
        await hold(interaction)
        actor = actor_of(interaction)
        suggestion = await self._desk.suggestions.get(actor, suggestion_id)
        text = own_text(interaction)
        view = suggestion_view(suggestion, text, in_server=True)
        await show(interaction, self._told(suggestion, text), view=view)

    async def begin(self, interaction: Interaction, suggestion_id: str) -> None:
        """Begin a draft of what was suggested; the suggestion waits until it is decided."""
        await hold(interaction, anew=True)
        actor = actor_of(interaction)
        suggestion = await self._desk.suggestions.get(actor, suggestion_id)
        draft = await self._desk.drafting.begin_from(actor, suggestion)
        await self._drafts.show_draft(interaction, draft)

    async def ask_answer(
        self, interaction: Interaction, suggestion_id: str, *, approve: bool
    ) -> None:
        """Open the form for what the person shall know."""
        actor = actor_of(interaction)
        suggestion = await self._desk.suggestions.get(actor, suggestion_id)
        if suggestion.state is not SuggestionState.OPEN:
            raise AlreadyDecidedError
        own = own_text(interaction).editors
        field = TextField("answer", own.answer_field, long=True, most=_ANSWER)
        verb = "approve" if approve else "decline"
        title = own.approve if approve else own.decline
        await open_form(interaction, f"suggest:{verb}:{suggestion_id}", title, [field])

    async def decide(
        self, interaction: Interaction, suggestion_id: str, answer: str, *, approve: bool
    ) -> None:
        """Settle a suggestion and tell the person who made it."""
        await hold(interaction)
        actor = actor_of(interaction)
        decided = await self._desk.suggestions.decide(
            actor, suggestion_id, approve=approve, answer=answer
        )
        told = await self._tell(interaction.client, decided)
        text = own_text(interaction)
        view = Components()
        if approve and actor.guild:
            view.add_item(SuggestionButton.of("draft", decided.id, text.editors.draft_it))
        if actor.guild:
            view.add_item(QueueButton.of(1, text.editors.back_to_queue))
        await show(interaction, text.editors.decided(approve=approve, told=told), view=view)

    async def tell_untold(self, client: "CasebookClient") -> None:
        """Tell everybody whose suggestion was decided before the bot ended."""
        await self.tell(client, await self._desk.suggestions.untold())

    async def tell(self, client: "CasebookClient", decided: Sequence[Suggestion]) -> None:
        """Tell people what became of what they suggested."""
        for suggestion in decided:
            await self._tell(client, suggestion)

    async def _tell(self, client: "CasebookClient", suggestion: Suggestion) -> bool:
        """Send the outcome to the person, where Discord lets us and they were not forgotten."""
        if not suggestion.person:
            await self._desk.suggestions.mark_told(suggestion.id)
            return False
        text = text_for("en-GB")
        approved = suggestion.state is SuggestionState.APPROVED
        sentence = text.editors.outcome(
            escape_line(suggestion.text, _ANSWER),
            escape_line(suggestion.answer or "", _ANSWER),
            self._case_line(suggestion) if approved else "",
            approved=approved,
        )
        told = True
        try:
            channel = await client.create_dm(discord.Object(suggestion.person))
            # Another process that has just started may tell it too: one message of a nonce is made.
            await channel.send(sentence, nonce=suggestion.id)
        except (discord.Forbidden, discord.NotFound):
            told = False  # they do not take direct messages; asking again would not help
        except discord.HTTPException:
            _log.warning("Could not tell a person of a decision; the next start tries again")
            return False
        await self._desk.suggestions.mark_told(suggestion.id)
        return told

    def _case_line(self, suggestion: Suggestion) -> str:
        """The case that it is about or led to, with the page where it can be read."""
        record = self._desk.catalogue.get(suggestion.case_id or "", suggestion.scope)
        if record is None:
            return ""
        case = record.case()
        links = (safe_url(source.url) for source in best_first(case.sources))
        link = next((link for link in links if link and limits.size(link) <= _LINK), "")
        caption = f"**{escape_line(case.title, limits.EMBED_TITLE)}**"
        return f"{caption} · <{link}>" if link else caption

    async def _tell_owner(self, client: "CasebookClient", suggestion: Suggestion) -> None:
        text = text_for("en-GB")
        for owner in owner_ids(client.application):
            view = suggestion_view(suggestion, text, in_server=False)
            try:
                channel = await client.create_dm(discord.Object(owner))
                await channel.send(self._told(suggestion, text), view=view)
            except discord.HTTPException:
                _log.warning("A suggestion waits, and its owner takes no direct messages")

    def _told(self, suggestion: Suggestion, text: English) -> str:
        own = text.editors
        case = self._desk.catalogue.get(suggestion.case_id or "", suggestion.scope)
        about = escape_line(case.case().title, limits.EMBED_TITLE) if case else ""
        when = discord.utils.format_dt(suggestion.made_at, "R")
        link = safe_url(suggestion.link) if suggestion.link else None
        who = f"<@{suggestion.person}>" if suggestion.person else text.somebody_forgotten
        parts = [
            own.suggestion_heading(own.suggestion_kind(suggestion.kind), about, who, when),
            *([f"<{limits.cut(link, _LINK)}>"] if link else []),
            f">>> {limits.cut(escape(suggestion.text), _SHOWN)}",
        ]
        return "\n".join(parts)

    def _option(self, suggestion: Suggestion, text: English) -> discord.SelectOption:
        case = self._desk.catalogue.get(suggestion.case_id or "", suggestion.scope)
        kind = text.editors.suggestion_kind(suggestion.kind)
        about = f"{kind}: {one_line(case.case().title)}" if case else kind
        return discord.SelectOption(
            label=limits.cut(about, limits.OPTION_LABEL),
            value=suggestion.id,
            description=limits.cut(one_line(suggestion.text), limits.OPTION_DESCRIPTION),
        )


def suggestion_view(suggestion: Suggestion, text: English, *, in_server: bool) -> discord.ui.View:
    """What can be done with a suggestion; drafts are begun in a server alone."""
    own = text.editors
    items = Components()
    if suggestion.state is SuggestionState.OPEN:
        items.add_item(SuggestionButton.of("approve", suggestion.id, own.approve))
        if in_server:
            items.add_item(SuggestionButton.of("draft", suggestion.id, own.draft_it))
        items.add_item(SuggestionButton.of("decline", suggestion.id, own.decline))
    if in_server:
        items.add_item(QueueButton.of(1, own.back_to_queue))
    return items


class ReportButton(
    PersistentItem[discord.ui.Button[Any]], template=r"suggest:report:(?P<case>[a-z2-7]{13})"
):
    """Stands below an answer: says that something in it is wrong."""

    @staticmethod
    def part(case_id: str, text: English) -> Json:
        """The button for a case, as Discord's JSON."""
        return button(text.editors.report, f"suggest:report:{case_id}")

    async def act(self, interaction: Interaction) -> None:
        """Open the form."""
        await interaction.client.suggestions.open_report(interaction, self.parts["case"])


class QueueSelect(PersistentItem[discord.ui.Select[Any]], template=r"suggest:open(?::owner)?"):
    """What waits in the queue."""

    @classmethod
    def of(
        cls,
        options: list[discord.SelectOption],
        page: int,
        pages: int,
        text: English,
        *,
        owners: bool = False,
    ) -> "QueueSelect":
        """The select for a page of the editors' queue, or for the bot's owner."""
        own = text.editors
        return cls(
            discord.ui.Select(
                custom_id="suggest:open:owner" if owners else "suggest:open",
                placeholder=own.owners_queue if owners else own.entry_placeholder(page, pages),
                options=options,
                row=3 if owners else 0,
            )
        )

    async def act(self, interaction: Interaction) -> None:
        """Show it."""
        await interaction.client.suggestions.open(interaction, self.item.values[0])


class QueueButton(
    PersistentItem[discord.ui.Button[Any]], template=r"suggest:queue:(?P<page>\d{1,5})"
):
    """A page of the queue."""

    @classmethod
    def of(cls, page: int, label: str) -> "QueueButton":
        """The button for a page."""
        return cls(discord.ui.Button(label=label, custom_id=f"suggest:queue:{page}", row=1))

    async def act(self, interaction: Interaction) -> None:
        """Show it."""
        await interaction.client.suggestions.queue(interaction, int(self.parts["page"]))


_STYLES = {
    "approve": discord.ButtonStyle.success,
    "decline": discord.ButtonStyle.danger,
    "draft": discord.ButtonStyle.primary,
}


class SuggestionButton(
    PersistentItem[discord.ui.Button[Any]],
    template=rf"suggest:do:(?P<what>approve|decline|draft):{_SUGGESTION}",
):
    """Approves, declines or drafts a suggestion."""

    @classmethod
    def of(cls, what: str, suggestion_id: str, label: str) -> "SuggestionButton":
        """The button for one of these."""
        custom_id = f"suggest:do:{what}:{suggestion_id}"
        style = _STYLES[what]
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id, row=0))

    async def act(self, interaction: Interaction) -> None:
        """Do it, or open the form for what the person shall know."""
        replies = interaction.client.suggestions
        suggestion = self.parts["suggestion"]
        if self.parts["what"] == "draft":
            await replies.begin(interaction, suggestion)
            return
        approve = self.parts["what"] == "approve"
        await replies.ask_answer(interaction, suggestion, approve=approve)


class SuggestForm(PersistentForm, template=r"suggest:(?:case|mistake:(?P<case>[a-z2-7]{13}))"):
    """A missing case, or a mistake in one."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Keep it."""
        await interaction.client.suggestions.suggest(
            interaction, self.parts.get("case"), filled.text("text"), filled.text("link")
        )


class DecideForm(PersistentForm, template=rf"suggest:(?P<verb>approve|decline):{_SUGGESTION}"):
    """What the person shall know of the decision."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Decide."""
        await interaction.client.suggestions.decide(
            interaction,
            self.parts["suggestion"],
            filled.text("answer"),
            approve=self.parts["verb"] == "approve",
        )


SUGGESTION_ITEMS: tuple[type[PersistentItem[Any]], ...] = (
    ReportButton,
    QueueSelect,
    QueueButton,
    SuggestionButton,
)
SUGGESTION_FORMS: tuple[type[PersistentForm], ...] = (SuggestForm, DecideForm)


def suggest_command(
    suggestions: SuggestionReplies, text: English
) -> app_commands.Command[Any, ..., None]:
    """`/suggest`, for everybody, wherever they are."""

    @app_commands.command(name="suggest", description=text.editors.suggest_command)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def suggest(interaction: Interaction) -> None:
        await suggestions.open_suggest(interaction)

    return cast("app_commands.Command[Any, ..., None]", suggest)
