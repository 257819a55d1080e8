"""The private preview of a draft: the exact public reply, and what it lacks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.chat import limits
from bot.chat.render.markup import escape, escape_line
from bot.chat.render.reply import case_message
from bot.domain.case import Case
from bot.domain.drafts import Fields
from bot.domain.problems import Problem
from bot.domain.records import Record, to_document
from bot.services.catalogue import Catalogue
from bot.services.curation.drafting import DraftView
from bot.services.lookup import Answer, RelatedLine, line_of
from bot.text import English

_PROBLEM = 300
_SUMMARY = 500
_PROBLEMS = 12
_ADVICE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class PreviewMessage:
    """What stands above the buttons of a draft."""

    content: str
    embed: discord.Embed | None


def answer_of(case: Case, case_id: str, scope: int, catalogue: Catalogue) -> Answer:
    """What /case would answer from, if the record were published as it is."""
    record = Record(case_id, scope, 0, to_document(case))
    found = ((link, catalogue.by_slug(link.slug, scope)) for link in case.related)
    related = (RelatedLine(link.relation, line_of(other)) for link, other in found if other)
    return Answer(line_of(record), case, tuple(related))


def preview_message(
    view: DraftView, problems: Sequence[Problem], catalogue: Catalogue, text: English
) -> PreviewMessage:
    """The preview of a draft.

    Args:
        view: the draft.
        problems: what was not understood in the form that was just sent.
        catalogue: where related cases are named from.
        text: the sentences.
    """
    own = text.editors
    head = [own.preview(public=view.is_public, edit=view.draft.case_id is not None)]
    if view.lookalikes:
        head.append(own.looks_like)
    embed: discord.Embed | None = None
    tail = _so_far(view.draft.fields, text)
    if view.preview is not None:
        answer = answer_of(view.preview, view.draft.case_id or "", view.draft.scope, catalogue)
        message = case_message(answer, text)
        embed = message.embed
        tail = f"{own.answer_will_be}\n{message.content}"
    fixed = "\n".join([*head, tail])
    room = limits.CONTENT - limits.size(fixed) - 2
    notes = notes_within(problems, view.errors, view.advice, room, text)
    return PreviewMessage("\n".join([*head, *notes, tail]), embed)


def _so_far(fields: Fields, text: English) -> str:
    """What a draft has that is too little for an answer."""
    caption = escape_line(str(fields.get("title") or ""), limits.EMBED_TITLE)
    summary = limits.cut(escape(str(fields.get("summary") or "")), _SUMMARY)
    parts = [text.editors.too_little, f"**{caption}**" if caption else "", summary]
    return "\n".join(part for part in parts if part)


def notes_within(
    problems: Sequence[Problem],
    errors: Sequence[Problem],
    advice: Sequence[Problem],
    room: int,
    text: English,
) -> list[str]:
    """What blocks publishing and what would be better, apart, in as much room as there is."""
    own = text.editors
    told = {problem.place.partition(".")[0] for problem in problems}
    blocking = [*problems, *(error for error in errors if error.place not in told)]
    if not blocking and not advice:
        return [own.nothing_missing]
    parts: list[str] = []
    if blocking:
        share = room if not advice else int(room * (1 - _ADVICE_SHARE))
        parts.append(_bullets(own.blocks, blocking, share, text))
        room -= limits.size(parts[0]) + 1
    if advice:
        parts.append(_bullets(own.better, advice, room, text))
    return [part for part in parts if part]


def _bullets(heading: str, problems: Sequence[Problem], room: int, text: English) -> str:
    lines = [f"• {problem_line(problem, text)}" for problem in problems]
    left = room - limits.size(heading) - 1
    more = text.editors.more_problems
    listed, _ = limits.list_within(lines, "\n", left, _PROBLEMS, more)
    return f"{heading}\n{listed}" if listed else ""


def problem_line(problem: Problem, text: English) -> str:
    """A problem as a sentence, with what somebody typed in it made safe."""
    sentence = text.editors.problem(problem.place, problem.message, problem.mend)
    return escape_line(sentence, _PROBLEM)
