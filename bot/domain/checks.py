"""Checks beyond one field: what would make a record better, and what cases say of each other."""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.case import Case, Ruling
from bot.domain.problems import Problem, advice, error
from bot.domain.vocabulary import SourceKind

_SUMMARY = (300, 900)
_HOLDING = (80, 500)
_ALIASES = (3, 10)
_ENGLISH_SPEAKING = frozenset(
    {"US", "GB", "CA", "AU", "NZ", "IE", "IN", "ZA", "SG", "EP", "EU", "HK", "NG", "KE", "IL"}
)


def advise(case: Case) -> list[Problem]:
    """What an editor could improve in a record that is valid as it stands."""
    return list(_advise(case))


def _advise(case: Case) -> Iterator[Problem]:
    if case.native_title is None and case.jurisdiction not in _ENGLISH_SPEAKING:
        yield advice("native_title", "is missing", "give the caption in the court's language")
    yield from _count("aliases", len(case.aliases), _ALIASES)
    yield from _length("summary", case.summary, _SUMMARY)
    if not case.topics:
        yield advice("topics", "is empty", "name at least one topic, so that lists can find it")
    for index, ruling in enumerate(case.rulings):
        yield from _advise_ruling(f"rulings[{index}]", ruling)
    if not any(source.kind is SourceKind.PRIMARY for source in case.sources):
        yield advice("sources", "has no primary source", "link the decision or its docket")
    for index, source in enumerate(case.sources):
        if source.url.startswith("http:"):
            yield advice(f"sources[{index}].url", "is not encrypted", "use https if it is offered")


def _advise_ruling(place: str, ruling: Ruling) -> Iterator[Problem]:
    if ruling.decided_on is None:
        yield advice(f"{place}.decided_on", "is missing", "give at least the year")
    if ruling.docket_number is None:
        yield advice(f"{place}.docket_number", "is missing", "add it, so that it can be found")
    yield from _length(f"{place}.holding", ruling.holding, _HOLDING)
    for index, remedy in enumerate(ruling.remedies):
        if (remedy.amount is None) != (remedy.currency is None):
            yield advice(
                f"{place}.remedies[{index}]",
                "has an amount or a currency without the other",
                "give both or neither",
            )


def _length(place: str, text: str, limits: tuple[int, int]) -> Iterator[Problem]:
    least, most = limits
    if not least <= len(text) <= most:
        yield advice(place, f"has {len(text)} characters", f"between {least} and {most} read best")


def _count(place: str, number: int, limits: tuple[int, int]) -> Iterator[Problem]:
    least, most = limits
    if not least <= number <= most:
        yield advice(place, f"has {number} entries", f"between {least} and {most} are useful")


def check_together(cases: Sequence[Case]) -> list[list[Problem]]:
    """Errors between the cases of one catalogue, a list for each case, in the order given.

    A slug used twice, an alias that two cases claim (letter case apart), and related slugs that
    do not exist.
    """
    slugs = _owners((case.slug,) for case in cases)
    aliases = _owners(case.aliases for case in cases)
    return [
        list(_check_against(index, case, cases, slugs, aliases)) for index, case in enumerate(cases)
    ]


def _owners(names_by_case: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for index, names in enumerate(names_by_case):
        for name in dict.fromkeys(name.casefold() for name in names):
            owners.setdefault(name, []).append(index)
    return owners


def _check_against(
    index: int,
    case: Case,
    cases: Sequence[Case],
    slugs: dict[str, list[int]],
    aliases: dict[str, list[int]],
) -> Iterator[Problem]:
    if len(slugs[case.slug]) > 1:
        yield error("slug", f"{case.slug} is used by two records", "choose another slug for one")
    for number, alias in enumerate(case.aliases):
        others = [cases[o].slug for o in aliases[alias.casefold()] if o != index]
        if others:
            yield error(
                f"aliases[{number}]",
                f"“{alias}” is also an alias of {', '.join(others)}",
                "make it distinct in one of them, or leave it to the better known case",
            )
    for number, related in enumerate(case.related):
        place = f"related[{number}].slug"
        if related.slug == case.slug:
            yield error(place, "is the case itself", "remove it")
        elif related.slug not in slugs:
            yield error(place, f"{related.slug} does not exist", "correct the slug or remove it")
