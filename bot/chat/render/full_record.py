"""Everything that the catalogue knows of a case, as a text file to download."""

from collections.abc import Iterable, Iterator

from bot.domain.case import Case, Ruling
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.text import one_line, visible
from bot.services.lookup import Answer
from bot.text import English


def full_record(answer: Answer, text: English) -> str:
    """The whole record in plain text, a paragraph for each part."""
    return "\n".join(_lines(answer, text)) + "\n"


def _lines(answer: Answer, text: English) -> Iterator[str]:
    case = answer.case
    yield from filter(None, (case.title, case.native_title))
    yield f"{JURISDICTIONS[case.jurisdiction].name} · {text.case_status(case.status)}"
    if case.filed_on:
        yield text.filed_on(text.date(case.filed_on))
    yield text.footer(text.date(case.as_of))
    yield from _part(text.summary, [visible(case.summary)])
    for ruling in case.rulings:
        yield from _ruling(ruling, text)
    yield from _part(text.parties, (f"{p.name} ({text.role(p.role)})" for p in case.parties))
    yield from _part(text.also_known_as, case.aliases)
    yield from _part(text.ai_systems, case.ai_systems)
    yield from _part(text.works, case.works)
    yield from _part(text.topics, map(text.topic, case.topics))
    yield from _part(
        text.related_cases,
        (f"{text.relation(link.relation)} {link.line.title}" for link in answer.related),
    )
    yield from _part(text.sources, _sources(case, text))


def _part(name: str, entries: Iterable[str]) -> Iterator[str]:
    lines = [entry if "\n" in entry else one_line(entry) for entry in entries]
    if lines:
        yield from ("", name.upper(), *lines)


def _ruling(ruling: Ruling, text: English) -> Iterator[str]:
    court = f"{ruling.court} ({ruling.native_court})" if ruling.native_court else ruling.court
    facts = [text.result(ruling.result), text.level(ruling.level)]
    if ruling.decided_on:
        facts.insert(0, text.date(ruling.decided_on))
    yield from ("", one_line(court).upper(), " · ".join(facts))
    labelled = (
        (text.docket, [ruling.docket_number] if ruling.docket_number else []),
        (text.citations, ruling.citations),
        (text.judges, ruling.judges),
        (text.remedies, [text.remedy(r.kind, r.amount, r.currency) for r in ruling.remedies]),
    )
    yield from (f"{label}: {one_line('; '.join(values))}" for label, values in labelled if values)
    yield visible(ruling.holding)


def _sources(case: Case, text: English) -> Iterator[str]:
    for source in case.sources:
        published = [text.date(source.published_on)] if source.published_on else []
        facts = [source.publisher, text.language(source.language), *published]
        yield one_line(f"{source.title} ({', '.join(facts)})")
        yield source.url
