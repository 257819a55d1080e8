"""What /case says, complete but for the buttons, which `bot.chat.views` builds from it."""

from dataclasses import dataclass, replace

import discord

from bot.chat import limits
from bot.chat.render.case import best_first, case_embed
from bot.chat.render.lines import headline
from bot.chat.render.markup import button_url, escape_line
from bot.domain.text import one_line
from bot.domain.vocabulary import SourceKind
from bot.search import MOST_COUNTED
from bot.services.lookup import (
    Answer,
    CaseLine,
    NothingFound,
    Unsure,
    Withdrawn,
)
from bot.text import English

_LINKS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a source."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A case in full. `fits` are the cases that the query fits, `related` those it points to."""

    case_id: str
    content: str
    embed: discord.Embed
    links: tuple[Link, ...]
    fits: tuple[CaseLine, ...]
    total: int
    related: tuple[CaseLine, ...]

    @property
    def or_more(self) -> bool:
        """Whether more cases may fit than were counted."""
        return self.total >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class ChoiceMessage:
    """A private sentence with the cases that may be meant: a select if `unsure`, else buttons."""

    content: str
    lines: tuple[CaseLine, ...]
    unsure: bool


def choice_message(reply: Unsure | NothingFound | Withdrawn, text: English) -> ChoiceMessage:
    """The sentence where no case is sure, with those that may be meant."""
    match reply:
        case Unsure(lines):
            return ChoiceMessage(text.did_you_mean(), lines, unsure=True)
        case NothingFound(near):
            return ChoiceMessage(text.nothing_found(near=bool(near)), near, unsure=False)
        case Withdrawn(title):
            caption = escape_line(title, limits.EMBED_TITLE)
            return ChoiceMessage(text.withdrawn_case(caption), (), unsure=False)


def case_message(answer: Answer, text: English) -> CaseMessage:
    """The message that shows a case."""
    related = {link.line.id: link.line for link in answer.related}
    return CaseMessage(
        case_id=answer.line.id,
        content=headline(answer.line, text),
        embed=case_embed(answer, text),
        links=_links(answer, text),
        fits=(),
        total=1,
        related=tuple(related.values())[: limits.SELECT_OPTIONS],
    )


def with_fits(
    message: CaseMessage, fits: tuple[CaseLine, ...], total: int, text: English
) -> CaseMessage:
    """The message with a list of the cases that the query fits.

    Args:
        message: shows one of them.
        fits: the cases, best first; where it is only one, no list is needed.
        total: how many fit, of which `fits` may be the beginning.
        text: the sentences.
    """
    if len(fits) < 2:  # noqa: PLR2004 - one case is no list
        return message
    message = replace(message, fits=fits[: limits.SELECT_OPTIONS], total=total)
    if fits[0].id != message.case_id:
        return message
    sentence = text.cases_fit(total, or_more=message.or_more)
    return replace(message, content=f"{message.content}\n{sentence}")


def _links(answer: Answer, text: English) -> tuple[Link, ...]:
    links: list[Link] = []
    for source in best_first(answer.case.sources):
        url = button_url(source.url)
        if url is None or any(link.url == url for link in links):
            continue
        primary = source.kind is SourceKind.PRIMARY and not links
        label = text.read_decision if primary else one_line(source.publisher)
        if source.language.partition("-")[0] != text.own_language:
            language = f" ({text.language(source.language)})"
            label = limits.cut(label, limits.BUTTON_LABEL - limits.size(language)) + language
        links.append(Link(limits.cut(label, limits.BUTTON_LABEL), url))
        if len(links) == _LINKS:
            break
    return tuple(links)
