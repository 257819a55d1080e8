"""Announcing what an editor publishes: the exact message first, asked once, taken back at will."""

import discord

from bot.chat.curation.actor import actor_of
from bot.chat.curation.form import Filled, PersistentForm, TextField, open_form
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import Interaction, channel_text, own_text, say
from bot.chat.render.announcement import news_message
from bot.chat.views.announcement import UndoButton
from bot.chat.views.items import Components
from bot.chat.views.publishing import CHOICE, SOURCE, AnnounceButton, proposal_view
from bot.domain.announcements import reference
from bot.domain.permissions import Actor
from bot.services.announcements.newsroom import Newsroom
from bot.services.announcements.proposals import (
    MAX_NOTE,
    ChangeSource,
    DraftSource,
    OutdatedError,
    Outlook,
    Proposal,
    Source,
    source_of,
)
from bot.services.announcements.publishing import Published
from bot.services.curation.drafting import Drafting
from bot.services.curation.drafting import Published as DraftPublished
from bot.services.curation.ledger import Change, Writing
from bot.text import English


class Publishing:
    """Answers editors who announce a draft, or a change that is in the catalogue already."""

    def __init__(self, newsroom: Newsroom, drafting: Drafting) -> None:
        self._drafting = drafting
        self._announcements = newsroom.announcements
        self._proposals = newsroom.proposals
        self._access = newsroom.access

    # Asking

    async def ask(
        self, interaction: Interaction, source: Source, choice: str = "", *, in_place: bool = False
    ) -> None:
        """Show the exact message and whom it reaches, and ask once.

        Args:
            interaction: a pressed button.
            source: what is announced.
            choice: which of its proposals; the first one where there is no such.
            in_place: whether the answer takes the place of the message with the button.
        """
        await hold(interaction, anew=not in_place)
        await self._ask(interaction, source, choice)

    async def offer(
        self,
        view: discord.ui.View,
        actor: Actor,
        case_id: str,
        revision: int,
        text: English,
    ) -> str:
        """Add the button that announces a change, if anybody would hear of it.

        Args:
            view: below the answer that the change was made.
            actor: who made it.
            case_id: the case.
            revision: the change.
            text: the sentences.

        Returns:
            What to say of it; empty if there is nothing to say.
        """
        source = ChangeSource(case_id, revision)
        outlook = await self._proposals.of_change(actor, source)
        sentences = [text.also_edited(outlook.edited)] if outlook.edited else []
        heard = [each for each in outlook.proposals if each.reach.channels + each.reach.members]
        if heard:
            kind, reach = heard[0].news.kind, heard[0].reach
            sentences.append(text.not_told_yet(kind, reach.channels, reach.members))
            view.add_item(AnnounceButton.of(source, text.announce_it(kind)))
        return " ".join(sentences)

    # The editor's line

    async def open_note(self, interaction: Interaction, source: Source, choice: str) -> None:
        """Open the form for why it matters, filled with what was written before."""
        await self._require(actor_of(interaction), source)
        text = own_text(interaction)
        field = TextField(
            "note",
            text.note_label,
            value=await self._proposals.note(source),
            long=True,
            example=text.note_example,
            most=MAX_NOTE,
        )
        await open_form(interaction, f"news:note:{source}:{choice}", text.note_title, [field])

    async def keep_note(
        self, interaction: Interaction, source: Source, choice: str, note: str
    ) -> None:
        """Keep the line, and show the message with it."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._require(actor, source)
        await self._proposals.keep_note(actor, source, note)
        await self._ask(interaction, source, choice)

    # Publishing

    async def publish(self, interaction: Interaction, source: Source, digest: str) -> None:
        """Announce just what the editor saw; show it again if that is something else by now.

        A draft is published with it, in one transaction. It is announced once, however often
        somebody presses.
        """
        await hold(interaction)
        text, actor = own_text(interaction), actor_of(interaction)
        try:
            if isinstance(source, DraftSource):
                told = await self._publish_draft(interaction, actor, source, digest)
            else:
                told = await self._proposals.announce_change(actor, source, digest)
        except OutdatedError:
            await self._ask(interaction, source, "", again=True)
            return
        if told is None:
            await show(interaction, text.publish_needs_attention)
            return
        view = Components()
        view.add_item(UndoButton.of(told.announcement.number, text))
        name = reference(told.announcement.number)
        await show(interaction, text.published_and_announced(name, told.deliveries), view=view)

    async def undo(self, interaction: Interaction, number: int) -> None:
        """Take back what was published by mistake."""
        text, actor = own_text(interaction), actor_of(interaction)
        told = await self._announcements.get(number)
        here = told is not None and told.author.guild == actor.guild
        if told is None or not here or not await self._access.is_editor(actor):
            await say(interaction, text.not_allowed)
            return
        undone = await self._announcements.undo(number, reason=text.published_by_mistake)
        if undone is None or undone.too_late:
            await say(interaction, text.too_late)
            return
        await say(interaction, text.taken_back(reference(number), undone.stopped))

    # Helpers

    async def _require(self, actor: Actor, source: Source) -> None:
        """Pass if somebody may announce something: a draft is its author's alone."""
        if isinstance(source, DraftSource):
            await self._drafting.open(actor, source.draft_id)
        else:
            await self._proposals.require_writer(actor, source)

    async def _publish_draft(
        self, interaction: Interaction, actor: Actor, source: DraftSource, digest: str
    ) -> Published | None:
        told: list[Published] = []

        async def announce(writing: Writing, change: Change) -> None:
            made = await self._proposals.announce_draft(
                writing, change, source.draft_id, digest, actor.author
            )
            told[:] = [made]

        outcome = await self._drafting.publish(actor, source.draft_id, also=announce)
        if not isinstance(outcome, DraftPublished):
            return None
        await interaction.client.suggestions.tell(interaction.client, outcome.approved)
        return told[0]

    async def _ask(
        self, interaction: Interaction, source: Source, choice: str, *, again: bool = False
    ) -> None:
        text = own_text(interaction)
        outlook = await self._outlook(actor_of(interaction), source)
        chosen = outlook.chosen(choice) if outlook else None
        if outlook is None or chosen is None:
            sentence = text.nothing_to_announce if outlook else text.publish_needs_attention
            await show(interaction, sentence, view=Components())
            return
        parts = [text.shown_again] if again else []
        reach = chosen.reach
        question = text.told_question if chosen.told else text.publish_question
        parts.append(question(reach.channels, reach.members, reach.servers))
        if outlook.edited:
            parts.append(text.also_edited(outlook.edited))
        message = news_message(
            chosen.news,
            channel_text(interaction),
            reason=chosen.reason,
            corrects=_corrects(chosen),
        )
        await show(
            interaction,
            "\n\n".join([" ".join(parts), message.content]),
            embed=message.embed,
            view=proposal_view(source, chosen, outlook.proposals, text),
        )

    async def _outlook(self, actor: Actor, source: Source) -> Outlook | None:
        """What there is to announce; `None` if a draft cannot be published as it is."""
        if isinstance(source, ChangeSource):
            return await self._proposals.of_change(actor, source)
        found: list[Outlook] = []

        async def look(writing: Writing, change: Change) -> None:
            found[:] = [await self._proposals.of_draft(writing, change, source.draft_id)]

        outcome = await self._drafting.rehearse(actor, source.draft_id, look)
        return found[0] if isinstance(outcome, DraftPublished) else None


def _corrects(chosen: Proposal) -> int | None:
    return chosen.told[0] if chosen.told else None


class NoteForm(PersistentForm, template=rf"news:note:{SOURCE}:{CHOICE}"):
    """The editor's line on why it matters."""

    async def act(self, interaction: Interaction, filled: Filled) -> None:
        """Keep it and show the message again."""
        source, choice = source_of(self.parts["source"]), self.parts["choice"]
        await interaction.client.publishing.keep_note(
            interaction, source, choice, filled.text("note")
        )


FORMS: tuple[type[PersistentForm], ...] = (NoteForm,)
"""Every form that this module opens."""
