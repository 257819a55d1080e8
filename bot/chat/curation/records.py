"""What editors do to a published case at once: alias, removal, restoring, undo, history, hiding."""

import asyncio
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.curation.form import Filled, PersistentForm, TextField, open_form
from bot.chat.curation.history import history_embed, history_view
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import own_text
from bot.chat.render.markup import escape_line
from bot.chat.views.items import Components, PersistentItem
from bot.domain.records import PUBLIC
from bot.domain.text import one_line
from bot.services.curation.desk import Desk
from bot.services.curation.drafting import Published
from bot.services.curation.errors import UnclearCaseError, UnknownCaseError
from bot.services.curation.ledger import MAX_REASON
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_CASE = r"(?P<case>[a-z2-7]{13})"
_UNDONE_SHOWN = 10


class RecordReplies:
    """Answers editors about published cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add_alias(
        self, interaction: "Interaction", named: str, alias: str, reason: str
    ) -> None:
        """Add a name by which people find a case."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = self._desk.choices.named(actor, named)
        done = await self._desk.records.add_alias(actor, case_id, alias, reason)
        own = own_text(interaction).editors
        name = escape_line(alias, limits.EMBED_TITLE)
        await show(interaction, own.alias_added(name, _caption(done), public=_is_public(done)))

    async def ask_removal(self, interaction: "Interaction", named: str) -> None:
        """Open the form that removes a case: it says what happens, and asks why."""
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = self._desk.choices.named(actor, named)
        record = self._desk.catalogue.get(case_id, actor.guild)
        if record is None:
            raise UnknownCaseError
        await self._desk.access.require_writer(actor, record.scope)
        own = own_text(interaction).editors
        caption = escape_line(record.case().title, limits.EMBED_TITLE)
        reason = TextField("reason", own.reason, long=True, most=MAX_REASON)
        custom_id = f"record:remove:{case_id}:{record.revision}"
        note = own.removal(caption, public=record.scope == PUBLIC)
        await open_form(interaction, custom_id, own.remove_title, [reason], note)

    async def remove(
        self, interaction: "Interaction", case_id: str, revision: int, reason: str
    ) -> None:
        """Remove the case that the form was about, if it is still as it was."""
        await hold(interaction)
        done = await self._desk.records.remove(
            actor_of(interaction), case_id, reason, revision=revision
        )
        text = own_text(interaction)
        view = Components()
        view.add_item(RestoreButton.of(case_id, text))
        sentence = text.editors.removed(_caption(done), public=_is_public(done))
        await self._show_change(interaction, sentence, done, view)

    async def restore_named(self, interaction: "Interaction", named: str, reason: str) -> None:
        """Bring a removed case back."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = self._desk.choices.named_removed(actor, named)
        done = await self._desk.records.restore(actor, case_id, None, reason)
        await self._say_restored(interaction, done)

    async def restore(self, interaction: "Interaction", case_id: str, number: int | None) -> None:
        """Bring a revision of a case back; without a number, a removed case."""
        await hold(interaction)
        done = await self._desk.records.restore(actor_of(interaction), case_id, number)
        await self._say_restored(interaction, done)

    async def undo(self, interaction: "Interaction", named: str | None, reason: str) -> None:
        """Take back the last change of a case, or the last one that the person made here."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        case_id = None if named is None else self._named_either(interaction, named)
        undone = await self._desk.records.undo(actor, case_id, reason)
        own = own_text(interaction).editors
        shown = [f"• **{_caption(each)}**" for each in undone.cases]
        kept = [f"• **{escape_line(title, limits.EMBED_TITLE)}**" for title in undone.overtaken]
        parts: list[str] = []
        if undone.cases:
            parts.append(own.undone(len(undone.cases), public=_is_public(undone.cases[0])))
            parts += [_listed(shown, own_text(interaction)), own.undo_again]
        if kept:
            parts += [own.not_undone, _listed(kept, own_text(interaction))]
        if len(undone.cases) == 1:
            await self._show_change(interaction, "\n".join(parts), undone.cases[0], Components())
            return
        await show(interaction, "\n".join(parts))

    async def history(self, interaction: "Interaction", named: str) -> None:
        """Show the newest revisions of the case that a text means."""
        await hold(interaction)
        await self._desk.access.require_editor(actor_of(interaction))
        await self._show_history(interaction, self._named_either(interaction, named), 1)

    async def show_history(self, interaction: "Interaction", case_id: str, page: int) -> None:
        """Show a page of a case's history."""
        await hold(interaction)
        await self._show_history(interaction, case_id, page)

    async def hide(self, interaction: "Interaction", named: str | None, reason: str) -> None:
        """Do not show a public case in this server; without one, list those not shown."""
        await hold(interaction)
        actor = actor_of(interaction)
        await self._desk.access.require_editor(actor)
        if named is not None:
            case_id = self._desk.choices.named(actor, named)
            await self._desk.servers.hide(actor, case_id, reason)
        await self._list_hidden(interaction)

    async def unhide(self, interaction: "Interaction", case_id: str) -> None:
        """Show a public case in this server again."""
        await hold(interaction)
        await self._desk.servers.show(actor_of(interaction), case_id)
        await self._list_hidden(interaction)

    def _named_either(self, interaction: "Interaction", named: str) -> str:
        """The case that a text means, in the catalogue or, where none fits, removed."""
        actor = actor_of(interaction)
        try:
            return self._desk.choices.named(actor, named)
        except UnclearCaseError:
            return self._desk.choices.named_removed(actor, named)

    async def _list_hidden(self, interaction: "Interaction") -> None:
        hidden = await self._desk.servers.hidden(actor_of(interaction))
        text = own_text(interaction)
        view = Components()
        if hidden:
            view.add_item(UnhideSelect.of(hidden, text))
        lines = [f"• {escape_line(title, limits.EMBED_TITLE)}" for _, title in hidden]
        await show(
            interaction,
            "\n".join([text.editors.hidden(len(hidden)), _listed(lines, text)]),
            view=view,
        )

    async def _show_history(self, interaction: "Interaction", case_id: str, page: int) -> None:
        actor = actor_of(interaction)
        found = await self._desk.records.history(actor, case_id, page)
        text = own_text(interaction)
        await show(
            interaction,
            text.editors.history_of(escape_line(found.title, limits.EMBED_TITLE)),
            embed=await asyncio.to_thread(history_embed, found, actor.guild, text),
            view=history_view(found, text),
        )

    async def _say_restored(self, interaction: "Interaction", done: Published) -> None:
        own = own_text(interaction).editors
        sentence = own.restored(_caption(done), public=_is_public(done))
        await self._show_change(interaction, sentence, done, Components())

    async def _show_change(
        self, interaction: "Interaction", sentence: str, done: Published, view: discord.ui.View
    ) -> None:
        """Say what was done, and what of it is announced or can be."""
        offered = await interaction.client.publishing.offer(
            view, actor_of(interaction), done.case_id, done.revision, own_text(interaction)
        )
        await show(interaction, f"{sentence}\n{offered}".strip(), view=view)


