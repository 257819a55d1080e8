"""A case as an embed that keeps Discord's limits whatever the record holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord

from bot.chat import limits
from bot.chat.render.lines import court_with_flag
from bot.chat.render.markup import escape, escape_line, safe_url
from bot.domain.case import MAX_ITEMS, Case, Ruling, Source
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.vocabulary import SourceKind
from bot.services.lookup import Answer, RelatedLine
from bot.text import English

ACCENT = discord.Colour(0x2F6F8F)

_LEAST_SUMMARY = 500
_COURT = 300
_CAPTION = 500
_SOURCE_TITLE = 90
_PUBLISHER = 60
_SOURCES_SHOWN = 6
_ALIASES_SHOWN = 5
_INLINE = 60
_NOTE = 400


@dataclass(frozen=True, slots=True)
class _Section:
    """A field of the embed."""

    name: str
    value: str
    rank: int
    """How much a reader would miss it; the lowest goes first where there is no room."""
    inline: bool = False
    missing: str | None = None
    """What of it has no room in the field, in words; `None` if it is whole."""

    @property
    def size(self) -> int:
        return limits.size(self.name) + limits.size(self.value)


def case_embed(answer: Answer, text: English) -> discord.Embed:
    """The embed that answers for a case.

    Where the record is too long, the summary is shortened to whole sentences first, then the least
    important fields go; the footer says what is missing.
    """
    case = answer.case
    title = escape_line(case.title, limits.EMBED_TITLE)
    heading = "\n".join(_heading(case, text))
    whole_summary = escape(case.summary)
    summary = limits.shorten(whole_summary, limits.EMBED_DESCRIPTION - limits.size(heading) - 2)
    sections = list(_sections(answer, text))
    footer = limits.cut(text.footer(text.date(case.as_of)), limits.EMBED_FOOTER)

    room = limits.EMBED_TOTAL - _NOTE - sum(map(limits.size, (title, heading, footer))) - 2
    over = limits.size(summary) + sum(section.size for section in sections) - room
    if over > 0:
        summary = limits.shorten(summary, max(limits.size(summary) - over, _LEAST_SUMMARY))
    kept = _keep(sections, room - limits.size(summary))

    missing = [section.missing for section in kept if section.missing]
    if len(kept) < len(sections):
        missing += [section.name.lower() for section in sections if section not in kept]
    if summary != whole_summary:
        missing.insert(0, text.part_of(text.summary))
    if missing:
        footer = f"{limits.cut(text.left_out(missing), _NOTE - 1)}\n{footer}"

    embed = discord.Embed(
        title=title, url=_best_link(case), description=f"{heading}\n\n{summary}", colour=ACCENT
    )
    for section in kept:
        embed.add_field(name=section.name, value=section.value, inline=section.inline)
    return embed.set_footer(text=footer)


def _keep(sections: Sequence[_Section], room: int) -> list[_Section]:
    """The sections that fit, in their order: the least important are dropped first."""
    kept = list(sections[: limits.EMBED_FIELDS])
    while kept and sum(section.size for section in kept) > room:
        kept.remove(min(reversed(kept), key=lambda section: section.rank))
    return kept


def _heading(case: Case, text: English) -> Iterator[str]:
    ruling = case.leading_ruling
    if case.native_title:
        yield escape_line(case.native_title, _CAPTION)
    place = JURISDICTIONS[case.jurisdiction].name
    if ruling is None:
        yield court_with_flag(case.jurisdiction, None)
        parts = [text.filed_on(text.date(case.filed_on))] if case.filed_on else []
        result = text.undecided
    else:
        court = limits.cut(court_with_flag(case.jurisdiction, ruling.court), _COURT)
        native = escape_line(ruling.native_court, _COURT) if ruling.native_court else ""
        yield f"{court} ({native}), {place}" if native else f"{court}, {place}"
        parts = [text.date(ruling.decided_on)] if ruling.decided_on else []
        parts.append(text.level(ruling.level))
        result = text.result(ruling.result)
    yield " · ".join([*parts, f"**{result}**", text.case_status(case.status)])


def _sections(answer: Answer, text: English) -> Iterator[_Section]:
    case = answer.case
    leading = case.leading_ruling
    yield from _names(text.parties, _parties(case, text), 50, text)
    if leading is not None:
        yield _paragraph(text.holding, leading.holding, 100, text)
        yield from _leading_facts(leading, text)
    yield from _names(text.ai_systems, map(escape_line, case.ai_systems), 45, text)
    yield from _names(text.works, map(escape_line, case.works), 40, text)
    yield from _names(text.topics, map(text.topic, case.topics), 30, text)
    yield from _other_rulings(case, text)
    if answer.related:
        related = [_related(link, text) for link in answer.related]
        yield _list(text.related_cases, related, 70, text)
    yield from _names(
        text.also_known_as, map(escape_line, case.aliases), 10, text, most=_ALIASES_SHOWN
    )
    if case.sources:
        yield _sources(case.sources, text)


def _leading_facts(ruling: Ruling, text: English) -> Iterator[_Section]:
    remedies = [text.remedy(r.kind, r.amount, r.currency) for r in ruling.remedies]
    yield from _names(text.remedies, remedies, 90, text, separator="; ")
    dockets = [escape_line(ruling.docket_number)] if ruling.docket_number else []
    yield from _names(text.docket, dockets, 80, text)
    citations = map(escape_line, ruling.citations)
    yield from _names(text.citations, citations, 35, text, separator="; ")
    yield from _names(text.judges, map(escape_line, ruling.judges), 55, text)


def _other_rulings(case: Case, text: English) -> Iterator[_Section]:
    leading = case.leading_ruling
    later = False
    for ruling in case.rulings:
        if ruling is leading:
            later = True
            continue
        date = text.date(ruling.decided_on) if ruling.decided_on else ""
        name = text.later_ruling if later else text.earlier_ruling
        heading = limits.cut(name(date, escape_line(ruling.court)), limits.FIELD_NAME)
        body = f"**{text.result(ruling.result)}.** {escape(ruling.holding[: limits.FIELD_VALUE])}"
        number = escape_line(ruling.docket_number or "")
        docket = f" ({number})" if number else ""
        value = limits.shorten(body, limits.FIELD_VALUE // 2 - limits.size(docket)) + docket
        yield _Section(heading, value, 65 if later else 60)


def _paragraph(name: str, body: str, rank: int, text: English) -> _Section:
    whole = escape(body)
    value = limits.shorten(whole, limits.FIELD_VALUE)
    return _Section(name, value, rank, missing=text.part_of(name) if value != whole else None)


def _names(
    name: str,
    names: Sequence[str] | Iterator[str],
    rank: int,
    text: English,
    *,
    separator: str = ", ",
    most: int = MAX_ITEMS,
) -> Iterator[_Section]:
    entries = list(names)
    if entries:
        yield _list(name, entries, rank, text, separator=separator, most=most, inline=_INLINE)


def _list(
    name: str,
    entries: Sequence[str],
    rank: int,
    text: English,
    *,
    separator: str = "\n",
    most: int = MAX_ITEMS,
    inline: int = 0,
) -> _Section:
    value, missing = limits.list_within(entries, separator, limits.FIELD_VALUE, most, text.more)
    words = text.counted(missing, name) if missing else None
    value = value or text.see_full_record
    return _Section(name, value, rank, inline=limits.size(value) <= inline, missing=words)


def _parties(case: Case, text: English) -> list[str]:
    return [f"{escape_line(party.name)} ({text.role(party.role)})" for party in case.parties]


def _related(link: RelatedLine, text: English) -> str:
    caption = escape_line(link.line.title)
    place = JURISDICTIONS[link.line.jurisdiction]
    return f"{text.relation(link.relation)} {caption} {place.flag}"


def _sources(sources: Sequence[Source], text: English) -> _Section:
    lines = [_source(source, text) for source in best_first(sources)]
    return _list(text.sources, lines, 95, text, most=_SOURCES_SHOWN)


def _source(source: Source, text: English) -> str:
    title = escape_line(source.title, _SOURCE_TITLE)
    url = safe_url(source.url)
    parts = [f"[{title}]({url})" if url else f"{title} ({text.unencrypted})"]
    parts.append(escape_line(source.publisher, _PUBLISHER))
    if source.language.partition("-")[0] != text.own_language:
        parts.append(text.language(source.language))
    if source.kind is SourceKind.PRIMARY:
        parts.append(f"**{text.primary_source}**")
    return " · ".join(parts)


def best_first(sources: Sequence[Source]) -> list[Source]:
    """Sources in the order a reader should try them: the decision itself before reports."""
    return sorted(sources, key=lambda source: source.kind is not SourceKind.PRIMARY)


def _best_link(case: Case) -> str | None:
    links = (safe_url(source.url) for source in best_first(case.sources))
    return next((link for link in links if link and limits.size(link) <= limits.LINK_URL), None)
