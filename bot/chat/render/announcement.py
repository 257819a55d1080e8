"""Announcements and what is said about them, as messages. Pure: nothing here waits or looks up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat import limits
from bot.chat.render.case import ACCENT
from bot.chat.render.lines import court_with_flag
from bot.chat.render.markup import button_url, escape, escape_line
from bot.domain.announcements import News, NewsKind, Wish, reference
from bot.domain.case import Case, Ruling
from bot.domain.deliveries import Announcement, Change
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.text import one_line
from bot.domain.vocabulary import Topic
from bot.services.announcements.sending import BrokenOff, Notice
from bot.text import English

_HOLDING = 1500
_NOTE = 600
_REASON = 300
_SENTENCES = 2
_NAMED = 20

_SENTENCE = re.compile(r"(?<=[.!?])[”\")’]?\s+(?=[“\"(]?[A-Z0-9])|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"\b(?:v|vs|No|Nos|Inc|Co|Ltd|Corp|LLC|Art|Sec|Ch|Dr|Mr|Mrs|Ms|Prof|St|cf|para|p|pp|U\.S|"
    r"e\.g|i\.e|[A-Z])\.$"
)


@dataclass(frozen=True, slots=True)
class NewsMessage:
    """An announcement, complete but for the buttons, which `bot.chat.views` builds from it."""

    number: int
    """0 for a sample."""
    case_id: str
    content: str
    """Without the roles that it pings."""
    embed: discord.Embed
    link: str | None
    """Of the decision."""
    withdrawn: bool = False


def news_message(
    news: News,
    text: English,
    *,
    number: int = 0,
    change: Change = Change.NONE,
    reason: str = "",
    corrects: int | None = None,
) -> NewsMessage:
    """The message that announces some news.

    Args:
        news: what happened.
        text: the sentences.
        number: the announcement's; 0 for a sample.
        change: what became of it since.
        reason: why, in the editor's words.
        corrects: the number of the announcement that this one corrects.
    """
    name = reference(number) if number else text.sample
    content = _line(news, text, name, corrects)
    embed = _embed(news, text, name)
    reason = escape_line(reason, _REASON)
    withdrawn = change.withdraws
    if news.kind is NewsKind.WITHDRAWAL:
        embed.description = text.withdrawn_because(reason)
    if withdrawn:
        content = f"~~{content.removesuffix(f' · {name}')}~~ · {name}"
        struck = "\n".join(f"~~{line}~~" for line in (embed.description or "").splitlines() if line)
        told = f"{text.withdrawn_because(reason)}\n\n{struck}"
        embed.description = limits.cut(told, limits.EMBED_DESCRIPTION)
        embed.clear_fields()
    elif change is Change.CORRECTED:
        embed.set_footer(text=f"{text.corrected_because(reason)}\n{embed.footer.text}")
    return NewsMessage(number, news.case_id, content, embed, _link(news), withdrawn)


def message_of(announcement: Announcement, text: English) -> NewsMessage:
    """The message of something published, as it reads now."""
    return news_message(
        announcement.news,
        text,
        number=announcement.number,
        change=announcement.change,
        reason=announcement.reason,
        corrects=announcement.corrects,
    )


def with_roles(content: str, roles: Sequence[int]) -> str:
    """The line with the roles that it is for; whether they are pinged, the request says."""
    return " ".join([*(f"<@&{role}>" for role in roles), content])


def notice_text(notice: Notice, text: English) -> str:
    """What editors are told of deliveries that failed for good."""
    if isinstance(notice, BrokenOff):
        reasons = {one.target.id: one.code for one in notice.subscriptions}
        lines = [
            text.broken_line(f"<#{channel}>", text.failure(code))
            for channel, code in reasons.items()
        ]
        listed = lines[:_NAMED]
        if len(lines) > _NAMED:
            listed.append(text.more(len(lines) - _NAMED))
        return limits.cut(text.broken_off(listed), limits.CONTENT)
    announcement = notice.announcement
    caption = escape_line(announcement.news.case.title, limits.EMBED_TITLE)
    reason = text.failure(announcement.code)
    return text.text_refused(reference(announcement.number), caption, reason)


def wish_name(wish: Wish, text: English, caption: str = "") -> str:
    """What a wish is about, in words: `Germany, training`.

    Args:
        wish: the wish.
        text: the sentences.
        caption: of the case that it names, if any.
    """
    parts = [
        *([caption or wish.case_id] if wish.case_id else []),
        *([JURISDICTIONS[wish.jurisdiction].name] if wish.jurisdiction else []),
        *([text.topic(Topic(wish.topic))] if wish.topic else []),
        *([text.news_kind(NewsKind(wish.kind)).lower()] if wish.kind else []),
    ]
    return text.wish(parts)


def proposal_name(news: News, text: English) -> str:
    """What would be announced, as the label of an option: `New ruling: Tokyo District Court`."""
    ruling = news.told_ruling
    about = [one_line(ruling.court)] if ruling else []
    if ruling and ruling.decided_on:
        about.append(text.date(ruling.decided_on))
    name = ": ".join([text.news_kind(news.kind), *([", ".join(about)] if about else [])])
    return limits.cut(name, limits.OPTION_LABEL)


def told_line(announcement: Announcement, text: English) -> str:
    """One announcement in a list."""
    message = message_of(announcement, text)
    return f"• {message.content}"


def pinging(roles: Sequence[int]) -> dict[str, Any]:
    """Discord's `allowed_mentions`: these roles and nobody else."""
    allowed: dict[str, Any] = {"parse": []}
    return allowed | {"roles": [str(role) for role in roles]} if roles else allowed


