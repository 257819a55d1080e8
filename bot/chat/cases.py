"""Answering about cases: what /case and the components below its answers do."""

import io
import json
import logging
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.interactions import Interaction, channel_text, own_text, scope_of
from bot.chat.render.full_record import full_record
from bot.chat.render.lines import choice_name
from bot.chat.render.reply import (
    CaseMessage,
    ChoiceMessage,
    case_message,
    choice_message,
    with_fits,
)
from bot.chat.views.case import CaseSelect, case_view, choice_view
from bot.services.lookup import Answer, CaseFound, CaseLine, Lookup, Withdrawn, outcome_of
from bot.services.lookup_tally import Asked, Outcome
from bot.text import English

_log = logging.getLogger(__name__)

_ANSWERS_KEPT = 2048
_CASES_KEPT = 1024
_CHOICES_KEPT = 4096
_QUERY_READ = 300


@dataclass(frozen=True, slots=True)
class _KeptReply:
    """An answer, kept until a record changes."""

    message: CaseMessage | ChoiceMessage
    outcome: Outcome


class _KeptEmbed(discord.Embed):
    """An embed as UTF-8, a quarter of its size: one flag makes a text four bytes a character."""

    __slots__ = ("_json",)

    def __init__(self, embed: discord.Embed) -> None:
        super().__init__()
        self._json = json.dumps(embed.to_dict(), ensure_ascii=False).encode()

    def to_dict(self) -> Any:
        """The embed as Discord's JSON."""
        return json.loads(self._json)


class CaseReplies:
    """Sends answers about cases. Everything is in memory, so nothing here is deferred."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._rendered = lru_cache(maxsize=_ANSWERS_KEPT)(self._render)
        self._suggested = lru_cache(maxsize=_ANSWERS_KEPT)(self._suggest)
        self._choice = lru_cache(maxsize=_CHOICES_KEPT)(as_choice)
        self._cases = lru_cache(maxsize=_CASES_KEPT)(self._case)

    def suggest(self, typed: str, interaction: Interaction) -> list[app_commands.Choice[str]]:
        """The cases to suggest for a half-typed query, best first; none if that fails."""
        begun = time.perf_counter()
        try:
            scope, revision = scope_of(interaction), self._lookup.revision
            choices = self._suggested(revision, scope, _in_one_form(typed))
        except Exception:  # noqa: BLE001 - discord.py drops it and leaves the person waiting
            _log.exception("Suggesting cases failed")
            return []
        outcome = Outcome.FOUND if choices else Outcome.NOTHING
        self._lookup.tally.note(Asked.SUGGESTIONS, outcome, time.perf_counter() - begun)
        return choices

    def _suggest(self, revision: int, scope: int, typed: str) -> list[app_commands.Choice[str]]:
        """What to suggest; `revision` makes kept suggestions stale when a record changes."""
        del revision
        return [self._choice(line) for line in self._lookup.suggest(typed, scope)[: limits.CHOICES]]

    async def answer(self, interaction: Interaction, query: str, *, private: bool) -> None:
        """Answer a query in the channel, or to the asker alone.

        Where no case is sure, only the asker reads it, whatever `private` says.
        """
        begun = time.perf_counter()
        text = own_text(interaction) if private else channel_text(interaction)
        scope, revision = scope_of(interaction), self._lookup.revision
        asked = _in_one_form(query)
        kept = self._rendered(revision, scope, text, asked)
        message = kept.message
        if isinstance(message, CaseMessage):
            view = case_view(message, interaction.user.id, text, private=private)
            embed = message.embed
        else:
            view = choice_view(message, text, private=private)
            embed, private = discord.utils.MISSING, True
        self._lookup.tally.note(Asked.CASE, kept.outcome, time.perf_counter() - begun)
        await interaction.response.send_message(
            message.content, embed=embed, view=view, ephemeral=private
        )

    def _render(self, revision: int, scope: int, text: English, query: str) -> _KeptReply:
        """What answers a query; `revision` makes a kept one stale when a record changes."""
        reply = self._lookup.ask(query, scope)
        if isinstance(reply, CaseFound):
            message = self._cases(revision, scope, reply.line.id, text)
            message = with_fits(message, reply.fits, reply.total, text)
            return _KeptReply(message, outcome_of(reply))
        return _KeptReply(choice_message(reply, text), outcome_of(reply))

    def _case(self, revision: int, scope: int, case_id: str, text: English) -> CaseMessage:
        """The message that shows a case; `revision` as above."""
        del revision
        message = case_message(self._lookup.read(case_id, scope), text)
        return replace(message, embed=_KeptEmbed(message.embed))

    async def show_chosen(self, interaction: Interaction, case_id: str, asker: int) -> None:
        """Show the case chosen from a list below an answer.

        It takes the answer's place for the one who asked; anybody else reads it alone.
        """
        found = self._lookup.open(case_id, scope_of(interaction))
        if not isinstance(found, Answer):
            await self._say_gone(interaction, found)
            return
        if interaction.user.id != asker or interaction.message is None:
            await self.answer(interaction, case_id, private=True)
            return
        text = channel_text(interaction)
        ids, total = CaseSelect.fits_on(interaction.message)
        fits = self._lookup.lines(ids, scope_of(interaction))
        message = with_fits(case_message(found, text), fits, total, text)
        private = interaction.message.flags.ephemeral
        view = case_view(message, asker, text, private=private)
        await interaction.response.edit_message(
            content=message.content, embed=message.embed, view=view
        )

    async def send_full_record(self, interaction: Interaction, case_id: str) -> None:
        """Send everything known of a case as a text file, to the one who asked for it."""
        found = self._lookup.open(case_id, scope_of(interaction))
        if not isinstance(found, Answer):
            await self._say_gone(interaction, found)
            return
        record = full_record(found, own_text(interaction)).encode()
        file = discord.File(io.BytesIO(record), filename=f"{found.case.slug}.txt")
        await interaction.response.send_message(file=file, ephemeral=True)

    async def delete(self, interaction: Interaction, asker: int) -> None:
        """Delete the answer that the pressed button stands on.

        It goes through the interaction, since the bot may not be in that server.
        """
        if interaction.user.id != asker and not interaction.permissions.manage_messages:
            sentence = own_text(interaction).only_asker_deletes
            await interaction.response.send_message(sentence, ephemeral=True)
            return
        await interaction.response.defer()
        await interaction.delete_original_response()

    async def _say_gone(self, interaction: Interaction, found: Withdrawn | None) -> None:
        text = own_text(interaction)
        if found is None:
            await interaction.response.send_message(text.case_gone, ephemeral=True)
            return
        sentence = choice_message(found, text).content
        await interaction.response.send_message(sentence, ephemeral=True)


def _in_one_form(typed: str) -> str:
    """As much of a text as is read, in the form that answers are kept by."""
    return " ".join(typed[:_QUERY_READ].split()).casefold()


def as_choice(line: CaseLine) -> app_commands.Choice[str]:
    """A case as a suggestion: its name to read, its id as the value."""
    return app_commands.Choice(name=choice_name(line), value=line.id)
