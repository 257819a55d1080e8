"""`/catalogue import` and `export`: a dry run first, then one button and one transaction."""

import asyncio
import gzip
import hashlib
import io
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import discord

from bot.chat import limits
from bot.chat.curation.actor import actor_of
from bot.chat.curation.replies import hold, show
from bot.chat.interactions import own_text
from bot.chat.render.markup import escape_line
from bot.chat.views.items import Components, PersistentItem
from bot.domain.exchange import IN_DISCORD, UnreadableFileError
from bot.domain.problems import error
from bot.domain.records import PUBLIC
from bot.domain.text import one_line
from bot.services.curation.desk import Desk
from bot.services.curation.errors import OvertakenError
from bot.services.curation.exchange import ImportPlan
from bot.text import English

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

_T = TypeVar("_T")
_MIB = 1024 * 1024
_TOLD_EVERY = 2.0
"""Seconds between two messages of progress; Discord takes five edits in five seconds."""
_LARGE = 1 * _MIB
_REFUSED_SHOWN = 8
_LINE = 180
_SLUG, _REASONS = 100, 400


class ExchangeReplies:
    """Answers editors who import and export."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def plan(self, interaction: "Interaction", file: discord.Attachment) -> None:
        """Say what an import would do, with the button that does it.

        The message keeps the file, so that the button works after a restart too.
        """
        await hold(interaction)
        await self._desk.access.require_editor(actor_of(interaction))
        if file.size > IN_DISCORD.file:  # before it is read
            size = IN_DISCORD.file // _MIB
            raise UnreadableFileError(
                error("", f"is larger than {size} MB", "split it, or use casebook import")
            )
        data = await file.read()
        await self._show_plan(interaction, data, await self._planned(interaction, data))

    async def run(self, interaction: "Interaction", fingerprint: str) -> None:
        """Import the file of the message, if it would do what the message says."""
        await hold(interaction)
        await self._desk.access.require_editor(actor_of(interaction))
        message = interaction.message
        if message is None or not message.attachments:
            raise OvertakenError(())
        data = await message.attachments[0].read()
        plan = await self._planned(interaction, data)
        found = await asyncio.to_thread(fingerprint_of, plan)
        if found != fingerprint:  # somebody changed the catalogue since
            await self._show_plan(interaction, data, plan, again=True)
            return
        text = own_text(interaction)
        if len(plan.added) + len(plan.changed) > limits.SELECT_OPTIONS:
            total = len(plan.added) + len(plan.changed)
            await show(interaction, text.editors.importing(total))
        done = await self._desk.exchange.run(actor_of(interaction), plan)
        await show(
            interaction,
            text.editors.imported(done.added, done.changed, public=plan.scope == PUBLIC),
        )

    async def export(self, interaction: "Interaction") -> None:
        """Give the catalogue that is written here as a file."""
        await hold(interaction)
        actor = actor_of(interaction)
        data = await self._desk.exchange.export(actor)
        own = own_text(interaction).editors
        name = "catalogue.json"
        if len(data) > interaction.filesize_limit:
            data = await asyncio.to_thread(gzip.compress, data, 6, mtime=0)
            name = "catalogue.json.gz"
        if len(data) > interaction.filesize_limit:
            await show(interaction, own.export_too_large)
            return
        public = self._desk.access.written_scope(actor) == PUBLIC
        file = discord.File(io.BytesIO(data), filename=name)
        await show(interaction, own.exported(public=public), files=[file])

    async def _planned(self, interaction: "Interaction", data: bytes) -> ImportPlan:
        """The dry run, telling how far it is where the file is large."""
        seen = 0

        def progress(rows: int) -> None:
            nonlocal seen
            seen = rows

        planning = self._desk.exchange.plan(actor_of(interaction), data, IN_DISCORD, progress)
        if len(data) < _LARGE:
            return await planning
        own = own_text(interaction).editors
        return await _telling(planning, lambda: show(interaction, own.checking(seen)))

    async def _show_plan(
        self, interaction: "Interaction", data: bytes, plan: ImportPlan, *, again: bool = False
    ) -> None:
        text = own_text(interaction)
        # Ten thousand cases are hashed, or refused and explained, beside the lookups.
        told = await asyncio.to_thread(_tell, plan, text)
        view = Components()
        files: list[discord.File] = []
        if plan.added or plan.changed:
            name = "import.json.gz" if data[:2] == b"\x1f\x8b" else "import.json"
            files.append(discord.File(io.BytesIO(data), filename=name))
            count = len(plan.added) + len(plan.changed)
            view.add_item(ImportButton.of(told.fingerprint, count, text))
        if told.report:
            files.append(discord.File(io.BytesIO(told.report), filename="refused.txt"))
        content = f"{text.editors.plan_again}\n{told.content}" if again else told.content
        await show(interaction, content, view=view, files=files)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a plan."""

    content: str
    report: bytes
    """Every refusal, where they do not fit into the message."""
    fingerprint: str