def first_sentences(text: str, count: int) -> str:
    """The first sentences of a text; an abbreviation such as `v.` does not end one."""
    sentences: list[str] = []
    begin = 0
    for gap in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text[begin : gap.start()]):
            continue
        sentences.append(text[begin : gap.end()])
        begin = gap.end()
        if len(sentences) == count:
            return "".join(sentences).strip()
    return text.strip()


def _line(news: News, text: English, name: str, corrects: int | None) -> str:
    ruling = news.told_ruling
    rest = [court_with_flag(news.case.jurisdiction, ruling.court if ruling else None)]
    if ruling is not None and ruling.decided_on:
        rest.append(text.date(ruling.decided_on))
    result = text.result(ruling.result) if ruling else text.undecided
    if news.kind is NewsKind.STATUS_CHANGE:
        rest.append(text.status(news.case.status))
    elif news.kind is NewsKind.WITHDRAWAL:
        rest += [text.takes_back(reference(corrects))] if corrects is not None else []
    elif corrects is not None:
        rest += [text.result_is_now(result), text.corrects(reference(corrects))]
    else:
        rest.append(result)
    caption = escape_line(news.case.title, limits.EMBED_TITLE)
    rest = [limits.cut(part, limits.EMBED_TITLE) for part in rest]
    return text.news_line(text.news_kind(news.kind), caption, rest, name)


def _embed(news: News, text: English, name: str) -> discord.Embed:
    case, ruling = news.case, news.told_ruling
    said = first_sentences(ruling.holding if ruling else case.summary, _SENTENCES)
    description = f"{_heading(case, ruling, text)}\n\n{limits.shorten(escape(said), _HOLDING)}"
    embed = discord.Embed(
        title=escape_line(case.title, limits.EMBED_TITLE),
        url=_link(news),
        description=limits.cut(description, limits.EMBED_DESCRIPTION),
        colour=ACCENT,
    )
    if news.note:
        value = limits.cut(escape(news.note), _NOTE)
        embed.add_field(name=text.why_it_matters, value=value, inline=False)
    return embed.set_footer(text=text.news_footer(name, text.date(case.as_of)))


def _heading(case: Case, ruling: Ruling | None, text: English) -> str:
    court = court_with_flag(case.jurisdiction, ruling.court if ruling else None)
    place = JURISDICTIONS[case.jurisdiction].name
    lines = [limits.cut(f"{court}, {place}" if ruling else court, _REASON)]
    facts = [text.date(ruling.decided_on)] if ruling and ruling.decided_on else []
    facts.append(f"**{text.result(ruling.result) if ruling else text.undecided}**")
    facts.append(text.case_status(case.status))
    return "\n".join([*lines, " · ".join(facts)])


def _link(news: News) -> str | None:
    links = (button_url(url) for url in news.links)
    return next(filter(None, links), None)