def _caption(done: Published) -> str:
    return escape_line(done.title, limits.EMBED_TITLE)


def _is_public(done: Published) -> bool:
    return done.scope == PUBLIC


def _listed(lines: list[str], text: English) -> str:
    room = limits.CONTENT // 2 - 200
    return limits.list_within(lines, "\n", room, _UNDONE_SHOWN, text.editors.more_problems)[0]


class RestoreButton(PersistentItem[discord.ui.Button[Any]], template=rf"record:restore:{_CASE}"):
    """Brings a removed case back, where it was a mistake."""

    @classmethod
    def of(cls, case_id: str, text: English) -> "RestoreButton":
        """The button for a case."""
        label = text.editors.bring_back
        return cls(discord.ui.Button(label=label, custom_id=f"record:restore:{case_id}"))

    async def act(self, interaction: "Interaction") -> None:
        """Bring it back."""
        await interaction.client.records.restore(interaction, self.parts["case"], None)


class UnhideSelect(PersistentItem[discord.ui.Select[Any]], template=r"record:unhide"):
    """The public cases that a server does not show; choosing one shows it again."""

    @classmethod
    def of(cls, hidden: list[tuple[str, str]], text: English) -> "UnhideSelect":
        """The select for ids and captions."""
        options = [
            discord.SelectOption(
                label=limits.cut(one_line(title), limits.OPTION_LABEL), value=case_id
            )
            for case_id, title in hidden[: limits.SELECT_OPTIONS]
        ]
        placeholder = text.editors.unhide_placeholder
        return cls(
            discord.ui.Select(custom_id="record:unhide", placeholder=placeholder, options=options)
        )

    async def act(self, interaction: "Interaction") -> None:
        """Show it again."""
        await interaction.client.records.unhide(interaction, self.item.values[0])


class RemoveForm(PersistentForm, template=rf"record:remove:{_CASE}:(?P<revision>\d{{1,9}})"):
    """Removes a case."""

    async def act(self, interaction: "Interaction", filled: Filled) -> None:
        """Remove it."""
        await interaction.client.records.remove(
            interaction, self.parts["case"], int(self.parts["revision"]), filled.text("reason")
        )


RECORD_ITEMS: tuple[type[PersistentItem[Any]], ...] = (RestoreButton, UnhideSelect)
RECORD_FORMS: tuple[type[PersistentForm], ...] = (RemoveForm,)