def _tell(plan: ImportPlan, text: English) -> _Told:
    many = len(plan.refused) > _REFUSED_SHOWN
    report = "\n".join(refusals(plan, text)).encode(errors="replace") if many else b""
    return _Told(plan_message(plan, text), report, fingerprint_of(plan))


async def _telling(work: Awaitable[_T], tell: Callable[[], Awaitable[None]]) -> _T:
    """Wait for `work`, and tell now and then how far it is."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_TOLD_EVERY)
            if not task.done():
                await tell()
    finally:
        if not task.done():
            task.cancel()
    return await task


def fingerprint_of(plan: ImportPlan) -> str:
    """What tells that two plans would do the same."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(str(plan.scope).encode())
    for each in (*plan.added, *plan.changed):
        digest.update(each.document)
        digest.update(str((each.revision, each.restores)).encode())
    return digest.hexdigest()


def plan_message(plan: ImportPlan, text: English) -> str:
    """What an import would do: how many are added, changed, skipped and refused, and why."""
    own = text.editors
    restored = sum(each.restores for each in plan.changed)
    head = own.plan(
        len(plan.added),
        len(plan.changed),
        len(plan.skipped),
        len(plan.refused),
        restored,
        public=plan.scope == PUBLIC,
    )
    if not plan.refused:
        return head
    first = islice(refusals(plan, text), _REFUSED_SHOWN)
    lines = [f"• {limits.cut(escape_line(line), _LINE)}" for line in first]
    if len(plan.refused) > len(lines):
        lines.append(own.more_problems(len(plan.refused) - len(lines)))
    room = limits.CONTENT - limits.size(head) - 300
    listed, _ = limits.list_within(lines, "\n", room, len(lines), own.more_problems)
    return f"{head}\n{own.refused}\n{listed}"


def refusals(plan: ImportPlan, text: English) -> Iterator[str]:
    """Each refused row with its reasons, on one line."""
    own = text.editors
    for row in plan.refused:
        reasons = " ".join(own.problem(p.place, p.message, p.mend) for p in row.problems)
        slug = limits.cut(row.slug or "", _SLUG)
        yield limits.cut(one_line(own.refused_row(row.row, slug, reasons[:_REASONS])), _REASONS)


class ImportButton(
    PersistentItem[discord.ui.Button[Any]], template=r"import:run:(?P<plan>[0-9a-f]{32})"
):
    """Imports the file of the message."""

    @classmethod
    def of(cls, fingerprint: str, count: int, text: English) -> "ImportButton":
        """The button for a plan that adds or changes so many cases."""
        style = discord.ButtonStyle.success
        label = text.editors.import_button(count)
        custom_id = f"import:run:{fingerprint}"
        return cls(discord.ui.Button(label=label, style=style, custom_id=custom_id))

    async def act(self, interaction: "Interaction") -> None:
        """Import it."""
        await interaction.client.exchange.run(interaction, self.parts["plan"])


EXCHANGE_ITEMS: tuple[type[PersistentItem[Any]], ...] = (ImportButton,)
